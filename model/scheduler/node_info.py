"""A node as the scheduler sees it: the object, the pods on it, and the totals of what they take.

Gathering is here, deciding is in the plugins: a filter compares totals with limits, and these functions say what the
totals are. Mirrors NodeInfo of pkg/scheduler/framework/types.go (release 1.36). Left out: volumes, image states
beyond what `image_locality` reads, generations and incremental snapshots (they only save time).
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Node, Pod
from seatrial.model.scheduler.requests import Totals, non_zero_requests, pod_requests, rounded_amounts

ANY_IP = "0.0.0.0"  # noqa: S104 -- what an empty hostIP stands for
HostPort = tuple[str, str, int]
Total = Any
"""An int, or a form over the counts that a solver chooses: what can be added, multiplied by ints and compared."""


@attrs.frozen(eq=False)
class NodeInfo:
    """A node, its pods, what it can give and what they take (cpu in thousandths, everything else in units).

    `amounts` says how many there are of each pod; empty means one of each. Only a solver's world has others.
    """

    node: Node
    pods: tuple[Pod, ...]
    allocatable: Totals
    requested: Mapping[str, Total]
    pod_count: Total
    amounts: tuple[Total, ...] = ()

    @property
    def name(self) -> str:
        """The node's name."""
        return self.node.metadata.name


def new_node_info(node: Node, pods: tuple[Pod, ...] = (), amounts: tuple[Total, ...] = ()) -> NodeInfo:
    """Gathers a node and the pods that are, or are assumed to be, on it."""
    requested = sum_requests([pod_requests(pod) for pod in pods], amounts)
    return NodeInfo(node, pods, rounded_amounts(node.status.allocatable), requested,
                    sum(amounts) if amounts else len(pods), amounts)


def tenants(info: NodeInfo) -> Iterator[tuple[Pod, Total]]:
    """The pods of a node, each with how many there are of it."""
    return zip(info.pods, info.amounts or repeat(1), strict=False)


def sum_requests(requests: Iterable[Totals], amounts: tuple[Total, ...] = ()) -> Mapping[str, Total]:
    """The sum of several pods' requests, each times its amount."""
    total: dict[str, Total] = {}
    for each, count in zip(requests, amounts or repeat(1), strict=False):
        for name, amount in each.items():
            total[name] = total.get(name, 0) + amount * count
    return total


def total_with(info: NodeInfo, request: Totals, name: str) -> int:
    """What the node's pods take of a resource once one more pod is there."""
    return int(info.requested.get(name, 0) + request.get(name, 0))


def sum_non_zero_requests(info: NodeInfo) -> Totals:
    """What the node's pods take for scores, where a container without a request counts too."""
    return sum_requests([non_zero_requests(pod) for pod in info.pods])


def get_host_ports(pod: Pod) -> tuple[HostPort, ...]:
    """The ports of the node that a pod listens on, as (ip, protocol, port); sidecars count.

    Source: pkg/scheduler/util/utils.go, GetHostPorts, release 1.36.
    """
    listening = (*pod.spec.containers, *filter(is_sidecar, pod.spec.init_containers))
    ports = [port for container in listening for port in container.ports if port.host_port > 0]
    return tuple([(port.host_ip or ANY_IP, port.protocol or "TCP", port.host_port) for port in ports])


def used_ports(info: NodeInfo) -> tuple[HostPort, ...]:
    """The ports of the node that are taken."""
    return tuple([port for pod in info.pods for port in get_host_ports(pod)])


def group_by_node(nodes: Iterable[Node], placed: Mapping[str, list[Pod]]) -> tuple[NodeInfo, ...]:
    """A NodeInfo for each node, in the order given; pods on nodes that are not there are left out."""
    return tuple([new_node_info(node, tuple(placed.get(node.metadata.name, ()))) for node in nodes])
