"""The service controller: finalizer, load balancer, address; and back."""

import attrs
import pytest

from seatrial.model.api.core import Service, Taint
from seatrial.model.cloud.provider import LoadBalancer, load_balancer_cell, load_balancers
from seatrial.model.cloud.service import (
    FINALIZER,
    is_eligible,
    needs_cleanup,
    should_sync_updated_node,
    wants_load_balancer,
)
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Apply, Delete
from tests.model.node.clusters import offers, take
from tests.model.samples import make_namespace, make_node, make_service
from tests.model.schedules import settle

UID = "services:default/web"


def cluster_with(service: Service, *, cloud: int = 0) -> Cluster:
    """A Service, two nodes, and users who may delete it or make it a ClusterIP."""
    plain = Apply(make_service("ClusterIP"))
    objects = (make_namespace(), make_node(), make_node("node-b"), service)
    return start(Scope(("service-lb",), objects, users=(Delete("services", "default/web"), plain),
                       budgets=FrozenMap({"delete": 1, "apply": 1, "cloud": cloud}), secured=False))


def test_a_service_gets_its_load_balancer() -> None:
    """The load balancer has the Service's ports and every node, and its address is in the status."""
    cluster = settle(cluster_with(make_service()))
    service = cluster.get("services", "default/web")
    assert LoadBalancer("default/web", "203.0.113.1", (80,), ("node-a", "node-b")) == cluster[load_balancer_cell(UID)]
    assert ("203.0.113.1",) == tuple(each.ip for each in service.status.load_balancer.ingress)
    assert (FINALIZER,) == service.metadata.finalizers


def test_another_type_gets_none() -> None:
    """Control: a ClusterIP Service starts nothing."""
    cluster = settle(cluster_with(make_service("ClusterIP")))
    assert [] == list(load_balancers(cluster.view()))


@pytest.mark.parametrize("failures", [0, 2])
def test_every_state_keeps_the_finalizer_while_the_cloud_has_something(failures: int) -> None:
    """Whatever fails: a load balancer is never there without its Service and the finalizer on it."""
    front, seen, cleaned = [cluster_with(make_service(), cloud=failures)], set(), 0
    while front:
        cluster = front.pop()
        for action in enabled(cluster):
            if action.step == "Apply":
                continue
            after = step(cluster, action)
            if after.cells in seen:
                continue
            seen.add(after.cells)
            front.append(after)
            service = after.get("services", "default/web")
            there = after[load_balancer_cell(UID)] is not None
            cleaned += service is None
            assert not there or (service is not None and FINALIZER in service.metadata.finalizers), action
        assert len(seen) < 20_000
    assert cleaned


def test_deletion_cleans_up_first() -> None:
    """A deleted Service waits for its load balancer, then goes."""
    deleted = take(settle(cluster_with(make_service())), "Delete")
    assert deleted.get("services", "default/web").metadata.deletion_timestamp is not None
    end = settle(deleted)
    assert end.get("services", "default/web") is None
    assert [] == list(load_balancers(end.view()))


def test_a_change_of_type_gives_the_load_balancer_up() -> None:
    """Another type: the load balancer goes, the finalizer and the address with it; the Service stays."""
    end = settle(take(settle(cluster_with(make_service())), "Apply"))
    service = end.get("services", "default/web")
    assert ((), ()) == (service.metadata.finalizers, service.status.load_balancer.ingress)
    assert [] == list(load_balancers(end.view()))


def test_decisions() -> None:
    """Who wants one, who gives one up, which nodes are behind it, which changes of a node count."""
    service, node = make_service(), make_node()
    assert wants_load_balancer(service)
    assert not wants_load_balancer(attrs.evolve(service, spec=attrs.evolve(service.spec, load_balancer_class="other")))
    assert not needs_cleanup(service)
    leaving = attrs.evolve(node, spec=attrs.evolve(node.spec, taints=(Taint("ToBeDeletedByClusterAutoscaler"),)))
    assert [True, False] == [is_eligible(node), is_eligible(leaving)]
    assert is_eligible(make_node(ready="False"))
    assert not should_sync_updated_node(node, leaving)
    assert should_sync_updated_node(node, make_node(provider_id="cloud://1"))


def test_a_call_to_the_cloud_needs_no_api_server() -> None:
    """The cloud answers while the API server is down: such a call is no request."""
    cluster = cluster_with(make_service())
    while not offers(cluster, "CloudCall"):
        cluster = step(cluster, next(each for each in enabled(cluster) if each.step not in ("Delete", "Apply")))
    assert not offers(cluster, "Request")
