"""Running a table, and the figures of a run."""

import traceback
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case, Table, read_cases
from tests.conformance.exclusions import SUPERSEDED, Exclusion, exclusion_of

SHOWN_FAILURES = 5
COUNTS = ("cases", "passed", "failed", "superseded", "not_modelled")


@attrs.frozen
class Failure:
    """A case on which model and real code differ, and how."""

    id: str
    difference: str


@attrs.frozen
class TableResult:
    """The figures of one table; `failures` are the first few only."""

    area: str
    table: str
    cases: int
    passed: int = 0
    failed: int = 0
    superseded: int = 0
    not_modelled: int = 0
    failures: tuple[Failure, ...] = ()

    def counts(self) -> dict[str, int]:
        """The figures alone."""
        return {name: getattr(self, name) for name in COUNTS}

    def share(self) -> float:
        """The share of the cases run that passed; 1 if none was run."""
        run = self.passed + self.failed
        return self.passed / run if run else 1.0


def run_table(table: Table, adapter: Adapter, exclusions: tuple[Exclusion, ...]) -> TableResult:
    """Run every case of `table` that no predicate leaves out; raises MalformedTableError."""
    applicable = tuple(entry for entry in exclusions if entry.when is not None and entry.covers(table))
    counts = dict.fromkeys(COUNTS, 0)
    failures: list[Failure] = []
    for case in read_cases(table):
        counts["cases"] += 1
        exclusion = exclusion_of(case, applicable)
        if exclusion is not None:
            counts["superseded" if exclusion.kind == SUPERSEDED else "not_modelled"] += 1
            continue
        difference = run_case(case, adapter)
        counts["failed" if difference else "passed"] += 1
        if difference and len(failures) < SHOWN_FAILURES:
            failures.append(Failure(case.id, difference))
    return TableResult(table.area, table.name, failures=tuple(failures), **counts)


def run_case(case: Case, adapter: Adapter) -> str:
    """How the model's answer differs from the real one; an exception of the model is a difference too."""
    try:
        actual = adapter.run(case)
        return adapter.compare(case.expect, actual)
    except Exception as error:  # noqa: BLE001 -- whatever the model raises is its answer to this case
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return (
            f"raised {type(error).__name__}: {error} (at {frame.filename.rpartition('/')[2]}:{frame.lineno})"
        )


def skipped_result(table: Table) -> TableResult:
    """The figures of a table that is listed as not modelled."""
    cases = sum(1 for _ in read_cases(table))
    return TableResult(table.area, table.name, cases, not_modelled=cases)


def unlisted_result(table: Table) -> TableResult:
    """The figures of a table that nobody runs and nobody listed: all its cases count as failed."""
    cases = sum(1 for _ in read_cases(table))
    return TableResult(table.area, table.name, cases, failed=cases)


def describe_failures(result: TableResult) -> str:
    """The first failing cases, each with its difference indented below it."""
    lines = [f"{result.failed} of {result.passed + result.failed} cases run differ from Kubernetes:"]
    for failure in result.failures:
        lines += [f"  {failure.id}", *(f"    {line}" for line in failure.difference.splitlines())]
    if result.failed > len(result.failures):
        lines.append(f"  and {result.failed - len(result.failures)} more")
    return "\n".join(lines)


def build_report(results: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The report, {area: {counts, tables: {table: counts}}}, from results with area, table and counts."""
    report: dict[str, Any] = {}
    for result in sorted(results, key=lambda held: (held["area"], held["table"])):
        area = report.setdefault(result["area"], dict.fromkeys(COUNTS, 0) | {"tables": {}})
        area["tables"][result["table"]] = {name: result[name] for name in COUNTS}
        for name in COUNTS:
            area[name] += result[name]
    return report


def summarise(report: Mapping[str, Any]) -> list[str]:
    """One line per area: what was run, passed, superseded and not modelled."""
    return [
        f"{area}: passed {row['passed']}/{row['passed'] + row['failed']} run of {row['cases']}"
        f" ({row['superseded']} superseded, {row['not_modelled']} not modelled)"
        for area, row in report.items()
    ]
