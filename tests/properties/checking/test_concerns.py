"""The index says of every set of writes what the properties themselves say, in their order."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.view import Cell
from seatrial.properties.checking.concerns import Concerns
from seatrial.properties.property import ALWAYS, Property, objects
from seatrial.properties.registry import PROPERTIES
from tests.strategies.clusters import Walk


def test_it_says_what_the_properties_say() -> None:
    """For every step of a walk with faults, for all properties."""
    index = Concerns(PROPERTIES)
    states = [cluster for cluster, _ in Walk("replicaset and a node, every fault", 4, 150).states()]
    chosen = set()
    for before, after in pairwise(states):
        written: dict[Cell, Any] = dict.fromkeys(before.cells.changed_keys(after.cells))
        expected = tuple(each for each in PROPERTIES if each.concerns(written))
        assert expected == index.of(written)
        chosen.add(expected)
    assert 3 < len(chosen)


PLACES = st.tuples(st.sampled_from(("object", "copy", "plan")), st.sampled_from(("", "pods", "nodes")))
READERS = st.lists(st.lists(PLACES, max_size=3), min_size=1, max_size=4)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(READERS, st.lists(st.lists(PLACES, max_size=3), max_size=4))
def test_wildcards_and_properties_that_read_anything(readers: list[list[tuple[str, str]]],
                                                     steps: list[list[tuple[str, str]]]) -> None:
    """Whatever is read and written, also when the same places are written again."""
    index = Concerns(tuple(
        Property(f"p{at}", ALWAYS, "", lambda _: None, reads=tuple(reads)) for at, reads in enumerate(readers)))
    for places in (*steps, *steps):
        written: dict[Cell, Any] = {Cell(table, "p", kind, "key"): None for table, kind in places}
        assert tuple(each for each in index.properties if each.concerns(written)) == index.of(written)


def test_a_write_elsewhere_concerns_nobody() -> None:
    """Negative control: a property is left out where it reads nothing, and only there."""
    about_pods = Property("p", ALWAYS, "", lambda _: None, reads=objects("pods"))
    index = Concerns((about_pods,))
    assert () == index.of([Cell("object", "", "nodes", "n")])
    assert (about_pods,) == index.of([Cell("object", "", "nodes", "n"), Cell("object", "", "pods", "p")])
