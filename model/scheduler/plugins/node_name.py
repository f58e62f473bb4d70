"""NodeName: a pod that names its node may go nowhere else.

Mirrors pkg/scheduler/framework/plugins/nodename/node_name.go (release 1.36). The scheduler itself never sees such a
pod (it is bound already); preemption and the kubelet's admission do.
"""

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import PASSED, UNRESOLVABLE, Plugin, Registration, Status
from seatrial.model.scheduler.node_info import NodeInfo

NAME = "NodeName"
REJECTED = Status(UNRESOLVABLE, ("node(s) didn't match the requested node name",), NAME)


def fits_node_name(wanted: str, name: str) -> bool:
    """Is any node good enough, or is it this one?"""
    return wanted in ("", name)


def filter_node(state: object, pod: Pod, info: NodeInfo) -> Status:
    """The one node that the pod names."""
    del state
    return PASSED if fits_node_name(pod.spec.node_name, info.name) else REJECTED


PLUGIN = Plugin(NAME, filter_node, events=(Registration("Node", ("Add",)),))
