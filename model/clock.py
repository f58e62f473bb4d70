"""Logical time in timed scopes: the clock stands still until it is moved to the next deadline.

Whatever can happen now may happen before or after the clock moves: `Advance` may be taken at any time at which a
timer is due in the future, so every delay up to the next deadline is covered, and a timer that is due need not fire
before later ones are. Only the hypotheses of the scope (`seatrial.model.hypotheses`) hold it back. In an untimed scope
the clock stays at 0 and any armed timer may fire. Left out: moments at which no timer is due (nothing in the model
compares a time with anything but a deadline), and clocks that differ between nodes.
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.hypotheses import is_forbidden
from seatrial.model.steps import Step
from seatrial.model.system import System
from seatrial.model.view import Cell, View

CLOCK = Cell("clock")
DEADLINES = ("lease", "timer")


def next_due(view: View) -> tuple[int, tuple[Cell, ...]] | None:
    """The nearest deadline after now, in seconds, with the timers (and Leases) due then; None when there is none."""
    now = view[CLOCK] or 0
    due = [(view[cell], cell) for table in DEADLINES for cell in view.cells(table)]
    future = sorted((time, cell) for time, cell in due if isinstance(time, int) and time > now)
    if not future:
        return None
    return future[0][0], tuple(cell for time, cell in future if time == future[0][0])


def offer_advance(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Some timer is due in the future, and no hypothesis forbids those that are due next."""
    del anchor
    if not system.scope.timed:
        return
    coming = next_due(view)
    if coming is not None and not any(is_forbidden(view, system, cell) for cell in coming[1]):
        yield Action("Advance", "clock")


def run_advance(view: View, system: System, action: Action) -> None:
    """The clock moves to the next deadline."""
    del system, action
    coming = next_due(view)
    if coming is not None:
        view[CLOCK] = coming[0]


STEPS = (Step("Advance", "clock", offer_advance, run_advance, say="time passes until the next deadline"),)
