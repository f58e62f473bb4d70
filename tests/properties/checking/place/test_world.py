"""The solver's world is the scheduler's: concrete and symbolic filters say the same of pods, nodes and placements."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.cycle import find_nodes_that_fit_pod
from seatrial.model.scheduler.framework import PASSED, Plugin, PreFilterResult
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.properties.checking.place.check import PlaceError
from seatrial.properties.checking.place.forms import holds
from seatrial.properties.checking.place.order import Snapshot
from seatrial.properties.checking.place.question import Batch, Question
from seatrial.properties.checking.place.world import DYNAMIC, STATIC, World, merge, new_world
from tests.strategies.placements import ZONE, batch, questions, spreading, zone_nodes
from tests.strategies.scheduler_objects import new_pod


def let_in(world: World, batch_: int, node: int, values: list[int]) -> bool:
    """Does the symbolic world let a pod of the batch onto the node, where these counts hold once it is there?"""
    return not any((each.batch, each.node) == (batch_, node) for each in world.refusals) and all(
        holds(each.condition, values) for each in world.constraints
        if (each.batch, each.node) == (batch_, node) and not each.lasting)


def filters_agree(question: Question, data: st.DataObject) -> None:
    """For a random partial placement and one pod more, on every node."""
    world = new_world(question)
    values = [data.draw(st.integers(0, 2)) for _ in range(len(world.batches) * world.width)]
    snapshot = Snapshot(question)
    for at, value in enumerate(values):
        for _ in range(value):
            batch_, node = world.cell(at)
            snapshot.add(world.batches[batch_].pod, node)
    pod = world.batches[0].pod
    feasible = {info.name for info in find_nodes_that_fit_pod(PLUGINS, pod, snapshot.infos).feasible}
    for node, info in enumerate(snapshot.infos):
        after = list(values)
        after[world.variable(0, node)] += 1
        assert (info.name in feasible) == let_in(world, 0, node, after), info.name


@settings(deadline=None, max_examples=200)
@given(questions(), st.data())
def test_concrete_and_symbolic_filters_agree(question: Question, data: st.DataObject) -> None:
    """Of 200 pods and partial placements, on each of up to three nodes."""
    filters_agree(question, data)


@pytest.mark.nightly
@settings(deadline=None, max_examples=10_000)
@given(questions(), st.data())
def test_concrete_and_symbolic_filters_agree_often(question: Question, data: st.DataObject) -> None:
    """Of 10,000."""
    filters_agree(question, data)


def test_a_filter_that_forgets_its_demand_is_found_out() -> None:
    """Negative control: without the demands of NodeResourcesFit the symbolic world lets a second pod in."""
    question = Question(zone_nodes(1, cpu="1"), batches=(batch("web", 2),))
    world = new_world(question)
    assert not let_in(world, 0, 0, [2])
    blind = World(question, world.batches, world.members, world.infos, world.refusals,
                  tuple(each for each in world.constraints if each.plugin != "NodeResourcesFit"))
    assert let_in(blind, 0, 0, [2])


def test_every_filter_is_one_of_both_kinds() -> None:
    """All plugins that filter are asked, those with demands for formulas; no plugin narrows nodes unseen."""
    filtering = {plugin.name for plugin in PLUGINS if plugin.filter}
    assert filtering == {plugin.name for plugin in (*STATIC, *DYNAMIC)}
    assert ("NodePorts", "NodeResourcesFit", "PodTopologySpread", "InterPodAffinity") == tuple(
        plugin.name for plugin in DYNAMIC)
    assert PASSED == PreFilterResult().status
    assert Plugin("any").filter is None


def test_batches_of_the_same_pods_are_one() -> None:
    """They differ in names alone; labels, namespace and spec keep them apart."""
    one, two = Batch("Pod default/a", new_pod("a"), 1), Batch("Pod default/b", new_pod("b"), 2)
    other = Batch("Pod default/c", new_pod("c", labels={"app": "c"}), 1)
    world = new_world(Question(zone_nodes(2), batches=(one, other, two)))
    assert ((0, 2), (1,)) == world.members
    assert ("Pod default/a, Pod default/b", 3) == (world.batches[0].name, world.batches[0].count)
    many = tuple(Batch(f"Pod default/{at}", new_pod(str(at)), 1) for at in range(5))
    assert "Pod default/0, Pod default/1, Pod default/2 and 2 more" == new_world(
        Question(zone_nodes(1), batches=many)).batches[0].name
    assert ((0,), (1,)) == merge((one, Batch("Pod default/s", new_pod("s", node_selector=FrozenMap({"a": "b"})), 1)))


def test_a_selector_that_cannot_be_read_is_named() -> None:
    """The pod and the plugin."""
    bad = spreading(ZONE, app="x y")
    with pytest.raises(PlaceError, match=r"Pod web: spec: PodTopologySpread cannot read it"):
        new_world(Question(zone_nodes(2), batches=(batch("web", 1, topology_spread_constraints=bad),)))
