"""Broken watches: dropped ones resume where they were; expired ones (410) list again, and the gap arrives merged.

410 comes from the watch cache's window: a busy resource outran it, or the API server restarted (recorded: a
compaction of etcd alone does not show while the cache still holds the log). Where the scope keeps a history, the
window itself says whether a dropped watch may resume.
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.client.informer import CONNECTED, DROPPED, EXPIRED, events_cell, list_objects
from seatrial.model.client.links import can_reach
from seatrial.model.etcd.history import oldest_watch
from seatrial.model.faults.fault import Fault
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View


def offer_drop(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A connected watch may break."""
    del system
    if view[anchor] == CONNECTED and has_budget(view, "drop"):
        yield Action("DropWatch", anchor.owner, anchor.kind)


def run_drop(view: View, system: System, action: Action) -> None:
    """Events go on being kept for it; none arrives."""
    del system
    spend(view, "drop")
    view[Cell("watch", action.process, action.key)] = DROPPED


def offer_expire(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The window of the watch cache is outrun."""
    del system
    if view[anchor] in (CONNECTED, DROPPED) and has_budget(view, "gone"):
        yield Action("ExpireWatch", anchor.owner, anchor.kind)


def run_expire(view: View, system: System, action: Action) -> None:
    """What was not delivered never will be."""
    del system
    spend(view, "gone")
    expire(view, action.process, action.key)


def expire(view: View, process: str, resource: str) -> None:
    """A watch must list again before it sees anything."""
    view[Cell("watch", process, resource)] = EXPIRED
    view[events_cell(process, resource)] = None


def offer_rewatch(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A dropped watch resumes at its last version."""
    if view[anchor] == DROPPED and can_reach(view, system, anchor.owner):
        yield Action("Rewatch", anchor.owner, anchor.kind)


def run_rewatch(view: View, system: System, action: Action) -> None:
    """Nothing is lost; but a watch whose next event has left the window is answered 410, and must list again."""
    if system.scope.history and is_outrun(view, action.process, action.key):
        expire(view, action.process, action.key)
        return
    view[Cell("watch", action.process, action.key)] = CONNECTED


def is_outrun(view: View, process: str, resource: str) -> bool:
    """Is the last version that a watch has seen older than the watch cache's window?

    It is the one before the oldest event that waits; with none waiting, bookmarks have kept it near the present.
    """
    waiting = view.oldest(events_cell(process, resource))
    return waiting is not None and waiting.version - 1 < oldest_watch(view, resource)


def offer_relist(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """An expired watch lists again."""
    if view[anchor] == EXPIRED and can_reach(view, system, anchor.owner):
        yield Action("Relist", anchor.owner, anchor.kind)


def run_relist(view: View, system: System, action: Action) -> None:
    """Fresh, never older than what was seen; the gap arrives merged."""
    controller = system.processes[action.process]
    list_objects(view, controller, controller.watch(action.key))


FAULT = Fault(
    "watches",
    "a watch is dropped and resumes, or expires (410) and lists again",
    (
        Step("DropWatch", "watch", offer_drop, run_drop, environment=True,
             say="{process}'s watch of {key} breaks"),
        Step("ExpireWatch", "watch", offer_expire, run_expire, environment=True,
             say="{process}'s watch of {key} expires (410): what it has not seen, it will not see"),
        Step("Rewatch", "watch", offer_rewatch, run_rewatch,
             say="{process} asks to resume its watch of {key} where it was"),
        Step("Relist", "watch", offer_relist, run_relist, say="{process} lists {key} again"),
    ),
    ("drop", "gone"),
)
