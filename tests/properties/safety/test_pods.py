"""Each property of pods says what is wrong when it is."""

import attrs

from seatrial.model.node.machine import ContainerRecord, PodSandbox, sandbox_cell
from tests.properties.worlds import changed, node, object_of, pod, says_of, world


def test_bind_once_tells_a_pod_that_moves() -> None:
    """A pod that goes from one node to another is named with both."""
    before = world(pod(node_name="node-1"))
    after = changed(before, object_of("pods", pod(node_name="node-2")))
    assert "pod default/web-1 moved from node-1 to node-2" == says_of("bind_once", before, after)
    unbound = changed(before, object_of("pods", pod()))
    assert "pod default/web-1 moved from node-1 to no node" == says_of("bind_once", before, unbound)


def test_bind_once_lets_another_pod_of_the_name_go_elsewhere() -> None:
    """A pod that is created again under the name is another pod."""
    before = world(pod(node_name="node-1"))
    assert says_of("bind_once", before, changed(before, object_of("pods", pod(uid="u2", node_name="node-2")))) is None


def test_phase_monotone_tells_a_pod_that_comes_back() -> None:
    """A pod that has ended and runs again is named with both phases."""
    before = world(pod(phase="Failed"))
    after = changed(before, object_of("pods", pod(phase="Running")))
    assert "pod default/web-1 went from Failed back to Running" == says_of("phase_monotone", before, after)


def test_deletion_is_final_tells_a_deletion_that_is_taken_back() -> None:
    """An object that loses its deletion timestamp is named."""
    before = world(pod(deleted=True))
    after = changed(before, object_of("pods", pod()))
    assert "the deletion of pods default/web-1 was taken back" == says_of("deletion_is_final", before, after)


def test_gone_only_after_stopped_tells_a_pod_that_still_runs() -> None:
    """A pod that leaves the store while its container runs is named with its node."""
    held = world(node(), pod(node_name="node-1", deleted=True))
    running = PodSandbox(containers=(ContainerRecord("web"),))
    before = changed(held, (sandbox_cell("node-1", "default/web-1", "u1"), running))
    cell, _ = object_of("pods", pod())
    expected = "pod default/web-1 is gone from the API, and its containers still run on node-1"
    assert expected == says_of("gone_only_after_stopped", before, changed(before, (cell, None)))
    dead = attrs.evolve(running, containers=(), ready=False)
    stopped = changed(before, (sandbox_cell("node-1", "default/web-1", "u1"), dead))
    assert says_of("gone_only_after_stopped", stopped, changed(stopped, (cell, None))) is None
