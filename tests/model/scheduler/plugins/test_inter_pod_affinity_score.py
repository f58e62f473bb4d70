"""The score of InterPodAffinity."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.cycle import score_nodes
from seatrial.model.scheduler.framework import SKIP, Plugin
from seatrial.model.scheduler.node_info import NodeInfo
from seatrial.model.scheduler.plugins.inter_pod_affinity import PLUGIN, inter_pod_affinity
from seatrial.model.scheduler.plugins.inter_pod_affinity_score import AffinityArgs, normalize
from tests.strategies.pod_relations import apart, blue, near, term, zoned
from tests.strategies.scheduler_objects import new_pod


def raw(pod: Pod, *nodes: NodeInfo, plugin: Plugin = PLUGIN) -> tuple[int, ...] | None:
    """The raw scores, or None when nothing is scored."""
    assert plugin.pre_score is not None
    found = plugin.pre_score(pod, nodes, nodes)
    return None if found.status.code == SKIP else score_nodes(plugin, found.state, pod, nodes).raw


def test_preferences_add_up_in_the_domain() -> None:
    """Each matching pod counts with the weight, for all nodes of its zone; avoided ones count against it."""
    nodes = (zoned("a", "z1", blue("x", "a"), blue("y", "a")), zoned("b", "z1"), zoned("c", "z2"))
    assert (10, 10, 0) == raw(new_pod(affinity=near(term(), weight=5)), *nodes)
    assert (-10, -10, 0) == raw(new_pod(affinity=apart(term(), weight=5)), *nodes)


def test_those_that_are_there_have_preferences_too() -> None:
    """Their preferred terms count, and their required ones by the weight of the configuration."""
    node, other = zoned("a", "z1", new_pod("x", "a", affinity=near(term(), weight=7))), zoned("b", "z2")
    assert (7, 0) == raw(blue(), node, other)
    hard = zoned("a", "z1", new_pod("x", "a", affinity=near(term())))
    assert (1, 0) == raw(blue(), hard, other)
    assert (50, 0) == raw(blue(), hard, other, plugin=inter_pod_affinity(AffinityArgs(50)))
    assert raw(blue(), hard, other, plugin=inter_pod_affinity(AffinityArgs(0))) is None
    quiet = inter_pod_affinity(AffinityArgs(ignore_preferred_terms_of_existing_pods=True))
    assert raw(blue(), node, other, plugin=quiet) is None


def test_nothing_is_scored_where_nobody_speaks_of_anybody() -> None:
    """Neither without terms, nor with terms that match nobody."""
    nodes = (zoned("a", "z1", new_pod("x", "a")), zoned("b", "z2"))
    assert raw(new_pod(), *nodes) is None
    assert raw(new_pod(affinity=near(term(), weight=5)), *nodes) is None


@given(st.lists(st.integers(-300, 300), min_size=1, max_size=6))
def test_scores_are_stretched_over_all_of_the_range(scores: list[int]) -> None:
    """The least gets 0 and the greatest 100, whatever their sign, in order; equal ones all get 0."""
    found = normalize(tuple(scores))
    assert len(scores) == len(found)
    expected = (0, 100) if len(set(scores)) > 1 else (0, 0)
    assert expected == (min(found), max(found))
    assert normalize(tuple(sorted(scores))) == tuple(sorted(found))
