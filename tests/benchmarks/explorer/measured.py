"""Runs a program and says what it cost: the CPU time and the peak memory of that process and its children alone."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs

LONGEST = 900
"""CPU seconds, beyond which a program is ended."""


@attrs.frozen
class Run:
    """What a program said, and its cost: CPU seconds (user and system), wall seconds, bytes."""

    code: int
    output: str
    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int


class Failed(RuntimeError):  # noqa: N818 -- it names what is wrong
    """A program of the benchmark did not do what it was run for."""


def run(command: Sequence[str], folder: Path, expected: tuple[int, ...] = (0,), where: Path | None = None) -> Run:
    """Runs a command, with its output in a file in `folder`; raises Failed on an exit code that is not expected.

    It runs there too, or `where` it is told.
    """
    log, costs = folder / "output.txt", folder / "costs.json"
    launcher = str(Path(__file__).with_name("launcher.py"))
    with log.open("wb") as file:
        subprocess.run((sys.executable, "-I", "-S", launcher, str(costs), str(LONGEST), *command), cwd=where or folder,
                       stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, check=True)
    found = Run(output=log.read_text(encoding="utf-8", errors="replace"), **json.loads(costs.read_text()))
    if found.code not in expected:
        message = f"{' '.join(command)} ended with {found.code}: {' / '.join(found.output.splitlines()[-5:])}"
        raise Failed(message)
    return found
