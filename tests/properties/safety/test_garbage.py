"""Each property of the garbage collector says what is wrong when it is."""

import attrs

from seatrial.model.actions import Action
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.controllers.garbagecollector_graph import Identity
from seatrial.model.controllers.garbagecollector_plan import Deleting, Latest
from tests.properties.worlds import changed, object_of, pod, replicaset, says_of, world

COLLECTOR, KEY = "garbage-collector-controller", "v1 Pod default/web-1 u1"
ITEM = Identity("v1", "Pod", "default", "web-1", "u1")
OWNER = attrs.evolve(replicaset(), metadata=attrs.evolve(replicaset().metadata, uid="r1"))


def test_gc_never_deletes_owned_by_live_tells_the_owner() -> None:
    """A sentence on a pod whose ReplicaSet lives is named; the same with the ReplicaSet gone is right."""
    memo = Deleting(ITEM, Latest(pod(owner="r1"), "Background"))
    plan = (plan_cell(COLLECTOR, KEY), Waiting(Call("delete", "pods", "default/web-1", memo=memo)))
    action = Action("Reply", COLLECTOR, KEY)
    before = world(OWNER, pod(owner="r1"))
    expected = "the garbage collector decides to delete pods default/web-1, whose owner ReplicaSet web lives"
    assert expected == says_of("gc_never_deletes_owned_by_live", before, changed(before, plan), action)
    alone = world(pod(owner="r1"))
    assert says_of("gc_never_deletes_owned_by_live", alone, changed(alone, plan), action) is None


def test_orphans_survive_tells_an_orphan_that_goes() -> None:
    """A pod without an owner that the collector deletes is named; one with an owner is garbage."""
    action = Action("Request", COLLECTOR, KEY, "ok")
    plan = (plan_cell(COLLECTOR, KEY), Waiting(Call("delete", "pods", "default/web-1")))
    before = changed(world(pod()), plan)
    after = changed(before, (object_of("pods", pod())[0], None))
    expected = "the garbage collector deleted pods default/web-1, which has no owner"
    assert expected == says_of("orphans_survive", before, after, action)
    owned = changed(world(pod(owner="r1")), plan)
    assert says_of("orphans_survive", owned, changed(owned, (object_of("pods", pod())[0], None)), action) is None
