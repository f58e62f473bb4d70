"""A core's constraints in the words of those who wrote the manifests, with the figures that make them fail.

Each sentence goes on from the workload's name: "Deployment web/frontend: each pod asks for 9 cpu; …". Figures are
computed from the objects, not by a solver: what the nodes have free, how many domains a label makes of the nodes that
the workload may use as far as the core says.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import attrs

from seatrial.model.api.affinity import PodAffinityTerm
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import LabelSelector
from seatrial.model.meta.labels import format_requirements, requirements_of
from seatrial.model.scheduler.node_info import get_host_ports, new_node_info
from seatrial.model.scheduler.plugins.affinity_terms import (
    get_affinity_terms,
    labels_by_name,
    matches_all_terms,
    matches_term,
    required_affinity,
    required_anti_affinity,
)
from seatrial.model.scheduler.plugins.inter_pod_affinity import AFFINITY_REASON, ANTI_AFFINITY_REASON
from seatrial.model.scheduler.plugins.spread_constraints import DO_NOT_SCHEDULE
from seatrial.model.scheduler.plugins.taint_toleration import find_untolerated_taint
from seatrial.model.scheduler.requests import pod_requests
from seatrial.properties.checking.place.answer import Need
from seatrial.properties.checking.place.core import Label
from seatrial.properties.checking.place.world import World, pods_by_node

Core: TypeAlias = tuple[Label, ...]
SHOWN = 4
TOO_MANY_PODS = "Too many pods"
INSUFFICIENT = "Insufficient "
UNITS = (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10))


@attrs.frozen(eq=False)
class Telling:
    """A world, and the core that is told of it."""

    world: World
    core: Core

    def needs(self) -> tuple[Need, ...]:
        """The core's constraints as sentences; those that share a sum are one."""
        told: dict[object, tuple[Label, ...]] = {}
        for label in self.core:
            is_shared = label.plugin == "NodeResourcesFit"
            key = (label.plugin, label.reason) if is_shared else label
            told[key] = (*told.get(key, ()), label)
        return tuple(Need(joined(self.world.batches[each.batch].name for each in labels), labels[0].plugin,
                          self.sentence(labels)) for labels in told.values())

    def sentence(self, labels: tuple[Label, ...]) -> str:
        """What the constraint says, and why that is hard to meet."""
        first = labels[0]
        match first.plugin:
            case "NodeResourcesFit":
                return self.fit(labels)
            case "NodePorts":
                return self.ports(first.batch)
            case "TaintToleration":
                return self.taints(first.batch)
            case "NodeUnschedulable":
                return self.cordoned()
            case "NodeAffinity":
                return self.node_affinity(first.batch)
            case "PodTopologySpread":
                return self.spread(first.batch)
            case "InterPodAffinity":
                return self.pod_affinity(first)
        return f"{self.refused(first)} of {self.world.width} nodes are refused by {first.plugin}"

    # What the nodes have.

    def pod(self, batch: int) -> Pod:
        """A batch's pod."""
        return self.world.batches[batch].pod

    def allowed(self, batch: int) -> tuple[int, ...]:
        """The nodes that the batch may use, as far as the core says."""
        plugins = {label.plugin for label in self.core if label.batch == batch}
        refused = {each.node for each in self.world.refusals if each.batch == batch and each.plugin in plugins}
        return tuple(node for node in range(self.world.width) if node not in refused)

    def free(self, node: int, resource: str) -> int:
        """What is left of a resource beside the pods that are bound there."""
        question = self.world.question
        bound = pods_by_node(question).get(question.nodes[node].metadata.name, [])
        info = new_node_info(question.nodes[node], tuple(bound))
        taken = len(bound) if resource == "pods" else info.requested.get(resource, 0)
        return int(info.allocatable.get(resource, 0) - taken)

    def refused(self, label: Label) -> int:
        """How many nodes a plugin refuses a batch."""
        return sum(each.batch == label.batch and each.plugin == label.plugin for each in self.world.refusals)

    # Sentences.

    def fit(self, labels: tuple[Label, ...]) -> str:
        """Of room."""
        reason = labels[0].reason
        resource = "pods" if reason == TOO_MANY_PODS else reason.removeprefix(INSUFFICIENT)
        nodes = sorted({node for label in labels for node in self.allowed(label.batch)})
        rooms = {node: self.free(node, resource) for node in nodes}
        counts = [self.world.batches[label.batch].count for label in labels]
        wanted = [1 if resource == "pods" else pod_requests(self.pod(label.batch)).get(resource, 0) for label in labels]
        total, room = sum(map(int.__mul__, counts, wanted)), sum(max(0, each) for each in rooms.values())
        if len(labels) > 1:
            return f"together {asks(resource, total)}; {self.have(nodes, resource, room)}{tight(total, room)}"
        largest = max(rooms.values(), default=0)
        if wanted[0] > largest and resource != "pods":
            name = self.world.question.nodes[max(nodes, key=lambda node: rooms[node])].metadata.name if nodes else ""
            most = f"the most that a node it may use has left is {shown(resource, largest)} ({name})" if nodes else \
                "it may use no node"
            return f"each pod asks for {shown(resource, wanted[0])}; {most}"
        slots = sum(max(0, each) // wanted[0] for each in rooms.values()) if wanted[0] else 0
        return (f"{plural(counts[0], 'pod')} of {shown(resource, wanted[0])} each "
                f"{asks(resource, total)}; {self.have(nodes, resource, room)}, which is room for {slots}"
                if resource != "pods" else f"{self.have(nodes, resource, room)}; it has {plural(counts[0], 'pod')}")

    def have(self, nodes: list[int], resource: str, room: int) -> str:
        """What nodes have left."""
        all_ = len(nodes) == self.world.width
        who = f"the {plural(len(nodes), 'node')}" if all_ else f"the {plural(len(nodes), 'node')} that may be used"
        has = "has" if len(nodes) == 1 else "have"
        return f"{who} {has} room for {plural(room, 'more pod')}" if resource == "pods" else \
            f"{who} {has} {shown(resource, room)} left"

    def ports(self, batch: int) -> str:
        """Of host ports."""
        listed = listing(f"{port}/{protocol}" for _, protocol, port in get_host_ports(self.pod(batch)))
        count, nodes = self.world.batches[batch].count, len(self.allowed(batch))
        return (f"{plural(count, 'pod')} {'takes' if count == 1 else 'take'} the host port {listed}, which only one "
                f"pod of a node can have; there {'is' if nodes == 1 else 'are'} {plural(nodes, 'node')}")

    def taints(self, batch: int) -> str:
        """Of taints."""
        found: dict[str, int] = {}
        for node in self.world.question.nodes:
            taint = find_untolerated_taint(node.spec.taints, self.pod(batch).spec.tolerations)
            if taint is not None:
                text = f"{taint.key}={taint.value}:{taint.effect}" if taint.value else f"{taint.key}:{taint.effect}"
                found[text] = found.get(text, 0) + 1
        listed = listing(f"{text} on {plural(count, 'node')}" for text, count in found.items())
        return f"does not tolerate the taint {listed}, of {self.world.width}"

    def cordoned(self) -> str:
        """Of cordoned nodes."""
        names = [node.metadata.name for node in self.world.question.nodes if node.spec.unschedulable]
        return f"cordoned nodes take no new pods: {listing(names)}, of {self.world.width}"

    def node_affinity(self, batch: int) -> str:
        """Of labels of nodes."""
        spec = self.pod(batch).spec
        selector = ", ".join(f"{key}={value}" for key, value in spec.node_selector.items())
        affinity = spec.affinity is not None and spec.affinity.node_affinity is not None \
            and spec.affinity.node_affinity.required is not None
        what = " and ".join([*([f"nodeSelector {selector}"] if selector else []),
                             *(["required nodeAffinity"] if affinity else [])])
        matching = self.world.width - self.refused(Label(batch, "NodeAffinity"))
        match = "match" if selector and affinity else "matches"
        return f"its {what} {match} {matching or 'none'} of the {plural(self.world.width, 'node')}"

    def spread(self, batch: int) -> str:
        """Of spreading."""
        parts = []
        for each in self.pod(batch).spec.topology_spread_constraints:
            if each.when_unsatisfiable == DO_NOT_SCHEDULE:
                least = f", in at least {each.min_domains}" if each.min_domains else ""
                parts.append(f"by at most {each.max_skew} between the domains of {each.topology_key}{least} "
                             f"({self.domains(batch, each.topology_key)})")
        return f"the number of its pods may differ {' and '.join(parts)} (topologySpreadConstraints)"

    def domains(self, batch: int, key: str) -> str:
        """The values of a label on the nodes that the batch may use."""
        values = self.values(batch, key)
        return f"the nodes it may use have {len(values) or 'none'}" + (f": {listing(values)}" if values else "")

    def values(self, batch: int, key: str) -> tuple[str, ...]:
        """The domains of a label, among the nodes that the batch may use."""
        labels = [self.world.question.nodes[node].metadata.labels for node in self.allowed(batch)]
        return tuple(sorted({each[key] for each in labels if key in each}))

    def pod_affinity(self, label: Label) -> str:
        """Of other pods."""
        pod = self.pod(label.batch)
        if label.reason == AFFINITY_REASON:
            terms = required_affinity(pod)
            wanted = " and ".join(f"{say_term(term)} on the same {term.topology_key}" for term in terms)
            there = self.domains(label.batch, terms[0].topology_key)
            rest = f"; {there}" if self.wants_someone(pod) else ", and there is none"
            return f"each pod needs {wanted} (podAffinity){rest}"
        if label.reason == ANTI_AFFINITY_REASON:
            return " and ".join(self.apart(label.batch, term) for term in required_anti_affinity(pod))
        holders = listing(dict.fromkeys(self.holders(label.batch)))
        return f"must stay away from {holders}, whose podAntiAffinity speaks of its pods"

    def wants_someone(self, pod: Pod) -> bool:
        """Is there any pod that the affinity of this one selects?"""
        terms = get_affinity_terms(pod, required_affinity(pod))
        others = (*self.world.question.placed, *[each.pod for each in self.world.batches])
        return any(matches_all_terms(terms, each, labels_by_name(each.metadata.namespace)) for each in others)

    def apart(self, batch: int, term: PodAffinityTerm) -> str:
        """Of pods to stay away from, itself included where it is one of them."""
        pod = self.pod(batch)
        labels = labels_by_name(pod.metadata.namespace)
        count = self.world.batches[batch].count
        where = f"(podAntiAffinity on {term.topology_key}); {self.domains(batch, term.topology_key)}"
        if matches_term(get_affinity_terms(pod, (term,))[0], pod, labels) and count > 1:
            return f"{count} pods must each be on a different {term.topology_key} {where}"
        return f"must not be with {say_term(term)} on the same {term.topology_key} {where}"

    def holders(self, batch: int) -> Iterator[str]:
        """Whose anti-affinity speaks of the batch's pods."""
        pod = self.pod(batch)
        labels = labels_by_name(pod.metadata.namespace)
        owners = [(each.name, each.pod) for each in self.world.batches]
        owners += [(f"Pod {each.metadata.namespace}/{each.metadata.name}", each) for each in self.world.question.placed]
        for name, other in owners:
            terms = get_affinity_terms(other, required_anti_affinity(other))
            if any(matches_term(term, pod, labels) for term in terms):
                yield name


def say_term(term: PodAffinityTerm) -> str:
    """The pods that a term selects."""
    return f"a pod with {say_selector(term.label_selector)}"


def say_selector(selector: LabelSelector | None) -> str:
    """A selector as kubectl writes it."""
    found = requirements_of(selector)
    return "any labels" if not found else format_requirements(found)


def asks(resource: str, total: int) -> str:
    """What pods ask for together."""
    return f"are {plural(total, 'pod')}" if resource == "pods" else f"ask for {shown(resource, total)}"


def tight(total: int, room: int) -> str:
    """What to add where the sum is not the problem."""
    return "" if total > room else ", but no way of dividing them among the nodes fits"


def shown(resource: str, amount: int) -> str:
    """An amount as people write it, rounded down to three decimals, with the resource's name."""
    if resource == "cpu":
        return f"{decimal(amount, 1000)} cpu"
    if resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages-"):
        for unit, size in UNITS:
            if abs(amount) >= size:
                return f"{decimal(amount, size)}{unit} of {resource}"
    return f"{amount} {resource}"


def decimal(amount: int, unit: int) -> str:
    """Amount in a unit, rounded down to three decimals."""
    thousandths = amount * 1000 // unit
    whole, rest = divmod(abs(thousandths), 1000)
    digits = f"{rest:03}".rstrip("0")
    return f"{'-' if thousandths < 0 else ''}{whole}{f'.{digits}' if digits else ''}"


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listing(names: Iterable[str]) -> str:
    """The first few names."""
    found = tuple(names)
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{', '.join(found[:SHOWN])}{more}"


def joined(names: Iterable[str]) -> str:
    """The names of all workloads of a constraint; of many, the first few."""
    return listing(dict.fromkeys(names))

