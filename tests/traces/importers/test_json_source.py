"""JSON values become plain trees with lines, and what a manifest must not hold is a problem."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.traces.importers.json_source import read_json
from seatrial.traces.importers.yaml_source import MAX_DOCUMENTS
from tests.strategies.manifest_trees import trees

FILLED = trees().filter(lambda tree: tree is not None)


@given(st.lists(FILLED, max_size=4), st.sampled_from([None, 2]))
def test_what_was_written_is_read(values: list[Any], indent: int | None) -> None:
    """One value after another, in lines or indented, are read as they were written."""
    documents, problems = read_json("f.json", "\n".join(json.dumps(value, indent=indent) for value in values))
    assert values == [document.tree for document in documents]
    assert problems == ()


def lines_by_path(tree: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path of a tree."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(found for key, value in inner for found in lines_by_path(value, (*path, key)))]


@given(st.dictionaries(st.text(max_size=3), trees(), min_size=1, max_size=4))
def test_lines_point_at_keys(tree: dict[str, Any]) -> None:
    """In indented JSON the line of a path holds its key, as the standard library wrote it."""
    text = json.dumps(tree, indent=1)
    (document,), _ = read_json("f.json", text)
    for path in lines_by_path(tree):
        if path and isinstance(path[-1], str):
            assert json.dumps(path[-1]) in text.splitlines()[document.line_of(path) - 1]


def test_repeated_keys_have_line_and_path() -> None:
    """The standard library keeps the last of two equal keys; here each repetition is a problem."""
    _, problems = read_json("f.json", '{"a": [0, {"b": 1,\n "b": 2}],\n "a": 3}')
    assert [(2, "a[1].b"), (3, "a")] == [(problem.line, problem.path) for problem in problems]


@pytest.mark.parametrize(
    "text, line",
    [
        ('{"a": 1', 1),
        ('{"a": "x', 1),
        ('{"a": 1}\nnot json', 2),
        ('{"a": NaN}', 1),
        ('{"a":\n 1e400}', 2),
        ('{"a": "\\ud800"}', 1),
        ("[" * 101 + "]" * 101, 1),
        ("[" * 20_000 + "]" * 20_000, 1),
        ('{"a":' * 20_000 + "1" + "}" * 20_000, 1),
    ],
)
def test_refused_texts(text: str, line: int) -> None:
    """Cut-off values, other text, numbers JSON has not, half characters and deep nesting."""
    problems = read_json("f.json", text)[1]
    assert [line] == [problem.line for problem in problems]


def test_a_cut_off_file_is_named_as_such() -> None:
    """The message says that the end is missing, not only that something is wrong."""
    (problem,) = read_json("f.json", '{"items": [{"kind": "Pod", "metadata": {"name": "p')[1]
    assert "cut off" in problem.fix


def test_values_have_a_limit() -> None:
    """One value too many is a problem."""
    assert read_json("f.jsonl", "1\n" * MAX_DOCUMENTS)[1] == ()
    assert len(read_json("f.jsonl", "1\n" * (MAX_DOCUMENTS + 1))[1]) == 1
