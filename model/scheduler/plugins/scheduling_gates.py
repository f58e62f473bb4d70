"""SchedulingGates: a pod with a gate is not queued until the last one is taken off.

Mirrors pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go (release 1.36).
"""

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import PASSED, UNRESOLVABLE, Plugin, Registration, Status

NAME = "SchedulingGates"


def pre_enqueue(pod: Pod) -> Status:
    """No gate is left."""
    gates = pod.spec.scheduling_gates
    if not gates:
        return PASSED
    names = " ".join(each.name for each in gates)
    return Status(UNRESOLVABLE, (f"waiting for scheduling gates: [{names}]",), NAME)


def is_schedulable_after_update(pod: Pod, old: Pod, new: Pod) -> bool:
    """Was it this pod that lost its gates?"""
    del old
    return new.metadata.uid == pod.metadata.uid


PLUGIN = Plugin(
    NAME, pre_enqueue=pre_enqueue,
    events=(Registration("Pod", ("UpdatePodSchedulingGatesEliminated",), is_schedulable_after_update),),
)
