"""A question without one of its constraints: the manifests as they would be if a workload gave up a field.

Each edit is what the constraint's owner would write: no request for that resource, no host ports, a toleration for
everything, no spreading. So whether it helps is asked of the same engine as everything else, order and replay included.
"""

from collections.abc import Callable
from typing import TypeAlias

from seatrial.model.api.core import Container, Node, Pod, PodSpec, ResourceRequirements, Toleration
from seatrial.model.evolve import evolve
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.scheduler.plugins.inter_pod_affinity import AFFINITY_REASON, ANTI_AFFINITY_REASON
from seatrial.model.scheduler.plugins.spread_constraints import DO_NOT_SCHEDULE
from seatrial.properties.checking.place.core import Label
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.words import INSUFFICIENT, TOO_MANY_PODS
from seatrial.properties.checking.place.world import World

Edit: TypeAlias = Callable[[PodSpec], PodSpec]
EVERYTHING = Toleration(operator="Exists")


def without(world: World, labels: tuple[Label, ...]) -> Question:
    """The world's question, each of these constraints given up by its batch."""
    question = world.question
    for label in labels:
        if label.reason == TOO_MANY_PODS:
            question = evolve(question, nodes=tuple(map(roomy, question.nodes)))
        elif label.plugin == "InterPodAffinity" and label.reason not in (AFFINITY_REASON, ANTI_AFFINITY_REASON):
            question = without_anti_affinity(question)
        else:
            question = edited(question, world.members[label.batch], edit_for(label))
    return question


def edited(question: Question, batches: tuple[int, ...], edit: Edit) -> Question:
    """The question with an edit made to some batches' pods."""
    return evolve(question, batches=tuple([
        evolve(each, pod=with_spec(each.pod, edit)) if at in batches else each
        for at, each in enumerate(question.batches)]))


def with_spec(pod: Pod, edit: Edit) -> Pod:
    """The pod with an edit made to its spec."""
    return evolve(pod, spec=edit(pod.spec))


def edit_for(label: Label) -> Edit:
    """The edit by which a batch gives up a constraint."""
    match label.plugin:
        case "NodeResourcesFit":
            return lambda spec: without_request(spec, label.reason.removeprefix(INSUFFICIENT))
        case "NodePorts":
            return without_host_ports
        case "TaintToleration" | "NodeUnschedulable":
            return lambda spec: evolve(spec, tolerations=(*spec.tolerations, EVERYTHING))
        case "NodeAffinity":
            return without_node_affinity
        case "PodTopologySpread":
            return without_spreading
        case "InterPodAffinity" if label.reason == AFFINITY_REASON:
            return lambda spec: with_affinity(spec, pod_affinity=None)
        case "InterPodAffinity":
            return lambda spec: with_affinity(spec, pod_anti_affinity=None)
    return lambda spec: evolve(spec, node_name="")


def without_request(spec: PodSpec, resource: str) -> PodSpec:
    """Nothing is requested of a resource."""
    return evolve(
        spec, overhead=less(spec.overhead, resource),
        containers=tuple([slimmer(each, resource) for each in spec.containers]),
        init_containers=tuple([slimmer(each, resource) for each in spec.init_containers]),
        resources=None if spec.resources is None else less_of(spec.resources, resource))


def slimmer(container: Container, resource: str) -> Container:
    """The container without a request for a resource."""
    return evolve(container, resources=less_of(container.resources, resource))


def less_of(resources: ResourceRequirements, resource: str) -> ResourceRequirements:
    """Requests without a resource."""
    return evolve(resources, requests=less(resources.requests, resource))


def less(amounts: FrozenMap[str, str], resource: str) -> FrozenMap[str, str]:
    """A resource list without one of them."""
    return amounts.delete(resource)


def without_host_ports(spec: PodSpec) -> PodSpec:
    """No container takes a port of its node."""
    def freed(container: Container) -> Container:
        return evolve(container, ports=tuple([evolve(port, host_port=0) for port in container.ports]))

    return evolve(spec, containers=tuple(map(freed, spec.containers)),
                  init_containers=tuple(map(freed, spec.init_containers)))


def without_node_affinity(spec: PodSpec) -> PodSpec:
    """Any node's labels will do."""
    return with_affinity(evolve(spec, node_selector=EMPTY), node_affinity=None)


def with_affinity(spec: PodSpec, **changes: None) -> PodSpec:
    """The spec with a part of its affinity gone."""
    return spec if spec.affinity is None else evolve(spec, affinity=evolve(spec.affinity, **changes))


def without_spreading(spec: PodSpec) -> PodSpec:
    """No hard spreading."""
    return evolve(spec, topology_spread_constraints=tuple([
        each for each in spec.topology_spread_constraints if each.when_unsatisfiable != DO_NOT_SCHEDULE]))


def without_anti_affinity(question: Question) -> Question:
    """Nobody's anti-affinity keeps anyone away."""
    def friendly(pod: Pod) -> Pod:
        return with_spec(pod, lambda spec: with_affinity(spec, pod_anti_affinity=None))

    return evolve(question, placed=tuple(map(friendly, question.placed)),
                  batches=tuple([evolve(each, pod=friendly(each.pod)) for each in question.batches]))


def roomy(node: Node) -> Node:
    """The node with room for any number of pods."""
    more = node.status.allocatable.set("pods", str(10**6))
    return evolve(node, status=evolve(node.status, allocatable=more))
