"""Pods that belong to a node, and which of them have their place for certain."""

import attrs
import pytest

from seatrial.model.api.affinity import Affinity, PodAffinityTerm, PodAntiAffinity
from seatrial.model.api.core import Container, Pod, PodSpec, ResourceRequirements
from seatrial.model.api.meta import ObjectMeta, OwnerReference
from seatrial.model.frozen import FrozenMap
from seatrial.properties.checking.place.question import Batch
from seatrial.properties.checking.place.survive import goes_with_node
from seatrial.traces.place.daemon_pods import replace_node_name_node_affinity
from seatrial.traces.place.fixed_pods import fixed_pods, node_of_daemon
from seatrial.traces.scopes import default_nodes

NODES = default_nodes(2)
OWNER = OwnerReference("apps/v1", "DaemonSet", "agent", "u", controller=True)


def daemon(node: str, cpu: str, owner: OwnerReference = OWNER) -> Pod:
    """A daemon pod for a node."""
    resources = ResourceRequirements(requests=FrozenMap({"cpu": cpu}))
    return Pod(ObjectMeta(name="agent", namespace="n", owner_references=(owner,)), PodSpec(
        containers=(Container(name="c", resources=resources),), affinity=replace_node_name_node_affinity(None, node)))


def names(pods: list[Pod]) -> tuple[list[str], list[str]]:
    """Of batches of these pods: the nodes of those that are bound, and the names of the batches that are left."""
    batches = tuple((f"daemon {at}", Batch(f"batch {at}", pod, 1)) for at, pod in enumerate(pods))
    fixed, left = fixed_pods(NODES, (), batches)
    return [pod.spec.node_name for _, pod in fixed], [batch.name for _, batch in left]


def test_pods_that_fit_are_bound_one_beside_the_other() -> None:
    """The third has no room beside the first two, and is left to be explained."""
    assert (["node-1", "node-2", "node-1"], ["batch 3"]) == names([
        daemon("node-1", "3"), daemon("node-2", "8"), daemon("node-1", "5"), daemon("node-1", "1")])


def test_pods_with_constraints_on_others_are_left() -> None:
    """Their filters may change their minds."""
    pod = daemon("node-1", "1")
    apart = PodAntiAffinity(required=(PodAffinityTerm(topology_key="kubernetes.io/hostname"),))
    affinity = attrs.evolve(pod.spec.affinity or Affinity(), pod_anti_affinity=apart)
    assert ([], ["batch 0"]) == names([attrs.evolve(pod, spec=attrs.evolve(pod.spec, affinity=affinity))])


def test_pods_that_anybody_makes_are_left() -> None:
    """Negative control: the name of a node alone does not make a daemon pod."""
    assert ([], ["batch 0"]) == names([daemon("node-1", "1", attrs.evolve(OWNER, kind="ReplicaSet"))])
    assert ([], ["batch 0"]) == names([daemon("moon", "1")])


@pytest.mark.parametrize(("kind", "controls", "goes"), [
    ("DaemonSet", True, True), ("Node", True, True), ("ReplicaSet", True, False), ("DaemonSet", False, False)])
def test_only_the_controller_counts(kind: str, controls: bool, goes: bool) -> None:
    """A DaemonSet's pods and mirrors of static ones go with their node."""
    owner = attrs.evolve(OWNER, kind=kind, controller=controls)
    pod = daemon("node-1", "1", owner)
    assert goes == goes_with_node(pod)
    assert ("node-1" if goes else "") == node_of_daemon(pod)
