"""Problems render on one line that nothing in a file can forge."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.traces.importers.errors import (
    SHOWN_PROBLEMS,
    ManifestError,
    Problem,
    described,
    quoted,
    rendered_path,
)


def test_a_problem_reads_as_a_sentence() -> None:
    """File, line, path, what was expected, what was found, the fix."""
    problem = Problem("a.yaml", 7, "spec.replicas", "a whole number", '"three"', "write 3")
    assert 'a.yaml:7: spec.replicas: expected a whole number, found "three"; write 3' == problem.render()
    assert "a.yaml: expected text, found nothing" == Problem("a.yaml", 0, "", "text", "nothing").render()


@given(st.text())
def test_text_of_a_file_stays_on_its_line(text: str) -> None:
    """Whatever a file holds, its quotation is printable, short and on one line."""
    shown = quoted(text)
    assert shown.isprintable()
    assert len(shown.splitlines()) == 1


@given(st.lists(st.integers(0, 9) | st.text(max_size=5), max_size=5))
def test_paths_stay_on_their_line(path: list[int | str]) -> None:
    """So is a path made of any keys."""
    assert rendered_path(tuple(path)).isprintable()


def test_paths_quote_what_is_no_word() -> None:
    """Dots and slashes in a key do not look like steps."""
    assert 'metadata.labels["app.kubernetes.io/name"]' == rendered_path(
        ("metadata", "labels", "app.kubernetes.io/name")
    )
    assert "spec.containers[0].image" == rendered_path(("spec", "containers", 0, "image"))


def test_values_are_described_by_kind() -> None:
    """A reader sees whether a value was text, a number or a collection."""
    shown = [described(value) for value in (None, True, 3, "x", {}, {"a": 1}, [], [1])]
    expected = 'nothing (null),the boolean true,the number 3,"x",an empty mapping,a mapping'
    expected += ",an empty list,a list of 1"
    assert expected.split(",") == shown


def test_an_error_keeps_all_problems_and_shows_the_first() -> None:
    """All problems stay in the error, sorted by place; its text stops at a hundred."""
    problems = [Problem("f", line, "", "a", "b") for line in range(SHOWN_PROBLEMS + 5, 0, -1)]
    error = ManifestError(problems)
    assert list(range(1, SHOWN_PROBLEMS + 6)) == [problem.line for problem in error.problems]
    assert "... and 5 more problems" == str(error).splitlines()[-1]
