"""NodePorts."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import ContainerPort, Pod
from seatrial.model.scheduler.node_info import ANY_IP, HostPort
from seatrial.model.scheduler.plugins.node_ports import conflicts, fits_ports, is_schedulable_after_pod_deleted
from tests.strategies.scheduler_objects import new_container, new_pod

addresses = st.sampled_from([ANY_IP, "10.0.0.1", "10.0.0.2"])
ports = st.tuples(addresses, st.sampled_from(["TCP", "UDP"]), st.integers(80, 82))


@given(ports, ports)
def test_conflicts_are_mutual(one: HostPort, two: HostPort) -> None:
    """If one port keeps another away, so the other way round; every port conflicts with itself."""
    assert conflicts(one, two) == conflicts(two, one)
    assert conflicts(one, one)


@given(ports, ports)
def test_all_addresses_include_each(one: HostPort, two: HostPort) -> None:
    """Listening on every address conflicts with whatever has the same protocol and port."""
    assert (one[1:] == two[1:]) == conflicts((ANY_IP, *one[1:]), two)


def test_a_deleted_pod_frees_its_own_ports() -> None:
    """Only a bound pod with a port that the waiting one wants is worth a try."""
    def listening(name: str, node: str, port: int) -> Pod:
        return new_pod(name, node, containers=(new_container(ports=(ContainerPort(host_port=port),)),))

    waiting = listening("p", "", 80)
    gone = [listening("a", "n1", 80), listening("a", "n1", 81), listening("a", "", 80)]
    assert [True, False, False] == [is_schedulable_after_pod_deleted(waiting, old, None) for old in gone]
    assert fits_ports((), ((ANY_IP, "TCP", 80),))
