"""What the strategies of pods and Services do before validation."""

import attrs

from seatrial.model.api.core import Container, Namespace, Pod, PodSpec, ResourceRequirements, ServicePort, ServiceSpec
from seatrial.model.api.meta import ObjectMeta, OwnerReference
from seatrial.model.api.strategies import (
    create_pod,
    drop_type_dependent_fields,
    update_namespace_status,
    update_pod,
    update_pod_status,
)
from seatrial.model.api.wire import from_json
from seatrial.model.frozen import FrozenMap


def spec_of(requests: dict[str, str], limits: dict[str, str]) -> PodSpec:
    """A spec of one container."""
    return PodSpec(containers=(Container("c", resources=ResourceRequirements(FrozenMap(limits), FrozenMap(requests))),))


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


def test_a_cluster_ip_with_external_addresses_keeps_its_traffic_policy() -> None:
    """Packets from outside still come for it; with the addresses the policy goes, though the type is the same."""
    old = ServiceSpec(type="NodePort", external_traffic_policy="Local", external_ips=("1.2.3.4",))
    inside = attrs.evolve(old, type="ClusterIP")
    assert "Local" == drop_type_dependent_fields(old, inside).external_traffic_policy
    assert "" == drop_type_dependent_fields(inside, attrs.evolve(inside, external_ips=())).external_traffic_policy


def test_another_spec_is_a_pods_next_generation() -> None:
    """It counts on from what the server was given; the same spec counts nothing, and the status stays."""
    old = Pod(ObjectMeta(name="p", generation=3), spec_of({}, {}))
    new = Pod(ObjectMeta(name="p", generation=7), spec_of({"cpu": "1"}, {}))
    assert (8, old.status) == (update_pod(old, new).metadata.generation, update_pod(old, new).status)
    assert 3 == update_pod(old, old).metadata.generation


def test_a_pods_status_moves_neither_spec_nor_owners_nor_deletion() -> None:
    """Old kubelets sent wrong owners; when a pod is deleted only the server says."""
    owner = OwnerReference("apps/v1", "ReplicaSet", "rs", "u")
    old = Pod(ObjectMeta(name="p", owner_references=(owner,)), spec_of({}, {}))
    sent = Pod(ObjectMeta(name="p", labels=FrozenMap({"a": "b"}), deletion_timestamp=5), spec_of({"cpu": "1"}, {}))
    kept = update_pod_status(old, sent)
    assert (old.spec, (owner,), None) == (kept.spec, kept.metadata.owner_references, kept.metadata.deletion_timestamp)
    assert {"a": "b"} == dict(kept.metadata.labels)


def test_a_namespace_carries_its_name_whatever_a_client_sends() -> None:
    """An update of the status takes the client's labels, but not for the name's own."""
    old = from_json(Namespace, {"metadata": {"name": "team", "labels": {"a": "b"}}, "spec": {"finalizers": ["x"]}})
    sent = from_json(Namespace, {"metadata": {"name": "team", "labels": {"kubernetes.io/metadata.name": "other"}}})
    kept = update_namespace_status(old, sent)
    assert ({"kubernetes.io/metadata.name": "team"}, old.spec) == (dict(kept.metadata.labels), kept.spec)
