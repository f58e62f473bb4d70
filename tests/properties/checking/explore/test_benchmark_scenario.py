"""The benchmark's scenario is the published one: it has its states, its transitions, and something to find."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import attrs
import pytest

from seatrial.model.view import Cell, Cells, View
from tests.benchmarks.explorer.peers.events import World
from tests.benchmarks.explorer.promises import always, promises
from tests.benchmarks.explorer.run_ours import measure
from tests.benchmarks.explorer.scenario import SCENARIOS, Size, budget, scenario, wanted

S = TypeVar("S")
PUBLISHED = {"tiny": (992, 2_656), "s": (15_156, 61_825), "l1": (629_980, 3_239_862), "m2": (1_072_026, 5_476_796),
             "l2": (3_724_890, 21_457_870), "xl": (5_129_565, 29_579_686)}


def counts(first: S, successors: Callable[[S], Iterable[S]]) -> tuple[int, int]:
    """States and transitions, by breadth-first search with a set and nothing else."""
    seen, frontier, transitions = {first}, [first], 0
    while frontier:
        level, frontier = frontier, []
        for state in level:
            for after in successors(state):
                transitions += 1
                if after not in seen:
                    seen.add(after)
                    frontier.append(after)
    return len(seen), transitions


def search(size: Size) -> tuple[tuple[int, int], list[str]]:
    """The counts of a scenario over plain views, and what its judges said of any state."""
    system, judges, said = scenario(size), promises(size), dict[str, None]()
    anchors = [cell for table in system.anchors for cell in system.initial.keys_between(
        Cell(table), Cell(table + "\0"))]

    def successors(cells: Cells) -> Iterable[Cells]:
        view = View(cells)
        actions = [action for anchor in anchors for action in system.offers(view, anchor)]
        for judge in judges:
            if words := judge(view):
                said[words] = None
        for action in actions:
            after = View(cells)
            system.take(after, action)
            yield after.commit()

    return counts(system.initial, successors), list(said)


def test_tiny_has_the_published_counts() -> None:
    """Over the project's own cells and views; every promise is kept."""
    assert (PUBLISHED["tiny"], []) == search(SCENARIOS["tiny"])


@pytest.mark.nightly
def test_s_has_the_published_counts() -> None:
    """The same, with a fault."""
    assert (PUBLISHED["s"], []) == search(SCENARIOS["s"])


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.nightly] if name in ("l2", "xl") else [])
                                  for name in PUBLISHED])
def test_the_explorer_has_the_published_counts(name: str) -> None:
    """In m2 situations repeat so seldom that most anchors do without the memo for much of the search."""
    row = measure(name, "seatrial")
    assert (*PUBLISHED[name], "holds") == (row.states, row.transitions, row.verdict)


@pytest.mark.parametrize("name", ["tiny", "s"])
def test_the_formulation_for_python_checkers_has_the_published_counts(name: str) -> None:
    """Over flat tuples; every promise is kept in each state."""
    world = World(attrs.astuple(SCENARIOS[name]))
    events = tuple(world.events())

    def successors(state: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
        possible = [event for event in events if event.enabled(state)]
        assert world.within_capacity(state)
        assert world.runs_once(state)
        assert world.within_scale(state)
        assert any(event.system for event in possible) or world.converged(state)
        return [event.apply(state) for event in possible]

    assert PUBLISHED[name] == counts(world.initial, successors)


def test_a_pod_without_room_is_seen() -> None:
    """Negative control: where one of two pods has no room, the scenario does not converge."""
    _, said = search(SCENARIOS["too-small"])
    assert ["rs0 is at rest with 1 ready pods of 2"] == said


@pytest.mark.parametrize(("change", "words"), [
    ({"capacity": 0}, "node0 has 1 pods and room for 0"),
    ({"desired": 0}, "rs0 has 1 replicas"),
])
def test_each_promise_can_be_broken(change: dict[str, int], words: str) -> None:
    """Negative control: judged by narrower bounds than it was searched with, a state breaks them."""
    system, judges = scenario(SCENARIOS["tiny"]), always(attrs.evolve(SCENARIOS["tiny"], **change))
    view = View(system.initial)
    view[Cell("object", "", "pods", "rs0-0")] = ("Bound", "node0", "")
    assert [words] == [said for judge in judges if (said := judge(view))]


def test_a_pod_on_two_nodes_is_seen() -> None:
    """Negative control."""
    view = View(scenario(SCENARIOS["tiny"]).initial)
    for node in ("node0", "node1"):
        view[Cell("container", node, "", "rs0-0")] = "running"
    assert ["rs0-0 has containers on node0, node1"] == [
        said for judge in always(SCENARIOS["tiny"]) if (said := judge(view))]


def test_a_budget_that_is_spent_leaves_no_cell() -> None:
    """So that a state has one value, whatever led to it."""
    system = scenario(SCENARIOS["tiny"])
    view = View(system.initial)
    (action,) = [each for each in system.offers(view, Cell("spec", "", "", "rs0")) if each.choice == "2"]
    system.take(view, action)
    after = view.commit()
    assert 2 == after[wanted("rs0")]
    assert budget("scale") not in after
    assert system.environment(action)
