"""Our own engines, run and measured like everybody else's."""

import json
import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.explorer.measured import run
from tests.benchmarks.explorer.peers.peer import Peer
from tests.benchmarks.explorer.rows import Row
from tests.benchmarks.explorer.run_ours import ENGINES

ROOT = Path(__file__).resolve().parents[4]
ALL = ("s", "l1", "m2", "l2", "xl")


def measure(engine: str, scenario: str, _: str, folder: Path) -> Row:
    """Searches a scenario once."""
    done = run((sys.executable, "-m", "tests.benchmarks.explorer.run_ours", scenario, engine), folder, where=ROOT)
    return Row(**json.loads(done.output.splitlines()[-1]))


OURS = tuple(Peer(name, ALL, partial(version, "seatrial"), partial(measure, name), "pip install -e .")
             for name in ENGINES)
