"""Dropped watches: they resume where they were, unless the watch cache's window has moved past that."""

import pytest

from seatrial.model.client.informer import CONNECTED, DROPPED, EXPIRED, events_cell, watch_cell
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from tests.model.node.clusters import offers, take
from tests.model.samples import make_replicaset
from tests.model.schedules import settle

OWNER = "replicaset-controller"
WATCH, EVENTS = watch_cell(OWNER, "pods"), events_cell(OWNER, "pods")


def dropped(room: int, pods: int) -> Cluster:
    """The controller's watch of pods broke before it made so many; it has seen none of them."""
    scope = Scope(("replicaset",), (make_replicaset(pods),), secured=False, history=room,
                  budgets=FrozenMap({"drop": 1}))
    cluster = take(start(scope), "DropWatch", key="pods")
    while len(cluster.objects("pods")) < pods:
        cluster = step(cluster, next(each for each in enabled(cluster)
                                     if not is_environment(each) and each.step not in ("Rewatch", "Fire")))
    assert (DROPPED, pods) == (cluster[WATCH], len(cluster[EVENTS]))
    return cluster


@pytest.mark.parametrize(("room", "expected"), [(0, CONNECTED), (4, CONNECTED), (3, CONNECTED), (2, EXPIRED)])
def test_it_resumes_within_the_window(room: int, expected: str) -> None:
    """Three events are missed: a cache of three has them all, one of two has not; without a history none is lost."""
    cluster = take(dropped(room, 3), "Rewatch", key="pods")
    assert expected == cluster[WATCH]
    assert (expected == EXPIRED) == (cluster[EVENTS] is None)


def test_an_outrun_watch_lists_again_and_catches_up() -> None:
    """The gap arrives merged, and the cluster comes to the same rest as one whose watch resumed (control)."""
    outrun, resumed = (settle(take(dropped(room, 3), "Rewatch", key="pods")) for room in (2, 4))
    assert 3 == len(outrun.objects("pods"))
    assert outrun.objects("pods") == resumed.objects("pods")
    assert CONNECTED == outrun[WATCH]
    assert offers(take(dropped(2, 3), "Rewatch", key="pods"), "Relist")


def test_a_watch_that_missed_nothing_resumes() -> None:
    """However far the window has moved: bookmarks have kept it at the present."""
    scope = Scope(("replicaset",), (make_replicaset(3),), secured=False, history=1, budgets=FrozenMap({"drop": 1}))
    cluster = take(settle(start(scope)), "DropWatch", key="pods")
    assert CONNECTED == take(cluster, "Rewatch", key="pods")[WATCH]
