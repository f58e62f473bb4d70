"""What the store never does: it loses an update, takes back what it acknowledged, or gives one UID to two objects."""

from typing import Any

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import key_of
from seatrial.model.api.registry import kind_of_object
from seatrial.model.api.wire import to_json
from seatrial.model.apiserver.patches import apply_patch, apply_status_patch
from seatrial.model.client.calls import WRITES, Answered, Call, Patch, StatusPatch, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import Cluster
from seatrial.model.view import Cell
from seatrial.properties.changes import changed_objects, served
from seatrial.properties.premises import every, holds, may_hold_two, runs, some
from seatrial.properties.property import SOMETIMES, STEP, Property

API = "https://kubernetes.io/docs/reference/using-api/api-concepts/"
WHOLE = ("", "status")


def no_lost_update(before: Cluster, action: Action, after: Cluster) -> str | None:
    """An update that carries a resourceVersion changes nothing but that version of the object."""
    call = served(before, action)
    if call is None or call.verb != "update" or call.subresource not in (*WHOLE, "finalize"):
        return None
    sent = call.body.metadata.resource_version
    for cell, old, _ in changed_objects(before, after, call.resource):
        if cell.key == call.key and old is not None and sent is not None and sent != old.metadata.resource_version:
            return (
                f"{action.process} updated {call.resource} {call.key} as it was at version {sent}, and overwrote "
                f"version {old.metadata.resource_version}"
            )
    return None


def acknowledged_is_stored(before: Cluster, action: Action, after: Cluster) -> str | None:
    """What the API server answers a write with is what it has stored, or the last state of what that write ended.

    Where nobody will read the object in the answer, and so none is remembered, the store must hold what was asked for.
    """
    call = served(before, action) if action.step == "Request" else None  # to a late call nobody hears the answer
    plan = after[plan_cell(action.process, action.key)] if call is not None else None
    if call is None or not isinstance(plan, Answered) or not plan.reply.ok:
        return None
    if call.subresource not in WHOLE or call.verb not in ("create", "update", "patch"):
        return None
    body = plan.reply.body
    if body is None:
        key = call.key
        kept = _holds_what_was_asked(call, before.get(call.resource, key), after.get(call.resource, key))
    else:
        key = key_of(body.metadata)
        stored = after.get(call.resource, key)
        kept = stored == body or (stored is None and body.metadata.deletion_timestamp is not None)
    what = f"{call.verb} of {call.resource} {key}"
    return None if kept else f"{action.process} was told that its {what} is stored, it is not"


def _holds_what_was_asked(call: Call, old: Any, stored: Any) -> bool:  # noqa: ANN401 -- objects of any kind
    """Does the store hold what a call wrote: would its patch change nothing now, is its status there?"""
    if stored is None:
        return old is not None and old.metadata.deletion_timestamp is not None
    if isinstance(call.body, StatusPatch):
        return bool(apply_status_patch(stored, call.body) == stored)
    if isinstance(call.body, Patch):
        tree = to_json(stored)
        return apply_patch(kind_of_object(stored), tree, call.body) == tree
    return not call.subresource or bool(stored.status == call.body.status)


def uid_unique(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A new object has a UID of its own: no other live object has it, and none that a process still sees there."""
    del action
    for cell, old, new in changed_objects(before, after):
        if new is None or (old is not None and old.metadata.uid == new.metadata.uid):
            continue
        uid = new.metadata.uid
        for key, other in after.view().scan("object", "", cell.kind):
            if key != cell.key and other.metadata.uid == uid:
                return f"{cell.kind} {cell.key} and {key} have the UID {uid}"
        for process in before.system.processes:
            seen = before[Cell("copy", process, cell.kind, cell.key)]
            if getattr(getattr(seen, "metadata", None), "uid", None) == uid:
                return f"the new {cell.kind} {cell.key} has the UID {uid} of an earlier one, which {process} still sees"
    return None


def some_update_carries_a_version(cluster: Cluster) -> str | None:
    """An update of a known version is on its way."""
    view = cluster.view()
    for cell in view.cells("plan"):
        plan = view[cell]
        if (
            isinstance(plan, Waiting)
            and plan.call.verb == "update"
            and plan.call.subresource in WHOLE
            and plan.call.body.metadata.resource_version is not None
        ):
            return f"{cell.owner} is about to update {plan.call.resource} {plan.call.key}"
    return None


def some_write_is_acknowledged(cluster: Cluster) -> str | None:
    """A write is answered with success."""
    view = cluster.view()
    for cell in view.cells("plan"):
        plan = view[cell]
        if isinstance(plan, Answered) and plan.reply.ok and plan.call.verb in WRITES:
            return f"{cell.owner}'s {plan.call.verb} of {plan.call.resource} {plan.call.key} is acknowledged"
    return None


def some_objects_are_alike(cluster: Cluster) -> str | None:
    """There are two objects of one resource."""
    view = cluster.view()
    last = ""
    for cell in view.cells("object"):
        if cell.kind == last:
            return f"there are several {cell.kind}"
        last = cell.kind
    return None


WRITTEN = every(holds(Deployment, ReplicaSet), some(runs("replicaset"), runs("deployment")))
PROPERTIES = (
    Property(
        "acknowledged_is_stored",
        STEP,
        "a client builds on what it was told is stored",
        acknowledged_is_stored,
        "https://kubernetes.io/docs/concepts/overview/components/#etcd",
        sibling="some_write_is_acknowledged",
        reads=(("plan", ""),),
        where=WRITTEN,
    ),
    Property(
        "no_lost_update",
        STEP,
        "two writers must not undo each other's changes",
        no_lost_update,
        API + "#resource-versions",
        restrictions="updates that carry a resourceVersion; without one the last write wins",
        sibling="some_update_carries_a_version",
        reads=(("object", ""),),
        where=WRITTEN,
    ),
    Property(
        "uid_unique",
        STEP,
        "a controller tells an object from the next one of its name by the UID",
        uid_unique,
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids",
        restrictions="explored scopes use a UID again once nobody knows it any more",
        sibling="some_objects_are_alike",
        reads=(("object", ""),),
        where=may_hold_two,
    ),
    Property(
        "some_objects_are_alike", SOMETIMES, "the premise of identity", some_objects_are_alike, reads=(("object", ""),)
    ),
    Property(
        "some_update_carries_a_version",
        SOMETIMES,
        "the premise of conflicts",
        some_update_carries_a_version,
        reads=(("plan", ""),),
    ),
    Property(
        "some_write_is_acknowledged",
        SOMETIMES,
        "the premise of acknowledgement",
        some_write_is_acknowledged,
        reads=(("plan", ""),),
    ),
)
