"""SchedulingGates."""

from seatrial.model.api.core import PodSchedulingGate
from seatrial.model.scheduler.plugins.scheduling_gates import pre_enqueue
from tests.strategies.scheduler_objects import new_pod


def test_the_gates_are_named() -> None:
    """A pod with gates says which; one without passes."""
    gated = new_pod(scheduling_gates=(PodSchedulingGate("a"), PodSchedulingGate("b/c")))
    assert ("waiting for scheduling gates: [a b/c]",) == pre_enqueue(gated).reasons
    assert pre_enqueue(new_pod()).is_success
