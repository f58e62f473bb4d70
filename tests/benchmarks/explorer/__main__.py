"""Compares our engines with other checkers on one scenario, in one run: python -m tests.benchmarks.explorer.

Writes build/bench.json and prints a table. Each search is a process of its own, timed by CPU seconds: wall seconds of
a shared machine compare nobody. Engines take turns, so that a busy minute meets all of them; short searches are
repeated, and the median counts. Before that every engine must find what is wrong in `too-small`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.explorer.measured import Failed
from tests.benchmarks.explorer.page import table
from tests.benchmarks.explorer.peers.libraries import MINICHECK, MUSIL
from tests.benchmarks.explorer.peers.ours import OURS
from tests.benchmarks.explorer.peers.peer import Peer
from tests.benchmarks.explorer.peers.spin import SPIN
from tests.benchmarks.explorer.peers.tlc import TLC
from tests.benchmarks.explorer.rows import VIOLATED, Row, disagreements, median_of

PEERS = (*OURS, SPIN, TLC, MUSIL, MINICHECK)
SHORT = 15.0
"""CPU seconds; what takes less is repeated."""
CONTROL = "too-small"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs everything; 1 when engines disagree, or one of them misses what is wrong."""
    asked = options(arguments)
    running = {peer: version for peer in PEERS if peer.name in asked.engines and (version := found(peer))}
    blind = [peer.name for peer, version in running.items() if once(peer, CONTROL, version).verdict != VIOLATED]
    rows = [row for name in asked.scenarios for row in compare(name, running, asked.rounds)]
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n", encoding="utf-8")
    print(f"\n{table(rows)}")
    wrong = [*disagreements(rows), *(f"{name} finds nothing wrong in {CONTROL!r}" for name in blind)]
    print("\n".join(wrong) or "All engines count the same states and transitions, and each finds what is wrong in "
          f"{CONTROL!r}.")
    return int(bool(wrong))


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the command line asks for."""
    names = tuple(peer.name for peer in PEERS)
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.explorer", description=__doc__)
    parser.add_argument("--scenarios", nargs="+", default=("s", "l1", "m2", "l2", "xl"), metavar="NAME")
    parser.add_argument("--engines", nargs="+", default=names, choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--rounds", type=int, default=3, help="how often a short search is repeated")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    return parser.parse_args(arguments)


def found(peer: Peer) -> str | None:
    """The peer's version; says so when it is not installed."""
    version = peer.version()
    if version is None:
        print(f"{peer.name}: not installed ({peer.hint})")
    return version


def once(peer: Peer, scenario: str, version: str) -> Row:
    """One measurement, in a folder that is then gone."""
    with tempfile.TemporaryDirectory() as folder:
        row = peer.measure(scenario, version, Path(folder))
    print(f"{row.scenario:10} {row.engine:18} {row.states:>10} states {row.cpu_seconds:9.3f} s CPU  {row.verdict}",
          flush=True)
    return row


def compare(scenario: str, running: dict[Peer, str], rounds: int) -> list[Row]:
    """One row for each engine that reaches this scenario; they take turns."""
    taken: dict[Peer, list[Row]] = {peer: [] for peer in running if scenario in peer.scenarios}
    for _ in range(rounds):
        for peer, rows in taken.items():
            if not rows or rows[0].cpu_seconds < SHORT:
                rows.append(once(peer, scenario, running[peer]))
    return [median_of(rows) for rows in taken.values()]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failed:
        print(failed, file=sys.stderr)
        sys.exit(2)
