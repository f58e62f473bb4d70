"""Small graphs whose states can all be reached from the first."""

from hypothesis import strategies as st

from tests.properties.checking.explore.small_graphs import Small, action_of, closure

NAMES = ("A", "A.x", "A/k", "B", "B.x", "C", "C/k")
OUTSIDE = "!F"


def reachable(small: Small) -> Small:
    """The part that can be reached, numbered anew."""
    kept = sorted(closure(frozenset([0]), {edge[:2] for edge in small.edges}))
    number = {state: at for at, state in enumerate(kept)}
    return Small(len(kept), tuple((number[source], number[target], action, outside)
                                  for source, target, action, outside in small.edges if source in number))


def small_graphs(most: int = 6) -> st.SearchStrategy[Small]:
    """Graphs of a few states and units, with faults, self-loops and parallel steps."""
    state = st.integers(0, most - 1)
    edge = st.tuples(state, state, st.sampled_from((*NAMES, OUTSIDE)))
    return st.lists(edge, max_size=16, unique=True).map(lambda edges: reachable(Small(most, tuple(
        (source, target, action_of(name.lstrip("!")), name.startswith("!")) for source, target, name in edges))))


def subsets(small: Small) -> st.SearchStrategy[frozenset[int]]:
    """Sets of its states."""
    return st.frozensets(st.integers(0, small.states - 1))
