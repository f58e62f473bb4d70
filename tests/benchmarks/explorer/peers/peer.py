"""What the benchmark knows of another checker."""

from collections.abc import Callable
from pathlib import Path

import attrs

from tests.benchmarks.explorer.rows import Row


@attrs.frozen
class Peer:
    """A checker that may be on this machine.

    `scenarios`: those within its reach in minutes. `version()` is None when it is not installed. `measure(scenario,
    version, folder)` runs it once in an empty folder. `hint` says how to get it.
    """

    name: str
    scenarios: tuple[str, ...]
    version: Callable[[], str | None]
    measure: Callable[[str, str, Path], Row]
    hint: str
