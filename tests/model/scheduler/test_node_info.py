"""Totals of a node."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import ContainerPort, Pod
from seatrial.model.scheduler.node_info import (
    ANY_IP,
    get_host_ports,
    group_by_node,
    new_node_info,
    total_with,
    used_ports,
)
from seatrial.model.scheduler.requests import pod_requests
from tests.strategies.scheduler_objects import new_container, new_node, new_pod, pods


@given(st.lists(pods(node="n1"), max_size=4), pods())
def test_totals_do_not_depend_on_order(placed: list[Pod], pod: Pod) -> None:
    """What a node's pods take, and would take with one more, is a sum."""
    there, back = (new_node_info(new_node(), tuple(order)) for order in (placed, placed[::-1]))
    assert dict(there.requested) == dict(back.requested)
    after = new_node_info(new_node(), (*placed, pod))
    assert after.requested.get("cpu", 0) == total_with(there, pod_requests(pod), "cpu")


def test_pods_on_unknown_nodes_are_left_out() -> None:
    """A pod bound to a node that is not there takes nothing from others."""
    infos = group_by_node([new_node("n1")], {"n1": [new_pod("a", "n1")], "gone": [new_pod("b", "gone")]})
    assert [("n1", 1)] == [(info.name, len(info.pods)) for info in infos]


def test_host_ports_of_containers_and_sidecars() -> None:
    """An empty address is every address, an empty protocol TCP; ordinary init containers do not count."""
    port = (ContainerPort(host_port=80, container_port=80),)
    pod = new_pod("a", "n1", containers=(new_container(ports=port),),
                  init_containers=(new_container("s", ports=(ContainerPort(host_port=90),), sidecar=True),
                                   new_container("i", ports=(ContainerPort(host_port=99),))))
    assert ((ANY_IP, "TCP", 80), (ANY_IP, "TCP", 90)) == get_host_ports(pod)
    assert get_host_ports(pod) == used_ports(new_node_info(new_node(), (pod,)))
