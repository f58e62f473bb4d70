"""Each property of watches says what is wrong when it is."""

from seatrial.model.actions import Action
from seatrial.model.client.informer import WatchEvent, events_cell
from tests.properties.worlds import changed, pod, says_of, world

PROCESS, KEY = "kube-scheduler", "default/web-1"


def test_resource_version_monotone_per_watch_tells_a_step_back() -> None:
    """An event as old as the copy that it would replace is named with both versions."""
    held = world(pod(), controllers=("replicaset",))
    event = WatchEvent(KEY, 1, pod())
    before = changed(held, (events_cell("replicaset-controller", "pods"), (event,)))
    expected = "replicaset-controller got version 1 of pods default/web-1 after it had seen version 1"
    action = Action("Deliver", "replicaset-controller", "pods")
    assert expected == says_of("resource_version_monotone_per_watch", before, before, action)


def test_watch_ordered_unique_reliable_tells_the_order() -> None:
    """Events that overtake each other are named in the order in which they would be seen."""
    events = (WatchEvent(KEY, 3), WatchEvent(KEY, 5))
    after = changed(world(), (events_cell(PROCESS, "pods"), events))
    expected = "kube-scheduler's events of pods are out of order: versions [5, 3]"
    assert expected == says_of("watch_ordered_unique_reliable", world(), after)
    assert (
        says_of(
            "watch_ordered_unique_reliable", world(), changed(world(), (events_cell(PROCESS, "pods"), events[::-1]))
        )
        is None
    )
