"""The solver and a scheduling cycle say the same of every node."""

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.cycle import find_nodes_that_fit_pod
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.properties.checking.place.agree import cycle_agrees, node_agrees, none_agrees
from seatrial.properties.checking.place.order import Snapshot
from seatrial.properties.checking.place.question import Question
from tests.strategies.placements import pods, questions, zone_nodes
from tests.strategies.scheduler_objects import new_container, new_pod


@settings(deadline=None, max_examples=100)
@given(questions(most_placed=4), pods("waits"))
def test_every_cycle_agrees(question: Question, pod: Pod) -> None:
    """Every feasible node is a solution, every other one is none, and where there is none there is no solution."""
    infos = Snapshot(question).infos
    feasible = tuple(info.name for info in find_nodes_that_fit_pod(PLUGINS, pod, infos).feasible)
    assert cycle_agrees(pod, infos, feasible)
    assert all(node_agrees(pod, infos, name) for name in feasible)
    assert none_agrees(pod, infos) == (not feasible)


def test_a_wrong_cycle_is_found_out() -> None:
    """Negative control: a node that is full is not agreed to, one that is free is not denied."""
    infos = Snapshot(Question(zone_nodes(2, cpu="1"), (new_pod("x", "n0"),))).infos
    pod = new_pod("waits")
    assert not node_agrees(pod, infos, "n0")
    assert node_agrees(pod, infos, "n1")
    assert not none_agrees(pod, infos)
    assert not cycle_agrees(pod, infos, ())
    assert not cycle_agrees(pod, infos, ("n0", "n1"))


def test_nominated_pods_take_their_room() -> None:
    """A node must take the pod with those that are nominated to it."""
    infos = Snapshot(Question(zone_nodes(1, cpu="2"))).infos
    nominated = new_pod("victor", containers=(new_container(cpu="2"),))
    nominated = attrs.evolve(nominated, status=attrs.evolve(nominated.status, nominated_node_name="n0"))
    assert node_agrees(new_pod("waits"), infos, "n0")
    assert not node_agrees(new_pod("waits"), infos, "n0", (nominated,))
    assert none_agrees(new_pod("waits"), infos, (nominated,))


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 5))
def test_the_pod_limit_counts(limit: int) -> None:
    """With as many pods as a node takes there is no room for another."""
    infos = Snapshot(Question(zone_nodes(1, pods=str(limit)), tuple(
        new_pod(f"p{at}", "n0", containers=(new_container(cpu="0"),)) for at in range(limit)))).infos
    assert none_agrees(new_pod("waits", containers=(new_container(cpu="0"),)), infos)
