"""kube-proxy: rules follow Services and slices, survive its crash, and lead to ready endpoints."""

import attrs
import pytest

from seatrial.model.api.core import Service, ServicePort, ServiceSpec
from seatrial.model.api.discovery import Endpoint, EndpointConditions, EndpointPort, EndpointSlice
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import Call
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.network.endpoints import SERVICE_NAME
from seatrial.model.network.reachability import Reachability, reachable
from seatrial.model.node.machine import rules_cell
from seatrial.model.node.proxy import kube_proxy
from seatrial.model.view import View
from tests.model.node.clusters import NODE, change, make_cluster, make_pod, quiet_states, settle, states, take

KEY = "default/shop"
IP = "10.244.0.2"


def service(**spec: object) -> Service:
    """A Service with one port."""
    held = ServiceSpec(
        type="ClusterIP",
        cluster_ip="10.96.0.10",
        cluster_ips=("10.96.0.10",),
        ip_families=("IPv4",),
        internal_traffic_policy="Cluster",
        session_affinity="None",
        ports=(ServicePort(name="http", port=80, protocol="TCP", target_port=8080),),
    )
    return Service(ObjectMeta(name="shop", namespace="default"), attrs.evolve(held, **spec))  # type: ignore[arg-type]


def endpoint(ip: str = IP, node: str = NODE, **conditions: bool) -> Endpoint:
    """An endpoint, ready unless said otherwise."""
    return Endpoint((ip,), EndpointConditions(**conditions), node_name=node)


def slice_of(*endpoints: Endpoint) -> EndpointSlice:
    """The Service's slice."""
    meta = ObjectMeta(name="shop-1", namespace="default", labels=FrozenMap({SERVICE_NAME: "shop"}))
    return EndpointSlice(meta, "IPv4", endpoints, (EndpointPort("http", "TCP", 8080),))


def cluster_with(*objects: object, budgets: dict[str, int] | None = None) -> Cluster:
    """A cluster at rest with a pod behind the Service, and a proxy."""
    proxies = (kube_proxy(NODE), kube_proxy("node-b"))
    return settle(make_cluster(make_pod(), *objects, controllers=proxies, nodes=(NODE, "node-b"), budgets=budgets))


def ask(cluster: Cluster, source: str = NODE, port: int | str = 80) -> Reachability:
    """Who answers at the Service."""
    return reachable(cluster.view(), source, KEY, port)


def request(cluster: Cluster, verb: str, resource: str, key: str, body: object = None) -> Cluster:
    """A user's request."""

    def edit(view: View) -> None:
        assert serve(view, cluster.system, "kubernetes-admin", ("system:masters",), Call(verb, resource, key, body)).ok

    return change(cluster, edit)


def test_a_ready_pod_is_reached_from_every_node() -> None:
    """With the policy Cluster a ready endpoint answers whichever node the connection starts from."""
    cluster = cluster_with(service(), slice_of(endpoint()))
    assert Reachability(("default/web",)) == ask(cluster)
    assert Reachability(("default/web",)) == ask(cluster, "node-b", "http")


def test_an_endpoint_that_is_not_ready_is_not_reached() -> None:
    """An endpoint that is not ready, and does not terminate, gets no traffic."""
    found = ask(cluster_with(service(), slice_of(endpoint(ready=False, serving=False))))
    assert ((), 1) == (found.pods, len(found.reasons))


def test_a_terminating_endpoint_serves_when_no_other_is_ready() -> None:
    """Endpoints that still serve while they terminate are used if, and only if, no endpoint is ready."""
    leaving = endpoint(ready=False, serving=True, terminating=True)
    assert ("default/web",) == ask(cluster_with(service(), slice_of(leaving))).pods
    other = ask(cluster_with(service(), slice_of(leaving, endpoint("10.244.0.9"))))
    assert () == other.pods
    assert ("10.244.0.9:8080: no pod has this address",) == other.reasons


def test_the_policy_local_stays_on_the_node() -> None:
    """With internalTrafficPolicy Local only the node's own endpoints are used."""
    cluster = cluster_with(service(internal_traffic_policy="Local"), slice_of(endpoint()))
    assert ("default/web",) == ask(cluster).pods
    assert (f"{KEY} has endpoints on node-b: none that its traffic policy lets it use",) == ask(
        cluster, "node-b"
    ).reasons


def test_rules_survive_a_crash_of_the_proxy() -> None:
    """No crash and no restart changes what is reached."""
    cluster = cluster_with(service(), slice_of(endpoint()), budgets={"crash": 1})
    for _, _, after in states(take(cluster, "Crash", process=f"kube-proxy-{NODE}")):
        assert ("default/web",) == ask(after).pods


def test_rules_of_a_service_that_is_gone_are_removed() -> None:
    """A proxy that was down while its Service was deleted removes the rules after its restart."""
    cluster = take(
        cluster_with(service(), slice_of(endpoint()), budgets={"crash": 1}), "Crash", process=f"kube-proxy-{NODE}"
    )
    cluster = request(cluster, "delete", "services", KEY)
    assert ("default/web",) == ask(cluster).pods
    for quiet in quiet_states(cluster):
        assert quiet[rules_cell(NODE, KEY)] is None


@pytest.mark.parametrize("changed", [{"cluster_ip": "None"}, {"cluster_ip": ""}, {"type": "ExternalName"}])
def test_a_service_without_a_cluster_ip_has_no_rules(changed: dict[str, str]) -> None:
    """Headless Services and names get no rules."""
    cluster = cluster_with(service(**changed), slice_of(endpoint()))
    assert cluster[rules_cell(NODE, KEY)] is None
    assert (f"{NODE} has no rule for port 80 of {KEY}",) == ask(cluster).reasons


def test_a_pod_without_a_running_container_does_not_answer() -> None:
    """A stale rule leads to a reason, not to a pod."""
    cluster = take(cluster_with(service(), slice_of(endpoint()), budgets={"exit": 1}), "Exit")
    assert Reachability((), (f"{IP}:8080: no container runs there",)) == ask(cluster)


def test_nobody_is_reached_from_or_on_a_node_without_power() -> None:
    """A node without power starts no connection, and answers none."""
    cluster = take(cluster_with(service(), slice_of(endpoint()), budgets={"node-down": 1}), "NodeDown", process=NODE)
    assert (f"{NODE} has no power",) == ask(cluster).reasons
    assert (f"{IP}:8080: no pod has this address",) == ask(cluster, "node-b").reasons


def test_a_node_port_uses_the_external_policy() -> None:
    """With externalTrafficPolicy Local a node without endpoints drops what arrives at its node port."""
    port = ServicePort(name="http", port=80, protocol="TCP", node_port=30080)
    cluster = cluster_with(
        service(type="NodePort", ports=(port,), external_traffic_policy="Local"), slice_of(endpoint())
    )
    for via in ("external", "node-port"):
        assert ("default/web",) == reachable(cluster.view(), NODE, KEY, 80, via).pods
        assert () == reachable(cluster.view(), "node-b", KEY, 80, via).pods
    assert ("default/web",) == ask(cluster, "node-b").pods


@pytest.mark.parametrize("ranges, served", [((), True), (("192.168.0.0/16",), True), (("10.0.0.0/8",), False)])
def test_node_ports_are_served_at_the_addresses_that_a_flag_names(ranges: tuple[str, ...], served: bool) -> None:
    """Without --nodeport-addresses at all of the node's; with it at those in its ranges, and nowhere else."""
    port = ServicePort(name="http", port=80, protocol="TCP", node_port=30080)
    shop = service(type="NodePort", ports=(port,), external_traffic_policy="Cluster")
    objects, proxies = (make_pod(), shop, slice_of(endpoint())), (kube_proxy(NODE, ranges),)
    cluster = settle(make_cluster(*objects, controllers=proxies))
    found = reachable(cluster.view(), NODE, KEY, 80, "node-port")
    assert (("default/web",) if served else ()) == found.pods
    assert served or (f"{NODE} serves no node port for {KEY} at 192.168.0.1",) == found.reasons
    assert ("default/web",) == ask(cluster).pods


@pytest.mark.parametrize("label", ["service.kubernetes.io/headless", "service.kubernetes.io/service-proxy-name"])
def test_what_is_labelled_as_not_for_kube_proxy_is_not_seen(label: str) -> None:
    """A Service of another proxy, and a headless one, get no rules here."""
    shop = service()
    meta = attrs.evolve(shop.metadata, labels=FrozenMap({label: ""}))
    cluster = cluster_with(attrs.evolve(shop, metadata=meta), slice_of(endpoint()))
    assert cluster[rules_cell(NODE, KEY)] is None
    assert cluster_with(shop, slice_of(endpoint()))[rules_cell(NODE, KEY)] is not None


def test_what_a_proxy_does_not_read_does_not_wake_it() -> None:
    """A change of a Service's labels is no event for a proxy."""
    cluster = cluster_with(service(), slice_of(endpoint()))
    held: Service = cluster.get("services", KEY)
    meta = attrs.evolve(held.metadata, labels=FrozenMap({"tier": "front"}))
    cluster = request(cluster, "update", "services", KEY, attrs.evolve(held, metadata=meta))
    assert cluster == settle(cluster)
