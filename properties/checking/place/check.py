"""What cannot be asked: input that no placement answers, each with the object and the field to mend.

That no placement exists is an answer; that a node says nothing of its size, an amount cannot be read or does not fit 64
bits, or a constraint speaks of a label that no node has, is a mistake in the input.
"""

from collections.abc import Iterator

from seatrial.model.api import pod_resources
from seatrial.model.api.core import Node, Pod
from seatrial.model.api.meta import Strings
from seatrial.model.meta.quantity import MILLI, Quantity, QuantityError, parse_quantity
from seatrial.properties.checking.place.question import Question

LARGEST = 2**63 - 1
Owner = tuple[str, Pod, int]


class PlaceError(ValueError):
    """Input that cannot be asked: str() is the sentence, `object` and `field` are what to mend."""

    def __init__(self, object_: str, field: str, problem: str) -> None:
        super().__init__(f"{object_}: {field}: {problem}")
        self.object = object_
        self.field = field


def check_question(question: Question) -> None:
    """Raises PlaceError for the first thing that cannot be asked."""
    seen: set[str] = set()
    for node in question.nodes:
        name = node.metadata.name
        if name in seen:
            raise PlaceError(f"Node {name}", "metadata.name", "two nodes have this name; give each its own")
        seen.add(name)
        check_node(node)
    check_amounts(question)
    for batch in question.batches:
        check_labels(batch.name, batch.pod, question.nodes)


def check_node(node: Node) -> None:
    """A node must say how much it has, of pods too."""
    name = f"Node {node.metadata.name}"
    if not node.status.allocatable:
        raise PlaceError(name, "status.allocatable", "is missing, so that nothing is known of the node's size; write "
                         "what `kubectl get node -o yaml` shows, at least cpu, memory and pods")
    if "pods" not in node.status.allocatable:
        raise PlaceError(name, "status.allocatable.pods", "is missing, so that not a single pod may be placed there; "
                         "write the kubelet's limit, 110 by default")
    for resource, text in node.status.allocatable.items():
        check_size(name, f"status.allocatable.{resource}", resource, parsed(name, f"status.allocatable.{resource}",
                                                                            text))


def parsed(object_: str, field: str, text: str) -> Quantity:
    """A quantity; raises PlaceError for a text that is none."""
    try:
        return parse_quantity(text)
    except QuantityError as error:
        raise PlaceError(object_, field, f"{text!r} is no quantity ({error}); write one such as 500m or 2Gi") from error


def check_size(object_: str, field: str, resource: str, amount: Quantity, times: int = 1) -> int:
    """An amount in the units that the scheduler counts in, rounded up; raises PlaceError if 64 bits do not hold it."""
    exponent = amount.exponent - (MILLI if resource == "cpu" else 0)
    units = amount.unscaled * 10**exponent if exponent >= 0 else -(-amount.unscaled // 10**-exponent)
    if units * times > LARGEST:
        what = "thousandths of a cpu" if resource == "cpu" else "units"
        pods = f" of {times} pods together" if times > 1 else ""
        raise PlaceError(object_, field, f"the {resource}{pods} exceeds 2**63-1 {what}, more than the scheduler can "
                         "add up; ask for less")
    return units * times


def check_amounts(question: Question) -> None:
    """Each pod's amounts must be readable, and all of them together must not exceed 64 bits."""
    totals: dict[str, int] = {}
    for name, pod, count in owners(question):
        for field, resources in resource_lists(pod):
            for resource, text in resources.items():
                check_size(name, f"{field}[{resource}]", resource, parsed(name, f"{field}[{resource}]", text))
        for resource, amount in pod_resources.pod_requests(pod).items():
            field = f"spec.containers[].resources.requests[{resource}]"
            total = totals.get(resource, 0) + check_size(name, field, resource, amount, count)
            if total > LARGEST:
                raise PlaceError(name, field, f"with this one, all pods' requests of {resource} together exceed "
                                 "2**63-1, more than the scheduler can add up; ask for less")
            totals[resource] = total


def owners(question: Question) -> Iterator[Owner]:
    """Every pod, whose it is, and how many there are of it."""
    for pod in question.placed:
        yield f"Pod {pod.metadata.namespace}/{pod.metadata.name}", pod, 1
    for batch in question.batches:
        yield batch.name, batch.pod, batch.count


def resource_lists(pod: Pod) -> Iterator[tuple[str, Strings]]:
    """The pod's requests, each with its field."""
    spec = pod.spec
    for kind, containers in (("initContainers", spec.init_containers), ("containers", spec.containers)):
        for at, each in enumerate(containers):
            yield f"spec.{kind}[{at}].resources.requests", each.resources.requests
    if spec.resources is not None:
        yield "spec.resources.requests", spec.resources.requests
    yield "spec.overhead", spec.overhead


def check_labels(name: str, pod: Pod, nodes: tuple[Node, ...]) -> None:
    """A label over which pods must spread, or that joins them, has to be on some node."""
    known = {key for node in nodes for key in node.metadata.labels}
    for field, key in topology_keys(pod):
        if nodes and key not in known:
            raise PlaceError(name, field, f"no node has the label {key}, so that no node will ever do; label the "
                             "nodes, or name a label that they have")


def topology_keys(pod: Pod) -> Iterator[tuple[str, str]]:
    """The labels of nodes without which a pod cannot be placed, each with its field."""
    spec = pod.spec
    for at, each in enumerate(spec.topology_spread_constraints):
        if each.when_unsatisfiable == "DoNotSchedule":
            yield f"spec.topologySpreadConstraints[{at}].topologyKey", each.topology_key
    affinity = spec.affinity
    if affinity is not None and affinity.pod_affinity is not None:
        for at, term in enumerate(affinity.pod_affinity.required):
            yield ("spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution"
                   f"[{at}].topologyKey"), term.topology_key
