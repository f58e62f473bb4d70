"""The verbs on whole objects: create, update, patch, delete, deletecollection, and the reads of `reads`.

A write has three parts, between which the pipeline's stages come: `prepare` finds the object and makes the one that
the client asks for (decoding, patching, defaulting), `begin` applies the strategy of its kind (BeforeCreate,
BeforeUpdate) and `store` swaps it in by compare-and-swap on UID and resourceVersion. A write that changes nothing is
answered 200 and stores nothing. Mirrors staging/src/k8s.io/apiserver/pkg/registry/generic/registry and
pkg/registry/rest (release 1.36). Left out: dry run, and create on update (no modelled kind but Lease allows it).
"""

from collections.abc import Callable
from typing import Any

import attrs

from seatrial.model.api.core import Service
from seatrial.model.api.meta import ObjectMeta, key_of
from seatrial.model.api.registry import Kind
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.api.wire import DecodeError, from_json, to_json
from seatrial.model.apiserver.allocation import allocate
from seatrial.model.apiserver.clock import now
from seatrial.model.apiserver.deletion import check_preconditions, delete_object, should_delete_during_update
from seatrial.model.apiserver.names import next_name, next_uid, use_name
from seatrial.model.apiserver.patches import apply_patch, apply_status_patch
from seatrial.model.apiserver.reads import get, list_all, watch
from seatrial.model.apiserver.request import Request
from seatrial.model.apiserver.status import already_exists, bad_request, conflict, invalid, not_found, uid_conflict
from seatrial.model.client.calls import Patch, Reply, StatusPatch
from seatrial.model.etcd.store import erase, object_cell, read, write
from seatrial.model.evolve import evolve
from seatrial.model.meta.json_tree import PatchError
from seatrial.model.system import System
from seatrial.model.view import View

CREATED, OK = 201, 200
WRONG_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"

NO_STRATEGIC_PATCH = ("the body of the request was in an unknown format - accepted media types include: "
                      "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml")


@attrs.frozen
class Verb:
    """What a verb does before mutating admission, before validation, and at last."""

    prepare: Callable[[View, System, Request], Request | Reply]
    begin: Callable[[View, System, Request], Request | Reply]
    store: Callable[[View, System, Request], Reply]


def nothing_to_do(view: View, system: System, request: Request) -> Request:
    """For verbs without this part."""
    del view, system
    return request


def defaulted(system: System, kind: Kind, value: Any) -> Any:  # noqa: ANN401 -- any object
    """The object with the defaults of its kind; an unsecured scope has none of the server's stages."""
    return kind.default(value) if system.scope.secured else value


# Creating.


def prepare_create(view: View, system: System, request: Request) -> Request | Reply:
    """The object that the client sent, with its defaults."""
    del view
    body = request.call.body
    if body.metadata.resource_version is not None:
        return Reply(500, message="resourceVersion should not be set on objects to be created")
    if is_elsewhere(request.namespace, body.metadata.namespace):
        return bad_request(WRONG_NAMESPACE)
    return request.with_new(defaulted(system, request.kind, body))


def is_elsewhere(asked: str, sent: str) -> bool:
    """Does an object name another namespace than its request (EnsureObjectNamespaceMatchesRequestNamespace)?"""
    return bool(asked and sent) and asked != sent


def begin_create(view: View, system: System, request: Request) -> Request:
    """What the server sets and what the kind's strategy drops (rest.BeforeCreate)."""
    kind, body = request.kind, request.new
    meta: ObjectMeta = body.metadata
    namespace = request.namespace
    name = request.name or meta.name or next_name(view, system, kind.resource, namespace, meta.generate_name)
    meta = evolve(
        meta, name=name, namespace=namespace, uid="", creation_timestamp=now(view),
        generation=first_generation(kind, meta), deletion_timestamp=None, deletion_grace_period_seconds=None)
    return request.with_new(kind.for_create(evolve(body, metadata=meta)))


def first_generation(kind: Kind, meta: ObjectMeta) -> int:
    """1 for kinds that have a generation; for others whatever the client says, as nobody looks at it."""
    return 1 if kind.has_generation else meta.generation


def store_create(view: View, system: System, request: Request) -> Reply:
    """Stores the new object, unless the name is taken; its UID is the server's."""
    kind, body = request.kind, request.new
    meta: ObjectMeta = body.metadata
    key = key_of(meta)
    in_deletion = view.get(object_cell(kind.resource, key), is_in_deletion)
    if in_deletion is not None:
        return already_exists(kind, meta.name, in_deletion=in_deletion)
    if isinstance(body, Service):
        allocated = allocate(view, kind, body)
        if isinstance(allocated, Reply):
            return allocated
        body = allocated
    generated = not request.name and bool(meta.generate_name)
    if generated:
        use_name(view, system, kind.resource, meta.namespace, meta.generate_name)
    uid = next_uid(view, kind.resource, key, generated=generated)
    stored = write(view, system, kind.resource, key, evolve(body, metadata=evolve(meta, uid=uid)))
    return Reply(CREATED, stored)


def is_in_deletion(value: Any) -> bool | None:  # noqa: ANN401 -- any object
    """Projection: is this object being deleted? None when there is none."""
    return None if value is None else value.metadata.deletion_timestamp is not None


# Changing.


def prepare_update(view: View, system: System, request: Request) -> Request | Reply:
    """The stored object, and the one that shall replace it or its status."""
    old = read(view, request.call.resource, request.call.key)
    if old is None:
        return not_found(request.kind, request.name)
    return evolve(request, old=old, new=defaulted(system, request.kind, request.call.body))


def prepare_patch(view: View, system: System, request: Request) -> Request | Reply:
    """The stored object, and what the patch makes of it; without a resourceVersion in it, the server retries itself."""
    kind, old = request.kind, read(view, request.call.resource, request.call.key)
    if old is None:
        return not_found(kind, request.name)
    body = patched(kind, old, request)
    if isinstance(body, Reply):
        return body
    if body.metadata.uid != old.metadata.uid:
        why = f'metadata.uid: Invalid value: "{body.metadata.uid}": field is immutable'
        return invalid(kind, old.metadata.name, why)
    return evolve(request, old=old, new=defaulted(system, kind, body))


def patched(kind: Kind, old: Any, request: Request) -> Any:  # noqa: ANN401 -- any object
    """The object that a patch makes of another, or the refusal of a patch that does not fit."""
    if isinstance(old, Unstructured) and is_strategic(request.call.body):
        return Reply(415, reason="UnsupportedMediaType", message=NO_STRATEGIC_PATCH)
    if isinstance(request.call.body, StatusPatch):
        return apply_status_patch(old, request.call.body)
    try:
        return from_json(type(old), apply_patch(kind, to_json(old), request.call.body))
    except PatchError:
        return Reply(422, reason="Invalid", message="the server rejected our request due to an error in our request")
    except DecodeError as error:
        return bad_request(f'{kind.name} in version "{kind.api_version.rpartition("/")[2]}" cannot be handled as a '
                           f"{kind.name}: {error}")


def is_strategic(patch: Patch | StatusPatch) -> bool:
    """Does a patch merge lists by what Go's types say of them? Custom resources have no such types."""
    return isinstance(patch, StatusPatch) or patch.type == "strategic"


def check_version(request: Request) -> Reply | None:
    """The 409 for a write that was made for another object, or for another version of this one."""
    sent, held = request.new.metadata, request.old.metadata
    if sent.uid and sent.uid != held.uid:
        return uid_conflict(request.kind, request.old, sent.uid)
    if sent.resource_version is not None and sent.resource_version != held.resource_version:
        return conflict(request.kind, held.name)
    return None


def begin_update(view: View, system: System, request: Request) -> Request | Reply:
    """Checks the version, keeps what a client cannot change, raises the generation (rest.BeforeUpdate)."""
    del view, system
    refusal = check_version(request)
    if refusal is not None:
        return refusal
    kind, old, body = request.kind, request.old, request.new
    body = evolve(body, metadata=keep_server_fields(old.metadata, body.metadata))
    new = keep_deletion(old.metadata, prepare_for_update(kind, old, body, request.call.subresource))
    added = tuple(each for each in new.metadata.finalizers if each not in old.metadata.finalizers)
    if old.metadata.deletion_timestamp is not None and added:
        return invalid(kind, old.metadata.name, "metadata.finalizers: Forbidden: no new finalizers can be added if the "
                       f"object is being deleted, found new finalizers {go_strings(added)}")
    return request.with_new(new)


def prepare_for_update(kind: Kind, old: Any, new: Any, subresource: str) -> Any:  # noqa: ANN401 -- any object
    """What the strategy of a kind makes of an update of the object, or of its status."""
    if subresource == "status":
        return kind.for_status_update(old, new)
    return raise_generation(kind, old, kind.for_update(old, new))


def go_strings(texts: tuple[str, ...]) -> str:
    """Texts as Go prints a []string with %#v."""
    return "[]string{" + ", ".join(f'"{each}"' for each in texts) + "}"


def raise_generation(kind: Kind, old: Any, new: Any) -> Any:  # noqa: ANN401 -- any object
    """The object with the next generation, if what the client wants has changed."""
    if not kind.has_generation or not kind.raises_generation(old, new):
        return new
    return evolve(new, metadata=evolve(new.metadata, generation=old.metadata.generation + 1))


def keep_server_fields(old: ObjectMeta, sent: ObjectMeta) -> ObjectMeta:
    """What no client can change: identity, times, generation, deletion."""
    return evolve(
        sent, name=old.name, namespace=old.namespace, uid=old.uid, resource_version=old.resource_version,
        generation=old.generation, creation_timestamp=old.creation_timestamp, generate_name=old.generate_name,
        deletion_timestamp=old.deletion_timestamp, deletion_grace_period_seconds=old.deletion_grace_period_seconds,
    )


def keep_deletion(old: ObjectMeta, new: Any) -> Any:  # noqa: ANN401 -- any object
    """The object with the deletion of the stored one, whatever its kind's strategy did to it."""
    if new.metadata.deletion_timestamp == old.deletion_timestamp:
        return new
    return evolve(new, metadata=evolve(new.metadata, deletion_timestamp=old.deletion_timestamp))


def store_update(view: View, system: System, request: Request) -> Reply:
    """Stores the new state; an object in deletion that nothing holds any more goes instead."""
    kind, old, new = request.kind, request.old, request.new
    if isinstance(new, Service) and request.call.subresource == "":
        allocated = allocate(view, kind, new, old)
        if isinstance(allocated, Reply):
            return allocated
        new = allocated
    key = key_of(old.metadata)
    if should_delete_during_update(old, new):
        erase(view, system, kind.resource, key)
        return Reply(OK, new)
    return Reply(OK, write(view, system, kind.resource, key, new))


# Deleting.


def prepare_delete(view: View, system: System, request: Request) -> Request | Reply:
    """The stored object, if it is the one that the client means."""
    del system
    old = read(view, request.call.resource, request.call.key)
    if old is None:
        return not_found(request.kind, request.name)
    return check_preconditions(request.kind, old, request.call.options) or evolve(request, old=old)


def store_delete(view: View, system: System, request: Request) -> Reply:
    """Deletes it, gracefully."""
    return delete_object(view, system, request.kind, request.old, request.call.options)


def store_delete_collection(view: View, system: System, request: Request) -> Reply:
    """Deletes all objects of a namespace, in key order."""
    for key in tuple(view.keys("object", "", request.call.resource)):
        if key.startswith(request.call.key):
            old = read(view, request.call.resource, key)
            delete_object(view, system, request.kind, old, request.call.options)
    return Reply(OK)


CREATE_VERB = Verb(prepare_create, begin_create, store_create)
UPDATE_VERB = Verb(prepare_update, begin_update, store_update)
PATCH_VERB = Verb(prepare_patch, begin_update, store_update)
DELETE_VERB = Verb(prepare_delete, nothing_to_do, store_delete)
DELETE_COLLECTION_VERB = Verb(nothing_to_do, nothing_to_do, store_delete_collection)
GET_VERB = Verb(nothing_to_do, nothing_to_do, get)
LIST_VERB = Verb(nothing_to_do, nothing_to_do, list_all)
WATCH_VERB = Verb(nothing_to_do, nothing_to_do, watch)
