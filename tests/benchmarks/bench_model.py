"""What the bare model costs: steps per second, memory over a million steps of one run, a step in larger clusters.

    python -m tests.benchmarks.bench_model [--steps N] build/bench-model.json

`make bench-model` runs it. Times are CPU times of this thread, the least or the median of several; what can be counted
instead is a test (tests/model/test_step_cost.py, tests/model/test_endurance.py).
"""

import argparse
import gc
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import thread_time
from typing import Any

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.run import Run
from tests.model.costs import Asking, cost_of
from tests.model.worlds import choose, cluster_of, coming_up, deployment, owner_of, restless, way_up

PODS = (10, 100, 1_000)
MILESTONES = 10
PAGE = 4096
STATM = Path("/proc/self/statm")


def main() -> None:
    """Measures, prints one line per figure, and writes them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=1_000_000, help="length of the long run")
    options = parser.parse_args()
    figures = {"memory": memory(options.steps),  # first, when no freed memory hides what it takes
               "steps_per_second": speed(), "step_cost": [step_cost(pods) for pods in PODS]}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


def speed(steps: int = 20_000, rounds: int = 7) -> dict[str, Any]:
    """The median of some walks of the bare model with faults, the choice of each Action included."""
    initial = cluster_of(deployment("web", 3), deployment("shop", 3), crash=2, exit=3, refused=3)
    rates = sorted(round(steps / seconds(lambda: walk(initial, steps))) for _ in range(rounds))
    return {"median": median(rates), "least": rates[0], "most": rates[-1], "rounds": rounds, "steps": steps}


def walk(initial: Cluster, steps: int, length: int = 1_500) -> None:
    """Takes so many steps in runs of at most `length`."""
    chance, taken = Random(1), 0  # noqa: S311 -- a seeded walk
    while taken < steps:
        run = Run(initial, record=False)
        while run.anchors and run.length < length:
            run.take(chance.choice(run.offered(chance.choice(run.anchors))))
        taken += run.length


def memory(steps: int) -> dict[str, Any]:
    """The memory of the process along one run that never rests, and the steps per second in it.

    Growth is that of the last tenth over what was held when a third was done: caches are full by then.
    """
    run, chance, rows = Run(restless(), record=False), Random(1), []  # noqa: S311 -- a seeded walk
    began = thread_time()
    for milestone in range(1, MILESTONES + 1):
        while run.length < milestone * steps // MILESTONES:
            run.take(choose(run, chance))
        gc.collect()
        rows.append({"steps": run.length, "kilobytes": resident(), "cells": len(run.cluster.cells)})
        print(rows[-1], flush=True)
    warm, end = rows[MILESTONES // 3 - 1]["kilobytes"], rows[-1]["kilobytes"]
    return {"rows": rows, "growth_after_a_third": round(end / warm - 1, 4) if warm else None,
            "steps_per_second": round(steps / (thread_time() - began))}


def resident() -> int:
    """The memory of this process in kB, or 0 where the system does not tell."""
    return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE // 1024 if STATM.exists() else 0


def step_cost(pods: int) -> dict[str, Any]:
    """What the steps of a Deployment that comes up cost beside so many pods, and a ReplicaSet's sync of so many."""
    actions = way_up()
    times: dict[tuple[str, str], float] = {}
    for _ in range(5):
        for kind, spent in timed(coming_up(pods), actions).items():
            times[kind] = min(spent, times.get(kind, spent))
    asking = Asking(coming_up(pods))
    costs = [cost_of(asking, action) for action in actions]
    count = len(actions)
    sync = Action("Sync", "replicaset-controller", "default/web")
    return {
        "other_pods": pods, "cells": len(coming_up(pods).cells),
        "microseconds_per_step": round(sum(times.values()) / count * 1e6),
        "microseconds_per_step_that_lists_no_pods": round(
            sum(spent for kind, spent in times.items() if "kube-scheduler" not in kind[1] and "taint" not in kind[1])
            / sum("kube-scheduler" not in each.process and "taint" not in each.process for each in actions) * 1e6),
        "microseconds_of_kubelet_syncs": round(
            sum(spent for (step, who), spent in times.items() if step == "Sync" and who.startswith("kubelet"))
            / sum(each.step == "Sync" and each.process.startswith("kubelet") for each in actions) * 1e6),
        "cells_looked_at_per_step": round(sum(each.looked for each in costs) / count, 1),
        "entries_copied_per_step": round(sum(each.copied for each in costs) / count, 1),
        "anchors_asked_per_step": round(sum(each.asked for each in costs) / count, 2),
        "most_anchors_asked": max(each.asked for each in costs),
        "replicaset_sync_of_own_pods_microseconds": round(min(
            sum(timed(owner_of(pods, pods), (sync,)).values()) for _ in range(5)) * 1e6),
    }


def timed(initial: Cluster, actions: tuple[Action, ...]) -> dict[tuple[str, str], float]:
    """The seconds that each kind of step took in all, what is enabled afterwards included."""
    run = Run(initial, record=False)
    spent: dict[tuple[str, str], float] = {}
    for action in actions:
        took = seconds(partial(run.take, action))
        spent[action.step, action.process] = spent.get((action.step, action.process), 0.0) + took
    return spent


def seconds(work: Callable[[], object]) -> float:
    """The CPU time that this takes."""
    began = thread_time()
    work()
    return thread_time() - began


if __name__ == "__main__":
    main()
