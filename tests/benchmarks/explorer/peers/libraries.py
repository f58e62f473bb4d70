"""musil and minicheck: Python libraries, in whatever interpreter has them; only their check is timed.

musil needs Python 3.12 or newer, so the interpreter may be another than this one: the one that SEATRIAL_PEER_PYTHON
names, this one, or a newer one on the path.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from tests.benchmarks.explorer.measured import run
from tests.benchmarks.explorer.peers.peer import Peer
from tests.benchmarks.explorer.rows import Row
from tests.benchmarks.explorer.scenario import SCENARIOS

PYTHON = "SEATRIAL_PEER_PYTHON"
NEWER = ("python3.12", "python3.13", "python3.14")


def interpreters() -> Iterator[str]:
    """The interpreters that may have a library."""
    if os.environ.get(PYTHON):
        yield os.environ[PYTHON]
    yield sys.executable
    yield from (found for name in NEWER if (found := shutil.which(name)))


def interpreter_with(library: str) -> tuple[str, str] | None:
    """The first interpreter that has a library, and the library's version."""
    ask = f"import {library}; from importlib.metadata import version; print(version({library!r}))"
    for python in interpreters():
        said = subprocess.run((python, "-c", ask), capture_output=True, text=True, check=False)
        if said.returncode == 0:
            return python, said.stdout.strip()
    return None


def version(library: str) -> str | None:
    """The version of a library, when some interpreter has it."""
    found = interpreter_with(library)
    return found[1] if found else None


def measure(library: str, scenario: str, running: str, folder: Path) -> Row:
    """Checks a scenario once."""
    python, _ = interpreter_with(library) or (sys.executable, running)
    size = [str(number) for number in attrs.astuple(SCENARIOS[scenario])]
    done = run((python, str(Path(__file__).with_name(f"run_{library}.py")), *size), folder)
    return row_of(library, scenario, json.loads(done.output.splitlines()[-1]))


def row_of(library: str, scenario: str, said: dict[str, Any]) -> Row:
    """The row that a library's program printed."""
    return Row(scenario, library, said["version"], said["states"], said["transitions"], said["cpu_seconds"],
               said["wall_seconds"], said["peak_bytes"], said["verdict"])


MUSIL = Peer("musil", ("s",), partial(version, "musil"), partial(measure, "musil"),
             f"the package musil in an interpreter of Python 3.12 or newer, named by {PYTHON}")
MINICHECK = Peer("minicheck", ("s",), partial(version, "minicheck"), partial(measure, "minicheck"),
                 f"the package minicheck in this interpreter, or in the one that {PYTHON} names")
