"""NodePorts: two pods cannot listen on the same port of a node.

Mirrors pkg/scheduler/framework/plugins/nodeports/node_ports.go and HostPortInfo of
staging/src/k8s.io/kube-scheduler/framework/types.go (release 1.36).
"""

from collections.abc import Iterable

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import (
    PASSED,
    SKIPPED,
    UNSCHEDULABLE,
    Nodes,
    Plugin,
    PreFilterResult,
    Registration,
    Status,
)
from seatrial.model.scheduler.node_info import ANY_IP, HostPort, NodeInfo, get_host_ports, used_ports

NAME = "NodePorts"
REJECTED = Status(UNSCHEDULABLE, ("node(s) didn't have free ports for the requested pod ports",), NAME)


def conflicts(one: HostPort, two: HostPort) -> bool:
    """Are they one port of one protocol, on one address or on all of them?"""
    return one[1:] == two[1:] and (one[0] == two[0] or ANY_IP in (one[0], two[0]))


def fits_ports(wanted: Iterable[HostPort], used: tuple[HostPort, ...]) -> bool:
    """Is every wanted port free?"""
    return not any(conflicts(one, two) for one in wanted for two in used)


def pre_filter(pod: Pod, nodes: Nodes) -> PreFilterResult:
    """The ports that the pod wants; without any there is nothing to do."""
    del nodes
    wanted = get_host_ports(pod)
    return PreFilterResult(state=wanted) if wanted else PreFilterResult(SKIPPED)


def filter_node(state: tuple[HostPort, ...], pod: Pod, info: NodeInfo) -> Status:
    """All wanted ports are free on this node."""
    del pod
    return PASSED if fits_ports(state, used_ports(info)) else REJECTED


def is_schedulable_after_pod_deleted(pod: Pod, old: Pod, new: object) -> bool:
    """Did the deleted pod hold a port that this pod wants?"""
    del new
    if not old.spec.node_name and not old.status.nominated_node_name:
        return False
    return not fits_ports(get_host_ports(pod), get_host_ports(old))


PLUGIN = Plugin(
    NAME, filter_node, pre_filter=pre_filter,
    events=(
        Registration("Pod", ("Delete",), is_schedulable_after_pod_deleted),
        Registration("Node", ("Add",)),
    ),
)
