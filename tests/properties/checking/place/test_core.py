"""Cores are minimal, their sentences have the right figures, and what is proposed is enough."""

from typing import Any

import attrs
import pytest
import z3
from hypothesis import assume, given, settings

from seatrial.model.api.core import ContainerPort, Node, NodeSpec, Taint
from seatrial.model.frozen import FrozenMap
from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE
from seatrial.properties.checking.place.core import (
    Core,
    Label,
    Switched,
    end_state_core,
    families,
    minimal,
    ordered_core,
    switched,
    switched_steps,
    try_on,
)
from seatrial.properties.checking.place.explain import core_of, fewest, grouped, resized
from seatrial.properties.checking.place.give_up import without
from seatrial.properties.checking.place.necessity import necessary
from seatrial.properties.checking.place.portfolio import in_seconds
from seatrial.properties.checking.place.problem import new_problem
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.solve import answer, explained, place
from seatrial.properties.checking.place.volume import too_much
from seatrial.properties.checking.place.words import Telling, shown
from seatrial.properties.checking.place.world import World, new_world
from tests.properties.checking.place.oracle import reachable_ends
from tests.strategies.placements import (
    GPU,
    HOST,
    ZONE,
    batch,
    questions,
    spreading,
    with_affinity,
    with_anti_affinity,
    zone_nodes,
)
from tests.strategies.scheduler_objects import new_container, new_node, new_pod

LATER = 20.0


def can_hold(problem: Switched, labels: tuple[Label, ...]) -> bool:
    """Can these constraints be met together, whatever becomes of all others?"""
    solver = z3.SimpleSolver(ctx=z3.Context())
    solver.from_string(problem.text)
    found = try_on(solver, tuple(problem.labels.index(label) for label in labels), in_seconds(LATER), 10**9)
    assert found is not None
    return not found


def assert_minimal(problem: Switched, core: tuple[Label, ...]) -> None:
    """Together they cannot be met; without any one of them the others can."""
    assert core
    assert not can_hold(problem, core)
    assert all(can_hold(problem, (*core[:at], *core[at + 1:])) for at in range(len(core)))


@settings(deadline=None, max_examples=60)
@given(questions())
def test_cores_are_minimal(question: Question) -> None:
    """Of end states where these have none, of orders where only these have none."""
    assume(not reachable_ends(question))
    world = new_world(question)
    core = end_state_core(world, in_seconds(LATER)).labels
    if core:
        assert_minimal(switched(world, tuple(families(world, necessary(world)))), core)
    else:
        assert_minimal(switched_steps(world), ordered_core(world, in_seconds(LATER)).labels)


@settings(deadline=None, max_examples=40)
@given(questions())
def test_what_has_a_placement_has_no_core(question: Question) -> None:
    """Negative control: nothing is blamed where nothing is wrong."""
    assume(reachable_ends(question))
    world = new_world(question)
    assert Core() == end_state_core(world, in_seconds(LATER))
    assert Core() == ordered_core(world, in_seconds(LATER))


@settings(deadline=None, max_examples=40)
@given(questions())
def test_what_is_proposed_is_enough(question: Question) -> None:
    """Giving up the constraints that a relaxation names makes every pod placeable, in an order that was tried."""
    found = explained(question, answer(question, in_seconds(LATER)), in_seconds(LATER))
    assume(found.verdict == INFEASIBLE)
    world = new_world(question)
    core = core_of(world, in_seconds(LATER), only_with_order=found.engine.endswith("step by step")).labels
    groups = dict(zip(Telling(world, core).needs(), grouped(core), strict=True))
    assert found.core == tuple(groups)
    for each in found.relaxations:
        if len(each.needs) == 1:
            assert reachable_ends(without(world, groups[each.needs[0]]))


def tainted(*nodes: Node) -> tuple[Node, ...]:
    """The nodes with a taint."""
    return tuple(attrs.evolve(node, spec=NodeSpec(taints=(Taint("gpu", "true", "NoSchedule"),))) for node in nodes)


ASKS_9 = (new_container(cpu="9"),)
PORT_80 = (new_container(cpu="1", ports=(ContainerPort(host_port=80),)),)
ONE_GPU: dict[str, Any] = {GPU: "1"}
GPU_NODE, WANTS_GPU = new_node("g", **ONE_GPU), (new_container(**ONE_GPU),)
SSD = FrozenMap({"disk": "ssd"})
APART_FROM_DB = (f"must not be with a pod with app=db on the same {HOST} (podAntiAffinity on {HOST}); the nodes it may "
                 "use have 1: n0")
EVENLY = (f"the number of its pods may differ by at most 1 between the domains of {ZONE} (the nodes it may use have 3: "
          "z0, z1, z2) (topologySpreadConstraints)")
CASES = {
    "zones": (Question(zone_nodes(4, 2), batches=(batch("web", 3, affinity=with_anti_affinity(ZONE, app="web")),)), [
        f"3 pods must each be on a different {ZONE} (podAntiAffinity on {ZONE}); the nodes it may use have 2: z0, z1",
    ], [
        "let Deployment default/web do without its required podAntiAffinity",
        "place 2 instead of 3 pods of Deployment default/web",
        "add a node like n0 in another topology.kubernetes.io/zone"]),
    "large": (Question(zone_nodes(2), batches=(batch("web", 1, containers=ASKS_9),)), [
        "each pod asks for 9 cpu; the most that a node it may use has left is 4 cpu (n0)"], [
        "let Deployment default/web ask for less cpu"]),
    "sum": (Question(zone_nodes(3), batches=(batch("web", 7), batch("db", 6))), [
        "together ask for 13 cpu; the 3 nodes have 12 cpu left"], [
        "let Deployment default/web or Deployment default/db ask for less cpu",
        "place 6 instead of 7 pods of Deployment default/web", "add one more node like n0"]),
    "port": (Question(zone_nodes(2), batches=(batch("web", 3, containers=PORT_80),)), [
        "3 pods take the host port 80/TCP, which only one pod of a node can have; there are 2 nodes"], [
        "let Deployment default/web do without its host ports", "place 2 instead of 3 pods of Deployment default/web",
        "add one more node like n0"]),
    "taint": (Question(tainted(*zone_nodes(2)), batches=(batch("web", 1),)), [
        "does not tolerate the taint gpu=true:NoSchedule on 2 nodes, of 2"], [
        "let Deployment default/web tolerate the taints"]),
    "cordon": (Question((new_node("n0", spec=NodeSpec(unschedulable=True)),), batches=(batch("web", 1),)), [
        "cordoned nodes take no new pods: n0, of 1"], ["uncordon the nodes"]),
    "selector": (Question(zone_nodes(2), batches=(batch("web", 1, node_selector=SSD),)), [
        "its nodeSelector disk=ssd matches none of the 2 nodes"], [
        "let Deployment default/web do without its nodeSelector and required nodeAffinity"]),
    "gpu": (Question((*zone_nodes(1), GPU_NODE), batches=(
        batch("train", 2, containers=WANTS_GPU),)), [
        f"2 pods of 1 {GPU} each ask for 2 {GPU}; the 2 nodes have 1 {GPU} left, which is room for 1"], [
        "let Deployment default/train ask for less nvidia.com/gpu",
        "place 1 instead of 2 pods of Deployment default/train", "add one more node like g"]),
    "pods": (Question(zone_nodes(2, pods="3"), batches=(batch("web", 7),)), [
        "the 2 nodes have room for 6 more pods; it has 7 pods"], [
        "let the nodes take more pods (status.allocatable.pods)", "place 6 instead of 7 pods of Deployment default/web",
        "add one more node like n0"]),
    "nobody": (Question(zone_nodes(2), batches=(batch("web", 1, affinity=with_affinity(HOST, app="db")),)), [
        "each pod needs a pod with app=db on the same kubernetes.io/hostname (podAffinity), and there is none"], [
        "let Deployment default/web do without its required podAffinity"]),
    "existing": (Question(zone_nodes(1), (new_pod("x", "n0", affinity=with_anti_affinity(ZONE, app="web")),),
                          (batch("web", 1),)), [
        "must stay away from Pod default/x, whose podAntiAffinity speaks of its pods"], [
        "let the others do without the podAntiAffinity that keeps Deployment default/web away",
        "add a node like n0 in another topology.kubernetes.io/zone"]),
    "stranger": (Question(zone_nodes(1), (new_pod("x", "n0", labels={"app": "db"}),), (
        batch("web", 1, affinity=with_anti_affinity(HOST, app="db")),)), [
        APART_FROM_DB], [
        "let Deployment default/web do without its required podAntiAffinity", "add one more node like n0"]),
    "spread": (Question((*zone_nodes(3, cpu="1"), new_node("big", labels={ZONE: "z0"}, cpu="20")), batches=(
        batch("web", 7, topology_spread_constraints=spreading(ZONE, app="web")),)), [
        "7 pods of 1 cpu each ask for 7 cpu; the 4 nodes have 23 cpu left, which is room for 23",
        EVENLY], [
        "let Deployment default/web ask for less cpu",
        "let Deployment default/web do without spreading (or say whenUnsatisfiable: ScheduleAnyway)",
        "place 4 instead of 7 pods of Deployment default/web"]),
}


@pytest.mark.parametrize("name", CASES)
def test_cores_and_relaxations_in_words(name: str) -> None:
    """Each kind of constraint says its figures; each proposal is one that a person could make."""
    question, sentences, proposals = CASES[name]
    found = place(question, seconds=LATER)
    assert INFEASIBLE == found.verdict
    assert sentences == [need.sentence for need in found.core]
    assert proposals == [each.sentence for each in found.relaxations]


def test_two_constraints_are_given_up_where_one_is_not_enough() -> None:
    """Two that each fail alone."""
    both = Question(tainted(*zone_nodes(2)), batches=(batch("web", 1, containers=ASKS_9),))
    found = place(both, seconds=LATER)
    assert 1 == len(found.core)
    assert ["Deployment default/web"] == [need.batch for need in found.core]
    (pair,) = [each.sentence for each in found.relaxations]
    assert "ask for less cpu" in pair
    assert "tolerate the taints" in pair


def test_a_sum_blames_as_few_as_it_takes() -> None:
    """The largest first; whoever can be spared is."""
    question = Question(zone_nodes(2), batches=(batch("small", 1), batch("huge", 9), batch("tiny", 1)))
    world = new_world(question)
    found = too_much(world, new_problem(world))
    assert found is not None
    assert (Label(1, "NodeResourcesFit", "Insufficient cpu"),) == fewest(world, found)
    three = Question(zone_nodes(2), batches=tuple(batch(name, 3) for name in "abc"))
    assert 3 == len(core_of(new_world(three), in_seconds(LATER)).labels)
    assert FEASIBLE == place(resized(three, 0, 2)).verdict


def test_time_that_is_out_gives_no_core() -> None:
    """Nothing is claimed to be minimal that was not tried."""
    question = CASES["zones"][0]
    world: World = new_world(question)
    problem = switched(world, tuple(families(world, necessary(world))))
    assert Core() == minimal(problem, in_seconds(0))
    assert minimal(problem, in_seconds(LATER)).is_minimal


def test_amounts_are_written_as_people_do() -> None:
    """Cpu in cpus, memory in the largest binary unit, everything else as it is; rounded down."""
    assert ["7.999 cpu", "0 cpu", "-0.5 cpu"] == [shown("cpu", amount) for amount in (7999, 0, -500)]
    assert ["1.5Gi of memory", "512Mi of memory", "100 memory"] == [
        shown("memory", amount) for amount in (3 * 2**29, 2**29, 100)]
    assert "2 nvidia.com/gpu" == shown(GPU, 2)
