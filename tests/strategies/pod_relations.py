"""Pods that care about each other, on nodes with topology labels; and totals that are still to be chosen."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeVar

import attrs

from seatrial.model.api.affinity import (
    Affinity,
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    TopologySpreadConstraint,
    WeightedPodAffinityTerm,
)
from seatrial.model.api.core import ContainerPort, Node, NodeSpec, Pod, Taint, Toleration
from seatrial.model.api.meta import LabelSelector, LabelSelectorRequirement
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.node_info import NodeInfo, new_node_info
from seatrial.model.scheduler.plugins.spread_constraints import HOSTNAME, ZONE
from tests.strategies.scheduler_objects import new_container, new_node, new_pod

T = TypeVar("T")
BLUE, EVERYTHING = LabelSelector(FrozenMap({"app": "blue"})), LabelSelector()
NOT_BLUE = LabelSelector(match_expressions=(LabelSelectorRequirement("app", "NotIn", ("blue",)),))
BROKEN = LabelSelector(match_expressions=(LabelSelectorRequirement("app", "Like", ("blue",)),))
SELECTORS = (BLUE, BLUE, BLUE, NOT_BLUE, EVERYTHING, None)


@attrs.frozen
class World:
    """Nodes with pods on them, and a pod that waits."""

    nodes: tuple[NodeInfo, ...]
    pod: Pod


def term(key: str = ZONE, selector: LabelSelector | None = BLUE, **fields: Any) -> PodAffinityTerm:
    """A term that speaks of blue pods of the same zone, unless said otherwise."""
    return PodAffinityTerm(selector, topology_key=key, **fields)


def spread(key: str = ZONE, max_skew: int = 1, selector: LabelSelector | None = BLUE, **fields: Any) \
        -> TopologySpreadConstraint:
    """A hard constraint on blue pods over zones, unless said otherwise."""
    fields.setdefault("when_unsatisfiable", "DoNotSchedule")
    return TopologySpreadConstraint(max_skew, key, label_selector=selector, **fields)


def near(*terms: PodAffinityTerm, weight: int = 0) -> Affinity:
    """Requires pods of these terms in the same domain, or prefers them by a weight."""
    if weight:
        return Affinity(pod_affinity=PodAffinity((), tuple([WeightedPodAffinityTerm(weight, each) for each in terms])))
    return Affinity(pod_affinity=PodAffinity(terms))


def apart(*terms: PodAffinityTerm, weight: int = 0) -> Affinity:
    """Refuses pods of these terms in the same domain, or avoids them by a weight."""
    if weight:
        weighted = tuple([WeightedPodAffinityTerm(weight, each) for each in terms])
        return Affinity(pod_anti_affinity=PodAntiAffinity((), weighted))
    return Affinity(pod_anti_affinity=PodAntiAffinity(terms))


def blue(name: str = "p", node: str = "", **spec: Any) -> Pod:
    """A pod with the label that all selectors above speak of."""
    return new_pod(name, node, labels={"app": "blue"}, **spec)


def zoned(name: str, zone: str, *pods: Pod) -> NodeInfo:
    """A node of a zone, with pods on it."""
    return new_node_info(new_node(name, labels={ZONE: zone, HOSTNAME: name}), pods)


def draw_world(draws: Random, most_nodes: int = 4, most_pods: int = 7) -> World:
    """A random world, small enough that terms and constraints often bite."""
    names = [f"n{at}" for at in range(draws.choice(range(1, most_nodes + 1)))]
    placed: dict[str, list[Pod]] = {name: [] for name in names}
    for at in range(draws.choice(range(most_pods + 1))):
        node = draws.choice(names)
        placed[node].append(draw_pod(draws, f"e{at}", node))
    infos = [new_node_info(draw_node(draws, name), tuple(placed[name])) for name in names]
    return World(tuple(infos), draw_pod(draws, "p", ""))


def draw_node(draws: Random, name: str) -> Node:
    """A node that may lack labels, and may have a taint."""
    labels = {}
    if draws.choice((True, True, True, False)):
        labels[HOSTNAME] = name
    zone = draws.choice(("a", "b", "c", ""))
    if zone:
        labels[ZONE] = zone
    labels["disk"] = draws.choice(("ssd", "hdd"))
    taints = draws.choice(((), (), (Taint("dedicated", "x", "NoSchedule"),)))
    return new_node(name, labels=labels, spec=NodeSpec(taints=taints), pods=draws.choice(("2", "3", "110")))


def draw_pod(draws: Random, name: str, node: str) -> Pod:
    """A pod with some terms, constraints, a port, requests; sometimes in another namespace, or on its way out."""
    labels = draws.choice(({"app": "blue"}, {"app": "blue"}, {"app": "red"}, {}))
    ports = draws.choice(((), (), (ContainerPort(host_port=80),)))
    pod = new_pod(
        name, node, labels=labels, affinity=draw_affinity(draws),
        containers=(new_container(ports=ports, cpu=draws.choice(("0", "1", "2"))),),
        topology_spread_constraints=draw_some(draws, draw_constraint),
        node_selector=draws.choice((FrozenMap(), FrozenMap(), FrozenMap({"disk": "ssd"}))),
        tolerations=draws.choice(((), (Toleration(operator="Exists"),))))
    meta = attrs.evolve(pod.metadata, namespace=draws.choice(("default", "default", "other")),
                        deletion_timestamp=draws.choice((None, None, None, 7)))
    return attrs.evolve(pod, metadata=meta)


def draw_affinity(draws: Random) -> Affinity | None:
    """Terms of both kinds, or none."""
    if draws.choice((True, True, False)):
        return Affinity(pod_affinity=PodAffinity(draw_some(draws, draw_term)),
                        pod_anti_affinity=PodAntiAffinity(draw_some(draws, draw_term)))
    return None


def draw_some(draws: Random, draw: Callable[[Random], T]) -> tuple[T, ...]:
    """None, one or two."""
    return tuple([draw(draws) for _ in range(draws.choice((0, 0, 1, 2)))])


def draw_term(draws: Random) -> PodAffinityTerm:
    """A term about a host, a zone, or a label that no node has."""
    return term(draws.choice((ZONE, ZONE, HOSTNAME, HOSTNAME, "rack")), draws.choice(SELECTORS),
                namespaces=draws.choice(((), (), ("other",))),
                namespace_selector=draws.choice((None, None, EVERYTHING)))


def draw_constraint(draws: Random) -> TopologySpreadConstraint:
    """A hard constraint with some policies."""
    return spread(draws.choice((ZONE, ZONE, HOSTNAME)), draws.choice((1, 1, 2)), draws.choice(SELECTORS),
                  min_domains=draws.choice((None, None, 2, 3)),
                  node_affinity_policy=draws.choice(("", "Honor", "Ignore")),
                  node_taints_policy=draws.choice(("", "Honor", "Ignore")))


# Totals that are not known yet.


@attrs.frozen(eq=False)
class Form:
    """A sum of unknown amounts, each times a number, and a number: all that totals may be asked to be."""

    terms: Mapping[str, int]
    constant: int = 0

    def __add__(self, other: "Form | int") -> "Form":
        if isinstance(other, int):
            return Form(self.terms, self.constant + other)
        names = sorted({*self.terms, *other.terms})
        terms = {name: self.terms.get(name, 0) + other.terms.get(name, 0) for name in names}
        return Form(terms, self.constant + other.constant)

    __radd__ = __add__

    def __mul__(self, factor: int) -> "Form":
        return Form({name: held * factor for name, held in self.terms.items()}, self.constant * factor)

    __rmul__ = __mul__

    def __sub__(self, other: "Form | int") -> "Form":
        return self + other * -1

    def __rsub__(self, other: int) -> "Form":
        return self * -1 + other

    def __le__(self, other: "Form | int") -> "Formula":
        return Formula(lambda chosen: value_of(self, chosen) <= value_of(other, chosen))

    def __ge__(self, other: "Form | int") -> "Formula":
        return Formula(lambda chosen: value_of(self, chosen) >= value_of(other, chosen))

    def __bool__(self) -> bool:
        message = "a total that is not known yet was asked whether it is zero"
        raise TypeError(message)


@attrs.frozen(eq=False)
class Formula:
    """A condition on amounts; what it says is known only when they are chosen."""

    holds: Callable[[Mapping[str, int]], bool]

    def __and__(self, other: "Formula | bool") -> "Formula":
        return Formula(lambda chosen: self.holds(chosen) and holds(other, chosen))

    def __or__(self, other: "Formula | bool") -> "Formula":
        return Formula(lambda chosen: self.holds(chosen) or holds(other, chosen))

    __rand__, __ror__ = __and__, __or__

    def __bool__(self) -> bool:
        message = "a condition that is not known yet was asked whether it holds"
        raise TypeError(message)


def value_of(total: Form | int, chosen: Mapping[str, int]) -> int:
    """The total once the amounts are chosen."""
    if isinstance(total, int):
        return total
    return total.constant + sum(held * chosen[name] for name, held in total.terms.items())


def holds(condition: Formula | bool, chosen: Mapping[str, int]) -> bool:
    """Does the condition hold once the amounts are chosen?"""
    return condition if isinstance(condition, bool) else condition.holds(chosen)
