"""Named assumptions about time: a long timer that Kubernetes relies on being long does not run out early.

A scope names the hypotheses it runs under (`Scope.hypotheses`). Each forbids some timer to run out in some states: in
a timed scope the clock may not be moved to that deadline then, in an untimed one the timer may not fire. Dropping a
hypothesis is a variant: the same scope without the name. Nothing upstream enforces them: they say that lag is small
compared to the timer.
"""

from collections.abc import Callable

import attrs

from seatrial.model.client.informer import CONNECTED
from seatrial.model.scope import Scope
from seatrial.model.system import System
from seatrial.model.view import Cell, View

EXPECTATIONS = "expectations"  # the timer of seatrial.model.controllers.expectations, which is built on this
Forbids = Callable[[View, System, Cell], bool]


@attrs.frozen
class Hypothesis:
    """A name, the assumption in one sentence, and when it forbids a timer (its cell) to run out."""

    name: str
    what: str
    forbids: Forbids


def lag_below_expectation_ttl(view: View, system: System, timer: Cell) -> bool:
    """Does an event wait for this process, is a watch of it broken, or is a plan of it in flight?

    Expectations live for five minutes (pkg/controller/controller_utils.go: ExpectationsTimeout, release 1.36), and
    upstream never waits that long for an event of its own write.
    """
    del system
    if timer.kind != EXPECTATIONS:
        return False
    if any(True for _ in view.cells("events", timer.owner)):
        return True
    if any(view[cell] != CONNECTED for cell in view.cells("watch", timer.owner)):
        return True
    return any(True for _ in view.keys("plan", timer.owner))


HYPOTHESES = (
    Hypothesis(
        "lag_below_expectation_ttl",
        "A controller sees the events of its own writes before its expectations of them run out after five minutes.",
        lag_below_expectation_ttl,
    ),
)
BY_NAME = {each.name: each for each in HYPOTHESES}


def hypotheses_of(scope: Scope) -> tuple[Hypothesis, ...]:
    """The hypotheses that a scope names; raises ValueError for a name that no hypothesis has."""
    for name in scope.hypotheses:
        if name not in BY_NAME:
            known = ", ".join(sorted(BY_NAME))
            raise ValueError(f"there is no hypothesis {name!r}: write one of {known} in Scope.hypotheses")
    return tuple(BY_NAME[name] for name in scope.hypotheses)


def is_forbidden(view: View, system: System, timer: Cell) -> bool:
    """May this timer not run out now, by a hypothesis of the scope?"""
    return any(each.forbids(view, system, timer) for each in hypotheses_of(system.scope))
