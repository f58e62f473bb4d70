"""A ResourceQuota over counts: three API servers that charge it at the same time, by compare-and-swap.

The decision is admission's own: `is_exceeded`. Each writer reads what is used, and writes the sum if nobody has written
since; else it meets a conflict and reads again. A charge may be any amount, of one resource in its smallest unit.
Left out, and why that is sound: several resources (each is decided alone, and all must fit); the quota controller's
recount is a write like any other, of what objects really use.
"""

import attrs

from seatrial.model.apiserver.admission.resource_quota import is_exceeded
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition

FIRST, SECOND, THIRD = 1, 2, 3


@attrs.frozen
class Writer:
    """One API server: is it between read and write, what it read, and is that still what there is?"""

    busy: bool
    seen: int
    fresh: bool


@attrs.frozen
class Quota:
    """The limit, what status.used says, what objects really use, the writers."""

    hard: int
    used: int
    held: int
    first: Writer
    second: Writer
    third: Writer


IDLE = Writer(busy=False, seen=0, fresh=False)


def writer(s: Quota, who: int) -> Writer:
    """One of the writers."""
    if who == FIRST:
        return s.first
    if who == SECOND:
        return s.second
    return s.third


def with_writer(s: Quota, who: int, value: Writer) -> Quota:
    """The state with one writer changed."""
    return attrs.evolve(s, first=value if who == FIRST else s.first, second=value if who == SECOND else s.second,
                        third=value if who == THIRD else s.third)


def is_writer(who: int) -> bool:
    """Is there such a writer?"""
    return FIRST <= who <= THIRD


def can_read(s: Quota, who: int) -> bool:
    """It has nothing in hand."""
    return is_writer(who) and not writer(s, who).busy


def read(s: Quota, who: int) -> Quota:
    """It reads what is used."""
    return with_writer(s, who, Writer(busy=True, seen=s.used, fresh=True))


def can_charge(s: Quota, who: int, amount: int) -> bool:
    """It has read, and wants to charge something."""
    return is_writer(who) and amount >= 0 and writer(s, who).busy


def outdated(s: Quota) -> Quota:
    """Somebody has written: whatever was read before is old."""
    return attrs.evolve(s, first=attrs.evolve(s.first, fresh=False), second=attrs.evolve(s.second, fresh=False),
                        third=attrs.evolve(s.third, fresh=False))


def charge(s: Quota, who: int, amount: int) -> Quota:
    """Refused if it would exceed the limit; a conflict if somebody wrote in between; else charged, and created."""
    mine = writer(s, who)
    done = with_writer(s, who, IDLE)
    if is_exceeded(mine.seen + amount - s.hard) or not mine.fresh:
        return done
    return attrs.evolve(outdated(done), used=mine.seen + amount, held=s.held + amount)


def charge_in_vain(s: Quota, who: int, amount: int) -> Quota:
    """Charged, but the create then fails: the charge stays until the next recount."""
    return attrs.evolve(charge(s, who, amount), held=s.held)


def charge_blindly(s: Quota, who: int, amount: int) -> Quota:
    """A bug: the write does not compare versions."""
    mine = writer(s, who)
    done = with_writer(s, who, IDLE)
    if is_exceeded(mine.seen + amount - s.hard):
        return done
    return attrs.evolve(done, used=mine.seen + amount, held=s.held + amount)


def can_release(s: Quota, amount: int) -> bool:
    """Something is used."""
    return 0 < amount <= s.held


def release(s: Quota, amount: int) -> Quota:
    """Objects are deleted; status.used says so only after a recount."""
    return attrs.evolve(s, held=s.held - amount)


def recount(s: Quota) -> Quota:
    """The quota controller writes what objects really use."""
    return attrs.evolve(outdated(s), used=s.held)


def can_lower(s: Quota, to: int) -> bool:
    """Any limit below."""
    return 0 <= to < s.hard


def lower(s: Quota, to: int) -> Quota:
    """A user lowers the limit."""
    return attrs.evolve(s, hard=to)


def is_empty(s: Quota) -> bool:
    """Nothing is used, nobody is at work."""
    idle = all(each == IDLE for each in (s.first, s.second, s.third))
    return s.hard >= 0 and s.used == 0 and s.held == 0 and idle


TRANSITIONS = (
    Transition("read", read, can_read, ("writer",)), Transition("charge", charge, can_charge, ("writer", "amount")),
    Transition("charge-in-vain", charge_in_vain, can_charge, ("writer", "amount")),
    Transition("release", release, can_release, ("amount",)), Transition("recount", recount),
)
MODEL = CountModel("quota count model", Quota, is_empty, TRANSITIONS)
BLIND = CountModel("quota count model, writes without versions", Quota, is_empty, (
    TRANSITIONS[0], Transition("charge", charge_blindly, can_charge, ("writer", "amount")), *TRANSITIONS[3:]))
LOWERED = CountModel("quota count model, with a limit that is lowered", Quota, is_empty, (
    *TRANSITIONS, Transition("lower", lower, can_lower, ("to",), environment=True)))


def reads_are_right(s: Quota) -> bool:
    """A fresh read is what there is."""
    return all(not each.busy or not each.fresh or each.seen == s.used for each in (s.first, s.second, s.third))


WITHIN = Clause("what objects use <= status.used <= spec.hard", lambda s: 0 <= s.held <= s.used <= s.hard)
READS = Clause("whoever read last before any write has read what there is", reads_are_right)
