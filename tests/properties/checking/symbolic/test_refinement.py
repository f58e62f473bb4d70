"""The ReplicaSet's count model has every step that the model of objects takes."""

from functools import partial

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Scale
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.properties.checking.symbolic.answer import Run, Taken
from seatrial.properties.checking.symbolic.models.replicaset import MODEL, Pods, active, observed
from seatrial.properties.checking.symbolic.refinement import (
    PROVED_TO,
    SAID,
    WALKED_TO,
    exhaust,
    matching,
    realize,
    replicaset_counts,
    walk,
)

KEY = "default/web"
COUNTS = partial(replicaset_counts, key=KEY, capacity=1000)


def bare(replicas: int, *scales: int, **budgets: int) -> Cluster:
    """A ReplicaSet and its controller, nobody else."""
    users = tuple(Scale("replicasets", KEY, to) for to in scales)
    return start(Scope(("replicaset",), (*NAMESPACE, replicaset(replicas)), users=users, budgets=FrozenMap(budgets)))


def full(replicas: int, *scales: int, **budgets: int) -> Cluster:
    """With a scheduler and two nodes that run kubelets."""
    users = tuple(Scale("replicasets", KEY, to) for to in scales)
    objects = (*NAMESPACE, replicaset(replicas), node("node-1"), node("node-2"))
    return start(Scope(("replicaset", "scheduler"), objects, kubelets=True, users=users, budgets=FrozenMap(budgets)))


def test_counts_are_read_off_a_cluster() -> None:
    """At first: nothing but what is desired, and the key queued."""
    first = COUNTS(bare(3))
    assert MODEL.initial(first)
    assert (3, 0, 0, True) == (first.desired, active(first), observed(first), first.queued)


@pytest.mark.parametrize(("replicas", "scales", "budgets"), [
    (1, (0,), {"scale": 1, "refused": 1}), (1, (0, 2), {"scale": 1, "crash": 1}), (2, (), {"crash": 1, "refused": 1}),
])
def test_every_step_of_a_small_scope_is_one_of_the_count_model(
        replicas: int, scales: tuple[int, ...], budgets: dict[str, int]) -> None:
    """To the last transition; the ones that matter are among those taken."""
    found = exhaust(bare(replicas, *scales, **budgets), COUNTS, 20_000)
    assert (True, None) == (found.complete, found.wrong)
    assert {"sync", "create", "see-created"} <= set(found.taken)


@pytest.mark.nightly
@pytest.mark.parametrize(("replicas", "scales", "budgets"), [
    (PROVED_TO, (0, 2), {"scale": 1, "refused": 1, "crash": 1}), (2, (PROVED_TO, 0), {"scale": 2, "refused": 1}),
    (1, (PROVED_TO,), {"scale": 1, "refused": 2, "crash": 1}),
])
def test_every_step_up_to_what_is_said(replicas: int, scales: tuple[int, ...], budgets: dict[str, int]) -> None:
    """Three replicas, scaled up and down, with a refused call and a crash."""
    found = exhaust(bare(replicas, *scales, **budgets), COUNTS, 100_000)
    assert (True, None) == (found.complete, found.wrong)
    assert f"refinement proved to {PROVED_TO}, walked to {WALKED_TO}" == SAID


@pytest.mark.parametrize("seed", range(6))
def test_every_step_of_a_long_walk_is_one_of_the_count_model(seed: int) -> None:
    """Forty replicas, scheduled and run, under scales, refusals and a crash."""
    found = walk(full(WALKED_TO, 10, 35, 0, scale=3, refused=2, crash=1), COUNTS, 3000, seed)
    assert None is found.wrong
    assert found.steps > 0


@pytest.mark.parametrize("left_out", ["create", "see-created", "delete", "see-deleted", "rescale"])
def test_a_count_model_that_lacks_a_step_is_found_out(left_out: str) -> None:
    """Negative control: the disagreement names the action and both counts."""
    found = exhaust(bare(2, 0, scale=1), COUNTS, 20_000, MODEL.without(left_out, "restart-rescaled"))
    assert found.wrong is not None
    assert "" == matching(MODEL.without(left_out, "restart-rescaled"), found.wrong.before, found.wrong.after)
    assert isinstance(found.wrong.after, Pods)


def test_a_step_is_matched_or_not() -> None:
    """By equality, by a transition, or not at all."""
    cluster = bare(1)
    before = COUNTS(cluster)
    sync = next(each for each in enabled(cluster) if each.step == "Sync" and each.process == "replicaset-controller")
    after = COUNTS(step(cluster, sync))
    assert ("same", "sync", "") == (matching(MODEL, before, before), matching(MODEL, before, after),
                                    matching(MODEL, before, attrs.evolve(before, running=5)))


def test_a_run_of_counts_is_followed_by_objects() -> None:
    """The shortest actions; a run that no cluster takes is not followed."""
    first, then = COUNTS(bare(1)), COUNTS(step(bare(1), Action("Sync", "replicaset-controller", KEY)))
    assert (Action("Sync", "replicaset-controller", KEY),) == realize(
        Run(MODEL, (first, then), (Taken("sync"),), ""), bare(1), COUNTS)
    impossible = Run(MODEL, (first, attrs.evolve(first, running=1)), (Taken("start"),), "")
    assert None is realize(impossible, bare(1), COUNTS)
    assert None is realize(Run(MODEL, (then,), (), ""), bare(1), COUNTS)
