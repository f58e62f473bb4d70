"""The conformance harness itself: it finds differences, refuses damaged tables, and counts honestly."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case, MalformedTableError, Table, find_tables, parse_case, read_cases
from tests.conformance.compare import (
    as_multiset,
    as_runs,
    by_member,
    contains,
    exactly,
    one_of,
    only_asserted,
    reported,
)
from tests.conformance.exclusions import (
    Exclusion,
    ListingError,
    floor_of,
    load_exclusions,
    load_floors,
    names_whole_table,
    whole_table_reason,
)
from tests.conformance.registry import ADAPTERS, find_adapter
from tests.conformance.runner import (
    Failure,
    TableResult,
    build_report,
    describe_failures,
    run_case,
    run_table,
    skipped_result,
    summarise,
    unlisted_result,
)
from tests.conformance.sample import DATA, choose, make_sample

ROOT = Path(__file__).resolve().parents[2]
DOUBLE = Adapter("math", "double", lambda case: {"twice": case.input["n"] * 2})


def make_case(number: int, twice: int, **about: Any) -> dict[str, Any]:
    """A line of the table `double`."""
    return {"id": f"math/double/{number}", "input": {"n": number}, "expect": {"twice": twice}, **about}


def write_table(root: Path, lines: list[dict[str, Any]], name: str = "math/double.jsonl") -> Table:
    """A table on disk."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return next(table for table in find_tables(root) if table.path == path)


def run_pytest(directory: Path, report: Path) -> tuple[str, dict[str, Any]]:
    """What a conformance run from the command line prints, and its report (empty if it wrote none)."""
    command = [sys.executable, "-m", "pytest", "tests/conformance/test_tables.py", "-p", "no:cacheprovider"]
    command += ["--conformance-dir", str(directory), "--conformance-report", str(report)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return done.stdout + done.stderr, json.loads(report.read_text()) if report.exists() else {}


def is_odd(given: Any) -> bool:
    """A predicate on the input."""
    return bool(given["n"] % 2)


def test_a_difference_is_counted_and_named(tmp_path: Path) -> None:
    """Negative control: a case on which model and table differ fails, with its id and where they differ."""
    table = write_table(tmp_path, [make_case(1, 2), make_case(2, 5)])
    result = run_table(table, DOUBLE, ())
    assert {"cases": 2, "passed": 1, "failed": 1, "superseded": 0, "not_modelled": 0} == result.counts()
    assert (Failure("math/double/2", "twice: expected 5, got 4"),) == result.failures
    assert "math/double/2\n    twice: expected 5, got 4" in describe_failures(result)
    assert 0.5 == result.share()


def test_an_exception_of_the_model_is_a_failure() -> None:
    """A model that raises has answered wrongly; the error and its place are shown."""
    case = Case("x", {}, {"twice": 1}, {})
    assert run_case(case, DOUBLE).startswith("raised KeyError: 'n' (at test_harness.py:")


def test_predicates_set_cases_aside(tmp_path: Path) -> None:
    """Cases are superseded or not modelled by their input; they neither pass nor fail."""
    table = write_table(tmp_path, [make_case(1, 0), make_case(2, 4), make_case(3, 0)])
    superseded = Exclusion("superseded", "math", "double", is_odd, "old")
    result = run_table(table, DOUBLE, (superseded,))
    assert {"cases": 3, "passed": 1, "failed": 0, "superseded": 2, "not_modelled": 0} == result.counts()
    elsewhere = Exclusion("not_modelled", "math", "other", is_odd, "another table")
    assert 2 == run_table(table, DOUBLE, (elsewhere,)).failed


def test_compressed_and_plain_tables_are_found_below_their_area(tmp_path: Path) -> None:
    """An area is the folder's path; both endings are read; other files are not."""
    write_table(tmp_path, [make_case(1, 2)])
    write_table(tmp_path, [make_case(1, 2)], "controllers/deep/sync.jsonl.gz")
    (tmp_path / "math" / "notes.json").write_text("{}")
    tables = find_tables(tmp_path)
    assert ["controllers/deep/sync", "math/double"] == [table.title() for table in tables]
    assert [1, 1] == [len(tuple(read_cases(table))) for table in tables]


def test_linked_areas_are_found(tmp_path: Path) -> None:
    """A folder of links chooses areas of another one; they are named by the link."""
    write_table(tmp_path / "all", [make_case(1, 2)])
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "arithmetic").symlink_to(tmp_path / "all" / "math")
    assert ["arithmetic/double"] == [table.title() for table in find_tables(tmp_path / "some")]


def test_one_table_in_two_files_is_refused(tmp_path: Path) -> None:
    """Running one of two files for a table would hide the other."""
    write_table(tmp_path, [make_case(1, 2)])
    with pytest.raises(MalformedTableError, match="one table twice"):
        write_table(tmp_path, [make_case(1, 2)], "math/double.jsonl.gz")


@pytest.mark.parametrize(
    "line, complaint",
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON in UTF-8"),
        (b"[1]", "expected an object"),
        (b'{"id": "a"}', "has no `expect`"),
        (b'{"expect": 1}', "has no `id`"),
        (b'{"id": 1, "expect": 1}', "an `id` that is no text"),
        (b'{"id": "a", "expect": 1, "input": 3}', "`input` is no object"),
    ],
)
def test_a_damaged_line_is_refused_with_its_place(line: bytes, complaint: str) -> None:
    """A line that is no case names its file and line, and what is wrong."""
    with pytest.raises(MalformedTableError, match=rf"^somewhere:7: .*{complaint}"):
        parse_case(line, "somewhere:7")


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    """A table that breaks off must not pass with the cases before the break."""
    table = write_table(tmp_path, [make_case(number, 0) for number in range(500)], "math/double.jsonl.gz")
    table.path.write_bytes(table.path.read_bytes()[:-20])
    with pytest.raises(MalformedTableError, match="cannot be read to its end"):
        tuple(read_cases(table))


def test_a_line_without_input_is_its_own_input() -> None:
    """Scheduler tables of upstream keep their inputs beside the rest of the line."""
    case = parse_case(b'{"id": "a", "expect": 1, "pod": {}, "name": "n"}', "here")
    assert {"pod": {}} == case.input


def test_the_longest_area_wins_and_folders_may_lie_above() -> None:
    """`controllers/replicaset` is found below other folders, and is not mistaken for `replicaset`."""
    short, long = (Adapter(area, "sync", lambda _: None) for area in ("replicaset", "controllers/replicaset"))
    assert long is find_adapter("controllers/replicaset", "sync", (short, long))
    assert long is find_adapter("oracle/controllers/replicaset", "sync", (short, long))
    assert short is find_adapter("replicaset", "sync", (short, long))
    assert find_adapter("myreplicaset", "sync", (short, long)) is None
    assert find_adapter("replicaset", "other", (short, long)) is None


def test_every_adapter_has_its_sample() -> None:
    """A table that is run elsewhere but not in the bundled sample would mean less without the full tables."""
    missing = [
        f"{adapter.area}/{adapter.table}"
        for adapter in ADAPTERS
        if not (DATA / adapter.area / f"{adapter.table}.jsonl").exists()
    ]
    assert not missing, "run `python -m tests.conformance.sample DIR` on the folder that holds them"


def test_no_two_adapters_run_one_table() -> None:
    """A second adapter for a table would be dead code."""
    names = [(adapter.area, adapter.table) for adapter in ADAPTERS]
    assert sorted(set(names)) == sorted(names)


def test_listed_and_unlisted_tables_count_differently(tmp_path: Path) -> None:
    """What is listed counts as not modelled; what is neither run nor listed counts as failed."""
    table = write_table(tmp_path, [make_case(1, 2), make_case(2, 4)])
    assert (2, 0) == (skipped_result(table).not_modelled, skipped_result(table).failed)
    assert (0, 2) == (unlisted_result(table).not_modelled, unlisted_result(table).failed)


def test_an_entry_for_an_area_covers_its_tables(tmp_path: Path) -> None:
    """An entry without a table leaves out the whole area, but does not contradict an adapter there."""
    table = write_table(tmp_path, [make_case(1, 2)])
    area = Exclusion("not_modelled", "math", "", None, "no maths")
    named = Exclusion("not_modelled", "math", "double", None, "no doubling")
    partly = Exclusion("not_modelled", "math", "double", is_odd, "odd")
    assert "no maths" == whole_table_reason(table, (partly, area))
    assert (False, True) == (names_whole_table(table, (area, partly)), names_whole_table(table, (named,)))


def test_the_listings_of_the_project_are_sound() -> None:
    """Every entry has its reason, every predicate exists, every floor belongs to an adapter."""
    assert all(entry.reason for entry in load_exclusions())
    assert sorted(f"{adapter.area}/{adapter.table}" for adapter in ADAPTERS) == sorted(load_floors())


@pytest.mark.parametrize(
    "text, complaint",
    [
        ('[[skipped]]\narea = "a"', "is neither"),
        ('[[not_modelled]]\narea = "a"', "say in `reason`"),
        ('[[not_modelled]]\nreason = "r"', "an entry has area and reason"),
        ('[[not_modelled]]\narea = "a"\nreason = "r"\nid = "a/b/1"', "an entry has area and reason"),
        ('[[superseded]]\narea = "a"\nreason = "r"', "needs table and when"),
        ('[[not_modelled]]\narea = "a"\nreason = "r"\nwhen = "nowhere.at_all"', "names no function"),
        ('[[not_modelled]]\narea = "a"\nreason = "r"\nwhen = "intstr.ADAPTERS"', "is no function"),
    ],
)
def test_an_entry_that_means_nothing_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    """A case id, a missing reason or an unknown predicate is an error, not ignored."""
    path = tmp_path / "listing.toml"
    path.write_text(text)
    with pytest.raises(ListingError, match=complaint):
        load_exclusions(path)


def test_a_floor_is_a_share(tmp_path: Path) -> None:
    """Floors are above 0 and at most 1; they hold below other folders too."""
    path = tmp_path / "floors.toml"
    path.write_text('["a/b"]\nc = 0.5')
    floors = load_floors(path)
    assert 0.5 == floor_of(Table("x/a/b", "c", path), floors)
    assert floor_of(Table("x/a", "c", path), floors) is None
    path.write_text("[a]\nc = 0")
    with pytest.raises(ListingError, match="a floor is a share"):
        load_floors(path)


def test_the_report_sums_tables_into_areas() -> None:
    """The report has the five figures per area and per table."""
    results = [TableResult("a", name, 3, 1, 2).counts() | {"area": "a", "table": name} for name in ("t", "s")]
    report = build_report(results)
    figures = {"cases": 3, "passed": 1, "failed": 2, "superseded": 0, "not_modelled": 0}
    assert {"s": figures, "t": figures} == report["a"].pop("tables")
    assert {"a": {name: 2 * count for name, count in figures.items()}} == report
    assert ["a: passed 2/6 run of 6 (0 superseded, 0 not modelled)"] == summarise(report)


@pytest.mark.parametrize(
    "compare, expected, actual",
    [
        (exactly, {"a": [1, {"b": None}]}, {"a": (1, {"b": None})}),
        (as_multiset, [1, 2, 2], [2, 1, 2]),
        (
            as_runs,
            [{"verb": "create", "n": 1}, {"verb": "create", "n": 2}],
            [{"verb": "create", "n": 2}, {"verb": "create", "n": 1}],
        ),
        (one_of, [1, 2], 2),
        (contains, "not found", 'pods "a" not found'),
        (only_asserted, {"a": 1, "b": None}, {"a": 1, "b": 7, "c": 8}),
        (by_member(events=as_multiset), {"events": [1, 2], "x": 1}, {"events": [2, 1], "x": 1}),
        (by_member(events=as_multiset), {"x": 1}, {"x": 1}),
        (reported, {"anything": 1}, ""),
    ],
)
def test_comparisons_accept_what_they_should(compare: Any, expected: Any, actual: Any) -> None:
    """Each comparison is blind to what its table leaves open."""
    assert "" == compare(expected, actual)


@pytest.mark.parametrize(
    "compare, expected, actual",
    [
        (exactly, 1, True),
        (exactly, 1, 1.0),
        (exactly, {"a": None}, {}),
        (exactly, [1], [1, 2]),
        (exactly, [], ""),
        (as_multiset, [1, 2, 2], [1, 1, 2]),
        (as_multiset, None, []),
        (as_runs, [{"verb": "create"}, {"verb": "update"}], [{"verb": "update"}, {"verb": "create"}]),
        (as_runs, None, []),
        (one_of, [1, 2], 3),
        (contains, "not found", "found"),
        (only_asserted, {"a": 1}, {}),
        (by_member(events=as_multiset), {"events": [1], "x": 1}, {"events": [1], "x": 2}),
        (by_member(events=as_multiset), {"events": [1]}, {"events": [2]}),
        (by_member(events=as_multiset), {"events": [1]}, {}),
        (by_member(events=as_multiset), [], {}),
        (reported, {}, "a difference"),
    ],
)
def test_comparisons_refuse_what_they_should(compare: Any, expected: Any, actual: Any) -> None:
    """Negative control: none of them accepts everything."""
    assert "" != compare(expected, actual)


def test_the_sample_takes_turns_between_classes(tmp_path: Path) -> None:
    """The sample is the same every time, holds every class, and leaves out very long lines."""
    lines = [make_case(number, 0, **{"class": "common"}) for number in range(40)]
    lines += [make_case(99, 0, **{"class": "rare"}), make_case(100, 0, pad="x" * 50_000, **{"class": "long"})]
    table = write_table(tmp_path, lines)
    chosen = choose(read_cases(table), 8)
    assert chosen == choose(reversed(tuple(read_cases(table))), 8)
    assert ["common"] * 7 + ["rare"] == sorted(case.line["class"] for case in chosen)


def test_the_sample_holds_only_tables_that_are_run(tmp_path: Path) -> None:
    """A table without adapter is not copied; the lines that are copied say the same as before."""
    line = {"id": "i/1", "input": {"input": 5}, "expect": {"expectErr": False, "expectVal": 5, "expectPerc": False}}
    write_table(tmp_path / "from", [line], "intstr/get_int_from_int_or_string.jsonl")
    write_table(tmp_path / "from", [line], "intstr/nothing_of_ours.jsonl")
    copied = [table.title() for table in make_sample(tmp_path / "from", tmp_path / "to")]
    assert ["intstr/get_int_from_int_or_string"] == copied
    assert [line] == [dict(case.line) for case in read_cases(find_tables(tmp_path / "to")[0])]


def test_a_foreign_directory_is_run_and_reported(tmp_path: Path) -> None:
    """From the command line: an unlisted table fails and counts as failed, a damaged one names its line."""
    write_table(tmp_path / "foreign", [make_case(1, 2)], "math/unknown.jsonl")
    write_table(
        tmp_path / "foreign",
        [{"id": "i/1", "input": {"input": 5}, "expect": {"expectErr": False, "expectVal": 6, "expectPerc": False}}],
        "intstr/get_int_from_int_or_string.jsonl",
    )
    output, report = run_pytest(tmp_path / "foreign", tmp_path / "report.json")
    assert "math/unknown: no adapter runs it and not_modelled.toml does not list it" in output
    assert "expectVal: expected 6, got 5" in output
    assert 1 == report["math"]["failed"]
    assert {"cases": 1, "passed": 0, "failed": 1, "superseded": 0, "not_modelled": 0} == report["intstr"][
        "tables"
    ]["get_int_from_int_or_string"]


def test_a_directory_without_tables_is_a_usage_error(tmp_path: Path) -> None:
    """A mistyped folder must not pass as a run without failures."""
    output, report = run_pytest(tmp_path, tmp_path / "report.json")
    assert "no folder with <area>/<table>.jsonl[.gz] files" in output
    assert {} == report
