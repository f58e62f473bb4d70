"""Each property of the scheduler says what is wrong when it is."""

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.api.core import Node, Pod, Taint
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell, queue_cell
from seatrial.model.cluster import Cluster
from seatrial.model.scheduler import cache, queue
from seatrial.model.view import Cell
from tests.properties.worlds import changed, node, object_of, pod, says_of, world

SCHEDULER, KEY = "kube-scheduler", "default/web-1"
SYNC, REQUEST = Action("Sync", SCHEDULER, KEY), Action("Request", SCHEDULER, KEY, "ok")
BINDING = Waiting(Call("create", "pods", KEY, ("u1", "node-1"), "binding"))
FULL = "with it 2000m of cpu are asked for, 1000m can be given"


def decided(*objects: Node | Pod, place: str = "node-1") -> tuple[Cluster, Cluster]:
    """Before and after a scheduling cycle that takes this node for the pod web-1."""
    before = world(*objects, pod(), controllers=("scheduler",))
    call = attrs.evolve(BINDING.call, body=("u1", place))
    return before, changed(before, (plan_cell(SCHEDULER, KEY), Waiting(call)))


def test_no_overcommit_counts_what_is_seen_and_assumed() -> None:
    """A node without room for the pod is named with what would be asked for; an assumed pod counts like a bound one."""
    before, after = decided(node(cpu="1"), pod("web-0", node_name="node-1", uid="u0"))
    assert f"the scheduler binds pod {KEY} to node-1: {FULL}" == says_of("no_overcommit", before, after, SYNC)
    before, _ = decided(node(cpu="1"), pod("web-0", uid="u0"))
    before = changed(before, (Cell("note", SCHEDULER, cache.NOTE, "default/web-0"), cache.Assumed("node-1", "u0")))
    after = changed(before, (plan_cell(SCHEDULER, KEY), BINDING))
    assert f"the scheduler binds pod {KEY} to node-1: {FULL}" == says_of("no_overcommit", before, after, SYNC)
    assert says_of("no_overcommit", *decided(node()), SYNC) is None


def test_no_overcommit_counts_pods() -> None:
    """A node takes so many pods and no more."""
    crowded = node()
    room = crowded.status.allocatable.update({"pods": "0"})
    before, after = decided(attrs.evolve(crowded, status=attrs.evolve(crowded.status, allocatable=room)))
    expected = f"the scheduler binds pod {KEY} to node-1: it would be pod number 1, 0 are allowed"
    assert expected == says_of("no_overcommit", before, after, SYNC)


def test_no_overcommit_tells_a_node_that_the_scheduler_does_not_see() -> None:
    """A decision for a node out of nowhere is named."""
    before, after = decided(node(), place="node-9")
    expected = f"the scheduler binds pod {KEY} to node-9, of which it sees only one"
    assert expected == says_of("no_overcommit", before, after, SYNC)


def test_no_overcommit_in_store_tells_a_binding_without_room() -> None:
    """A binding that overfills its node is named when it is stored."""
    before = world(node(cpu="1"), pod("web-0", node_name="node-1", uid="u0"), pod())
    after = changed(before, object_of("pods", pod(node_name="node-1")))
    expected = f"pod {KEY} is bound to node-1: {FULL}"
    assert expected == says_of("no_overcommit_in_store", before, after)


@pytest.mark.parametrize(
    ("taint", "expected"),
    [
        (Taint("gpu", effect="NoSchedule"), " in spite of the taint gpu:NoSchedule"),
        (Taint("gpu", effect="PreferNoSchedule"), None),
        (None, ", which is cordoned"),
    ],
)
def test_taints_respected_tells_a_node_that_is_not_for_the_pod(taint: Taint | None, expected: str | None) -> None:
    """A taint that forbids and a cordon are named; a taint that only discourages is none of them."""
    plain = node()
    spec = attrs.evolve(plain.spec, taints=(taint,) if taint else (), unschedulable=taint is None)
    before, after = decided(attrs.evolve(plain, spec=spec))
    said = says_of("taints_respected", before, after, SYNC)
    assert (expected and f"the scheduler binds pod {KEY} to node-1{expected}") == said


def test_bind_uid_match_tells_a_binding_of_another_pod_or_node() -> None:
    """A binding that was made for the earlier pod of the name, or for another node, is named."""
    before = changed(world(node(), pod(uid="u2")), (plan_cell(SCHEDULER, KEY), BINDING))
    after = changed(before, object_of("pods", pod(uid="u2", node_name="node-1")))
    expected = f"a binding made for another pod of this name bound pod {KEY} to node-1"
    assert expected == says_of("bind_uid_match", before, after, REQUEST)
    before = changed(world(node(), pod()), (plan_cell(SCHEDULER, KEY), BINDING))
    after = changed(before, object_of("pods", pod(node_name="node-2")))
    assert f"a binding to node-1 bound pod {KEY} to node-2" == says_of("bind_uid_match", before, after, REQUEST)


def test_single_queue_membership_tells_a_pod_in_two_queues_or_one_too_many() -> None:
    """A pod that is active and parked is named, and one that waits although it is bound."""
    before = world(controllers=("scheduler",))
    queued, parked = (queue_cell(SCHEDULER, KEY), True), (Cell("note", SCHEDULER, queue.NOTE, KEY), ("Fit",))
    expected = f"pod {KEY} is in the scheduler's active queue and parked as unschedulable"
    assert expected == says_of("single_queue_membership", before, changed(before, queued, parked))
    bound = changed(before, (Cell("copy", SCHEDULER, "pods", KEY), pod(node_name="node-1")))
    expected = f"pod {KEY} waits in the scheduler's queue, which has seen it bound to node-1"
    assert expected == says_of("single_queue_membership", bound, changed(bound, queued))
    assert says_of("single_queue_membership", before, changed(before, queued)) is None
