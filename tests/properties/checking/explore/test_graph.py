"""The graph of a search: every edge once, sorted by source, and no graph where none can be relied on."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.start import start
from seatrial.properties.checking.explore.graph import graph_of, of_search, spoken
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.transitions import of_cluster
from tests.properties.checking.explore.samples import small_scope
from tests.properties.checking.explore.small_graphs import Small, action_of
from tests.strategies.small_graphs import small_graphs


def rows(small: Small, expanded: int | None = None) -> Counter[tuple[int, int, int]]:
    """The edges of a graph as the product has them, each found from its source."""
    graph = small.graph(expanded)
    return Counter((state, int(graph.target[edge]), int(graph.action[edge])) for state in range(graph.states)
                   for edge in range(graph.first[state], graph.first[state + 1]))


@given(small_graphs(), st.randoms(use_true_random=False))
def test_edges_are_sorted_by_source(small: Small, chance: Random) -> None:
    """Whatever order they come in: none is lost, none is new."""
    edges = list(small.edges)
    actions = list(dict.fromkeys(edge[2] for edge in edges))
    chance.shuffle(edges)
    rearranged = [(source, target, actions.index(action)) for source, target, action, _ in edges]
    graph = graph_of([np.array(part, np.int32) for part in (rearranged[:2], rearranged[2:]) if part], actions,
                     [False] * len(actions), small.states)
    assert Counter(rearranged) == Counter(zip(graph.source.tolist(), graph.target.tolist(), graph.action.tolist(),
                                              strict=True))
    assert sorted(graph.source.tolist()) == graph.source.tolist()
    assert rows(small) == Counter(rearranged)


def test_states_that_are_not_expanded_have_no_edges() -> None:
    """They are not what they seem, and are left out of what is known."""
    small = Small(3, tuple((source, target, action_of("A"), False) for source, target in ((0, 1), (1, 2), (2, 0))))
    assert {(0, 1, 0): 1, (1, 2, 0): 1} == rows(small, expanded=2)
    assert ([True, True, False], False) == (small.graph(2).within().tolist(), small.graph(2).complete)


def searched(options: Options) -> Search:
    """A small search with a judge that always speaks."""
    cluster = start(small_scope(0))
    search = Search(Situations(of_cluster(cluster), (lambda _: "so it is",)), options)
    search.run()
    return search


def test_a_search_says_all() -> None:
    """As many states and edges as it counted, and what each judge said."""
    search = searched(Options(graph=True))
    graph = of_search(search)
    assert (search.states, search.transitions, True) == (graph.states, len(graph.action), graph.complete)
    assert search.quiet == sum(all(graph.environment[graph.action[graph.first[at]:graph.first[at + 1]]])
                               for at in range(graph.states))
    assert [True] * graph.states == spoken(search, 0).tolist()


def test_a_search_that_was_cut_short_has_states_that_are_not_known() -> None:
    """Its last level; none of them counts as at rest."""
    graph = of_search(searched(Options(graph=True, most_states=3)))
    assert 0 < graph.expanded < graph.states
    assert graph.source.max() < graph.expanded


@pytest.mark.parametrize(
    "options", [Options(), Options(graph=True, local_first=True), Options(graph=True, symmetry=True)])
def test_a_reduced_search_is_refused(options: Options) -> None:
    """Merged states and steps left out would make fair what is not."""
    cluster = start(small_scope(0))
    with pytest.raises(ValueError, match="every step of every state"):
        of_search(Search(Situations(of_cluster(cluster)), options))
