"""One measurement: what an engine counted on a scenario, and what that cost."""

import statistics
from collections.abc import Sequence

import attrs

HOLDS, VIOLATED, UNKNOWN = "holds", "violated", "unknown"


@attrs.frozen
class Row:
    """States and transitions, CPU seconds (user and system) of the search, and of what comes before it.

    `bytes_per_state` is the peak of resident memory over the states, the engine's own base included.
    `fingerprint_bits` is None where whole states are stored. `transitions` do not count the initial state.
    """

    scenario: str
    engine: str
    version: str
    states: int
    transitions: int
    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int
    verdict: str
    fingerprint_bits: int | None = None
    prepare_seconds: float | None = None
    rounds: int = 1

    def __attrs_post_init__(self) -> None:
        """A row without a time or a state is no measurement."""
        if self.cpu_seconds <= 0 or self.states <= 0:
            message = f"{self.engine} on {self.scenario}: {self.states} states in {self.cpu_seconds} s was not measured"
            raise ValueError(message)

    @property
    def states_per_second(self) -> float:
        """States for each CPU second."""
        return self.states / self.cpu_seconds

    @property
    def bytes_per_state(self) -> float:
        """Bytes of resident memory for each state."""
        return self.peak_bytes / self.states

    def as_json(self) -> dict[str, object]:
        """The row as build/bench.json holds it."""
        return {**attrs.asdict(self), "cpu_seconds": round(self.cpu_seconds, 4),
                "wall_seconds": round(self.wall_seconds, 4),
                "states_per_second": round(self.states_per_second), "bytes_per_state": round(self.bytes_per_state)}


def median_of(rows: Sequence[Row]) -> Row:
    """The rounds of one engine on one scenario as one row: median times, greatest memory; the counts must agree."""
    first = rows[0]
    counts = {(row.scenario, row.engine, row.states, row.transitions, row.verdict) for row in rows}
    if len(counts) > 1:
        message = f"{first.engine} on {first.scenario} counted differently from round to round: {sorted(counts)}"
        raise ValueError(message)
    prepared = [row.prepare_seconds for row in rows if row.prepare_seconds is not None]
    return attrs.evolve(
        first, cpu_seconds=statistics.median(row.cpu_seconds for row in rows),
        wall_seconds=statistics.median(row.wall_seconds for row in rows),
        prepare_seconds=statistics.median(prepared) if prepared else None,
        peak_bytes=max(row.peak_bytes for row in rows), rounds=len(rows))


def disagreements(rows: Sequence[Row]) -> list[str]:
    """Engines without symmetry that count differently on the same scenario, or find different verdicts."""
    found = []
    for scenario in dict.fromkeys(row.scenario for row in rows):
        plain = [row for row in rows if row.scenario == scenario and not is_reduced(row.engine)]
        counts = {(row.states, row.transitions, row.verdict) for row in plain}
        if len(counts) > 1:
            found.append(f"{scenario}: " + "; ".join(
                f"{row.engine} {row.states} states, {row.transitions} transitions, {row.verdict}" for row in plain))
    return found


def is_reduced(engine: str) -> bool:
    """Does it count orbits instead of states?"""
    return engine.endswith("-symmetry")
