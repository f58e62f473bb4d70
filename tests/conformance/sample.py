"""Makes the sample of cases that is bundled with the project, from folders of full tables.

    python -m tests.conformance.sample DIR [DIR...]

replaces the sampled tables below tests/conformance/data that are found in a DIR. Of every table that an
adapter runs it takes up to 32 cases, by a rule that no result can sway: the cases are put in order by a hash
of their id, and taken in turns from the classes of outcome, sorted by name. Cases that a predicate sets aside are
left out, and so are very long lines, so that the sample stays small.
"""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.conformance.cases import Case, Table, find_tables, read_cases
from tests.conformance.compare import sort_key
from tests.conformance.exclusions import exclusion_of, load_exclusions
from tests.conformance.registry import find_adapter

DATA = Path(__file__).parent / "data"
COUNT = 32
LONGEST = 40_000


def make_sample(source: Path, target: Path = DATA, count: int = COUNT) -> tuple[Table, ...]:
    """Write the sample of every table below `source` that an adapter runs; return the tables sampled."""
    tables = tuple(table for table in find_tables(source) if find_adapter(table.area, table.name) is not None)
    exclusions = load_exclusions()
    for table in tables:
        concerned = tuple(entry for entry in exclusions if entry.covers(table) and entry.when is not None)
        cases = (case for case in read_cases(table) if exclusion_of(case, concerned) is None)
        lines = [sort_key(dict(case.line)) for case in choose(cases, count)]
        path = target / table.area / f"{table.name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return tables


def choose(cases: Iterable[Case], count: int) -> tuple[Case, ...]:
    """Up to `count` cases, by the rule above, in the order of their ids."""
    classes: dict[str, list[Case]] = {}
    for case in cases:
        if len(sort_key(dict(case.line))) <= LONGEST:
            classes.setdefault(str(case.line.get("class", "")), []).append(case)
    queues = [sorted(classes[name], key=_draw) for name in sorted(classes)]
    chosen: list[Case] = []
    while queues and len(chosen) < count:
        chosen += [queue.pop(0) for queue in queues][: count - len(chosen)]
        queues = [queue for queue in queues if queue]
    return tuple(sorted(chosen, key=lambda case: case.id))


def _draw(case: Case) -> str:
    return hashlib.sha256(case.id.encode()).hexdigest()


def main(arguments: list[str]) -> int:
    """Sample every folder named; return the exit code."""
    if not arguments:
        sys.stderr.write((__doc__ or "").strip() + "\n")
        return 2
    for argument in arguments:
        tables = make_sample(Path(argument))
        sys.stdout.write(f"{argument}: {len(tables)} tables sampled\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
