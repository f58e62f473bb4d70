"""The EndpointSlice controller at work: the slices end as the pods are, whatever happens in between."""

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.api.core import (
    Container,
    ContainerPort,
    Node,
    Pod,
    PodIP,
    PodSpec,
    PodStatus,
    Service,
    ServicePort,
    ServiceSpec,
)
from seatrial.model.api.meta import Condition, ObjectMeta, key_of
from seatrial.model.client.calls import Call
from seatrial.model.client.controller import Controller
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.controllers.endpointslice import CONTROLLER, Settings, controller, is_endpoint_changed, see_pod
from seatrial.model.controllers.endpointslice_tracker import record_every_write
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from tests.model.controllers.schedules import FAULTS, ask, settle

LABELS = FrozenMap({"app": "web"})
SEEDS = range(10)
NODE = Node(ObjectMeta(name="n1", labels=FrozenMap({"topology.kubernetes.io/zone": "a"})))
WEB = Service(ObjectMeta(name="web", namespace="default", labels=LABELS), ServiceSpec(
    type="ClusterIP", selector=LABELS, cluster_ip="10.0.0.5", ip_families=("IPv4",),
    ports=(ServicePort("http", "TCP", port=80, target_port="web"),)))


def make_pod(name: str, address: str, *, ready: bool = True) -> Pod:
    """A running pod of the Service on the node."""
    port = ContainerPort("web", container_port=8080, protocol="TCP")
    return Pod(ObjectMeta(name=name, namespace="default", labels=LABELS),
               PodSpec("n1", (Container("c", ports=(port,)),)),
               PodStatus("Running", (Condition("Ready", "True" if ready else "False"),), pod_ip=address,
                         pod_ips=(PodIP(address),)))


def begin(*pods: Pod, process: Controller = CONTROLLER, faults: bool = True) -> Cluster:
    """A cluster with the Service, its node and these pods."""
    return start(Scope(controllers=(process,), objects=(NODE, WEB, *pods), secured=False,
                       budgets=FAULTS if faults else FrozenMap()))


def ready_addresses(cluster: Cluster) -> list[str]:
    """The addresses of the ready endpoints in all slices."""
    return sorted(address for each in cluster.objects("endpointslices") for endpoint in each.endpoints
                  if endpoint.conditions.ready for address in endpoint.addresses)


def set_ready(cluster: Cluster, name: str, *, ready: bool) -> Cluster:
    """The kubelet reports whether a pod is ready."""
    pod = cluster.get("pods", f"default/{name}")
    status = attrs.evolve(pod.status, conditions=(Condition("Ready", "True" if ready else "False"),))
    cluster, reply = ask(cluster, Call("update", "pods", f"default/{name}", attrs.evolve(pod, status=status), "status"))
    assert reply.ok
    return cluster


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slices_end_as_the_ready_pods(seed: int) -> None:
    """Pods become ready, unready and go while anything fails once: the ready endpoints are the ready pods."""
    cluster = begin(make_pod("a", "10.1.0.1"), make_pod("b", "10.1.0.2", ready=False), make_pod("c", "10.1.0.3"))
    cluster = set_ready(cluster, "b", ready=True)
    cluster = settle(set_ready(cluster, "a", ready=False), seed)
    assert ["10.1.0.2", "10.1.0.3"] == ready_addresses(cluster)
    assert 1 == len(cluster.objects("endpointslices"))
    cluster, _ = ask(cluster, Call("delete", "pods", "default/c"))
    assert ["10.1.0.2"] == ready_addresses(settle(cluster, seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lost_reply_makes_no_second_slice_for_ever(seed: int) -> None:
    """A slice whose creation was never confirmed is found again: in the end each pod is in one slice."""
    cluster = start(Scope(controllers=("endpointslice",), objects=(NODE, WEB, make_pod("a", "10.1.0.1")), secured=False,
                          budgets=FrozenMap({"lost-create": 2})))
    assert ["10.1.0.1"] == ready_addresses(settle(cluster, seed))


def test_without_pods_there_is_an_empty_slice() -> None:
    """A Service with a selector always has a slice; one that has it already gets no second one."""
    cluster = settle(begin(), 1)
    held = cluster.objects("endpointslices")
    assert [()] == [each.endpoints for each in held]
    cluster, _ = ask(cluster, Call("create", "pods", "default/a", make_pod("a", "10.1.0.1", ready=False)))
    found = settle(cluster, 2).objects("endpointslices")
    assert [each.metadata.uid for each in held] == [each.metadata.uid for each in found]


@pytest.mark.parametrize("maximum", [1, 2, 3])
def test_no_slice_is_overfull(maximum: int) -> None:
    """More pods than fit go into further slices, each pod into one."""
    pods = [make_pod(name, f"10.1.0.{at}") for at, name in enumerate("abcde", 1)]
    cluster = settle(begin(*pods, process=controller(Settings(maximum)), faults=False), 3)
    sizes = [len(each.endpoints) for each in cluster.objects("endpointslices")]
    assert -(-5 // maximum) == len(sizes)
    assert maximum >= max(sizes)
    assert 5 == len(set(ready_addresses(cluster)))


def take(cluster: Cluster, name: str, key: str = "") -> Cluster:
    """Takes the one Action of this step (and key) that is no fault."""
    found = [each for each in enabled(cluster)
             if each.step == name and key in ("", each.key) and not is_environment(each)]
    return step(cluster, found[0])


def delete_before_the_reply(process: Controller) -> Cluster:
    """The slice is created and deleted again, and both are seen, before the reply to its creation arrives."""
    cluster = begin(make_pod("a", "10.1.0.1"), process=process, faults=False)
    cluster = take(take(cluster, "Sync"), "Request")
    made = cluster.objects("endpointslices")[0]
    cluster, reply = ask(cluster, Call("delete", "endpointslices", key_of(made.metadata)))
    assert reply.ok
    cluster = take(take(cluster, "Deliver", "endpointslices"), "Deliver", "endpointslices")
    return take(cluster, "Reply")


def test_a_deletion_seen_before_the_reply_is_not_waited_for() -> None:
    """The slice is made again: the late reply leaves nothing behind that the cache could never show."""
    cluster = settle(delete_before_the_reply(CONTROLLER), 1, adverse=0)
    assert ["10.1.0.1"] == ready_addresses(cluster)
    assert [1] == [cluster[cell] for cell in cluster.view().cells("note", CONTROLLER.name)]


def test_recording_every_write_makes_the_cache_stale_for_ever() -> None:
    """Seeded bug: a slice recorded after it was seen to go is waited for, and the Service stays without endpoints."""
    process = controller(Settings(record=record_every_write))
    cluster = delete_before_the_reply(process)
    with pytest.raises(AssertionError, match="still busy"):
        settle(cluster, 1, adverse=0, limit=200)
    assert (Action("Sync", process.name, "default/web"),) == enabled(cluster)
    assert cluster == step(cluster, enabled(cluster)[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_memory_ends_with_what_is_there(seed: int) -> None:
    """What is expected of slices that are gone, with their Service, is forgotten."""
    cluster = settle(begin(make_pod("a", "10.1.0.1")), seed)
    for each in cluster.objects("endpointslices"):
        cluster, _ = ask(cluster, Call("delete", "endpointslices", key_of(each.metadata)))
    cluster, _ = ask(cluster, Call("delete", "services", "default/web"))
    cluster = settle(cluster, seed)
    for each in cluster.objects("endpointslices"):
        cluster, _ = ask(cluster, Call("delete", "endpointslices", key_of(each.metadata)))
    assert [] == list(settle(cluster, seed).view().cells("note", CONTROLLER.name))


def test_a_change_that_no_endpoint_shows_passes_unseen() -> None:
    """The informer's copy of a pod is the same when only its containers' statuses differ."""
    pod = make_pod("a", "10.1.0.1")
    other = attrs.evolve(pod, status=attrs.evolve(pod.status, message="pulled", start_time=5))
    assert see_pod(pod) == see_pod(other)
    assert see_pod(pod) != see_pod(make_pod("a", "10.1.0.1", ready=False))


def test_a_pod_in_deletion_always_counts_as_changed() -> None:
    """Readiness, addresses and deletion change an endpoint; nothing else does while the pod is not in deletion."""
    pod = make_pod("a", "10.1.0.1")
    dying = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, deletion_timestamp=0))
    assert not is_endpoint_changed(pod, pod)
    assert is_endpoint_changed(dying, dying)
    assert is_endpoint_changed(pod, make_pod("a", "10.1.0.9"))
    assert is_endpoint_changed(pod, make_pod("a", "10.1.0.1", ready=False))
