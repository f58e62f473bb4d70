"""The benchmark's scenario has as many states up to renaming as were published."""

from itertools import permutations, product

import pytest

from seatrial.model.canonical import exchange, renamed
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, Cells, View
from tests.benchmarks.explorer.run_ours import measure
from tests.benchmarks.explorer.scenario import SCENARIOS, Scenario, scenario

ORBITS = {"s": 4_939, "l1": 99_390, "m2": 213_234, "l2": 476_849, "xl": 780_816}
LARGE = ("m2", "l2", "xl")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.nightly] if name in LARGE else [])
                                  for name in ORBITS])
def test_it_has_the_published_orbits(name: str) -> None:
    """Counted by another engine, and checked there against sorted states."""
    row = measure(name, "seatrial-symmetry")
    assert (ORBITS[name], "holds") == (row.states, row.verdict)


def test_an_orbit_is_all_that_permutations_make_of_a_state() -> None:
    """In the smallest scenario every permutation of nodes and pods is tried on every state."""
    named, system = Scenario(SCENARIOS["tiny"]), scenario(SCENARIOS["tiny"])
    groups = (named.nodes, named.pods)
    ways = [exchange(FrozenMap({old: new for group, way in zip(groups, each, strict=True)
                                for old, new in zip(group, way, strict=True) if old != new}))
            for each in product(*map(permutations, groups))]
    seen, frontier = {system.initial: None}, [system.initial]
    while frontier:
        for after in successors(frontier.pop()):
            if after not in seen:
                seen[after] = None
                frontier.append(after)
    orbits = {min(repr(tuple(renamed(cells, way).pairs())) for way in ways) for cells in seen}
    assert (992, measure("tiny", "seatrial-symmetry").states) == (len(seen), len(orbits))


def successors(cells: Cells) -> list[Cells]:
    """Where the smallest scenario can go from here."""
    system, found = scenario(SCENARIOS["tiny"]), []
    for table in system.anchors:
        for anchor in cells.keys_between(Cell(table), Cell(table + "\0")):
            for action in system.offers(View(cells), anchor):
                view = View(cells)
                system.take(view, action)
                found.append(view.commit())
    return found


def test_what_is_wrong_is_found_up_to_renaming() -> None:
    """Negative control: a pod without room is seen."""
    assert "violated" == measure("too-small", "seatrial-symmetry").verdict
