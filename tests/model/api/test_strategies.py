"""What the strategies of pods and Services do before validation."""

import attrs
import pytest

from seatrial.model.api.core import Container, Pod, PodSpec, ResourceRequirements, ServicePort, ServiceSpec
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.strategies import create_pod, drop_type_dependent_fields, get_pod_qos
from seatrial.model.api.wire import from_json
from seatrial.model.frozen import FrozenMap


def spec_of(requests: dict[str, str], limits: dict[str, str]) -> PodSpec:
    """A spec of one container."""
    return PodSpec(containers=(Container("c", resources=ResourceRequirements(FrozenMap(limits), FrozenMap(requests))),))


@pytest.mark.parametrize(
    "requests, limits, expected",
    [({}, {}, "BestEffort"), ({"cpu": "1"}, {}, "Burstable"), ({"cpu": "0"}, {}, "BestEffort"),
     ({"cpu": "1", "memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"}, "Guaranteed"),
     ({"cpu": "500m", "memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"}, "Burstable"),
     ({"cpu": "1"}, {"cpu": "1"}, "Burstable")],
)
def test_the_class_follows_requests_and_limits(requests: dict[str, str], limits: dict[str, str], expected: str) -> None:
    """Nothing asked: best effort; everything limited to what is asked: guaranteed; else burstable."""
    assert expected == get_pod_qos(spec_of(requests, limits))


def test_a_new_pod_is_pending_and_maybe_gated() -> None:
    """What a client says of the status is dropped; a pod with gates says so from the first event on (recorded)."""
    gated = from_json(PodSpec, {"containers": [{"name": "c"}], "schedulingGates": [{"name": "g"}]})
    for spec, expected in ((spec_of({}, {}), ()), (gated, ("SchedulingGated",))):
        pod = create_pod(Pod(ObjectMeta(name="p"), spec))
        assert ("Pending", expected) == (pod.status.phase, tuple(each.reason for each in pod.status.conditions))


def test_another_type_drops_what_only_the_old_one_needed() -> None:
    """From LoadBalancer to ClusterIP the traffic policy and node ports go; what the client changed stays."""
    old = ServiceSpec(type="LoadBalancer", external_traffic_policy="Local", allocate_load_balancer_node_ports=True,
                      ports=(ServicePort(port=80, node_port=30080),), cluster_ip="10.0.0.1", cluster_ips=("10.0.0.1",))
    plain = drop_type_dependent_fields(old, attrs.evolve(old, type="ClusterIP"))
    assert ("", None, 0, "10.0.0.1") == (plain.external_traffic_policy, plain.allocate_load_balancer_node_ports,
                                         plain.ports[0].node_port, plain.cluster_ip)
    named = drop_type_dependent_fields(old, attrs.evolve(old, type="ExternalName"))
    assert ("", ()) == (named.cluster_ip, named.cluster_ips)
    changed = drop_type_dependent_fields(old, attrs.evolve(old, type="ClusterIP", external_traffic_policy="Cluster"))
    assert "Cluster" == changed.external_traffic_policy
    assert old is drop_type_dependent_fields(old, old)
