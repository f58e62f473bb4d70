"""The model decides what the real Kubernetes code decides: one test per table of recorded decisions."""

from collections.abc import Callable

import pytest

from tests.conformance.cases import Table, read_cases
from tests.conformance.conftest import PROPERTY
from tests.conformance.exclusions import (
    SUPERSEDED,
    exclusion_of,
    floor_of,
    load_exclusions,
    load_floors,
    names_whole_table,
    whole_table_reason,
)
from tests.conformance.registry import find_adapter
from tests.conformance.runner import (
    TableResult,
    describe_failures,
    run_table,
    skipped_result,
    unlisted_result,
)

MAX_SUPERSEDED = 0.05


def test_the_model_agrees_with_kubernetes(
    table: Table, foreign_dir: str | None, record_property: Callable[[str, object], None]
) -> None:
    """Of the cases of a table that are run, at least its floor pass; a table is run or listed."""
    exclusions = load_exclusions()
    adapter = find_adapter(table.area, table.name)
    if adapter is None:
        check_listing(table, whole_table_reason(table, exclusions), record_property)
    else:
        result = run_table(table, adapter, exclusions)
        _record(result, record_property)
        unlist = "an adapter runs it: remove its entry in not_modelled.toml"
        assert not names_whole_table(table, exclusions), f"{table.title()}: {unlist}"
        check_floor(table, result, foreign_dir)


def check_listing(table: Table, reason: str, record_property: Callable[[str, object], None]) -> None:
    """Skip a table that is listed, with the reason; fail for one that is not."""
    result = skipped_result(table) if reason else unlisted_result(table)
    _record(result, record_property)
    if reason:
        pytest.skip(reason)
    pytest.fail(
        f"{table.title()}: no adapter runs it and not_modelled.toml does not list it: do one of the two"
    )


def check_floor(table: Table, result: TableResult, foreign_dir: str | None) -> None:
    """Fail below the floor; a table of a foreign directory need not have one."""
    floor = floor_of(table, load_floors())
    if floor is None:
        write = f"write what passes ({result.share():.4f}) into expected.toml"
        assert foreign_dir is not None, f"{table.title()}: {write}"
    else:
        assert floor <= result.share(), f"{table.title()}: floor {floor}\n{describe_failures(result)}"


def _record(result: TableResult, record_property: Callable[[str, object], None]) -> None:
    record_property(PROPERTY, {"area": result.area, "table": result.table, **result.counts()})
    if result.failures:
        print(describe_failures(result))  # noqa: T201 -- shown with -rP, or when the test fails


def test_few_cases_are_superseded(area_tables: tuple[Table, ...]) -> None:
    """Less than 5 % of an area's cases are set aside because a newer release decides otherwise."""
    entries = tuple(entry for entry in load_exclusions() if entry.kind == SUPERSEDED)
    concerned = {table: tuple(entry for entry in entries if entry.covers(table)) for table in area_tables}
    cases = superseded = 0
    for table in area_tables if any(concerned.values()) else ():
        for case in read_cases(table):
            cases += 1
            superseded += exclusion_of(case, concerned[table]) is not None
    assert superseded <= MAX_SUPERSEDED * cases, f"{superseded} of {cases} cases of {area_tables[0].area}"
