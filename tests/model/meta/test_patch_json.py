"""JSON patches are applied operation by operation, all or none."""

from typing import Any

import pytest

from seatrial.model.meta.json_tree import PatchError, is_same
from seatrial.model.meta.patch_json import apply_json_patch


def op(kind: str, path: str, value: Any = None, **more: Any) -> dict[str, Any]:
    """One operation."""
    return {"op": kind, "path": path, "value": value, **more}


def move(source: str, path: str) -> dict[str, Any]:
    """A move from `source`."""
    return op("move", path, **{"from": source})


def copy(source: str, path: str) -> dict[str, Any]:
    """A copy from `source`."""
    return op("copy", path, **{"from": source})


@pytest.mark.parametrize(
    "document, operation, result",
    [
        ({}, op("add", "/a", 1), {"a": 1}),
        ({"a": [1, 3]}, op("add", "/a/1", 2), {"a": [1, 2, 3]}),
        ({"a": [1]}, op("add", "/a/-", 2), {"a": [1, 2]}),
        ({"a": [1]}, op("add", "/a/-1", 2), {"a": [1, 2]}),
        ({"a/b": {"~": 1}}, op("replace", "/a~1b/~0", 2), {"a/b": {"~": 2}}),
        ({"a": 1}, op("replace", "/b", 2), {"a": 1, "b": 2}),
        ({"a": [1, 2]}, op("replace", "/a/-1", 3), {"a": [1, 3]}),
        ({"a": 1}, op("replace", "", [1]), [1]),
        ({"a": 1, "b": 2}, op("remove", "/a"), {"b": 2}),
        ({"a": [1, 2]}, op("remove", "/a/0"), {"a": [2]}),
        ({"a": {"b": 1}}, move("/a/b", "/c"), {"a": {}, "c": 1}),
        ({"a": [1]}, copy("/a", "/b"), {"a": [1], "b": [1]}),
        ({"a": {"b": [1]}}, op("test", "/a", {"b": [1]}), {"a": {"b": [1]}}),
        ({"a": 1}, op("test", "", {"a": 1}), {"a": 1}),
        ({}, op("test", "/a", None), {}),
    ],
)
def test_operations(document: Any, operation: dict[str, Any], result: Any) -> None:
    """Each operation on objects and lists, with escapes and negative indices."""
    assert is_same(result, apply_json_patch(document, [operation]))


NONE = "missing value"
GONE = f"Unable to remove nonexistent key: a: {NONE}"
LOST = "operation does not apply: doc is missing"
UNREAD = "operation failed to decode"


def out_of_range(index: int) -> str:
    """What the library says of a list index."""
    return f"Unable to access invalid index: {index}: invalid index referenced"


@pytest.mark.parametrize(
    "document, operation, message",
    [
        ({}, op("add", "/a/b", 1), f'add {LOST} path: "/a/b": {NONE}'),
        ({}, op("add", "", 1), f'add {LOST} path: "": {NONE}'),
        ({"a": []}, op("add", "/a/1", 1), f"error in add for path: '/a/1': {out_of_range(1)}"),
        (
            {"a": []},
            op("add", "/a/x", 1),
            (
                "error in add for path: '/a/x': value was not a proper array index: 'x': "
                'strconv.Atoi: parsing "x": invalid syntax'
            ),
        ),
        ({}, op("remove", "/a"), f"error in remove for path: '/a': {GONE}"),
        ({"a": []}, op("remove", "/a/0"), f"error in remove for path: '/a/0': {out_of_range(0)}"),
        ({}, op("remove", "/a/b"), f'remove {LOST} path: "/a/b": {NONE}'),
        ({"a": []}, op("replace", "/a/0", 1), f"replace {LOST} key: /a/0: {NONE}"),
        ({}, op("replace", "/a/0", 1), f"replace {LOST} path: /a/0: {NONE}"),
        ({}, op("replace", "", 1), "replace operation value must be object or array: %!w(<nil>)"),
        ({}, move("/a", "/b"), f"error in move for path: 'a': {GONE}"),
        ({}, move("/a/c", "/b"), f"move {LOST} from path: /a/c: {NONE}"),
        ({"a": 1}, move("/a", "/b/c"), f"move {LOST} destination path: /b/c: {NONE}"),
        ({"a": 1, "b": []}, move("/a", "/b/7"), f"error in move for path: '/b/7': {out_of_range(7)}"),
        ({"a": 1}, op("move", "/b"), f"move {UNREAD} from: operation, missing from field: {NONE}"),
        ({}, copy("/a/c", "/b"), f"copy {LOST} from path: /a/c: {NONE}"),
        ({"a": []}, copy("/a/0", "/b"), f"error in copy for from: '/a/0': {out_of_range(0)}"),
        ({"a": 1}, copy("/a", "/b/c"), f"copy {LOST} destination path: /b/c: {NONE}"),
        ({"a": 1, "b": []}, copy("/a", "/b/7"), f"error while adding value during copy: {out_of_range(7)}"),
        ({"a": 1}, op("test", "/a", 1.0), "testing value /a failed: test failed"),
        ({"a": 1}, op("test", "", {"a": 2}), "testing value  failed: test failed"),
        ({}, op("test", "/a/b", 1), f"test operation does not apply: is missing path: /a/b: {NONE}"),
        ({"a": []}, op("test", "/a/0", 1), f"error in test for path: '/a/0': {out_of_range(0)}"),
        ({}, op("swap", "/a"), "Unexpected kind: swap"),
        ({}, {"path": "/a"}, "Unexpected kind: unknown"),
        ({}, {"op": "add"}, f"add {UNREAD} path: {NONE}"),
        ({}, {"op": "replace"}, f"replace {UNREAD} path: operation missing path field: {NONE}"),
    ],
)
def test_failures_in_the_librarys_words(document: Any, operation: dict[str, Any], message: str) -> None:
    """The message becomes part of a 422."""
    with pytest.raises(PatchError) as refused:
        apply_json_patch(document, [operation])
    assert message == str(refused.value)


def test_a_failing_patch_changes_nothing() -> None:
    """The first operation succeeds on a copy only, and a value put in is a copy too."""
    document, value = {"a": 1}, [1]
    with pytest.raises(PatchError):
        apply_json_patch(document, [op("add", "/b", value), op("add", "/b/-", 2), op("test", "/a", 2)])
    assert ({"a": 1}, [1]) == (document, value)
