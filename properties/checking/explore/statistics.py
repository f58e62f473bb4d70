"""What a search did, in figures: states, speed, memory, what Python had to do, and what was never tried."""

from typing import TYPE_CHECKING

import attrs

from seatrial.properties.checking.explore.growth import predict

if TYPE_CHECKING:
    from seatrial.properties.checking.explore.graph import Graph
    from seatrial.properties.checking.explore.search import Search

BITS_OF_CHANCE = 1


@attrs.frozen
class Decided:
    """What it took to decide on a graph: its strongly connected components, and those of more than one state.

    `seconds` are without the search; `components` is 0 where no question needed those of the whole graph.
    """

    components: int
    loops: int
    seconds: float


@attrs.frozen
class Statistics:
    """Counts of one search, so far.

    `situations` is how often Python ran a step, an offer or a predicate; `bytes` is what the table of states, the
    frontier and the trails take, and `on_disk` how much of it was moved to files; `levels` is how many states each
    distance has, `resumed` how many states were known when this run began, `collision` the chance that two of them
    shared a fingerprint. `never_taken` names kinds of step that the scope allows, `never_reached` each `sometimes`
    without a sighting, `stopped` why the search ended early. `graph` are the figures of the
    search without reductions that liveness needed, `decided` those of the decision on a graph. `told_apart` says what
    kept states from being merged that differ only in names.
    """

    states: int
    transitions: int
    quiet: int
    depth: int
    waiting: int
    complete: bool
    seconds: float
    situations: int
    bytes: int
    fingerprint_bits: int
    taken: tuple[str, ...]
    felt: str = ""
    levels: tuple[int, ...] = ()
    on_disk: int = 0
    resumed: int = 0
    never_taken: tuple[str, ...] = ()
    never_reached: tuple[str, ...] = ()
    stopped: str = ""
    graph: "Statistics | None" = None
    decided: Decided | None = None
    told_apart: str = ""

    @property
    def states_per_second(self) -> float:
        """How fast it went, since it was begun or gone on with."""
        return (self.states - self.resumed) / self.seconds if self.seconds else 0.0

    @property
    def bytes_per_state(self) -> float:
        """What a state costs."""
        return self.bytes / max(1, self.states)

    @property
    def out_degree(self) -> float:
        """Actions per expanded state."""
        return self.transitions / max(1, self.states - self.waiting)

    @property
    def collision(self) -> float:
        """The chance that a state was taken for another one and left out, at most (birthday bound)."""
        return float(self.states) ** 2 / 2.0 ** (self.fingerprint_bits + BITS_OF_CHANCE)

    @property
    def predicted(self) -> int | None:
        """How many states there may be in all, once the levels have begun to grow more slowly."""
        return self.states if self.complete else predict(self.levels)


def decided_on(graph: "Graph", seconds: float) -> Decided:
    """The figures of what was decided on this graph."""
    found = next((held for key, held in graph.known.items() if isinstance(key, tuple) and key[0] == "components"), None)
    if found is None:
        return Decided(0, 0, seconds)
    return Decided(found.count, sum(1 for size in (found.starts[1:] - found.starts[:-1]) if size > 1), seconds)


def statistics_of(search: "Search", seconds: float) -> Statistics:
    """The figures of a search as it stands."""
    known = search.situations
    return Statistics(sum(search.by_level), search.transitions, search.quiet, search.depth, search.waiting,
                      search.complete, seconds, known.tries.runs, search.bytes, search.fingerprint_bits,
                      tuple(sorted({action.step for action in known.actions})), known.felt, search.by_level,
                      search.bytes_on_disk, told_apart=search.told_apart)
