"""Options, one test item per table, and the report of a conformance run."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.cases import MalformedTableError, Table, find_tables
from tests.conformance.runner import build_report, summarise

BUNDLED = Path(__file__).parent / "data"
PROPERTY = "conformance"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two options of a conformance run."""
    group = parser.getgroup("conformance", "Kubernetes' decisions, held against the model")
    group.addoption(
        "--conformance-dir", metavar="DIR", help="run the tables below DIR, not the bundled sample"
    )
    group.addoption("--conformance-report", metavar="FILE", help="write the figures to FILE as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a directory without tables before anything runs, and keep the figures as tests report them."""
    given = config.getoption("--conformance-dir", default=None)
    if given is not None and not find_tables_in(Path(given)):
        raise pytest.UsageError(f"--conformance-dir {given}: no folder with <area>/<table>.jsonl[.gz] files")
    config.pluginmanager.register(Figures(config), "conformance-figures")


def find_tables_in(root: Path) -> tuple[Table, ...]:
    """The tables below `root`; two files for one table are a usage error."""
    try:
        return find_tables(root)
    except MalformedTableError as error:
        raise pytest.UsageError(str(error)) from error


class Figures:
    """Collects the figures of all tables, from workers too, and writes the report at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.results: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what the table's test recorded."""
        if report.when == "call":
            self.results += [held for name, held in report.user_properties if name == PROPERTY]  # type: ignore[misc]

    def pytest_sessionfinish(self) -> None:
        """Write the report, unless this is a worker, which hands its figures to the main process."""
        target = self.config.getoption("--conformance-report", default=None)
        if target is not None and not hasattr(self.config, "workerinput"):
            text = json.dumps(build_report(self.results), indent=2) + "\n"
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            Path(target).write_text(text, encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print one line per area of an explicit directory."""
        if self.config.getoption("--conformance-dir", default=None) is not None and self.results:
            terminalreporter.section("conformance")
            for line in summarise(build_report(self.results)):
                terminalreporter.write_line(line)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test item per table, and one per area."""
    given = metafunc.config.getoption("--conformance-dir", default=None)
    tables = find_tables_in(Path(given) if given is not None else BUNDLED)
    if "table" in metafunc.fixturenames:
        metafunc.parametrize("table", tables, ids=Table.title)
    if "area_tables" in metafunc.fixturenames:
        areas = tuple(dict.fromkeys(table.area for table in tables))
        grouped = [tuple(table for table in tables if table.area == area) for area in areas]
        metafunc.parametrize("area_tables", grouped, ids=areas)


@pytest.fixture
def foreign_dir(request: pytest.FixtureRequest) -> str | None:
    """The directory given on the command line; None for the bundled sample, whose floors are all known."""
    given: str | None = request.config.getoption("--conformance-dir", default=None)
    return given


@pytest.fixture
def tables(foreign_dir: str | None) -> tuple[Table, ...]:
    """All tables of the directory given on the command line, or of the bundled sample."""
    return find_tables_in(BUNDLED if foreign_dir is None else Path(foreign_dir))
