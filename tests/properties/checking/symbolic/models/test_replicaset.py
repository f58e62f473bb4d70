"""The ReplicaSet's count model: what its controller sees, awaits and does."""

import attrs

from seatrial.properties.checking.symbolic.models.replicaset import (
    MODEL,
    Pods,
    Release,
    active,
    create,
    delete,
    observed,
    see_created,
    settle,
    sync,
)

NEW = Pods(7, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, expired=False, noted=0, batch=0, left=0, rest=0, failed=0, to_delete=0,
           late=0, queued=True)
NOW = Release()


def test_creations_come_in_batches_of_twice_the_size() -> None:
    """One, two, then what is left; the expectations are those of all of them."""
    s = sync(NOW, NEW)
    batches: list[int] = []
    while s.left > 0:
        batches += [s.batch] if not batches or batches[-1] != s.batch else []
        s = create(NOW, s)
    assert [1, 2, 4] == batches
    assert (7, 7, 7, 0) == (s.pending, s.expected_created, s.noted, observed(s))


def test_a_stale_count_is_not_acted_on() -> None:
    """Neither while expectations are open, nor, in 1.36, while an own creation is noted."""
    s = create(NOW, sync(NOW, attrs.evolve(NEW, desired=1)))
    waiting = attrs.evolve(s, queued=True)
    assert waiting == sync(NOW, waiting)
    older = attrs.evolve(waiting, noted=0)
    assert attrs.evolve(older, queued=False) == sync(Release(notes=False), older)
    assert sync(Release(expectations=False, notes=False), older).left > 0
    seen = see_created(s)
    assert (0, 0, 1) == (seen.expected_created, seen.noted, observed(seen))


def test_a_deletion_is_seen_later() -> None:
    """The pod is gone, or going, and the informer still shows it."""
    s = sync(NOW, attrs.evolve(NEW, desired=0, pending=1, running=1))
    assert 2 == s.to_delete
    s = delete(delete(s, 0), 2)
    assert (0, 1, 2) == (active(s), s.terminating, observed(s))
    assert 0 == settle(s, 0, 2).expected_deleted


def test_it_begins_with_nothing_and_room_for_all() -> None:
    """More than the nodes hold is no initial state."""
    assert MODEL.initial(NEW)
    assert not MODEL.initial(attrs.evolve(NEW, desired=10))
    assert not MODEL.initial(attrs.evolve(NEW, running=1))
