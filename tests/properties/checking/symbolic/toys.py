"""Small count models that the tests of the rules prove and refute things about."""

import enum

import attrs

from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition


@attrs.frozen
class Jobs:
    """Jobs to do, being done, done; and how many there are at most."""

    limit: int
    todo: int
    doing: int
    done: int


class Light(enum.Enum):
    """A traffic light."""

    RED = "red"
    GREEN = "green"
    AMBER = "amber"


@attrs.frozen
class Crossing:
    """A light, and the cars that wait."""

    light: Light
    cars: int
    open: bool


def is_first(s: Jobs) -> bool:
    """Nothing is done yet."""
    return s.limit >= 0 and 0 <= s.todo <= s.limit and s.doing == 0 and s.done == 0


def can_take(s: Jobs, count: int) -> bool:
    """Some are to do."""
    return 1 <= count <= s.todo


def take(s: Jobs, count: int) -> Jobs:
    """Some are begun."""
    return attrs.evolve(s, todo=s.todo - count, doing=s.doing + count)


def all_of_them(s: Jobs) -> tuple[int]:
    """Every job to do."""
    return (s.todo,)


def finish(s: Jobs) -> Jobs:
    """One is done."""
    return attrs.evolve(s, doing=s.doing - 1, done=s.done + 1)


def reopen(s: Jobs) -> Jobs:
    """One that was done is to do again."""
    return attrs.evolve(s, todo=s.todo + 1, done=s.done - 1)


def duplicate(s: Jobs) -> Jobs:
    """A bug: a job is done twice."""
    return attrs.evolve(s, doing=s.doing - 1, done=s.done + 2)


TAKE = Transition("take", take, can_take, ("count",), fair=True, witness=all_of_them)
FINISH = Transition("finish", finish, lambda s: s.doing > 0, fair=True)
REOPEN = Transition("reopen", reopen, lambda s: s.done > 0, environment=True)
MODEL = CountModel("jobs", Jobs, is_first, (TAKE, FINISH, REOPEN))
TWICE = Transition("duplicate", duplicate, lambda s: s.doing > 0)
BROKEN = CountModel("jobs done twice", Jobs, is_first, (TAKE, TWICE))
LAZY = CountModel("jobs nobody finishes", Jobs, is_first, (TAKE, REOPEN))
RESTLESS = CountModel("jobs that come back by themselves", Jobs, is_first, (
    TAKE, FINISH, Transition("reopen", reopen, lambda s: s.done > 0, fair=True)))

COUNTS = Clause("no count is below 0", lambda s: s.todo >= 0 and s.doing >= 0 and s.done >= 0)
WITHIN = Clause("no more jobs than the limit", lambda s: s.todo + s.doing + s.done <= s.limit)
FEW_DONE = Clause("no more done than the limit", lambda s: s.done <= s.limit)
ALL_DONE = Clause("all jobs are done", lambda s: s.todo == 0 and s.doing == 0)
