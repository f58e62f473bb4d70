"""Informers: events in order, gaps merged by a relist, and own writes that are waited for."""

import attrs
import pytest

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.client.calls import Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.informer import (
    CONNECTED,
    DROPPED,
    EXPIRED,
    WatchEvent,
    deliver,
    events_cell,
    has_unseen_write,
    list_objects,
    push_event,
    remember_own_write,
    watch_cell,
)
from seatrial.model.client.local import Local
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, View

Heard = list[tuple[str, str, str]]


def pod(name: str, version: int, *, uid: str = "", node: str = "") -> Pod:
    """A pod of this version."""
    held = Pod(ObjectMeta(name=name, namespace="default", uid=uid or name, resource_version=version))
    return attrs.evolve(held, spec=attrs.evolve(held.spec, node_name=node))


def controller(heard: Heard | None = None, **given: object) -> Controller:
    """A controller that watches pods, and writes down what its handler is told."""

    def handle(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
        local.enqueue(key)
        if heard is not None:
            heard.append((key, old.metadata.uid if old else "", new.metadata.uid if new else ""))

    held = Controller("watcher", (Watch("pods", handle),), lambda local, key, choice: Done(), consistent=("pods",))  # noqa: ARG005
    return attrs.evolve(held, **given)  # type: ignore[arg-type]


def connected() -> View:
    """A view in which the watch of pods is connected."""
    return View(FrozenMap({watch_cell("watcher", "pods"): CONNECTED}))


def write(view: View, old: Pod | None, new: Pod | None, version: int, watch: Watch | None = None) -> None:
    """Stores a pod and tells the informer."""
    name = (new or old or pod("", 0)).metadata.name
    view[Cell("object", "", "pods", f"default/{name}")] = new
    push_event(view, "watcher", watch or controller().watches[0], WatchEvent(f"default/{name}", version, new), old)


def test_events_arrive_in_order_each_once() -> None:
    """Create, update and delete reach the handler in the order of the log, with what it held before."""
    view, heard = connected(), Heard()
    watcher = controller(heard)
    first, second = pod("a", 1), pod("a", 2, uid="again")
    write(view, None, first, 1)
    write(view, first, second, 2)
    write(view, second, None, 3)
    for _ in range(3):
        deliver(view, watcher, "pods")
    assert [("default/a", "", "a"), ("default/a", "a", "again"), ("default/a", "again", "")] == heard
    assert view[events_cell("watcher", "pods")] is None
    assert view[Cell("copy", "watcher", "pods", "default/a")] is None
    assert view[Cell("queue", "watcher", "", "default/a")]


@pytest.mark.parametrize(("state", "kept"), [(CONNECTED, 1), (DROPPED, 1), (EXPIRED, 0)])
def test_a_broken_watch_keeps_what_an_expired_one_loses(state: str, kept: int) -> None:
    """A dropped watch resumes where it was; one that got 410 sees nothing of the gap."""
    view = View(FrozenMap({watch_cell("watcher", "pods"): state}))
    write(view, None, pod("a", 1), 1)
    assert kept == len(view[events_cell("watcher", "pods")] or ())


def test_a_process_is_not_told_what_it_cannot_see() -> None:
    """An update that its projection hides brings no event."""
    watch = Watch("pods", project=lambda seen: seen.metadata.uid)
    view = connected()
    write(view, pod("a", 1), pod("a", 2), 2, watch)
    assert view[events_cell("watcher", "pods")] is None
    write(view, pod("a", 2), pod("a", 3, uid="again"), 3, watch)
    assert (WatchEvent("default/a", 3, "again"),) == view[events_cell("watcher", "pods")]


def test_an_object_that_leaves_a_field_selector_is_gone_for_its_watch() -> None:
    """A kubelet that selects spec.nodeName sees a pod come when it is bound, and nothing of other nodes' pods."""
    watch = Watch("pods", fields="spec.nodeName=mine")
    view = connected()
    write(view, None, pod("a", 1), 1, watch)
    write(view, pod("a", 1), pod("a", 2, node="other"), 2, watch)
    assert view[events_cell("watcher", "pods")] is None
    write(view, pod("a", 2), pod("a", 3, node="mine"), 3, watch)
    write(view, pod("a", 3, node="mine"), pod("a", 4, node="other"), 4, watch)
    gone, come = view[events_cell("watcher", "pods")]
    assert (None, "mine") == (gone.object, come.object.spec.node_name)


def test_a_relist_merges_the_gap() -> None:
    """Deletion is a tombstone, deletion and recreation one update with another UID, what is as before is not told."""
    heard = Heard()
    watcher = controller(heard)
    view = View(FrozenMap({
        watch_cell("watcher", "pods"): EXPIRED,
        **{Cell("copy", "watcher", "pods", f"default/{name}"): pod(name, 1) for name in ("gone", "new", "same")}}))
    for held in (pod("same", 1), pod("new", 5, uid="new#2"), pod("more", 6)):
        view[Cell("object", "", "pods", f"default/{held.metadata.name}")] = held
    list_objects(view, watcher, watcher.watches[0])
    assert [("default/gone", "gone", ""), ("default/more", "", "more"), ("default/new", "new", "new#2")] == heard
    assert ["default/more", "default/new", "default/same"] == list(view.keys("copy", "watcher", "pods"))
    assert CONNECTED == view[watch_cell("watcher", "pods")]


def test_a_fresh_list_leaves_no_event_of_the_past() -> None:
    """Events that waited are older than the list, and are dropped with it."""
    view, watcher = connected(), controller()
    write(view, None, pod("a", 1), 1)
    list_objects(view, watcher, watcher.watches[0])
    assert view[events_cell("watcher", "pods")] is None
    assert 1 == view[Cell("copy", "watcher", "pods", "default/a")].metadata.resource_version


def test_a_list_from_a_lagging_server_shows_the_past_and_then_its_events() -> None:
    """The copies and the queue of the server that lags become the process's own."""
    view, watcher = connected(), controller()
    old, new = pod("a", 1), pod("a", 2)
    view[Cell("object", "", "pods", "default/a")] = new
    view[Cell("copy", "server-2", "pods", "default/a")] = old
    view[events_cell("server-2", "pods")] = (WatchEvent("default/a", 2, new),)
    list_objects(view, watcher, watcher.watches[0], "server-2")
    assert old == view[Cell("copy", "watcher", "pods", "default/a")]
    deliver(view, watcher, "pods")
    assert new == view[Cell("copy", "watcher", "pods", "default/a")]


def test_an_own_write_holds_back_until_its_event_is_seen() -> None:
    """A later event of another object does not help; the event of this version does."""
    view, watcher = connected(), controller()
    write(view, None, pod("other", 1), 1)
    write(view, None, pod("mine", 2), 2)
    remember_own_write(view, watcher, "the key", "pods", pod("mine", 2))
    assert "pods" == has_unseen_write(view, watcher, "the key")
    deliver(view, watcher, "pods")
    assert "pods" == has_unseen_write(view, watcher, "the key")
    deliver(view, watcher, "pods")
    assert "" == has_unseen_write(view, watcher, "the key")


def test_an_own_write_whose_event_came_before_the_reply_is_not_waited_for() -> None:
    """The informer has it already."""
    view, watcher = connected(), controller()
    write(view, None, pod("mine", 1), 1)
    deliver(view, watcher, "pods")
    remember_own_write(view, watcher, "the key", "pods", pod("mine", 1))
    assert "" == has_unseen_write(view, watcher, "the key")


def test_a_relist_clears_an_own_write_that_was_lost_with_the_watch() -> None:
    """After 410 the event never comes; the list shows the write, or what came after it."""
    view, watcher = connected(), controller()
    view[watch_cell("watcher", "pods")] = EXPIRED
    remember_own_write(view, watcher, "the key", "pods", pod("mine", 1))
    assert "pods" == has_unseen_write(view, watcher, "the key")
    list_objects(view, watcher, watcher.watches[0])
    assert "" == has_unseen_write(view, watcher, "the key")


def test_a_tombstone_comes_after_the_event_that_clears_an_own_write() -> None:
    """A pod that was created and deleted: the creation's event clears the note, the deletion leaves nothing."""
    view, watcher = connected(), controller()
    write(view, None, pod("mine", 1), 1)
    write(view, pod("mine", 1), None, 2)
    remember_own_write(view, watcher, "the key", "pods", pod("mine", 1))
    deliver(view, watcher, "pods")
    deliver(view, watcher, "pods")
    assert "" == has_unseen_write(view, watcher, "the key")
    assert [] == list(view.cells("copy", "watcher"))


def test_a_controller_without_the_check_remembers_nothing() -> None:
    """Before 1.36, and in the Deployment controller: negative control for the check."""
    view, watcher = connected(), controller(consistent=())
    write(view, None, pod("mine", 1), 1)
    remember_own_write(view, watcher, "the key", "pods", pod("mine", 1))
    assert "" == has_unseen_write(view, watcher, "the key")
