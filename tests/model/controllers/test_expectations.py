"""Expectations hold a controller back until its informer has shown what it did."""

import pytest

from seatrial.model.client.local import Local
from seatrial.model.controllers.expectations import (
    NOTE,
    TTL_SECONDS,
    Expectations,
    creation_observed,
    delete_expectations,
    deletion_observed,
    expect,
    expire,
    satisfied_expectations,
)
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, View

KEY = "default/web"
TIMER = Cell("timer", "me", NOTE, KEY)


@pytest.fixture
def local() -> Local:
    """A process with an empty memory, at 100 seconds."""
    return Local(View(FrozenMap({Cell("clock"): 100})), "me")


def test_without_a_record_there_is_nothing_to_wait_for(local: Local) -> None:
    """Before the first sync, and after a crash."""
    assert satisfied_expectations(local, KEY)


def test_creations_are_counted_down(local: Local) -> None:
    """Each pod seen lowers them; the last one drops the record and its timer."""
    expect(local, KEY, creations=2)
    assert 100 + TTL_SECONDS == local.view[TIMER]
    creation_observed(local, KEY)
    assert not satisfied_expectations(local, KEY)
    creation_observed(local, KEY)
    assert satisfied_expectations(local, KEY)
    assert (None, None) == (local.note(NOTE, KEY), local.view[TIMER])


def test_one_deletion_counts_once(local: Local) -> None:
    """A pod that is seen in deletion, and then gone, settles one expectation; one that was not awaited settles none."""
    expect(local, KEY, deletions=("default/b", "default/a"))
    assert Expectations(0, ("default/a", "default/b")) == local.note(NOTE, KEY)
    for pod in ("default/a", "default/a", "default/stranger"):
        deletion_observed(local, KEY, pod)
    assert not satisfied_expectations(local, KEY)
    deletion_observed(local, KEY, "default/b")
    assert satisfied_expectations(local, KEY)


def test_creations_that_failed_are_observed_at_once(local: Local) -> None:
    """Several at a time, down to none: no event will come for them."""
    expect(local, KEY, creations=5)
    creation_observed(local, KEY, 5)
    assert satisfied_expectations(local, KEY)


def test_an_expired_record_counts_as_fulfilled_and_wakes_nobody(local: Local) -> None:
    """Five minutes on, the next sync acts as if nothing were expected; no key is queued for it."""
    expect(local, KEY, creations=1)
    expire(local, NOTE, KEY)
    assert satisfied_expectations(local, KEY)
    assert local.view[Cell("queue", "me", "", KEY)] is None


@pytest.mark.parametrize("timer", ["another", NOTE])
def test_only_its_own_timer_expires_it(local: Local, timer: str) -> None:
    """Another timer of the controller changes nothing."""
    expect(local, KEY, creations=1)
    expire(local, timer, KEY)
    assert (timer == NOTE) == satisfied_expectations(local, KEY)


def test_deleting_them_forgets_the_timer_too(local: Local) -> None:
    """A deleted ReplicaSet leaves nothing behind."""
    expect(local, KEY, creations=1)
    delete_expectations(local, KEY)
    assert FrozenMap({Cell("clock"): 100}) == local.view.commit()


def test_observing_without_a_record_keeps_none(local: Local) -> None:
    """A pod that nobody expected makes no record."""
    creation_observed(local, KEY)
    deletion_observed(local, KEY, "default/a")
    expire(local, NOTE, KEY)
    assert local.note(NOTE, KEY) is None
