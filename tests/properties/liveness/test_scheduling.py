"""The property of the scheduler in the end says what is missing when it is."""

import attrs

from tests.properties.worlds import node, pod, says, world


def test_pending_feasible_pod_scheduled_names_the_node() -> None:
    """A pod that waits beside a node with room is named with it; beside a full one it has to wait."""
    expected = "pod default/web-1 waits, and node-1 could take it"
    assert expected == says("pending_feasible_pod_scheduled", world(node(), pod()))
    full = world(node(cpu="1"), pod(), pod("web-0", uid="u0", node_name="node-1"))
    assert says("pending_feasible_pod_scheduled", full) is None


def test_pending_feasible_pod_scheduled_leaves_other_schedulers_pods() -> None:
    """A pod for another scheduler, one in deletion and one that has ended are not for this one."""
    other = attrs.evolve(pod(), spec=attrs.evolve(pod().spec, scheduler_name="mine"))
    for each in (other, pod(deleted=True), pod(phase="Failed")):
        assert says("pending_feasible_pod_scheduled", world(node(), each)) is None
