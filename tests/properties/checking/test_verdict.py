"""Verdicts and their exit codes."""

import attrs
import pytest

from seatrial.properties.checking.verdict import BOUNDED, HOLDS, PROVED, UNKNOWN, VERDICTS, VIOLATED, Report, Verdict

EMPTY = Report((), (), (), "walk", 0, 0)


@pytest.mark.parametrize(("verdict", "code"), [(HOLDS, 0), (PROVED, 0), (BOUNDED, 0), (VIOLATED, 1), (UNKNOWN, 4)])
def test_each_verdict_has_its_exit_code(verdict: str, code: int) -> None:
    """What holds exits 0, what is violated 1, what is unknown fails CI with 4."""
    assert verdict in VERDICTS
    assert code == Verdict("p", verdict, "").exit_code


@pytest.mark.parametrize(("verdicts", "code"), [
    ((), 4), ((HOLDS, BOUNDED), 0), ((HOLDS, UNKNOWN), 4), ((UNKNOWN, VIOLATED), 1),
])
def test_a_report_exits_with_the_worst(verdicts: tuple[str, ...], code: int) -> None:
    """A violation outweighs what is unknown; a report that says nothing is unknown."""
    report = attrs.evolve(EMPTY, verdicts=tuple(Verdict(each, each, "") for each in verdicts))
    assert code == report.exit_code
