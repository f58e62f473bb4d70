"""What it takes to compare a count model with the model of objects, on the ReplicaSet's."""

from functools import partial

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import enabled, step
from seatrial.properties.checking.symbolic.answer import Run, Taken
from seatrial.properties.checking.symbolic.models.replicaset import MODEL, Pods
from seatrial.properties.checking.symbolic.refinement import (
    Refinement,
    direct,
    exhaust,
    matching,
    progress,
    realize,
    walk,
)
from seatrial.properties.checking.symbolic.refinements.replicaset import REFINEMENT, replicaset_counts
from tests.properties.checking.symbolic.compared import KEY, bare

COUNTS = partial(replicaset_counts, key=KEY, capacity=1000)
SYNC = Action("Sync", "replicaset-controller", KEY)


def test_a_step_is_matched_or_not() -> None:
    """By equality, by a transition, or not at all."""
    cluster = bare(1)
    before = COUNTS(cluster)
    after = COUNTS(step(cluster, SYNC))
    assert ((), ("sync",), None) == (matching(REFINEMENT, before, before), matching(REFINEMENT, before, after),
                                     matching(REFINEMENT, before, attrs.evolve(before, running=5)))


def test_a_step_may_be_several_transitions_in_a_row() -> None:
    """As many as the comparison allows, no more."""
    before = attrs.evolve(COUNTS(bare(2)), pending=1, unseen_created=1)
    after = attrs.evolve(before, pending=0, running=1)
    assert None is matching(REFINEMENT, before, after)
    assert ("schedule", "start") == matching(attrs.evolve(REFINEMENT, longest=2), before, after)


def test_what_was_compared_is_said() -> None:
    """Replicas, or what else it was; of liveness, that fairness was not."""
    found = Refinement(MODEL, REFINEMENT.choices, 2, 9)
    assert "refinement proved to 2, walked to 9" == found.said
    assert "refinement proved to 2, walked to 9, for safety only" == found.said_of_liveness
    assert "refinement proved to 2, walked to 9 keys" == attrs.evolve(found, unit="keys").said


def test_a_scope_that_the_count_model_does_not_speak_of_is_refused() -> None:
    """By the fault, or by the hypothesis; before anything is looked at."""
    with pytest.raises(ValueError, match="ReplicaSet count model knows nothing of delete, for which"):
        exhaust(REFINEMENT, bare(1, delete=1), COUNTS, 10)
    timely = attrs.evolve(REFINEMENT, hypotheses=("lag_below_expectation_ttl",))
    with pytest.raises(ValueError, match="takes lag_below_expectation_ttl for granted: add it"):
        walk(timely, bare(1), COUNTS, 10, 0)


@pytest.mark.parametrize("left_out", ["create", "see-created", "delete", "see-deleted", "rescale"])
def test_a_count_model_that_lacks_a_step_is_found_out(left_out: str) -> None:
    """Negative control: the disagreement names the action and both counts."""
    lacking = REFINEMENT.without(left_out, "restart-rescaled")
    found = exhaust(lacking, bare(2, 0, scale=1), COUNTS, 20_000)
    assert found.wrong is not None
    assert None is matching(lacking, found.wrong.before, found.wrong.after)
    assert isinstance(found.wrong.after, Pods)


def test_a_walk_finds_out_what_the_counts_read() -> None:
    """Negative control: a comparison that says that they read nothing of what changed them."""
    blind = attrs.evolve(REFINEMENT, reads=lambda cell: cell.table == "nothing")
    assert walk(blind, bare(1), COUNTS, 100, 0).wrong is not None
    assert None is walk(REFINEMENT, bare(1), COUNTS, 100, 0).wrong


def test_a_run_of_counts_is_followed_by_objects() -> None:
    """The shortest actions; a run that no cluster takes is not followed."""
    first, then = COUNTS(bare(1)), COUNTS(step(bare(1), SYNC))
    assert (SYNC,) == realize(Run(MODEL, (first, then), (Taken("sync"),), ""), bare(1), COUNTS)
    impossible = Run(MODEL, (first, attrs.evolve(first, running=1)), (Taken("start"),), "")
    assert None is realize(impossible, bare(1), COUNTS)
    assert None is realize(Run(MODEL, (then,), (), ""), bare(1), COUNTS)


def test_a_search_goes_along_the_transitions_of_a_run() -> None:
    """To what is asked for, by the actions that are allowed; else it finds nothing."""
    initial = bare(1)
    run = Run(MODEL, (COUNTS(initial),), (Taken("sync"), Taken("create")), "")
    find = partial(direct, REFINEMENT, run, initial, COUNTS, lambda cluster: cluster.objects("pods"))
    found = find(is_taken=lambda action: True, limit=100)  # noqa: ARG005 -- any action
    assert (SYNC, Action("Request", "replicaset-controller", KEY, "ok")) == found
    assert None is find(is_taken=lambda action: action.step == "Sync", limit=100)
    assert None is find(is_taken=lambda action: True, limit=0)  # noqa: ARG005 -- any action
    assert found is not None
    assert found[0] in enabled(initial)


def test_progress_is_made_in_order() -> None:
    """What is wanted next, and then what comes after it."""
    assert (2, 0, 1) == (progress(("a", "x", "b"), ("a", "b")), progress(("b",), ("a", "b")), progress(("a",), ("a",)))
