"""How long placements take: made-up workloads of several seeds, of which a placement is known, or that there is none.

No test of the suite: `make bench-symbolic` runs it. Everything in Python is counted: filters, formulas, the problem,
the solver's text, and the replay of what was found; making up the workload is not. `python -m
tests.benchmarks.bench_place` prints its rows alone.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import attrs

from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE
from seatrial.properties.checking.place.explain import core_of
from seatrial.properties.checking.place.lower_cpsat import is_installed
from seatrial.properties.checking.place.pack import pack
from seatrial.properties.checking.place.portfolio import BACK_ENDS, in_seconds
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.solve import answer
from seatrial.properties.checking.place.world import new_world
from tests.benchmarks.place_workloads import planted
from tests.strategies.placements import ZONE, batch, with_anti_affinity

SEEDS = (1, 2, 3, 4, 5)
SECONDS = 30.0


@attrs.frozen
class Row:
    """What is measured, the seconds that are wanted (None: none in particular), how it is made, how it is asked."""

    name: str
    wanted: float | None
    make: Callable[[int], Question]
    ask: Callable[[Question], bool]


def is_placed(back_end: str) -> Callable[[Question], bool]:
    """Asks for a placement, replayed."""
    return lambda question: answer(question, in_seconds(SECONDS), back_end).verdict == FEASIBLE


def is_refuted(question: Question) -> bool:
    """Asks whether there is none."""
    return answer(question, in_seconds(SECONDS)).verdict == INFEASIBLE


def has_small_core(question: Question) -> bool:
    """Asks why there is none."""
    found = core_of(new_world(question), in_seconds(SECONDS))
    return len(found.labels) == 1 and found.is_minimal


def is_packed(question: Question) -> bool:
    """Asks for the fewest nodes."""
    return pack(question, seconds=SECONDS).is_fewest


def with_one_too_many(question: Question) -> Question:
    """With four pods that must be in different zones, of which there are three."""
    hog = batch("hog", 4, affinity=with_anti_affinity(ZONE, app="hog"))
    return attrs.evolve(question, batches=(*question.batches, hog))


ROWS = (
    Row("50 pods, 20 nodes, 80 %, Z3", 0.5, lambda seed: planted(50, 20, 0.8, seed), is_placed("z3")),
    Row("50 pods, 20 nodes, 100 %, Z3", 0.5, lambda seed: planted(50, 20, 1.0, seed), is_placed("z3")),
    Row("50 pods, 20 nodes, too much, Z3", 0.1, lambda seed: planted(50, 20, 1.0, seed, extra=5), is_refuted),
    Row("50 pods, 20 nodes, minimal core", 0.1, lambda seed: with_one_too_many(planted(50, 20, 0.8, seed)),
        has_small_core),
    Row("100 pods, 50 nodes, 80 %, Z3", 2.0, lambda seed: planted(100, 50, 0.8, seed), is_placed("z3")),
    Row("100 pods, 50 nodes, 90 %, Z3", None, lambda seed: planted(100, 50, 0.9, seed), is_placed("z3")),
    Row("200 pods, 100 nodes, 90 %, Z3", None, lambda seed: planted(200, 100, 0.9, seed), is_placed("z3")),
    Row("200 pods, 100 nodes, 90 %, CP-SAT", 1.0, lambda seed: planted(200, 100, 0.9, seed), is_placed("cpsat")),
    Row("20 pods, 8 nodes, 90 %, fewest nodes, Z3", None, lambda seed: planted(20, 8, 0.9, seed), is_packed),
)


def measure(row: Row) -> dict[str, object]:
    """The median and the longest of all seeds, and how many were answered."""
    seconds, answered = [], 0
    for seed in SEEDS:
        question = row.make(seed)
        began = perf_counter()
        answered += row.ask(question)
        seconds.append(perf_counter() - began)
    return {"median": round(median(seconds), 3), "longest": round(max(seconds), 3), "wanted": row.wanted,
            "answered": f"{answered} of {len(SEEDS)}"}


def measured() -> dict[str, dict[str, object]]:
    """All rows; those for CP-SAT only where it is installed. Loading the solvers is not counted."""
    rows = [row for row in ROWS if is_installed() or "CP-SAT" not in row.name]
    for back_end in BACK_ENDS if is_installed() else BACK_ENDS[:1]:
        answer(planted(20, 5, 0.9, 1), in_seconds(SECONDS), back_end)
    return {row.name: measure(row) for row in rows}


if __name__ == "__main__":
    for name, found in measured().items():
        print(f"{name}: {found}", flush=True)
