"""SPIN: a C program is generated from Promela, compiled, and run; only the run is timed.

Compiled with -O2, for safety only and without partial order reduction (it reduces nothing here, because every option
touches globals, and only costs time). Whole states are stored. The hash table has the size that was quickest.
"""

import re
import shutil
import subprocess
from pathlib import Path

from tests.benchmarks.explorer.measured import Failed, run
from tests.benchmarks.explorer.peers.peer import Peer
from tests.benchmarks.explorer.peers.promela import promela
from tests.benchmarks.explorer.rows import HOLDS, UNKNOWN, VIOLATED, Row
from tests.benchmarks.explorer.scenario import SCENARIOS

COMPILE = ("gcc", "-O2", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=16000", "-o", "pan", "pan.c")
HASH_BITS = {"l1": 22, "m2": 22, "l2": 24, "xl": 24}
LEAST_HASH_BITS = 16
DEPTH = 10_000


def version() -> str | None:
    """Its version, when it and a C compiler are on the path."""
    spin = shutil.which("spin")
    if not (spin and shutil.which("gcc")):
        return None
    said = subprocess.run((spin, "-V"), capture_output=True, text=True, check=False)
    found = re.search(r"Version (\S+)", said.stdout + said.stderr)
    return found[1] if found else None


def measure(scenario: str, running: str, folder: Path) -> Row:
    """Checks a scenario once."""
    (folder / "scenario.pml").write_text(promela(SCENARIOS[scenario]), encoding="utf-8")
    prepared = (run(("spin", "-a", "scenario.pml"), folder), run(COMPILE, folder))
    done = run(("./pan", f"-m{DEPTH}", f"-w{HASH_BITS.get(scenario, LEAST_HASH_BITS)}"), folder)
    states, transitions, verdict = counts_in(done.output)
    return Row(scenario, "spin", running, states, transitions, done.cpu_seconds, done.wall_seconds,
               done.peak_bytes, verdict,
               prepare_seconds=sum(each.cpu_seconds for each in prepared))


def counts_in(output: str) -> tuple[int, int, str]:
    """States, transitions without the initial state, and the verdict, from what the verifier printed."""
    states = re.search(r"^\s*(\d+) states, stored", output, re.MULTILINE)
    transitions = re.search(r"^\s*(\d+) transitions", output, re.MULTILINE)
    errors = re.search(r"errors: (\d+)", output)
    if not (states and transitions and errors):
        message = f"SPIN's verifier printed no counts: {output[-300:]!r}"
        raise Failed(message)
    cut = "max search depth too small" in output or "Search not completed" in output
    verdict = VIOLATED if int(errors[1]) else UNKNOWN if cut else HOLDS
    return int(states[1]), int(transitions[1]) - 1, verdict


SPIN = Peer("spin", ("s", "l1", "m2", "l2", "xl"), version, measure,
            "the packages spin and gcc of your distribution")
