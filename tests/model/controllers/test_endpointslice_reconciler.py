"""Which slices a Service should have."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import (
    Container,
    ContainerPort,
    Pod,
    PodIP,
    PodSpec,
    PodStatus,
    Service,
    ServicePort,
    ServiceSpec,
)
from seatrial.model.api.discovery import EndpointHints, EndpointSlice, ForName
from seatrial.model.api.meta import Condition, ObjectMeta
from seatrial.model.controllers.endpointslice_reconciler import (
    HEADLESS,
    MANAGED_BY,
    Group,
    find_port,
    get_address_types,
    get_slice_to_fill,
    new_endpoint_slice,
    pod_to_endpoint,
    reconcile,
    set_endpoint_slice_labels,
)
from seatrial.model.frozen import FrozenMap

WEB = Service(ObjectMeta(name="web", namespace="default", uid="web", labels=FrozenMap({"team": "a"})), ServiceSpec(
    selector=FrozenMap({"app": "web"}), cluster_ip="10.0.0.5", ip_families=("IPv4",),
    ports=(ServicePort("http", "TCP", port=80, target_port=8080),)))


def make_pod(number: int, *, ready: bool = True, port: int = 8080) -> Pod:
    """A pod with an address of its own."""
    address = f"10.1.0.{number}"
    return Pod(
        ObjectMeta(name=f"p{number}", namespace="default", uid=f"p{number}"),
        PodSpec("n1", (Container("c", ports=(ContainerPort("web", container_port=port, protocol="TCP"),)),)),
        PodStatus("Running", (Condition("Ready", "True" if ready else "False"),), pod_ip=address,
                  pod_ips=(PodIP(address),)))


def apply(groups: tuple[Group, ...], slices: tuple[EndpointSlice, ...]) -> tuple[EndpointSlice, ...]:
    """The slices after all writes have succeeded."""
    held = {each.metadata.name: each for each in slices}
    for at, write in enumerate(write for group in groups for write in group.writes):
        name = write.slice.metadata.name or f"new-{len(held)}-{at}"
        held.pop(name, None)
        if write.verb != "delete":
            held[name] = attrs.evolve(write.slice, metadata=attrs.evolve(write.slice.metadata, name=name))
    return tuple(held.values())


def settled(pods: tuple[Pod, ...], slices: tuple[EndpointSlice, ...], maximum: int) -> tuple[EndpointSlice, ...]:
    """The slices that show these pods."""
    return apply(reconcile(WEB, tuple((pod, "a") for pod in pods), slices, maximum), slices)


PODS = st.lists(st.builds(make_pod, st.integers(1, 30), ready=st.booleans()), unique_by=lambda pod: pod.metadata.name,
                max_size=12)


@given(PODS, PODS, st.integers(1, 5))
def test_one_sync_is_enough_and_the_next_does_nothing(before: list[Pod], after: list[Pod], maximum: int) -> None:
    """Whatever the slices showed, one sync makes them show each pod once, none overfull; a second writes nothing."""
    slices = settled(tuple(after), settled(tuple(before), (), maximum), maximum)
    shown = sorted((endpoint.addresses[0], endpoint.conditions.ready) for each in slices for endpoint in each.endpoints)
    assert sorted((pod.status.pod_ip, pod.status.conditions[0].status == "True") for pod in after) == shown
    assert all(len(each.endpoints) <= maximum for each in slices)
    assert slices
    assert () == reconcile(WEB, tuple((pod, "a") for pod in after), slices, maximum)


def test_pods_with_other_ports_have_a_slice_of_their_own() -> None:
    """A named port may differ from pod to pod: then so does the slice."""
    named = (ServicePort("http", "TCP", port=80, target_port="web"),)
    service = attrs.evolve(WEB, spec=attrs.evolve(WEB.spec, ports=named))
    groups = reconcile(service, ((make_pod(1), "a"), (make_pod(2, port=9090), "a")), (), 100)
    assert [(8080, 1), (9090, 1)] == [(each.ports[0].port, len(each.endpoints)) for each in apply(groups, ())]


def test_a_pod_on_an_unknown_node_is_left_out_and_reported() -> None:
    """Unless unready addresses are published: then it is in."""
    groups = reconcile(WEB, ((make_pod(1), None),), (), 100)
    assert (("skipping Pod p1 for Service default/web: Node n1 Not Found",), [()]) == (
        groups[0].errors, [each.endpoints for each in apply(groups, ())])
    service = attrs.evolve(WEB, spec=attrs.evolve(WEB.spec, publish_not_ready_addresses=True))
    groups = reconcile(service, ((make_pod(1, ready=False), None),), (), 100)
    assert ((), [True]) == (groups[0].errors, [endpoint.conditions.ready for each in apply(groups, ())
                                               for endpoint in each.endpoints])


def test_a_service_in_deletion_gets_no_new_slice() -> None:
    """Else the garbage collector would never be done."""
    dying = attrs.evolve(WEB, metadata=attrs.evolve(WEB.metadata, deletion_timestamp=0))
    assert () == reconcile(dying, ((make_pod(1), "a"),), (), 100)


def test_a_slice_of_an_older_service_of_the_name_is_deleted() -> None:
    """It is neither updated nor filled: it is being collected."""
    older = attrs.evolve(WEB, metadata=attrs.evolve(WEB.metadata, uid="older"))
    left = attrs.evolve(new_endpoint_slice(older, (), "IPv4"), metadata=attrs.evolve(
        new_endpoint_slice(older, (), "IPv4").metadata, name="left", uid="left"))
    writes = [(write.verb, write.slice.metadata.name) for group in reconcile(WEB, ((make_pod(1), "a"),), (left,), 100)
              for write in group.writes]
    assert [("create", ""), ("delete", "left")] == writes


@pytest.mark.parametrize(("ready", "dying", "publish", "expected"), [
    (True, False, False, (True, True, False)), (True, True, False, (False, True, True)),
    (False, False, False, (False, False, False)), (True, True, True, (True, True, True)),
    (False, False, True, (True, False, False)),
])
def test_conditions(expected: tuple[bool, bool, bool], *, ready: bool, dying: bool, publish: bool) -> None:
    """A pod in deletion may serve, but is not ready, unless unready addresses are published."""
    pod = make_pod(1, ready=ready)
    pod = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, deletion_timestamp=0 if dying else None))
    service = attrs.evolve(WEB, spec=attrs.evolve(WEB.spec, publish_not_ready_addresses=publish))
    found = pod_to_endpoint(pod, "", service, "IPv4").conditions
    assert expected == (found.ready, found.serving, found.terminating)


@pytest.mark.parametrize(("distribution", "expected"), [
    ("", None), ("PreferSameZone", EndpointHints((ForName("a"),))),
    ("PreferSameNode", EndpointHints((ForName("a"),), (ForName("n1"),))), ("Anywhere", None),
])
def test_hints(distribution: str, expected: EndpointHints | None) -> None:
    """The hints follow trafficDistribution, also in slices that change no otherwise; without it they go."""
    service = attrs.evolve(WEB, spec=attrs.evolve(WEB.spec, traffic_distribution=distribution))
    pods = ((make_pod(1), "a"),)
    slices = apply(reconcile(service, pods, settled((make_pod(1),), (), 100), 100), settled((make_pod(1),), (), 100))
    assert [expected] == [endpoint.hints for each in slices for endpoint in each.endpoints]
    slices = apply(reconcile(WEB, pods, slices, 100), slices)
    assert [None] == [endpoint.hints for each in slices for endpoint in each.endpoints]


@pytest.mark.parametrize(("families", "address", "expected"), [
    (("IPv6", "IPv4"), "10.0.0.5", ("IPv4", "IPv6")), ((), "fd00::5", ("IPv6",)), ((), "10.0.0.5", ("IPv4",)),
    ((), "None", ("IPv4", "IPv6")), (("IPv6",), "fd00::5", ("IPv6",)),
])
def test_get_address_types(families: tuple[str, ...], address: str, expected: tuple[str, ...]) -> None:
    """What the Service says counts, then its cluster IP; a headless one may have both."""
    spec = attrs.evolve(WEB.spec, ip_families=families, cluster_ip=address)
    assert expected == get_address_types(attrs.evolve(WEB, spec=spec))


def test_labels_follow_the_service() -> None:
    """Other labels are replaced, reserved ones never copied; a Service without a cluster IP is marked headless."""
    empty = new_endpoint_slice(WEB, (), "IPv4")
    assert (empty.metadata.labels, False) == set_endpoint_slice_labels(empty, WEB)
    spec = attrs.evolve(WEB.spec, cluster_ip="None")
    meta = attrs.evolve(WEB.metadata, labels=FrozenMap({"team": "b", MANAGED_BY: "me"}))
    labels, changed = set_endpoint_slice_labels(empty, attrs.evolve(WEB, metadata=meta, spec=spec))
    assert (True, "b", True) == (changed, labels["team"], HEADLESS in labels)
    assert "me" != labels[MANAGED_BY]


@pytest.mark.parametrize(("sizes", "count", "expected"), [
    ((1, 2), 1, 2), ((1, 3), 1, 1), ((3, 3), 1, None), ((), 1, None), ((0, 1), 3, 0),
])
def test_get_slice_to_fill(sizes: tuple[int, ...], count: int, expected: int | None) -> None:
    """The fullest slice that has room for all is taken."""
    slices = [settled(tuple(make_pod(at) for at in range(1, size + 1)), (), 9)[0] for size in sizes]
    found = get_slice_to_fill(slices, count, 3)
    assert expected == (None if found is None else len(found.endpoints))


@pytest.mark.parametrize(("target", "protocol", "expected"), [
    (81, "TCP", 81), ("web", "TCP", 8080), ("web", "UDP", None), ("other", "TCP", None)])
def test_find_port(target: int | str, protocol: str, expected: int | None) -> None:
    """A number is taken as it is, a name is looked up with its protocol."""
    assert expected == find_port(make_pod(1), target, protocol)
