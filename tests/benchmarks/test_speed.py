"""How fast a bare model moves, and what a step costs in a large cluster.

No test of the suite: `make bench` runs it, its figures go to build/benchmarks.json. A run is a seeded walk over what
is enabled, choosing the Action included, with faults, under no property.
"""

from random import Random
from typing import Any

import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.run import Run
from tests.model.worlds import cluster_of, coming_up, deployment

STEPS, LENGTH = 5_000, 1_500
ROUND = 60


def walk(initial: Cluster, steps: int, length: int = LENGTH) -> int:
    """Takes about so many steps in runs of at most `length`; returns how many."""
    chance, taken = Random(1), 0  # noqa: S311 -- a seeded walk
    while taken < steps:
        run = Run(initial, record=False)
        for _ in range(length):
            if not run.anchors:
                break
            run.take(chance.choice(run.offered(chance.choice(run.anchors))))
            taken += 1
    return taken


def test_steps_per_second(benchmark: Any) -> None:
    """Two Deployments of three replicas on three nodes, with faults."""
    initial = cluster_of(deployment("web", 3), deployment("shop", 3), crash=2, exit=3, refused=3)
    taken = benchmark.pedantic(walk, (initial, STEPS), rounds=3, warmup_rounds=1)
    benchmark.extra_info["steps_per_second"] = round(taken / benchmark.stats.stats.min)
    print(f"\n{benchmark.extra_info['steps_per_second']} steps/s")
    assert taken >= STEPS


@pytest.mark.parametrize("pods", [10, 100, 1_000])
def test_cost_of_a_step_beside_other_pods(benchmark: Any, pods: int) -> None:
    """The same sixty steps of a Deployment that comes up beside so many pods; the incremental `enabled` included.

    What the steps do not read may cost a logarithm; what the ReplicaSet controller and the scheduler read of all pods
    (owners, room on nodes) is linear in those.
    """
    initial = coming_up(pods)
    benchmark.extra_info["pods"] = pods

    actions = first_actions(coming_up(0))

    def begin() -> tuple[tuple[Run, list[Action]], dict[str, Any]]:
        return (Run(initial, record=False), actions), {}

    benchmark.pedantic(take_steps, setup=begin, rounds=5)
    per_step = benchmark.stats.stats.min / ROUND
    benchmark.extra_info["microseconds_per_step"] = round(per_step * 1e6)
    print(f"\n{pods} other pods: {per_step * 1e6:.0f} microseconds per step")


def first_actions(initial: Cluster) -> list[Action]:
    """The first steps of a walk."""
    chance, run = Random(1), Run(initial)  # noqa: S311 -- a seeded walk
    for _ in range(ROUND):
        run.take(chance.choice(run.offered(chance.choice(run.anchors))))
    return run.actions


def take_steps(run: Run, actions: list[Action]) -> None:
    """Takes these steps."""
    for action in actions:
        run.take(action)


@pytest.mark.parametrize("pods", [10, 100, 1_000])
def test_cost_of_what_is_enabled(benchmark: Any, pods: int) -> None:
    """A write that nobody waits for: only the anchors that read it are asked again, however many there are."""
    run = Run(coming_up(pods), record=False)
    anchor = run.anchors[0]
    benchmark.extra_info["pods"] = pods
    benchmark(run._ask, anchor)
    assert run.offered(anchor)
