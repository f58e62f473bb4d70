"""One line a second on a terminal's standard error; silent when it is not one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console

from seatrial.properties.checking.walk import Tally


@contextmanager
def progress_line() -> Iterator[Callable[[Tally], None]]:
    """A function that shows how far the search is."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    started = last = monotonic()
    with console.status("searching") as status:
        def tell(tally: Tally) -> None:
            nonlocal last
            now = monotonic()
            if now - last >= 1:
                last = now
                status.update(f"{tally.steps:,} steps in {tally.walks:,} walks, {tally.steps / (now - started):,.0f} "
                              f"steps/s, {len(tally.found)} violated")

        yield tell
