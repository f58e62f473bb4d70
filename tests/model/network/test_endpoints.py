"""Which endpoints a node uses: ready ones, hints, the fallback, one entry for each address."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.discovery import Endpoint, EndpointConditions, EndpointPort, EndpointSlice
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.frozen import FrozenMap
from seatrial.model.network.endpoints import (
    SERVICE_NAME,
    Backend,
    categorize_endpoints,
    endpoints_by_port,
)
from seatrial.model.network.service_ports import ServicePortInfo

BACKENDS = st.builds(
    Backend, st.sampled_from(["a:1", "b:1", "c:1"]), st.booleans(), st.booleans(), st.booleans(), st.booleans()
)
ROWS = st.lists(BACKENDS, max_size=3, unique_by=lambda each: each.endpoint).map(tuple)
INFOS = st.builds(
    ServicePortInfo,
    st.just("10.96.0.1"),
    st.just(80),
    internal_policy_local=st.booleans(),
    external_policy_local=st.booleans(),
    node_port=st.sampled_from([0, 30000]),
)


def slice_named(name: str, ip: str, *, terminating: bool = False) -> EndpointSlice:
    """A slice with one endpoint."""
    meta = ObjectMeta(name=name, namespace="default", labels=FrozenMap({SERVICE_NAME: "shop"}))
    held = Endpoint((ip,), EndpointConditions(terminating=terminating))
    return EndpointSlice(meta, "IPv4", (held,), (EndpointPort("http", "TCP", 80),))


@given(ROWS, INFOS)
def test_while_an_endpoint_is_ready_only_ready_ones_are_used(
    backends: tuple[Backend, ...], info: ServicePortInfo
) -> None:
    """The fallback to terminating endpoints is for the moment when none is ready, in each policy by itself."""
    found = categorize_endpoints(backends, info, "node-a")
    for used, pool in ((found.cluster, backends), (found.local, tuple(each for each in backends if each.is_local))):
        if used and any(each.ready for each in pool):
            assert all(each.ready for each in used)
        assert all(each.ready or each.is_fallback for each in used or ())


@given(ROWS, INFOS)
def test_local_endpoints_are_local(backends: tuple[Backend, ...], info: ServicePortInfo) -> None:
    """The policy Local never leaves the node."""
    assert all(each.is_local for each in categorize_endpoints(backends, info, "node-a").local or ())


def test_hints_count_only_when_every_ready_endpoint_has_them() -> None:
    """Zone hints narrow the choice; one endpoint without them, and all are used."""
    info = ServicePortInfo("10.96.0.1", 80)
    near, far = Backend("a:1", zone_hints=("z1",)), Backend("b:1", zone_hints=("z2",))
    assert (near,) == categorize_endpoints((near, far), info, "node-a", "z1").cluster
    plain = Backend("c:1")
    assert (near, far, plain) == categorize_endpoints((near, far, plain), info, "node-a", "z1").cluster


def test_an_address_in_two_slices_is_one_endpoint() -> None:
    """The later slice tells of an address, unless it says that it terminates."""
    both = (slice_named("a", "10.0.0.1"), slice_named("b", "10.0.0.1", terminating=True))
    (found,) = endpoints_by_port(both, "node-a")["http", "TCP"]
    assert not found.terminating
