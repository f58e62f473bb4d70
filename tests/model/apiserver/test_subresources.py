"""Scale, binding and eviction."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.core import PodStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.apiserver.admission import pod_topology_labels
from seatrial.model.client.calls import Call, DeleteOptions
from seatrial.model.frozen import FrozenMap, freeze


def budget(labels: dict[str, str]) -> Unstructured:
    """A PodDisruptionBudget for pods with these labels."""
    return Unstructured(ObjectMeta(name="pdb", namespace="default"), freeze({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "spec": {"selector": {"matchLabels": labels}}}))


def test_scale_shows_and_sets_the_replicas(serving: Any, deployment: Any) -> None:
    """The scale of a Deployment has its version and selector; writing it raises the generation."""
    server = serving(deployment)
    scale = server.ask(Call("get", "deployments", "default/web", subresource="scale")).body
    assert (3, "app=web") == (scale.spec.replicas, scale.status.selector)
    changed = attrs.evolve(scale, spec=attrs.evolve(scale.spec, replicas=5))
    assert 200 == server.ask(Call("update", "deployments", "default/web", changed, "scale")).code
    live = server.get("deployments", "default/web")
    assert (5, 2) == (live.spec.replicas, live.metadata.generation)
    assert 409 == server.ask(Call("update", "deployments", "default/web", changed, "scale")).code


def test_scale_can_be_patched_and_not_below_zero(serving: Any, deployment: Any) -> None:
    """The command kubectl scale patches the subresource; a negative number is 422."""
    server = serving(deployment)
    assert 200 == server.patch("deployments", "default/web", {"spec": {"replicas": 0}}, "scale").code
    assert 0 == server.get("deployments", "default/web").spec.replicas
    reply = server.patch("deployments", "default/web", {"spec": {"replicas": -1}}, "scale")
    expected = ('Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or '
                "equal to 0")
    assert (422, expected) == (reply.code, reply.message)


def test_a_pod_is_bound_once(serving: Any, pod: Any, node: Any) -> None:
    """The first binding wins; the second is 409 in the recorded words, whatever its node."""
    server = serving(pod("d"), node)
    bind = Call("create", "pods", "default/d", ("", "n1"), "binding")
    assert 201 == server.ask(bind).code
    live = server.get("pods", "default/d")
    assert ("n1", "True", 1) == (live.spec.node_name, live.status.conditions[0].status, live.metadata.generation)
    reply = server.ask(bind)
    assert (409, "Conflict", 'Operation cannot be fulfilled on pods/binding "d": pod d is already assigned to node "n1"'
            ) == (reply.code, reply.reason, reply.message)


def test_a_binding_of_another_pod_or_a_leaving_one_conflicts(serving: Any, pod: Any) -> None:
    """The UID in a binding is a precondition, and a pod in deletion is bound no more."""
    held = pod("held", finalizers=("example.com/hold",))
    server = serving(pod("d"), held)
    assert 409 == server.ask(Call("create", "pods", "default/d", ("other", "n1"), "binding")).code
    server.delete("pods", "default/held")
    assert "is being deleted" in server.ask(Call("create", "pods", "default/held", ("", "n1"), "binding")).message


def test_binding_copies_the_zone(serving: Any, pod: Any, node: Any) -> None:
    """The node's topology labels come along, no other, and none with the gate off."""
    for gates, expected in ((FrozenMap(), "a"), (FrozenMap({pod_topology_labels.GATE: False}), None)):
        server = serving(pod(), node, gates=gates)
        server.ask(Call("create", "pods", "default/p", ("", "n1"), "binding"))
        labels = server.get("pods", "default/p").metadata.labels
        assert (expected, "other" in labels) == (labels.get("topology.kubernetes.io/zone"), False)


def running(pod: Any) -> Any:
    """The pod, running on its node."""
    return attrs.evolve(pod, status=PodStatus(phase="Running"))


def test_an_eviction_deletes_gracefully_and_is_201_again(serving: Any, pod: Any) -> None:
    """The pod is marked with its grace; evicting it once more is 201 and writes nothing."""
    server = serving(running(pod(node="n1")))
    evict = Call("create", "pods", "default/p", DeleteOptions(), "eviction")
    assert 201 == server.ask(evict).code
    assert 30 == server.get("pods", "default/p").metadata.deletion_grace_period_seconds
    before = server.revision("pods")
    assert (201, before) == (server.ask(evict).code, server.revision("pods"))


@pytest.mark.parametrize("labels, code", [({"app": "web"}, 500), ({"app": "db"}, 201), ({}, 500)])
def test_a_matching_budget_makes_an_eviction_not_modelled(
    serving: Any, pod: Any, labels: dict[str, str], code: int,
) -> None:
    """A budget that covers the pod ends the request, naming the budget; one of other pods does not."""
    server = serving(running(pod(node="n1")), budget(labels))
    said: list[Any] = []
    server.view.listeners = said.append
    reply = server.ask(Call("create", "pods", "default/p", DeleteOptions(), "eviction"))
    assert (code, code == 500) == (reply.code, "PodDisruptionBudget default/pdb" in reply.message)
    assert (code == 500) == bool(said)


def test_a_pod_that_does_not_count_is_evicted_in_spite_of_a_budget(serving: Any, pod: Any) -> None:
    """A pending or ended pod is beyond disruption, so no budget is asked."""
    server = serving(attrs.evolve(pod(), status=PodStatus(phase="Pending")), budget({"app": "web"}))
    assert 201 == server.ask(Call("create", "pods", "default/p", DeleteOptions(), "eviction")).code
