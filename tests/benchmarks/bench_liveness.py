"""How fast liveness is decided on a graph that is there already: half a million states, and ten million edges.

No test of the suite: `make bench-liveness` runs it, its figures go to build/bench-liveness.json. The graphs are made
up in the shape that explored scopes have: most steps lead forward, a few back, a unit stays enabled for a while, faults
lead elsewhere, and the goal is lacking in most states. Each question is asked three times on a fresh graph (the best
counts, in seconds); what an answer costs once others were given is "again". Everything runs on one core.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from seatrial.model.actions import Action
from seatrial.properties.checking.explore.decide import Answer, decide
from seatrial.properties.checking.explore.fairness import Strong
from seatrial.properties.checking.explore.graph import Array, Graph, graph_of
from seatrial.properties.checking.explore.questions import Eventually, EventuallyAlways, LeadsTo, Question

SIZES = {"500,000 states": (500_000, 3_600_000), "10 million edges": (1_400_000, 10_000_000)}
UNITS, CHOICES, FAULTS = 96, 2, 8
ROUNDS, RINGS = 3, 8


def made_up(states: int, edges: int, *, back: float) -> Graph:
    """A graph of this size; `back` is how many of the steps before the last tenth of the states lead backwards.

    Unit 0 can always move before that tenth, and leads there: under weak fairness of it alone the goal is reached.
    """
    chance = np.random.default_rng(1)
    end = states - states // 10
    begin = np.arange(end, dtype=np.int32)
    source = chance.integers(0, states, edges - end, dtype=np.int32)
    stride = chance.integers(1, 50, len(source), dtype=np.int32)
    action = (chance.integers(0, 12, len(source)) + source // 4096 * 5) % (UNITS * CHOICES - CHOICES) + CHOICES
    backwards = (chance.random(len(source)) < back) & (source < end)
    target = np.clip(np.where(backwards, source - 40 * stride, source + stride), 0, states - 1).astype(np.int32)
    faulty = chance.random(len(source)) < 0.05
    action = np.where(faulty, UNITS * CHOICES + action % FAULTS, action)
    kept = (source < end) | (target > source)
    moved = np.stack([source, target, action.astype(np.int32)], axis=1)[kept]
    escape = np.stack([begin, end + begin % (states - end), begin % CHOICES], axis=1).astype(np.int32)
    found = np.concatenate([moved, escape])
    return graph_of([found[np.argsort(found[:, 0], kind="stable")]], actions(), outside(), states)


def actions() -> list[Action]:
    """All actions: the choices of each unit, then the faults."""
    return [*(Action(f"Step{unit % 8}", f"process-{unit // 8}", f"default/{unit}", str(choice))
              for unit in range(UNITS) for choice in range(CHOICES)),
            *(Action("Fault", "", str(each)) for each in range(FAULTS))]


def outside() -> list[bool]:
    """Which of them are the environment's."""
    return [False] * UNITS * CHOICES + [True] * FAULTS


def seconds(graph: Graph, question: Question, strong: Strong, *, core: bool) -> tuple[float, float, Answer]:
    """The best time of an answer on a fresh graph, the time of the next one on the same, and the answer."""
    best, again, answer = float("inf"), float("inf"), Answer(holds=True, complete=True)
    for _ in range(ROUNDS):
        graph.known.clear()
        for turn in range(2):
            before = time.perf_counter()
            answer = decide(graph, question, strong=strong, core=core)
            took = time.perf_counter() - before
            best, again = (min(best, took), again) if turn == 0 else (best, min(again, took))
    return best, again, answer


def row(graph: Graph, name: str, question: Question, *, strong: Strong = False, core: bool = False) -> dict[str, Any]:
    """One line of the figures."""
    best, again, answer = seconds(graph, question, strong, core=core)
    lasso = answer.lasso
    found = {"question": name, "states": graph.states, "edges": len(graph.action), "seconds": round(best, 2),
             "again": round(again, 2), "holds": answer.holds,
             "assumptions": None if answer.core is None else len(answer.core.assumptions),
             "stem": None if lasso is None else len(lasso.stem), "loop": None if lasso is None else len(lasso.loop),
             "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    print(json.dumps(found), flush=True)
    return found


def rows(states: int, edges: int) -> list[dict[str, Any]]:
    """All questions on graphs of one size: one that keeps its promises, and one that is one large livelock."""
    found = []
    good = made_up(states, edges, back=0.1)
    lacking: Array = np.arange(states) < states - states // 10
    found.append(row(good, "eventually, weak", Eventually(lacking)))
    found.append(row(good, "eventually always, weak", EventuallyAlways(lacking)))
    found.append(row(good, "eventually always, weak, with the core", EventuallyAlways(lacking), core=True))
    found.append(row(good, "eventually always, strong, with the core", EventuallyAlways(lacking), strong=True,
                     core=True))
    found.append(row(good, "leads to, weak", LeadsTo(np.arange(states) % 7 == 0, lacking)))
    found.append(row(good, "eventually always, violated at rest", EventuallyAlways(~lacking)))
    bad = without_escapes(good)
    found.append(row(bad, "eventually always, violated by a loop", EventuallyAlways(lacking)))
    found.append(row(bad, "eventually always, strong, violated by a loop", EventuallyAlways(lacking), strong=True))
    return found


def taken_apart() -> dict[str, Any]:
    """What strong fairness costs at its worst: a round for each of the units that it rules out one after the other."""
    worst = nested(500_000, 3_600_000)
    return row(worst, f"eventually, strong, taken apart in {RINGS} rounds",
               Eventually(np.arange(worst.states) < worst.states - 1), strong=True)


def nested(states: int, edges: int) -> Graph:
    """A component that strong fairness takes apart one ring of states after the other, until nothing is left.

    Every state of ring r offers unit r + 1 a way to the goal, the last state; that unit also leads from ring r - 1 to
    ring r, so it is owed nothing until ring r - 1 is ruled out. Unit 0 leads around each ring, and to the one before.
    """
    chance = np.random.default_rng(2)
    size = (states - 1) // RINGS
    end = RINGS * size
    at = np.arange(end)
    ring = at // size
    inner = at[ring < RINGS - 1]
    leave = np.stack([at, np.full(end, end), CHOICES * (1 + ring)], axis=1)
    out = np.stack([inner, inner + size, CHOICES * (2 + inner // size)], axis=1)
    back = np.stack([inner + size, inner, np.zeros(len(inner), np.int64)], axis=1)
    source = np.concatenate([at, chance.integers(0, end, max(0, edges - len(leave) - len(out) - len(back) - end))])
    target = np.concatenate([ring * size + (at + 1) % size,
                             source[end:] // size * size + chance.integers(0, size, len(source) - end)])
    around = np.stack([source, target, np.zeros(len(source), np.int64)], axis=1)
    return graph_of([np.concatenate([leave, out, back, around]).astype(np.int32)], actions(), outside(), end + 1)


def without_escapes(graph: Graph) -> Graph:
    """The graph in which unit 0 can move in every other state only: nobody owes it anything."""
    kept = (graph.action >= CHOICES) | (graph.source % 2 == 0)
    edges = np.stack([graph.source, graph.target, graph.action], axis=1)[kept]
    return graph_of([edges], graph.actions, graph.environment.tolist(), graph.states)


def main(path: str) -> None:
    """Asks everything of every size, and writes the figures down."""
    figures = {name: rows(*size) for name, size in SIZES.items()} | {"taken apart": [taken_apart()]}
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
