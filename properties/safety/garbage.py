"""What the garbage collector never does: it deletes nothing whose owner lives, and nothing that was let go."""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.api.meta import ObjectMeta, OwnerReference, key_of
from seatrial.model.api.registry import KINDS
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.garbagecollector_graph import FOREGROUND
from seatrial.model.controllers.garbagecollector_plan import Deleting
from seatrial.model.scope import Scope
from seatrial.properties.changes import changed_objects, decided, served
from seatrial.properties.premises import deletes
from seatrial.properties.property import SOMETIMES, STEP, Property

COLLECTOR = "garbage-collector-controller"
LINK = "https://kubernetes.io/docs/concepts/architecture/garbage-collection/"


def find_owner(cluster: Cluster, owner: OwnerReference, namespace: str) -> ObjectMeta | None:
    """The metadata of this very owner, if it is stored."""
    kind = next((kind for kind in KINDS if (kind.api_version, kind.name) == (owner.api_version, owner.kind)), None)
    found = (
        None
        if kind is None
        else cluster.get(kind.resource, f"{namespace}/{owner.name}" if kind.namespaced else owner.name)
    )
    return None if found is None or found.metadata.uid != owner.uid else found.metadata


def is_stored(cluster: Cluster, owner: OwnerReference, namespace: str) -> bool:
    """Is this very owner stored?"""
    return find_owner(cluster, owner, namespace) is not None


def is_alive(cluster: Cluster, owner: OwnerReference, namespace: str) -> bool:
    """Is this very owner stored, and does it not wait for its dependents to go?"""
    meta = find_owner(cluster, owner, namespace)
    return meta is not None and (meta.deletion_timestamp is None or FOREGROUND not in meta.finalizers)


def gc_never_deletes_owned_by_live(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No object is sentenced to deletion while an owner that it was read with lives."""
    del before
    call = decided(action, after) if action.process == COLLECTOR else None
    if call is None or not isinstance(call.memo, Deleting) or call.verb != "delete":
        return None
    for owner in call.memo.latest.owners:
        if is_alive(after, owner, call.memo.item.namespace):
            return (
                f"the garbage collector decides to delete {call.resource} {call.key}, whose owner {owner.kind} "
                f"{owner.name} lives"
            )
    return None


def orphans_survive(before: Cluster, action: Action, after: Cluster) -> str | None:
    """The garbage collector deletes nothing that has no owner any more."""
    call = served(before, action) if action.process == COLLECTOR else None
    if call is None or call.verb != "delete":
        return None
    for cell, old, new in changed_objects(before, after):
        gone = old is not None and (
            new is None or (new.metadata.deletion_timestamp is not None and old.metadata.deletion_timestamp is None)
        )
        if gone and not old.metadata.owner_references and old.metadata.deletion_timestamp is None:
            return f"the garbage collector deleted {cell.kind} {cell.key}, which has no owner"
    return None


def garbage(cluster: Cluster) -> Iterator[str]:
    """The objects that have owners, none of which is there any more."""
    view = cluster.view()
    for cell in view.cells("object"):
        meta: ObjectMeta = view[cell].metadata
        if meta.owner_references and not any(
            is_stored(cluster, owner, meta.namespace) for owner in meta.owner_references
        ):
            yield f"{cell.kind} {cell.key}"


def some_object_is_garbage(cluster: Cluster) -> str | None:
    """An object has owners, and none of them is there any more."""
    found = next(garbage(cluster), None)
    return f"no owner of {found} is there any more" if found else None


def some_object_was_let_go(cluster: Cluster) -> str | None:
    """An owner is in deletion that lets its dependents go."""
    view = cluster.view()
    for cell in view.cells("object"):
        meta = view[cell].metadata
        if meta.deletion_timestamp is not None and "orphan" in meta.finalizers:
            return f"{cell.kind} {key_of(meta)} is in deletion, and lets its dependents go"
    return None


def leaves_garbage(scope: Scope) -> bool:
    """Scopes in which an owner may go before what it owns, or is gone from the beginning."""
    return deletes()(scope) or any(each.metadata.owner_references for each in scope.objects)


PROPERTIES = (
    Property(
        "gc_never_deletes_owned_by_live",
        STEP,
        "a collector that is wrong deletes what is in use",
        gc_never_deletes_owned_by_live,
        LINK,
        restrictions="judged on the owners that were read with the object, when its deletion is decided; an owner in "
        "another namespace counts as absent",
        sibling="some_object_is_garbage",
        reads=(("plan", ""),),
        needs=(COLLECTOR,),
        where=leaves_garbage,
    ),
    Property(
        "orphans_survive",
        STEP,
        "who asks to keep the dependents keeps them",
        orphans_survive,
        LINK + "#orphaned-dependents",
        sibling="some_object_was_let_go",
        reads=(("object", ""),),
        needs=(COLLECTOR,),
        where=deletes(policy="Orphan"),
    ),
    Property(
        "some_object_is_garbage",
        SOMETIMES,
        "the premise of collection",
        some_object_is_garbage,
        reads=(("object", ""),),
    ),
    Property(
        "some_object_was_let_go", SOMETIMES, "the premise of orphans", some_object_was_let_go, reads=(("object", ""),)
    ),
)
