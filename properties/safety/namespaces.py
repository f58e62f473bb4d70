"""What never happens around the end of a namespace: content that is left behind, or made while it ends."""

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.view import Cell
from seatrial.properties.changes import changed_objects
from seatrial.properties.premises import deletes, every, is_secured
from seatrial.properties.property import SOMETIMES, STEP, Property, objects

LINK = "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"
ADMISSION = "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle"
TERMINATING = "Terminating"


def deleted_namespace_empty(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A namespace goes only when nothing is left in it."""
    del action
    for cell, old, new in changed_objects(before, after, "namespaces"):
        if old is None or new is not None:
            continue
        for left in after.cells.keys_between(Cell("object"), Cell("object\0")):
            if left.key.startswith(f"{cell.key}/"):
                return f"namespace {cell.key} is gone, {left.kind} {left.key} is left in it"
    return None


def nothing_new_in_ending_namespace(before: Cluster, action: Action, after: Cluster) -> str | None:
    """Nothing is created in a namespace that is Terminating."""
    del action
    for cell, old, _ in changed_objects(before, after):
        namespace, slash, _ = cell.key.partition("/")
        held = before.get("namespaces", namespace) if old is None and slash else None
        if held is not None and held.status.phase == TERMINATING:
            return f"{cell.kind} {cell.key} was created while its namespace is Terminating"
    return None


def some_namespace_ends(cluster: Cluster) -> str | None:
    """A namespace is Terminating."""
    for namespace in cluster.objects("namespaces"):
        if namespace.status.phase == TERMINATING:
            return f"namespace {namespace.metadata.name} is Terminating"
    return None


PROPERTIES = (
    Property(
        "deleted_namespace_empty",
        STEP,
        "what is left would show up in the next namespace of that name",
        deleted_namespace_empty,
        LINK,
        restrictions="no create that was admitted before the deletion and stored "
        "after the namespace's content was listed",
        sibling="some_namespace_ends",
        reads=objects("namespaces"),
        needs=("namespace-controller",),
        where=deletes("namespaces"),
    ),
    Property(
        "nothing_new_in_ending_namespace",
        STEP,
        "a namespace that fills up again never ends",
        nothing_new_in_ending_namespace,
        ADMISSION,
        restrictions="no create that was admitted before the deletion "
        "(here a request is admitted and stored in one step)",
        sibling="some_namespace_ends",
        reads=(("object", ""),),
        where=every(is_secured, deletes("namespaces")),
    ),
    Property(
        "some_namespace_ends", SOMETIMES, "the premise of an end", some_namespace_ends, reads=objects("namespaces")
    ),
)
