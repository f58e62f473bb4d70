"""Each property of the store says what is wrong when it is."""

import attrs

from seatrial.model.actions import Action
from seatrial.model.client.calls import Answered, Call, Reply, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.view import Cell
from tests.properties.worlds import changed, object_of, pod, replicaset, says_of, world

PROCESS, KEY = "replicaset-controller", "default/web"
REQUEST = Action("Request", PROCESS, KEY, "ok")


def test_no_lost_update_tells_what_was_overwritten() -> None:
    """An update that was made for version 7 and changes version 1 is named with both."""
    held = world(replicaset(2))
    stored = held.get("replicasets", KEY)
    sent = attrs.evolve(replicaset(3), metadata=attrs.evolve(stored.metadata, resource_version=7))
    before = changed(held, (plan_cell(PROCESS, KEY), Waiting(Call("update", "replicasets", KEY, sent))))
    after = changed(before, object_of("replicasets", sent))
    expected = "replicaset-controller updated replicasets default/web as it was at version 7, and overwrote version 1"
    assert expected == says_of("no_lost_update", before, after, REQUEST)
    assert says_of("no_lost_update", before, before, REQUEST) is None


def test_acknowledged_is_stored_tells_a_write_that_is_not_there() -> None:
    """A create that is acknowledged and not stored is named."""
    call = Call("create", "pods", "default/")
    before = changed(world(), (plan_cell(PROCESS, KEY), Waiting(call)))
    after = changed(before, (plan_cell(PROCESS, KEY), Answered(call, Reply(201, pod()))))
    expected = "replicaset-controller was told that its create of pods default/web-1 is stored, it is not"
    assert expected == says_of("acknowledged_is_stored", before, after, REQUEST)
    stored = changed(after, object_of("pods", pod()))
    assert says_of("acknowledged_is_stored", before, stored, REQUEST) is None


def test_uid_unique_tells_who_has_the_uid() -> None:
    """A new object with the UID of a live one is named, and one with the UID of an earlier one that is still seen."""
    before = world(pod(), controllers=("replicaset",))
    after = changed(before, object_of("pods", pod("web-2")))
    assert "pods default/web-2 and default/web-1 have the UID u1" == says_of("uid_unique", before, after)
    gone = changed(before, (Cell("object", "", "pods", "default/web-1"), None))
    expected = "the new pods default/web-1 has the UID u1 of an earlier one, which replicaset-controller still sees"
    assert expected == says_of("uid_unique", gone, before)
