"""Deletion: preconditions, grace, finalizers, and when an object really goes.

Mirrors staging/src/k8s.io/apiserver/pkg/registry (rest/delete.go, generic/registry/store.go), pkg/registry/core/pod
(CheckGracefulDelete) and pkg/registry/core/namespace/storage (release 1.36). Deletion of a pod is graceful; that of
every other kind is at once, unless a finalizer holds the object. A pod whose grace is 0 has two revisions: marked, then
gone. Left out: kinds whose dependents are orphaned by default (batch/v1 Jobs, ReplicationControllers), which are not
modelled.
"""

from typing import Any

from seatrial.model.api.core import Namespace, Pod
from seatrial.model.api.meta import ObjectMeta, key_of
from seatrial.model.api.registry import Kind
from seatrial.model.apiserver.clock import now
from seatrial.model.apiserver.status import conflict
from seatrial.model.client.calls import DeleteOptions, Reply
from seatrial.model.etcd.store import erase, write
from seatrial.model.evolve import evolve
from seatrial.model.system import System
from seatrial.model.view import View

OK = 200
UNDEFAULTED_GRACE = 30
FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
TERMINAL = ("Succeeded", "Failed")


def check_preconditions(kind: Kind, old: Any, options: DeleteOptions) -> Reply | None:  # noqa: ANN401 -- any object
    """The 409 for an object that is not the one that the client means."""
    name, meta = old.metadata.name, old.metadata
    shown = f"{kind.name}.{kind.group}" if kind.group else kind.name
    if options.uid and options.uid != meta.uid:
        if kind.name == "Namespace":
            return conflict(kind, name, _differs("UID", options.uid, meta.uid))
        return conflict(kind, name, f"the UID in the precondition ({options.uid}) does not match the UID in record "
                        f"({meta.uid}). The object might have been deleted and then recreated", shown)
    if options.resource_version is not None and options.resource_version != meta.resource_version:
        if kind.name == "Namespace":
            return conflict(kind, name, _differs("ResourceVersion", options.resource_version, meta.resource_version))
        return conflict(kind, name, f"the ResourceVersion in the precondition ({options.resource_version}) does not "
                        f"match the ResourceVersion in record ({meta.resource_version}). The object might have been "
                        "modified", shown)
    return None


def _differs(what: str, asked: object, held: object) -> str:
    return f"Precondition failed: {what} in precondition: {asked}, {what} in object meta: {held}"


def delete_object(view: View, system: System, kind: Kind, old: Any, options: DeleteOptions) -> Reply:  # noqa: ANN401
    """Marks an object for deletion, or removes it when nothing holds it (Store.Delete)."""
    if kind.name == "Namespace" and (old.metadata.deletion_timestamp is None or old.spec.finalizers):
        return _delete_namespace(view, system, kind, old, options)
    marked, pending = before_delete(kind, old, options, now(view))
    if pending:
        return Reply(OK, old)
    graceful = marked is not old
    finalizers = deletion_finalizers(marked.metadata, options.propagation_policy)
    if finalizers != marked.metadata.finalizers:
        marked = evolve(marked, metadata=evolve(marked.metadata, finalizers=finalizers))
    if finalizers and not graceful:
        marked = evolve(marked, metadata=mark_as_deleting(marked.metadata, now(view)))
    key = key_of(old.metadata)
    if marked is not old:
        old = write(view, system, kind.resource, key, marked)
    if finalizers or (graceful and old.metadata.deletion_grace_period_seconds):
        return Reply(OK, old)
    return Reply(OK, erase(view, system, kind.resource, key))


def before_delete(kind: Kind, old: Any, options: DeleteOptions, clock: int) -> tuple[Any, bool]:  # noqa: ANN401
    """The object as marked by a graceful deletion (itself for a kind that knows none), and whether one is under way."""
    if kind.name != "Pod":
        return old, False
    meta: ObjectMeta = old.metadata
    if meta.deletion_timestamp is None:
        grace = grace_period(old, options.grace_period_seconds)
        generation = meta.generation + 1 if meta.generation else 0
        return evolve(old, metadata=evolve(
            meta, deletion_timestamp=clock + grace, deletion_grace_period_seconds=grace, generation=generation)), False
    held, asked = meta.deletion_grace_period_seconds, options.grace_period_seconds
    if held is None:
        return old, False
    if asked is None or asked >= held:
        return old, True
    return evolve(old, metadata=evolve(
        meta, deletion_timestamp=meta.deletion_timestamp - held + asked, deletion_grace_period_seconds=asked)), False


def grace_period(pod: Pod, asked: int | None) -> int:
    """Seconds a pod has to stop; none without a node or after it ended (CheckGracefulDelete)."""
    grace = pod.spec.termination_grace_period_seconds if asked is None else asked
    if not pod.spec.node_name or pod.status.phase in TERMINAL:
        return 0
    if grace is None:
        return UNDEFAULTED_GRACE
    return grace if grace >= 0 else 1


def deletion_finalizers(meta: ObjectMeta, policy: str) -> tuple[str, ...]:
    """The finalizers with those of the propagation policy; without one, what is there already stays in force."""
    wanted = {"Foreground": FOREGROUND, "Orphan": ORPHAN}.get(policy)
    if not policy:
        wanted = next((each for each in meta.finalizers if each in (FOREGROUND, ORPHAN)), None)
    if (wanted is None or wanted in meta.finalizers) and not any(
            each in (FOREGROUND, ORPHAN) and each != wanted for each in meta.finalizers):
        return meta.finalizers
    others = tuple(each for each in meta.finalizers if each not in (FOREGROUND, ORPHAN))
    return others if wanted is None else (*others, wanted)


def mark_as_deleting(meta: ObjectMeta, clock: int) -> ObjectMeta:
    """The metadata of an object that waits for its finalizers; the generation rises the first time only."""
    first = meta.deletion_grace_period_seconds is None
    return evolve(
        meta, deletion_timestamp=clock if meta.deletion_timestamp is None else meta.deletion_timestamp,
        deletion_grace_period_seconds=0, generation=meta.generation + (1 if first and meta.generation else 0))


def _delete_namespace(
    view: View, system: System, kind: Kind, old: Namespace, options: DeleteOptions,
) -> Reply:
    """The first DELETE of a namespace only makes it Terminating; its controller empties it and then finalizes it."""
    if old.metadata.deletion_timestamp is not None:
        return Reply(OK, old)
    meta = evolve(old.metadata, deletion_timestamp=now(view),
                        finalizers=deletion_finalizers(old.metadata, options.propagation_policy))
    marked = evolve(old, metadata=meta, status=evolve(old.status, phase="Terminating"))
    return Reply(OK, write(view, system, kind.resource, key_of(meta), marked))


def should_delete_during_update(old: Any, new: Any) -> bool:  # noqa: ANN401 -- any object
    """Does this update take away the last thing that holds an object in deletion (ShouldDeleteDuringUpdate)?"""
    held = old.metadata
    if held.deletion_timestamp is None or new.metadata.finalizers or held.deletion_grace_period_seconds:
        return False
    return not isinstance(new, Namespace) or not new.spec.finalizers
