"""The plugins of the default profile, and that their filters and their demands are one predicate."""

from collections import Counter
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import PASSED, Nodes, Plugin, Status, first_failure
from seatrial.model.scheduler.node_info import NodeInfo, new_node_info
from seatrial.model.scheduler.plugins import PLUGINS
from tests.strategies.pod_relations import Form, World, draw_world, holds

DEMANDING = tuple(plugin for plugin in PLUGINS if plugin.demands is not None)
NAMES = [plugin.name for plugin in DEMANDING]


def verdict(plugin: Plugin, pod: Pod, nodes: Nodes, info: NodeInfo) -> Status:
    """What the scheduler's cycle hears of the plugin about a node."""
    assert plugin.pre_filter is not None
    assert plugin.filter is not None
    found = plugin.pre_filter(pod, nodes)
    return plugin.filter(found.state, pod, info) if found.status.is_success else PASSED


def with_pod(nodes: Nodes, name: str, pod: Pod) -> tuple[Nodes, NodeInfo]:
    """The world after the pod was placed on a node, and that node."""
    after = tuple([new_node_info(info.node, (*info.pods, pod)) if info.name == name else info for info in nodes])
    return after, next(info for info in after if info.name == name)


def demanded(plugin: Plugin, world: World, info: NodeInfo) -> Any:
    """What the plugin demands where the pod is on the node."""
    assert plugin.demands is not None
    after, node = with_pod(world.nodes, info.name, world.pod)
    return plugin.demands(world.pod, after)(node)


@pytest.mark.parametrize("plugin", DEMANDING, ids=NAMES)
@settings(max_examples=150, derandomize=True, database=None, deadline=None)
@given(st.randoms(use_true_random=False))
def test_filter_and_demands_are_one_predicate(plugin: Plugin, draws: Random) -> None:
    """A node passes exactly when every demand holds of the world in which the pod is there already."""
    world = draw_world(draws)
    for info in world.nodes:
        demands = demanded(plugin, world, info)
        status = verdict(plugin, world.pod, world.nodes, info)
        assert status.is_success == all(each.condition for each in demands)
        assert status.reasons[:1] == first_failure(demands, plugin.name).reasons


@pytest.mark.parametrize("plugin", DEMANDING, ids=NAMES)
def test_both_verdicts_are_common(plugin: Plugin) -> None:
    """Of at least 500 random nodes many pass each filter and many do not, so that agreement means something."""
    draws, counted = Random(7), Counter[bool]()  # noqa: S311 -- a fixed sample
    while counted.total() < 500:
        world = draw_world(draws)
        for info in world.nodes:
            status = verdict(plugin, world.pod, world.nodes, info)
            counted[status.is_success] += 1
            assert status.is_success == all(each.condition for each in demanded(plugin, world, info))
    assert min(counted[True], counted[False]) >= 20


@pytest.mark.parametrize("plugin", DEMANDING, ids=NAMES)
def test_demands_of_the_world_before_are_something_else(plugin: Plugin) -> None:
    """The control: with the demands of the world without the pod the two would differ."""
    assert plugin.demands is not None
    draws = Random(7)  # noqa: S311 -- a fixed sample
    differing = 0
    for _ in range(300):
        world = draw_world(draws)
        for info in world.nodes:
            before = plugin.demands(world.pod, world.nodes)(info)
            after = demanded(plugin, world, info)
            differing += all(each.condition for each in before) != all(each.condition for each in after)
    assert differing > 0


@pytest.mark.parametrize("plugin", DEMANDING, ids=NAMES)
@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 2), min_size=7, max_size=7))
def test_amounts_may_be_chosen_later(plugin: Plugin, draws: Random, amounts: list[int]) -> None:
    """What is demanded of unknown amounts of pods, and then told the amounts, is what is demanded of so many pods."""
    assert plugin.demands is not None
    world, chosen = draw_world(draws), {f"e{at}": amount for at, amount in enumerate(amounts)} | {"p": 1}
    for info in world.nodes:
        after, _ = with_pod(world.nodes, info.name, world.pod)
        open_ = tuple([new_node_info(each.node, each.pods, tuple([Form({pod.metadata.name: 1}) for pod in each.pods]))
                       for each in after])
        known = tuple([new_node_info(each.node, tuple([pod for pod in each.pods for _ in range(
            chosen[pod.metadata.name])])) for each in after])
        at = world.nodes.index(info)
        later = [(holds(each.condition, chosen), each.reason) for each in plugin.demands(world.pod, open_)(open_[at])]
        now = [(each.condition, each.reason) for each in plugin.demands(world.pod, known)(known[at])]
        assert {pair for pair in now if not pair[0]} == {pair for pair in later if not pair[0]}


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_pod_that_comes_and_goes_leaves_nothing(draws: Random) -> None:
    """The state of PreFilter after a pod was added and taken away judges every node as it did before."""
    world, other = draw_world(draws), draw_world(draws).pod
    other = attrs.evolve(other, metadata=attrs.evolve(other.metadata, name="other", uid="uid-other"))
    for plugin in (each for each in PLUGINS if each.add_pod is not None):
        assert plugin.pre_filter is not None
        assert plugin.filter is not None
        assert plugin.add_pod is not None
        found = plugin.pre_filter(world.pod, world.nodes)
        if not found.status.is_success:
            continue
        more = plugin.add_pod(found.state, other, world.nodes[0], 1)
        less = plugin.add_pod(more, other, world.nodes[0], -1)
        for info in world.nodes:
            assert plugin.filter(found.state, world.pod, info) == plugin.filter(less, world.pod, info)


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(st.randoms(use_true_random=False))
def test_adding_a_pod_is_counting_it(draws: Random) -> None:
    """A pod that is added to the state counts as if it had been there, unless it is going or nobody is selected."""
    world, other = draw_world(draws), draw_world(draws).pod
    meta = attrs.evolve(other.metadata, name="other", uid="uid-other", deletion_timestamp=None)
    other = attrs.evolve(other, metadata=meta)
    own = tuple([each for each in world.pod.spec.topology_spread_constraints
                 if each.label_selector is None or each.label_selector.match_labels
                 or each.label_selector.match_expressions])
    pod = attrs.evolve(world.pod, spec=attrs.evolve(world.pod.spec, topology_spread_constraints=own))
    first = world.nodes[0]
    after = (new_node_info(first.node, (*first.pods, other)), *world.nodes[1:])
    for plugin in (each for each in PLUGINS if each.add_pod is not None):
        assert plugin.pre_filter is not None
        assert plugin.filter is not None
        assert plugin.add_pod is not None
        before = plugin.pre_filter(pod, world.nodes)
        if not before.status.is_success:
            continue
        state = plugin.add_pod(before.state, other, first, 1)
        for info in after:
            assert verdict(plugin, pod, after, info) == plugin.filter(state, pod, info)


def test_the_default_profile() -> None:
    """The modelled plugins run in upstream's order, with upstream's weights."""
    filters = ["NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit",
               "PodTopologySpread", "InterPodAffinity"]
    assert filters == [plugin.name for plugin in PLUGINS if plugin.filter is not None]
    assert {"TaintToleration": 3, "NodeAffinity": 2, "NodeResourcesFit": 1, "PodTopologySpread": 2,
            "InterPodAffinity": 2, "NodeResourcesBalancedAllocation": 1, "ImageLocality": 1} == {
        plugin.name: plugin.weight for plugin in PLUGINS if plugin.score is not None}
