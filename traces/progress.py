"""One line a second on a terminal's standard error; silent when it is not one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console

from seatrial.properties.checking.explore.statistics import Statistics
from seatrial.properties.checking.walk import Tally


@contextmanager
def progress_line() -> Iterator[Callable[[Tally | Statistics], None]]:
    """A function that shows how far the search is."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    started = last = monotonic()
    with console.status("searching") as status:
        def tell(known: Tally | Statistics) -> None:
            nonlocal last
            now = monotonic()
            if now - last >= 1:
                last = now
                status.update(say_walked(known, now - started) if isinstance(known, Tally) else say_explored(known))

        yield tell


def say_walked(tally: Tally, seconds: float) -> str:
    """How far walks are."""
    return (f"{tally.steps:,} steps in {tally.walks:,} walks, {tally.steps / seconds:,.0f} steps/s, "
            f"{len(tally.found)} violated")


def say_explored(statistics: Statistics) -> str:
    """How far an exhaustive search is."""
    return (f"{statistics.states:,} states, depth {statistics.depth}, {statistics.waiting:,} waiting, "
            f"{statistics.states_per_second:,.0f} states/s")
