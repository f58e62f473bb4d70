"""The work queue's count model has every step that the machinery of the control loops takes."""

from functools import partial

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Scale
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.properties.checking.symbolic.models.workqueue import FORGETFUL, MODEL, NOT_LOST
from seatrial.properties.checking.symbolic.refinement import exhaust, walk
from seatrial.properties.checking.symbolic.refinements.workqueue import REFINEMENT, looker, queue_counts

COUNTS = partial(queue_counts, one="default/a", two="default/b")


def two_objects(workers: int, changes: int, **budgets: int) -> Cluster:
    """Two ReplicaSets that users scale, and a controller that has seen them and is at rest."""
    one = replicaset(1)
    objects = tuple(attrs.evolve(one, metadata=attrs.evolve(one.metadata, name=name)) for name in "ab")
    users = tuple(Scale("replicasets", f"default/{name}", to) for name in "ab" for to in (0, 1, 2))
    return start(Scope((looker(workers),), (*NAMESPACE, *objects), users=users, at_rest=True,
                       budgets=FrozenMap({"scale": changes, **budgets})))


def test_counts_are_read_off_a_cluster() -> None:
    """Idle at first; a change waits as an event, queues its key, is acted on, and is no change any more."""
    cluster = two_objects(2, 1)
    assert MODEL.initial(COUNTS(cluster))
    assert 2 == COUNTS(cluster).free
    taken = [Action("Scale", "kubectl", "replicasets/default/b", "2"), Action("Deliver", "looker", "replicasets"),
             Action("Sync", "looker", "default/b"), Action("Request", "looker", "default/b", "ok"),
             Action("Reply", "looker", "default/b")]
    seen = []
    for action in taken:
        cluster = step(cluster, action)
        key = COUNTS(cluster).two
        seen.append((key.changed, key.waiting, key.queued, key.in_flight, key.current))
    assert [(True, 1, False, False, False), (True, 0, True, False, False), (True, 0, False, True, True),
            (True, 0, False, True, True), (False, 0, False, False, False)] == seen


@pytest.mark.parametrize("workers", [1, 2])
def test_every_step_of_two_changes_is_one_of_the_count_model(workers: int) -> None:
    """All of them are taken, with a refused call; and no key is lost."""
    found = exhaust(REFINEMENT, two_objects(workers, 2, refused=1), COUNTS, 5_000)
    assert (True, None) == (found.complete, found.wrong)
    assert {each.name for each in MODEL.transitions} == set(found.taken)
    assert NOT_LOST.holds(COUNTS(two_objects(workers, 2)))


@pytest.mark.nightly
@pytest.mark.parametrize("workers", [1, 2])
def test_every_step_up_to_what_is_said(workers: int) -> None:
    """Three changes, a refused call."""
    assert "refinement proved to 3, walked to 40 changes of two objects" == REFINEMENT.said
    found = exhaust(REFINEMENT, two_objects(workers, REFINEMENT.proved_to, refused=1), COUNTS, 50_000)
    assert (True, None) == (found.complete, found.wrong)


@pytest.mark.parametrize("seed", range(6))
def test_every_step_of_a_long_walk_is_one_of_the_count_model(seed: int) -> None:
    """Forty changes, ten refused calls, one worker or two."""
    initial = two_objects(1 + seed % 2, REFINEMENT.walked_to, refused=10)
    assert None is walk(REFINEMENT, initial, COUNTS, 3000, seed).wrong


@pytest.mark.parametrize("left_out", ["change", "deliver", "sync", "end"])
def test_a_count_model_that_lacks_a_step_is_found_out(left_out: str) -> None:
    """Negative control; so is a queue that forgets a key in flight, which is no queue of the model of objects."""
    assert exhaust(REFINEMENT.without(left_out), two_objects(1, 1), COUNTS, 5_000).wrong is not None
    forgetful = attrs.evolve(REFINEMENT, model=FORGETFUL)
    assert exhaust(forgetful, two_objects(1, 2), COUNTS, 5_000).wrong is not None
