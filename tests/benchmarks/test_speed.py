"""How fast a bare model moves, what a step costs in a large cluster, and that a run needs no more memory in the end.

No test of the suite: `make bench` runs it, its figures go to build/benchmarks.json. A run is a seeded walk over what
is enabled, choosing the Action included, with faults, under no property.
"""

import gc
import tracemalloc
from random import Random
from typing import Any

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, DeploymentSpec
from seatrial.model.api.core import Namespace, PodStatus, PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.loops import LOOPS
from seatrial.model.run import Run
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, node, pod, pod_spec

REQUESTS = FrozenMap({"cpu": "10m", "memory": "16Mi"})
STEPS, LENGTH = 5_000, 1_500
ROUND = 60


def deployment(name: str, replicas: int) -> Deployment:
    """A Deployment with labels of its own."""
    labels = FrozenMap({"app": name})
    template = PodTemplateSpec(TemplateMeta(labels), pod_spec(REQUESTS))
    return Deployment(ObjectMeta(name=name, namespace="default", labels=labels),
                      DeploymentSpec(replicas, selector=LabelSelector(labels), template=template))


def cluster_of(*objects: Any, nodes: int = 3, **budgets: int) -> Cluster:
    """These objects under every control loop, on equal nodes with their kubelets."""
    machines = [node(f"node-{at}", cpu="64") for at in range(nodes)]
    return start(Scope(
        controllers=tuple(each.name for each in LOOPS), objects=(*NAMESPACE, *machines, *objects), kubelets=True,
        timed=True, hypotheses=("lag_below_expectation_ttl",), budgets=FrozenMap(budgets)))


def walk(initial: Cluster, steps: int, length: int = LENGTH) -> int:
    """Takes about so many steps in runs of at most `length`; returns how many."""
    chance, taken = Random(1), 0  # noqa: S311 -- a seeded walk
    while taken < steps:
        run = Run(initial)
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


def others(pods: int) -> tuple[Any, ...]:
    """So many pods of nobody, bound to a node that has no kubelet: they are in the way of nothing and nobody."""
    return tuple(attrs.evolve(pod(f"other-{at:04}", REQUESTS, node="elsewhere", namespace="elsewhere"),
                              status=PodStatus(phase="Running")) for at in range(pods))


ELSEWHERE = Namespace(ObjectMeta(name="elsewhere"))


@pytest.mark.parametrize("pods", [10, 100, 1_000])
def test_cost_of_a_step_beside_other_pods(benchmark: Any, pods: int) -> None:
    """The same sixty steps of a Deployment that comes up beside so many pods; the incremental `enabled` included.

    What the steps do not read may cost a logarithm; what the ReplicaSet controller and the scheduler read of all pods
    (owners, room on nodes) is linear in those.
    """
    initial = cluster_of(deployment("web", 3), ELSEWHERE, *others(pods))
    benchmark.extra_info["pods"] = pods

    actions = first_actions(cluster_of(deployment("web", 3), ELSEWHERE))

    def begin() -> tuple[tuple[Run, list[Action]], dict[str, Any]]:
        return (Run(initial), actions), {}

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
    run = Run(cluster_of(deployment("web", 3), ELSEWHERE, *others(pods)))
    anchor = run.anchors[0]
    benchmark.extra_info["pods"] = pods
    benchmark(run._ask, anchor)
    assert run.offered(anchor)


def test_memory_is_flat(benchmark: Any) -> None:
    """Five times the steps hold no more memory: a run leaves its list of Actions behind, and that goes with it."""
    initial = cluster_of(deployment("web", 3), deployment("shop", 3), crash=2, exit=3, refused=3)
    held = benchmark.pedantic(memory_after, (initial, (STEPS, 4 * STEPS)), rounds=1)
    benchmark.extra_info["kilobytes"] = [round(each / 1024) for each in held]
    print(f"\n{benchmark.extra_info['kilobytes']} kB held after 5,000 and 25,000 steps")
    assert held[1] < 1.2 * held[0] + 1_000_000


def memory_after(initial: Cluster, milestones: tuple[int, ...]) -> list[int]:
    """The bytes held after so many steps of short runs, each milestone counted from the last."""
    tracemalloc.start()
    held = []
    for steps in milestones:
        walk(initial, steps)
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    return held
