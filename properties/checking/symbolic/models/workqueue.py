"""A work queue with two keys: events that wait, keys that are queued, plans in flight, and what each has acted on.

The decision is the worker's own: `is_queued_again`. A key is queued by the event of its change, taken by a worker if no
plan is in flight for it, and queued again when its plan fails or asks for it, or when an event comes while it is in
flight. Left out, and why that is sound: more keys (keys share nothing but workers, and a busy worker only delays);
delays of the rate limiter (a queued key may be taken as late as one likes).
"""

import attrs

from seatrial.model.client.process import is_queued_again
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition

ONE, TWO = 1, 2


@attrs.frozen
class Key:
    """One key: was its object changed since a plan that acted on it, are events waiting, is it queued or in flight?

    `current` says of a plan in flight that it acts on the last change.
    """

    changed: bool
    waiting: int
    queued: bool
    in_flight: bool
    current: bool


@attrs.frozen
class Queue:
    """Two keys, and the workers that are free."""

    one: Key
    two: Key
    free: int


def key(s: Queue, which: int) -> Key:
    """One of the keys."""
    return s.one if which == ONE else s.two


def with_key(s: Queue, which: int, value: Key) -> Queue:
    """The state with one key changed."""
    return attrs.evolve(s, one=value if which == ONE else s.one, two=value if which == TWO else s.two)


def is_key(s: Queue, which: int) -> bool:
    """Is there such a key?"""
    del s
    return ONE <= which <= TWO


def change(s: Queue, which: int) -> Queue:
    """Somebody changes the object: an event waits, and a plan in flight does not know."""
    it = key(s, which)
    return with_key(s, which, attrs.evolve(it, changed=True, waiting=it.waiting + 1, current=False))


def can_deliver(s: Queue, which: int) -> bool:
    """An event waits."""
    return is_key(s, which) and key(s, which).waiting > 0


def deliver(s: Queue, which: int) -> Queue:
    """The handler queues the key, whatever is in flight."""
    it = key(s, which)
    return with_key(s, which, attrs.evolve(it, waiting=it.waiting - 1, queued=True))


def deliver_forgetfully(s: Queue, which: int) -> Queue:
    """A bug: a key in flight is not queued again."""
    it = key(s, which)
    return with_key(s, which, attrs.evolve(it, waiting=it.waiting - 1, queued=it.queued or not it.in_flight))


def can_sync(s: Queue, which: int) -> bool:
    """It is queued, not in flight, and a worker is free."""
    it = key(s, which)
    return is_key(s, which) and it.queued and not it.in_flight and s.free > 0


def sync(s: Queue, which: int) -> Queue:
    """A worker takes it: the plan knows the last change if no event waits."""
    it = key(s, which)
    taken = attrs.evolve(it, queued=False, in_flight=True, current=it.waiting == 0)
    return attrs.evolve(with_key(s, which, taken), free=s.free - 1)


def can_end(s: Queue, which: int, failed: int, asked: int) -> bool:
    """A plan is in flight; it may fail, or ask to be tried again."""
    return is_key(s, which) and key(s, which).in_flight and 0 <= failed <= 1 and 0 <= asked <= 1


def end(s: Queue, which: int, failed: int, asked: int) -> Queue:
    """The plan ends; if it failed the key is queued again."""
    it = key(s, which)
    again = is_queued_again(failed=failed == 1, asked=asked == 1)
    changed = it.changed and not (it.current and failed == 0)
    left = attrs.evolve(it, queued=it.queued or again, in_flight=False, changed=changed, current=False)
    return attrs.evolve(with_key(s, which, left), free=s.free + 1)


def is_idle(s: Queue) -> bool:
    """Nothing has changed, nothing is to do, and there is a worker."""
    return s.free >= 1 and all(not each.changed and not each.queued and not each.in_flight and not each.current
                               and each.waiting == 0 for each in (s.one, s.two))


TRANSITIONS = (
    Transition("change", change, is_key, ("key",), environment=True),
    Transition("deliver", deliver, can_deliver, ("key",)),
    Transition("sync", sync, can_sync, ("key",)), Transition("end", end, can_end, ("key", "failed", "asked")),
)
MODEL = CountModel("work queue model", Queue, is_idle, TRANSITIONS)
FORGETFUL = CountModel("work queue model, keys in flight are not queued again", Queue, is_idle, (
    TRANSITIONS[0], Transition("deliver", deliver_forgetfully, can_deliver, ("key",)), *TRANSITIONS[2:]))


def is_found_again(it: Key) -> bool:
    """A change leads to a plan that knows it: an event waits, the key is queued, or the plan in flight knows."""
    return not it.changed or it.waiting > 0 or it.queued or (it.in_flight and it.current)


COUNTS = Clause("no number of waiting events is below 0", lambda s: s.one.waiting >= 0 and s.two.waiting >= 0)
NOT_LOST = Clause("every changed key has an event waiting, is queued, or is in flight with the change",
                  lambda s: is_found_again(s.one) and is_found_again(s.two))
