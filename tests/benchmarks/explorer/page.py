"""The table of docs/explanation/performance.md: python -m tests.benchmarks.explorer.page [BENCH].

It shows ratios to our engine on the same scenario in the same run. Times alone are those of one machine on one day, so
they stand beside a ratio or not at all. The text around the table is written by hand.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import attrs

from tests.benchmarks.explorer.rows import Row, is_reduced

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "explanation" / "performance.md"
BENCH = ROOT / "build" / "bench.json"
BEGIN, END = "<!-- bench: begin -->\n", "<!-- bench: end -->\n"
OURS = "seatrial"
HEAD = ("scenario", "engine", "states", "transitions", "states/s", "times our CPU time", "bytes/state", "stored as")


def rows_in(path: Path) -> list[Row]:
    """The rows of a build/bench.json."""
    names = [field.name for field in attrs.fields(Row)]
    return [Row(**{name: row[name] for name in names}) for row in json.loads(path.read_text(encoding="utf-8"))]


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, with the ratio of each to our plain engine."""
    ours = {row.scenario: row.cpu_seconds for row in rows if row.engine == OURS}
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (
        HEAD, ("---", "---", *("---:",) * 5, "---"), *(cells_of(row, ours.get(row.scenario)) for row in rows)))


def cells_of(row: Row, ours: float | None) -> tuple[str, ...]:
    """One line of the table."""
    kind = " orbits" if is_reduced(row.engine) else ""
    return (row.scenario, f"{row.engine} {row.version}", f"{row.states:,}{kind}", f"{row.transitions:,}",
            shortened(row.states_per_second), f"{row.cpu_seconds / ours:.2f}" if ours else "",
            f"{row.bytes_per_state:,.0f}", f"{row.fingerprint_bits} bits" if row.fingerprint_bits else "whole states")


def shortened(number: float) -> str:
    """A rate with two digits that mean something."""
    if number >= 1e6:
        return f"{number / 1e6:.1f} M"
    return f"{number / 1e3:.0f} k" if number >= 1e4 else f"{number / 1e3:.1f} k"


def summary(rows: Sequence[Row]) -> str:
    """How many times our CPU time each other engine needs, over the scenarios of these rows."""
    ours = {row.scenario: row.cpu_seconds for row in rows if row.engine == OURS}
    ratios: dict[str, list[float]] = {}
    for row in rows:
        if row.engine != OURS and row.scenario in ours and not is_reduced(row.engine):
            ratios.setdefault(row.engine, []).append(row.cpu_seconds / ours[row.scenario])
    return "".join(f"* {engine}: {spread(found)}\n" for engine, found in ratios.items())


def spread(ratios: Iterable[float]) -> str:
    """From the least ratio to the greatest."""
    found = sorted(ratios)
    least, most = f"{found[0]:.1f}", f"{found[-1]:.1f}"
    return f"{least} times" if least == most else f"{least} to {most} times"


def render(page: str, rows: Sequence[Row]) -> str:
    """The page with its measured part replaced."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    large = [row for row in rows if row.scenario != "s"]
    measured = f"CPU time, as a multiple of ours on the same scenario:\n\n{summary(large)}\n" if large else ""
    return f"{before}{BEGIN}\n{measured}{table(rows)}\n{END}{after}"


def main() -> None:
    """Writes the page."""
    bench = Path(sys.argv[1]) if len(sys.argv) > 1 else BENCH
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8"), rows_in(bench)), encoding="utf-8")


if __name__ == "__main__":
    main()
