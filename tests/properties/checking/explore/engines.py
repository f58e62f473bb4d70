"""Searches compared: by what they found, level by level, and to the last byte where the order must be the same too."""

from typing import Any
from zlib import crc32

from seatrial.model.actions import Action
from seatrial.model.frozen import FrozenMap
from seatrial.model.start import start
from seatrial.model.view import Cell, Cells, View
from seatrial.properties.checking.explore.asked import Asked
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.transitions import TransitionSystem
from tests.properties.checking.explore.samples import SAFETY, small_scope

SCOPES: dict[str, dict[str, int]] = {
    "plain": {}, "two pods": {"replicas": 2}, "refused": {"refused": 1}, "crash": {"crash": 1}, "lost": {"lost": 1},
    "dropped watch": {"drop": 1}, "expired watch": {"gone": 1}, "late": {"late": 1}, "exit": {"exit": 1},
    "refused and crash": {"refused": 1, "crash": 1}, "lost and refused": {"lost": 1, "refused": 1},
    "dropped and crash": {"drop": 1, "crash": 1},
}
HOW: dict[str, dict[str, Any]] = {
    "128 bits": {}, "64 bits": {"wide": False}, "graph": {"graph": True}, "local first": {"local_first": True},
    "symmetry": {"symmetry": True}, "reduced": {"local_first": True, "symmetry": True},
}
PAIRS = [(name, how) for at, name in enumerate(SCOPES) for how in (list(HOW) * 2)[at % len(HOW):][:2]]
"""Each scope with two of them in turn."""
MOST = 6_000


def situations(name: str) -> Situations:
    """What a search of one of the scopes learns into, with the properties of safety asked."""
    wanted: dict[str, Any] = dict(SCOPES[name])
    return Asked(start(small_scope(wanted.pop("replicas", 1), **wanted)), SAFETY).situations


def searched(known: Situations, **options: Any) -> Search:
    """A search, done; or cut off at the end of the level that goes beyond so many states."""
    search = Search(known, Options(most_states=MOST, **options))
    search.run()
    return search


def counted(search: Search) -> dict[str, Any]:
    """What any two engines must agree on."""
    return {"states": search.states, "transitions": search.transitions, "quiet": search.quiet, "depth": search.depth,
            "complete": search.complete, "levels": search.by_level, "edges": sum(len(each) for each in search.edges),
            "sightings": sorted((each.judge, each.level, each.ordinal is None) for each in search.sightings)}


def bytes_of(search: Search) -> list[int]:
    """Checksums of everything that is kept, in its order."""
    kept = [array for trail in search.trails for array in (trail.parents, trail.ordinals)]
    return [crc32(array.tobytes()) for array in (*kept, *search.edges, *search.truths)]


def counting(end: int) -> TransitionSystem:
    """A system of one cell that counts."""
    counter = Cell("counter")

    def offers(view: View, anchor: Cell) -> tuple[Action, ...]:
        return (Action("Count", "p", ""),) if view[anchor] <= end else ()

    def take(view: View, _: Action) -> None:
        view[counter] = view[counter] + 1

    return TransitionSystem(FrozenMap({counter: 1}), ("counter",), offers, take, lambda _: False)


def plainly(system: TransitionSystem) -> dict[str, Any]:
    """The counts of a system by a search with a set and nothing else."""
    seen, frontier, transitions, quiet, levels = {system.initial}, [system.initial], 0, 0, []
    while frontier:
        levels.append(len(frontier))
        level, frontier = frontier, []
        for cells in level:
            steps = [step for table in system.anchors for step in steps_of(system, cells, table)]
            quiet += all(outside for _, outside in steps)
            transitions += len(steps)
            for after, _ in steps:
                if after not in seen:
                    seen.add(after)
                    frontier.append(after)
    return {"states": len(seen), "transitions": transitions, "quiet": quiet, "depth": len(levels) - 1,
            "levels": tuple(levels)}


def steps_of(system: TransitionSystem, cells: Cells, table: str) -> list[tuple[Cells, bool]]:
    """Where the Actions that a table's anchors offer lead, and whether each is the environment's."""
    found = []
    for anchor in (cell for cell in cells if cell.table == table):
        for action in system.offers(View(cells), anchor):
            view = View(cells)
            system.take(view, action)
            found.append((view.commit(), system.environment(action)))
    return found
