"""What each verb does once a request was let through; mirrors staging/src/k8s.io/apiserver/pkg/registry/generic
(release 1.36).

Objects are stored by compare-and-swap on UID and resourceVersion. A write that changes nothing is answered 200 and
stores nothing. Deletion is graceful for pods and waits for finalizers for every kind.
"""

from typing import Any

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import Condition, ObjectMeta, key_of, split_key
from seatrial.model.api.registry import Kind, kind_of
from seatrial.model.api.wire import DecodeError, from_json, to_json
from seatrial.model.apiserver.names import generate_name, next_uid
from seatrial.model.apiserver.patches import apply_patch, apply_status_patch
from seatrial.model.apiserver.status import already_exists, conflict, invalid, not_found, uid_conflict
from seatrial.model.client.calls import Call, DeleteOptions, Reply, StatusPatch
from seatrial.model.etcd.store import erase, object_cell, read, write
from seatrial.model.meta.json_tree import PatchError
from seatrial.model.system import System
from seatrial.model.view import Cell, View, is_present

CREATED, OK = 201, 200
DEFAULT_GRACE = 30


def now(view: View) -> int:
    """The API server's clock, in seconds."""
    return int(view[Cell("clock")] or 0)


def create(view: View, system: System, call: Call) -> Reply:
    """Stores a new object: name, UID, creation time and generation are the server's."""
    kind = kind_of(call.resource)
    namespace, name = split_key(call.key)
    body = call.body
    meta: ObjectMeta = body.metadata
    if not name:
        name = generate_name(view, call.resource, namespace, meta.generate_name)
    key = f"{namespace}/{name}" if namespace else name
    if view.get(object_cell(call.resource, key), is_present):
        return already_exists(kind, name)
    meta = attrs.evolve(
        meta, name=name, namespace=namespace, uid=next_uid(view, call.resource, key, generated=bool(meta.generate_name)),
        creation_timestamp=now(view), generation=1 if kind.has_generation else 0, resource_version=None,
        deletion_timestamp=None, deletion_grace_period_seconds=None,
    )
    stored = write(view, system, call.resource, key, kind.for_create(attrs.evolve(body, metadata=meta)))
    return Reply(CREATED, stored)


def get(view: View, system: System, call: Call) -> Reply:
    """A live read: fresh through any server."""
    del system
    found = read(view, call.resource, call.key)
    return Reply(OK, found) if found is not None else not_found(kind_of(call.resource), split_key(call.key)[1])


def list_all(view: View, system: System, call: Call) -> Reply:
    """A live list of one namespace (key "namespace/") or of all, in key order."""
    del system
    found = view.scan("object", "", call.resource)
    return Reply(OK, tuple(value for key, value in found if key.startswith(call.key)))


def update(view: View, system: System, call: Call) -> Reply:
    """Replaces an object, or its status, if it still has the version that the client read."""
    kind, old = kind_of(call.resource), read(view, call.resource, call.key)
    if old is None:
        return not_found(kind, split_key(call.key)[1])
    return _replace(view, system, kind, old, call.body, call.subresource)


def _replace(view: View, system: System, kind: Kind, old: Any, body: Any, subresource: str) -> Reply:  # noqa: ANN401
    sent: ObjectMeta = body.metadata
    if sent.uid and sent.uid != old.metadata.uid:
        return uid_conflict(kind, old, sent.uid)
    if sent.resource_version is not None and sent.resource_version != old.metadata.resource_version:
        return conflict(kind, old.metadata.name)
    body = attrs.evolve(body, metadata=_keep_server_fields(old.metadata, sent))
    new = kind.for_status_update(old, body) if subresource == "status" else kind.for_update(old, body)
    added = tuple(each for each in new.metadata.finalizers if each not in old.metadata.finalizers)
    if old.metadata.deletion_timestamp is not None and added:
        return invalid(kind, old.metadata.name, "metadata.finalizers: Forbidden: no new finalizers can be added if the "
                       f"object is being deleted, found new finalizers {list(added)}")
    if kind.has_generation and subresource != "status" and kind.raises_generation(old, new):
        new = attrs.evolve(new, metadata=attrs.evolve(new.metadata, generation=old.metadata.generation + 1))
    key = key_of(old.metadata)
    if _is_released(old, new):
        write(view, system, kind.resource, key, new)
        return Reply(OK, erase(view, system, kind.resource, key))
    return Reply(OK, write(view, system, kind.resource, key, new))


def _keep_server_fields(old: ObjectMeta, sent: ObjectMeta) -> ObjectMeta:
    """What no client can change: identity, times, generation, deletion."""
    return attrs.evolve(
        sent, name=old.name, namespace=old.namespace, uid=old.uid, resource_version=old.resource_version,
        generation=old.generation, creation_timestamp=old.creation_timestamp, generate_name=old.generate_name,
        deletion_timestamp=old.deletion_timestamp, deletion_grace_period_seconds=old.deletion_grace_period_seconds,
    )


def _is_released(old: Any, new: Any) -> bool:  # noqa: ANN401 -- any object
    """The last finalizer of an object in deletion is gone, and no grace is left to wait for."""
    meta = new.metadata
    return bool(meta.deletion_timestamp is not None and old.metadata.finalizers and not meta.finalizers
                and not meta.deletion_grace_period_seconds)


def patch(view: View, system: System, call: Call) -> Reply:
    """Applies a patch to the live object; without a resourceVersion in it, the server retries on its own."""
    kind, old = kind_of(call.resource), read(view, call.resource, call.key)
    if old is None:
        return not_found(kind, split_key(call.key)[1])
    if isinstance(call.body, StatusPatch):
        if call.body.uid != old.metadata.uid:
            return invalid(kind, old.metadata.name, f'metadata.uid: Invalid value: "{call.body.uid}": field is immutable')
        return _replace(view, system, kind, old, apply_status_patch(old, call.body), call.subresource)
    try:
        body = from_json(kind.type, apply_patch(kind, to_json(old), call.body))
    except (PatchError, DecodeError) as error:
        return Reply(422, reason="Invalid", message=f"the server rejected our request due to an error in our request: {error}")
    if body.metadata.uid != old.metadata.uid:
        return invalid(kind, old.metadata.name, f'metadata.uid: Invalid value: "{body.metadata.uid}": field is immutable')
    return _replace(view, system, kind, old, body, call.subresource)


def delete(view: View, system: System, call: Call) -> Reply:
    """Deletes gracefully; checks the preconditions first."""
    kind, old = kind_of(call.resource), read(view, call.resource, call.key)
    name = split_key(call.key)[1]
    if old is None:
        return not_found(kind, name)
    options = call.options
    if options.uid and options.uid != old.metadata.uid:
        return conflict(kind, name, f"the UID in the precondition ({options.uid}) does not match the UID in record "
                        f"({old.metadata.uid}). The object might have been deleted and then recreated")
    if options.resource_version is not None and options.resource_version != old.metadata.resource_version:
        return conflict(kind, name, f"the ResourceVersion in the precondition ({options.resource_version}) does not "
                        f"match the ResourceVersion in record ({old.metadata.resource_version}). The object might have "
                        "been modified")
    return _delete(view, system, kind, old, options)


PROPAGATION_FINALIZERS = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}


def _delete(view: View, system: System, kind: Kind, old: Any, options: DeleteOptions) -> Reply:  # noqa: ANN401
    """Marks the object for deletion, and removes it when nothing holds it."""
    meta = old.metadata
    grace = _grace(old, options) if kind.name == "Pod" else 0
    waits = PROPAGATION_FINALIZERS.get(options.propagation_policy)
    finalizers = meta.finalizers if waits is None or waits in meta.finalizers else (*meta.finalizers, waits)
    held = finalizers or grace or (kind.name == "Namespace" and old.spec.finalizers)
    key = key_of(meta)
    shorter = meta.deletion_grace_period_seconds is not None and grace < meta.deletion_grace_period_seconds
    if meta.deletion_timestamp is None or shorter:
        generation = meta.generation + 1 if kind.has_generation else meta.generation
        marked = attrs.evolve(
            meta, deletion_timestamp=now(view) + grace, deletion_grace_period_seconds=grace, finalizers=finalizers,
            generation=generation)
        if held or kind.name == "Pod":
            old = write(view, system, kind.resource, key, _marked(kind, old, marked))
    elif finalizers != meta.finalizers:
        old = write(view, system, kind.resource, key, attrs.evolve(old, metadata=attrs.evolve(meta, finalizers=finalizers)))
    if held:
        return Reply(OK, old)
    return Reply(OK, erase(view, system, kind.resource, key))


def _marked(kind: Kind, old: Any, meta: ObjectMeta) -> Any:  # noqa: ANN401 -- any object
    """An object in deletion; a namespace is Terminating from then on."""
    if kind.name == "Namespace":
        return attrs.evolve(old, metadata=meta, status=attrs.evolve(old.status, phase="Terminating"))
    return attrs.evolve(old, metadata=meta)


def _grace(pod: Pod, options: DeleteOptions) -> int:
    """Seconds a pod has to stop; none without a node or after it ended (pkg/registry/core/pod: CheckGracefulDelete)."""
    asked = options.grace_period_seconds
    if asked is None:
        asked = pod.spec.termination_grace_period_seconds
    grace = DEFAULT_GRACE if asked is None else max(asked, 0)
    if not pod.spec.node_name or pod.status.phase in ("Succeeded", "Failed"):
        grace = 0
    held = pod.metadata.deletion_grace_period_seconds
    return grace if held is None else min(grace, held)


def bind(view: View, system: System, call: Call) -> Reply:
    """Assigns a pod to a node, once; any second binding conflicts (pkg/registry/core/pod/storage: BindingREST)."""
    kind, pod = kind_of("pods"), read(view, "pods", call.key)
    if pod is None:
        return not_found(kind, split_key(call.key)[1])
    uid, node = call.body
    if uid and uid != pod.metadata.uid:
        return uid_conflict(kind, pod, uid)
    if pod.metadata.deletion_timestamp is not None:
        return conflict(kind, pod.metadata.name, f"pod {pod.metadata.name} is being deleted, cannot be assigned to a host",
                        "pods/binding")
    if pod.spec.node_name:
        return conflict(kind, pod.metadata.name,
                        f'pod {pod.metadata.name} is already assigned to node "{pod.spec.node_name}"', "pods/binding")
    conditions = tuple(each for each in pod.status.conditions if each.type != "PodScheduled")
    scheduled = Condition(type="PodScheduled", status="True", last_transition_time=now(view))
    bound = attrs.evolve(pod, spec=attrs.evolve(pod.spec, node_name=node),
                         status=attrs.evolve(pod.status, conditions=(*conditions, scheduled)))
    write(view, system, "pods", call.key, bound)
    return Reply(CREATED)
