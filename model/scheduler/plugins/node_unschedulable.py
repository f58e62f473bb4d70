"""NodeUnschedulable: a cordoned node takes no new pods, except those that tolerate its taint.

Mirrors pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go (release 1.36).
"""

from seatrial.model.api.core import Node, Pod, Taint
from seatrial.model.scheduler.framework import PASSED, UNRESOLVABLE, Plugin, Registration, Status
from seatrial.model.scheduler.node_info import NodeInfo
from seatrial.model.scheduler.plugins.taint_toleration import Tolerations, tolerations_tolerate_taint

NAME = "NodeUnschedulable"
TAINT = Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule")
REJECTED = Status(UNRESOLVABLE, ("node(s) were unschedulable",), NAME)


def fits_cordon(tolerations: Tolerations, *, unschedulable: bool) -> bool:
    """Is the node open, or does the pod tolerate that it is not?"""
    return not unschedulable or tolerations_tolerate_taint(tolerations, TAINT)


def filter_node(state: object, pod: Pod, info: NodeInfo) -> Status:
    """The node is not cordoned."""
    del state
    return PASSED if fits_cordon(pod.spec.tolerations, unschedulable=info.node.spec.unschedulable) else REJECTED


def is_schedulable_after_node_change(pod: Pod, old: Node | None, new: Node) -> bool:
    """Was it opened, or added open?"""
    del pod
    return (old is None or old.spec.unschedulable) and not new.spec.unschedulable


def is_schedulable_after_pod_toleration_change(pod: Pod, old: Pod, new: Pod) -> bool:
    """Does this pod tolerate the cordon now?"""
    del old
    return new.metadata.uid == pod.metadata.uid and tolerations_tolerate_taint(new.spec.tolerations, TAINT)


PLUGIN = Plugin(
    NAME, filter_node,
    events=(
        Registration("Node", ("Add", "UpdateNodeTaint"), is_schedulable_after_node_change),
        Registration("Pod", ("UpdatePodToleration",), is_schedulable_after_pod_toleration_change),
    ),
)
