"""Small placement questions of every kind of constraint, as plain builders and as Hypothesis strategies."""

from typing import Any

import attrs
from hypothesis import strategies as st

from seatrial.model.api.affinity import (
    Affinity,
    NodeAffinity,
    NodeSelector,
    NodeSelectorTerm,
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    SelectorRequirement,
    TopologySpreadConstraint,
)
from seatrial.model.api.core import ContainerPort, Node, NodeSpec, Pod, Taint, Toleration
from seatrial.model.api.meta import LabelSelector
from seatrial.model.frozen import FrozenMap
from seatrial.properties.checking.place.question import Batch, Question
from tests.strategies.scheduler_objects import new_container, new_node, new_pod

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
GPU = "nvidia.com/gpu"
APPS = ("a", "b", "c")


def select(**labels: str) -> LabelSelector:
    """A selector for these labels."""
    return LabelSelector(FrozenMap(labels))


def zone_nodes(count: int, zones: int = 3, **allocatable: Any) -> tuple[Node, ...]:
    """Nodes n0, n1, …, in zones z0, z1, … by turns."""
    return tuple(new_node(f"n{at}", labels={ZONE: f"z{at % zones}", HOST: f"n{at}"}, **allocatable)
                 for at in range(count))


def with_affinity(key: str, **labels: str) -> Affinity:
    """Requires a pod with these labels in the same domain."""
    return Affinity(pod_affinity=PodAffinity((PodAffinityTerm(select(**labels), (), key),)))


def with_anti_affinity(key: str, **labels: str) -> Affinity:
    """Refuses pods with these labels in the same domain."""
    return Affinity(pod_anti_affinity=PodAntiAffinity((PodAffinityTerm(select(**labels), (), key),)))


def spreading(key: str, max_skew: int = 1, min_domains: int | None = None,
              **labels: str) -> tuple[TopologySpreadConstraint, ...]:
    """A hard constraint on the spread of pods with these labels."""
    return (TopologySpreadConstraint(max_skew, key, "DoNotSchedule", select(**labels), min_domains),)


def batch(name: str, count: int, *, labels: dict[str, str] | None = None, **spec: Any) -> Batch:
    """So many pods of the Deployment default/`name`, with the label app=`name` unless said otherwise."""
    pod = new_pod(name, labels={"app": name} if labels is None else labels, **spec)
    return Batch(f"Deployment default/{name}", pod, count)


terms = st.builds(PodAffinityTerm, st.sampled_from(APPS).map(lambda app: select(app=app)),
                  topology_key=st.sampled_from((ZONE, HOST)))
affinities = st.builds(
    lambda near, far, node: Affinity(node, PodAffinity(near) if near else None, PodAntiAffinity(far) if far else None),
    st.sampled_from((0, 0, 1)).flatmap(lambda count: st.lists(terms, min_size=count, max_size=count)).map(tuple),
    st.lists(terms, max_size=1).map(tuple),
    st.sampled_from((None, None, NodeAffinity(NodeSelector((NodeSelectorTerm(
        (SelectorRequirement("disk", "In", ("ssd",)),)),))))))
spreads = st.builds(
    TopologySpreadConstraint, st.integers(1, 2), st.sampled_from((ZONE, HOST)),
    st.sampled_from(("DoNotSchedule", "DoNotSchedule", "ScheduleAnyway")),
    st.sampled_from(APPS).map(lambda app: select(app=app)), st.sampled_from((None, None, 2, 3)),
    st.sampled_from(("", "Ignore")), st.sampled_from(("", "Honor")))


@st.composite
def nodes(draw: st.DrawFn, name: str) -> Node:
    """A small node, in one of two zones or none, perhaps tainted or cordoned, with ssd or without."""
    labels = {HOST: name} | ({ZONE: draw(st.sampled_from(("z0", "z1")))} if draw(st.integers(0, 5)) else {})
    labels |= {"disk": "ssd"} if draw(st.booleans()) else {}
    taints = (Taint("dedicated", "db", "NoSchedule"),) if not draw(st.integers(0, 6)) else ()
    spec = NodeSpec(taints=taints, unschedulable=not draw(st.integers(0, 7)))
    more: dict[str, Any] = {GPU: "1"} if draw(st.booleans()) else {}
    return new_node(name, labels=labels, spec=spec, cpu=str(draw(st.integers(2, 5))),
                    pods=draw(st.sampled_from(("2", "3", "110"))), **more)


@st.composite
def pods(draw: st.DrawFn, name: str, node: str = "") -> Pod:
    """A pod with any of the constraints."""
    requests: dict[str, Any] = {"cpu": draw(st.sampled_from(("0", "500m", "1", "1", "2")))}
    requests |= {GPU: "1"} if not draw(st.integers(0, 5)) else {}
    ports = (ContainerPort(host_port=80, host_ip=draw(st.sampled_from(("", "10.0.0.1")))),) if not draw(
        st.integers(0, 4)) else ()
    return new_pod(
        name, node, labels={"app": draw(st.sampled_from(APPS))}, containers=(new_container(ports=ports, **requests),),
        affinity=draw(st.one_of(st.none(), st.none(), affinities)),
        tolerations=draw(st.sampled_from(((), (), (Toleration("dedicated", "Exists"),)))),
        topology_spread_constraints=tuple(draw(st.lists(spreads, max_size=draw(st.sampled_from((0, 0, 1)))))),
        node_selector=draw(st.sampled_from((FrozenMap(), FrozenMap(), FrozenMap({"disk": "ssd"})))))


@st.composite
def questions(draw: st.DrawFn, most_nodes: int = 3, most_batches: int = 3, most_pods: int = 2,
              most_placed: int = 2) -> Question:
    """A tiny question: a few nodes and batches, and perhaps pods that are bound already."""
    machines = tuple(draw(nodes(f"n{at}")) for at in range(draw(st.integers(1, most_nodes))))
    placed = tuple(draw(pods(f"placed-{at}", draw(st.sampled_from(machines)).metadata.name))
                   for at in range(draw(st.integers(0, most_placed))))
    batches = tuple(Batch(f"Deployment default/w{at}", draw(pods(f"w{at}")), draw(st.integers(1, most_pods)))
                    for at in range(draw(st.integers(1, most_batches))))
    return Question(machines, placed, batches)


def with_counts(question: Question, *counts: int) -> Question:
    """The question with other numbers of pods."""
    return attrs.evolve(question, batches=tuple(attrs.evolve(each, count=count) for each, count in
                                                zip(question.batches, counts, strict=True)))
