"""What a watch promises: in order, each once, and nothing from the past."""

from itertools import pairwise

from seatrial.model.actions import Action
from seatrial.model.client.informer import events_cell
from seatrial.model.cluster import Cluster
from seatrial.model.view import Cell
from seatrial.properties.changes import changed_cells
from seatrial.properties.premises import every, has_pods, numbers_versions
from seatrial.properties.property import SOMETIMES, STEP, Property


def resource_version_monotone_per_watch(before: Cluster, action: Action, after: Cluster) -> str | None:
    """An event is newer than the copy that it replaces."""
    del after
    if action.step != "Deliver" or before.system.scope.versions:
        return None
    event = before.view().oldest(events_cell(action.process, action.key))
    held = before[Cell("copy", action.process, action.key, event.key)]
    seen = getattr(getattr(held, "metadata", None), "resource_version", None)
    if seen is not None and event.version <= seen:
        return (
            f"{action.process} got version {event.version} of {action.key} {event.key} after it had seen version {seen}"
        )
    return None


def watch_ordered_unique_reliable(before: Cluster, action: Action, after: Cluster) -> str | None:
    """The events that wait for a process are in the order of their versions, none twice."""
    del action
    if after.system.scope.versions:
        return None
    for cell, _, events in changed_cells(before, after, "events"):
        versions = [event.version for event in events or ()]
        if any(newer <= older for newer, older in pairwise(versions)):
            return f"{cell.owner}'s events of {cell.kind} are out of order: versions {versions[::-1]}"
    return None


def some_copy_is_replaced(cluster: Cluster) -> str | None:
    """A process holds a copy and has an event for it waiting."""
    for cell in cluster.cells.keys_between(Cell("events"), Cell("events\0")):
        key = cluster[cell][-1].key
        if cluster[Cell("copy", cell.owner, cell.kind, key)] is not None:
            return f"{cell.owner} will see {cell.kind} {key} change"
    return None


LINK = "https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes"
EVENTS = (("events", ""),)
NUMBERED = every(has_pods, numbers_versions)
PROPERTIES = (
    Property(
        "resource_version_monotone_per_watch",
        STEP,
        "a client that goes back in time repeats what it has done",
        resource_version_monotone_per_watch,
        LINK,
        restrictions="one watch; a restarted client that lists from a lagging API server sees the past",
        sibling="some_copy_is_replaced",
        reads=EVENTS,
        where=NUMBERED,
    ),
    Property(
        "watch_ordered_unique_reliable",
        STEP,
        "every controller relies on it",
        watch_ordered_unique_reliable,
        LINK,
        sibling="some_copy_is_replaced",
        reads=EVENTS,
        where=NUMBERED,
    ),
    Property("some_copy_is_replaced", SOMETIMES, "the premise of order", some_copy_is_replaced, reads=EVENTS),
)
