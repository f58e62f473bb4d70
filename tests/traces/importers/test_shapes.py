"""Values are compared with the types of their fields, everywhere in an object."""

from typing import Any

import pytest
from hypothesis import given

from seatrial.traces.importers.kind_shapes import METADATA
from seatrial.traces.importers.kind_specs import SHAPES
from seatrial.traces.importers.kinds import find_kind
from seatrial.traces.importers.shapes import (
    BASE64,
    FLAG,
    INT32,
    INT64,
    INT_OR_TEXT,
    QUANTITY,
    TEXT,
    TIME,
    Table,
    mismatches,
)
from tests.strategies.manifest_trees import trees


@pytest.mark.parametrize(
    "shape, good, bad",
    [
        (TEXT, ["", "a"], [1, True, {}, []]),
        (FLAG, [True, False], ["true", 0, "yes"]),
        (INT32, [0, -1, 2**31 - 1, 3.0], ["3", 2**31, 1.5, True]),
        (INT64, [2**63 - 1], [2**63, "1"]),
        (INT_OR_TEXT, [80, "http", "25%"], [True, 1.5, 2**31, []]),
        (QUANTITY, ["500m", "1.5Gi", 2, 0.1, "1e3"], ["12XB", "1.5.5Gi", "", True, {}]),
        (TIME, ["2026-01-31T23:59:59Z"], ["yesterday", 5]),
        (BASE64, ["", "aGVsbG8="], ["not base64!", 5]),
    ],
)
def test_words(shape: str, good: list[Any], bad: list[Any]) -> None:
    """Each word takes what Go's decoder takes, and nothing else; null always passes."""
    assert [] == [value for value in (*good, None) if list(mismatches(value, shape))]
    assert [] == [value for value in bad if not list(mismatches(value, shape))]


def test_all_mismatches_are_found_with_their_paths() -> None:
    """A mapping, a list and a table are walked to the end."""
    shape = {"a": [INT32], "b": Table(TEXT), "c": {"d": FLAG}}
    value = {"a": [1, "2", None], "b": {"x": "y", "z": 3}, "c": [], "unknown": object()}
    assert [("a", 1), ("a", 2), ("b", "z"), ("c",)] == [found.path for found in mismatches(value, shape)]


@given(trees())
def test_any_tree_can_be_compared(tree: Any) -> None:
    """Whatever a file holds, comparing it with the largest shapes ends without an error."""
    for shape in (METADATA, *SHAPES.values()):
        assert all(found.expected for found in mismatches(tree, shape))


def test_every_shape_is_of_a_served_kind() -> None:
    """No shape waits for a kind that does not exist."""
    assert [] == [key for key in SHAPES if find_kind(*key) is None]
