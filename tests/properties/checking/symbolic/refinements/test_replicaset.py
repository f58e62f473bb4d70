"""The ReplicaSet's count model has every step that the model of objects takes."""

from functools import partial

import pytest

from seatrial.properties.checking.symbolic.models.replicaset import MODEL, active, observed
from seatrial.properties.checking.symbolic.refinement import exhaust, walk
from seatrial.properties.checking.symbolic.refinements.replicaset import REFINEMENT, replicaset_counts
from tests.properties.checking.symbolic.compared import KEY, bare, full

COUNTS = partial(replicaset_counts, key=KEY, capacity=1000)


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
    found = exhaust(REFINEMENT, bare(replicas, *scales, **budgets), COUNTS, 20_000)
    assert (True, None) == (found.complete, found.wrong)
    assert {"sync", "create", "see-created"} <= set(found.taken)


@pytest.mark.nightly
@pytest.mark.parametrize(("replicas", "scales", "budgets"), [
    (REFINEMENT.proved_to, (0, 2), {"scale": 1, "refused": 1, "crash": 1}),
    (2, (REFINEMENT.proved_to, 0), {"scale": 2, "refused": 1}),
    (1, (REFINEMENT.proved_to,), {"scale": 1, "refused": 2, "crash": 1}),
])
def test_every_step_up_to_what_is_said(replicas: int, scales: tuple[int, ...], budgets: dict[str, int]) -> None:
    """Three replicas, scaled up and down, with a refused call and a crash."""
    found = exhaust(REFINEMENT, bare(replicas, *scales, **budgets), COUNTS, 100_000)
    assert (True, None) == (found.complete, found.wrong)
    assert "refinement proved to 3, walked to 40" == REFINEMENT.said


@pytest.mark.parametrize("seed", range(6))
def test_every_step_of_a_long_walk_is_one_of_the_count_model(seed: int) -> None:
    """Forty replicas, scheduled and run, under scales, refusals and a crash."""
    found = walk(REFINEMENT, full(REFINEMENT.walked_to, 10, 35, 0, scale=3, refused=2, crash=1), COUNTS, 3000, seed)
    assert None is found.wrong
    assert found.steps > 0


@pytest.mark.parametrize("fault", [each for each in REFINEMENT.budgets if each != "scale"])
def test_every_fault_that_is_allowed_is_one_of_the_count_model(fault: str) -> None:
    """Each of them on walks."""
    for seed in range(3):
        assert None is walk(REFINEMENT, full(7, 2, 9, scale=2, **{fault: 1}), COUNTS, 1000, seed).wrong
