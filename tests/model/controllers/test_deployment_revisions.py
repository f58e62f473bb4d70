"""Revisions, the annotations that carry them, and what the history limit removes."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.controllers.deployment_conditions import NO_LIMIT
from seatrial.model.controllers.deployment_revisions import (
    DESIRED_REPLICAS,
    LAST_APPLIED,
    MAX_HISTORY_LENGTH,
    MAX_REPLICAS,
    REVISION,
    REVISION_HISTORY,
    ROLLBACK_TO,
    clear_rollback_to,
    get_int_from_annotation,
    get_replica_sets_to_clean_up,
    get_rollback_to,
    is_new_saturated,
    last_revision,
    max_revision,
    replicas_annotations_need_update,
    set_deployment_annotations_to,
    set_deployment_revision,
    set_new_replica_set_annotations,
    set_replicas_annotations,
)
from seatrial.model.frozen import FrozenMap
from tests.model.controllers.deployments import make_deployment, make_replica_set

REVISIONS = st.lists(st.integers(1, 30), max_size=6)


def annotated(value: ReplicaSet | Deployment, **names: str) -> ReplicaSet | Deployment:
    """The object with annotations under their short names."""
    known = {"revision": REVISION, "history": REVISION_HISTORY, "desired": DESIRED_REPLICAS, "most": MAX_REPLICAS,
             "rollback": ROLLBACK_TO, "applied": LAST_APPLIED}
    notes = {known.get(name, name): text for name, text in names.items()}
    return attrs.evolve(value, metadata=attrs.evolve(value.metadata, annotations=FrozenMap(notes)))


def make_set(**names: str) -> ReplicaSet:
    """A ReplicaSet with only these annotations."""
    found = annotated(make_replica_set(make_deployment(), "web:1", 3), **names)
    assert isinstance(found, ReplicaSet)
    return found


def make_noted(**names: str) -> Deployment:
    """A Deployment with only these annotations."""
    found = annotated(make_deployment(), **names)
    assert isinstance(found, Deployment)
    return found


@given(REVISIONS)
def test_the_highest_and_the_last_revision(revisions: list[int]) -> None:
    """The highest, and the highest but one of the sorted list; 0 where there is none; malformed ones do not count."""
    sets = [*(make_set(revision=str(each)) for each in revisions), make_set(revision="x"), make_set()]
    ordered = [0, 0, *sorted(revisions)]
    assert (ordered[-1], ordered[-2]) == (max_revision(sets), last_revision(sets))


def test_annotations_are_copied_but_not_those_of_one_object() -> None:
    """A Deployment's own annotations go to its new ReplicaSet; revision, rollback and last-applied do not."""
    deployment = make_noted(team="a", revision="7", rollback="1", applied="{}")
    new, changed = set_new_replica_set_annotations(deployment, make_set(), 2)
    assert changed
    assert FrozenMap({"team": "a", REVISION: "2"}) == new.metadata.annotations


def test_nothing_is_written_for_the_same_annotations() -> None:
    """A revision that is high enough stays, and then nothing changes."""
    new = make_set(team="a", revision="3")
    assert (new, False) == set_new_replica_set_annotations(make_noted(team="a"), new, 2)


def test_a_rollback_remembers_the_old_revision() -> None:
    """A ReplicaSet that is new again gets the next revision, and its last one goes to the history."""
    once, _ = set_new_replica_set_annotations(make_noted(), make_set(revision="1"), 3)
    assert ("3", "1") == (once.metadata.annotations[REVISION], once.metadata.annotations[REVISION_HISTORY])
    twice, _ = set_new_replica_set_annotations(make_noted(), once, 5)
    assert "1,3" == twice.metadata.annotations[REVISION_HISTORY]


@given(st.lists(st.integers(1, 10**15).map(str), min_size=1, max_size=300), st.integers(1, 10**6))
def test_the_history_stays_short(entries: list[str], revision: int) -> None:
    """However long it was, it ends within the bound if it changes, and the newest entry is the last."""
    history = ",".join(entries)
    new, _ = set_new_replica_set_annotations(
        make_noted(), make_set(revision=str(revision), history=history), revision + 1)
    after = new.metadata.annotations[REVISION_HISTORY]
    assert len(after) <= MAX_HISTORY_LENGTH
    assert str(revision) == after.split(",")[-1]


def test_a_malformed_revision_is_left_alone() -> None:
    """What is no number is not replaced, and nothing is written."""
    new, changed = set_new_replica_set_annotations(make_noted(team="a"), make_set(revision="x"), 2)
    assert not changed
    assert "x" == new.metadata.annotations[REVISION]


def test_numbers_in_annotations() -> None:
    """Digits up to 31 bits; a sign, a fraction or an overflow is no number."""
    found = [get_int_from_annotation(make_set(desired=text), DESIRED_REPLICAS)
             for text in ("0", "02", "2147483647", "2147483648", "-1", "+1", "1.5", "")]
    assert [0, 2, 2147483647, None, None, None, None, None] == found


def test_replica_annotations() -> None:
    """They note the desired and the greatest number of replicas, and are written only if they differ."""
    deployment = make_deployment(10, 3, 0)
    written = set_replicas_annotations(deployment, make_set())
    notes = written.metadata.annotations
    assert ("10", "13") == (notes[DESIRED_REPLICAS], notes[MAX_REPLICAS])
    assert replicas_annotations_need_update(deployment, make_set())
    assert not replicas_annotations_need_update(deployment, written)


def test_saturated_means_all_available() -> None:
    """Size, note and available replicas must all be the desired number."""
    deployment = make_deployment(3)
    assert is_new_saturated(deployment, make_replica_set(deployment, "web:1", 3))
    assert not is_new_saturated(deployment, make_replica_set(deployment, "web:1", 3, available=2))
    assert not is_new_saturated(deployment, make_replica_set(deployment, "web:1", 3, desired=5))
    assert not is_new_saturated(deployment, None)


def test_rollback_annotations() -> None:
    """The wish is a number, it can be cleared, and the annotations of the revision come back with it."""
    deployment = make_noted(rollback="2", team="b", revision="3")
    assert 2 == get_rollback_to(deployment)
    assert get_rollback_to(make_noted(rollback="x")) is None
    assert get_rollback_to(clear_rollback_to(deployment)) is None
    back = set_deployment_annotations_to(deployment, make_set(team="a", revision="2"))
    assert FrozenMap({ROLLBACK_TO: "2", REVISION: "3", "team": "a"}) == back.metadata.annotations


def test_a_deployments_revision_changes_only_if_it_differs() -> None:
    """The same revision leaves the very Deployment."""
    deployment = set_deployment_revision(make_deployment(), "2")
    assert "2" == deployment.metadata.annotations[REVISION]
    assert deployment is set_deployment_revision(deployment, "2")


@given(REVISIONS, st.integers(0, 8))
def test_the_history_limit_keeps_the_newest(revisions: list[int], limit: int) -> None:
    """All but the newest `limit` empty ReplicaSets go, the oldest revision first."""
    deployment = make_deployment(revision_history_limit=limit)
    old = tuple(make_replica_set(deployment, f"web:{at}", 0, revision=each) for at, each in enumerate(revisions))
    gone = [int(each.metadata.annotations[REVISION]) for each in get_replica_sets_to_clean_up(deployment, old)]
    assert sorted(revisions)[:max(len(revisions) - limit, 0)] == gone


def test_a_replica_set_with_pods_stays() -> None:
    """One that is not empty or not settled stays, and no other goes in its place; no limit, no clean-up."""
    deployment = make_deployment(revision_history_limit=1)
    held = make_replica_set(deployment, "web:0", 1, revision=1)
    unseen = make_replica_set(deployment, "web:4", 0, revision=2)
    unseen = attrs.evolve(unseen, metadata=attrs.evolve(unseen.metadata, generation=2))
    newer = make_replica_set(deployment, "web:5", 0, revision=3)
    assert () == get_replica_sets_to_clean_up(deployment, (held, unseen, newer))
    for limit in (None, NO_LIMIT):
        free = make_deployment(revision_history_limit=limit)
        assert () == get_replica_sets_to_clean_up(free, (newer, newer))
