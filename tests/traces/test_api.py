"""`check`, for tests of one's own: returns a report, or raises with the counterexample."""

from pathlib import Path

import attrs
import pytest

import seatrial.traces
from seatrial.properties.property import Property
from seatrial.traces import PropertyViolated, Settings, VerdictUnknown, check
from seatrial.traces.codec import load_trace
from tests.properties.checking.scenarios import COMPLETE, EXCEEDED, FORGETFUL, scope_with

SMALL = Settings(steps=1500, walk_length=60, out=None)


def test_what_holds_returns_its_report() -> None:
    """With the verdicts, and what was searched."""
    report = check(scope_with("replicaset"), (EXCEEDED, COMPLETE), SMALL)
    assert ("BOUNDED", 0) == (report.verdicts[0].verdict, report.exit_code)


def test_what_is_violated_raises_the_counterexample(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """In words, and as a file that replays."""
    settings = attrs.evolve(SMALL, out=tmp_path / "found")
    words = r"VIOLATED no_surplus after .* steps: there are 2 pods, 1 desired"
    with pytest.raises(PropertyViolated, match=words) as caught:
        check(scope_with(FORGETFUL), (EXCEEDED, COMPLETE), settings)
    path = tmp_path / "found" / f"tests-traces-test_api-{request.node.name}" / "no_surplus.json"
    assert f"Reproduce: seatrial trace replay {path}" in str(caught.value)
    assert "no_surplus" in path.read_text(encoding="utf-8")
    assert "no_surplus" == load_trace(path).found.property


@pytest.mark.parametrize("case", ["a/b", "a b", "a" * 200, "a" * 201])
def test_two_tests_keep_their_counterexamples_apart(case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One property broken in two scopes is two files, whatever the tests are called; ids that look alike too."""
    ids = (f"tests/test_it.py::test_it[{case}]", f"tests/test_it.py::test_it[{case.replace(' ', '_')}c]",
           "tests/test_it.py::Scopes::test_other")
    for at in ids:
        monkeypatch.setenv("PYTEST_CURRENT_TEST", f"{at} (call)")
        with pytest.raises(PropertyViolated):
            check(scope_with(FORGETFUL), (EXCEEDED, COMPLETE), attrs.evolve(SMALL, out=tmp_path))
    folders = sorted(path.parent for path in tmp_path.rglob("no_surplus.json"))
    assert len(ids) == len(folders)
    assert {tmp_path} == {folder.parent for folder in folders}
    assert tmp_path / "tests-test_it-Scopes-test_other" in folders


def test_outside_of_pytest_the_file_is_named_by_the_property(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A script has no test."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    with pytest.raises(PropertyViolated):
        check(scope_with(FORGETFUL), (EXCEEDED, COMPLETE), attrs.evolve(SMALL, out=tmp_path))
    assert [tmp_path / "no_surplus.json"] == list(tmp_path.rglob("*.json"))


def test_a_premise_that_is_not_reached_raises() -> None:
    """UNKNOWN is no pass."""
    never = Property("never", "sometimes", "a test", lambda _: None)
    with pytest.raises(VerdictUnknown, match="no_surplus: its premise was never reached"):
        check(scope_with("replicaset"), (attrs.evolve(EXCEEDED, sibling="never"), never), SMALL)


def test_nothing_to_check_raises() -> None:
    """A scope in which nothing runs: the property asked for has no premise there."""
    with pytest.raises(VerdictUnknown, match="no_surplus: its premise was never reached"):
        check(attrs.evolve(scope_with("replicaset"), controllers=()), (EXCEEDED,), SMALL)


def test_a_folder_that_cannot_be_written_is_no_second_failure(tmp_path: Path) -> None:
    """The counterexample is raised all the same."""
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(PropertyViolated, match="could not be written"):
        check(scope_with(FORGETFUL), (EXCEEDED, COMPLETE), attrs.evolve(SMALL, out=blocked / "found"))


def test_the_package_gives_what_it_says_and_nothing_else() -> None:
    """Lazily, so that a pytest run without manifests imports no engine."""
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        seatrial.traces.nonsense  # noqa: B018 -- the look-up is what is tested
