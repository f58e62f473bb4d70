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
    Condition,
    Demand,
    Demands,
    Nodes,
    Plugin,
    PreFilterResult,
    Registration,
    Status,
)
from seatrial.model.scheduler.node_info import ANY_IP, HostPort, NodeInfo, Total, get_host_ports, tenants, used_ports

NAME = "NodePorts"
REASON = "node(s) didn't have free ports for the requested pod ports"
REJECTED = Status(UNSCHEDULABLE, (REASON,), NAME)


def conflicts(one: HostPort, two: HostPort) -> bool:
    """Are they one port of one protocol, on one address or on all of them?"""
    return one[1:] == two[1:] and (one[0] == two[0] or ANY_IP in (one[0], two[0]))


def count_users(wanted: HostPort, ports: Iterable[HostPort]) -> int:
    """How many of these ports are in conflict with the wanted one."""
    return sum(conflicts(wanted, each) for each in ports)


def is_only_user(total: Total, own: int) -> Condition:
    """Does nobody but the pod itself use the port? A pod's own ports do not keep it away."""
    return total <= own


def fits_ports(wanted: tuple[HostPort, ...], used: tuple[HostPort, ...]) -> bool:
    """Is every wanted port free?"""
    own = {port: count_users(port, wanted) for port in wanted}
    return all(is_only_user(own[port] + count_users(port, used), own[port]) for port in wanted)


def pre_filter(pod: Pod, nodes: Nodes) -> PreFilterResult:
    """The ports that the pod wants; without any there is nothing to do."""
    del nodes
    wanted = get_host_ports(pod)
    return PreFilterResult(state=wanted) if wanted else PreFilterResult(SKIPPED)


def filter_node(state: tuple[HostPort, ...], pod: Pod, info: NodeInfo) -> Status:
    """All wanted ports are free on this node."""
    del pod
    return PASSED if fits_ports(state, used_ports(info)) else REJECTED


def demands(pod: Pod, nodes: Nodes) -> Demands:
    """Each wanted port has no other user."""
    del nodes
    wanted = get_host_ports(pod)

    def of_node(after: NodeInfo) -> tuple[Demand, ...]:
        users = {port: sum((count_users(port, get_host_ports(each)) * count for each, count in tenants(after)), start=0)
                 for port in wanted}
        return tuple([Demand(is_only_user(users[port], count_users(port, wanted)), REASON) for port in wanted])

    return of_node


def is_schedulable_after_pod_deleted(pod: Pod, old: Pod, new: object) -> bool:
    """Did the deleted pod hold a port that this pod wants?"""
    del new
    if not old.spec.node_name and not old.status.nominated_node_name:
        return False
    return not fits_ports(get_host_ports(pod), get_host_ports(old))


PLUGIN = Plugin(
    NAME, filter_node, pre_filter=pre_filter, demands=demands,
    events=(
        Registration("Pod", ("Delete",), is_schedulable_after_pod_deleted),
        Registration("Node", ("Add",)),
    ),
)
