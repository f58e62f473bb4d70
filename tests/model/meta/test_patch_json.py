"""JSON patches are applied operation by operation, all or none."""

from typing import Any

import pytest

from seatrial.model.meta.json_tree import PatchError, is_same
from seatrial.model.meta.patch_json import apply_json_patch


def op(kind: str, path: str, value: Any = None, **more: Any) -> dict[str, Any]:
    """One operation."""
    return {"op": kind, "path": path, "value": value, **more}


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
        ({"a": {"b": 1}}, op("move", "/c", **{"from": "/a/b"}), {"a": {}, "c": 1}),
        ({"a": [1]}, op("copy", "/b", **{"from": "/a"}), {"a": [1], "b": [1]}),
        ({"a": {"b": [1]}}, op("test", "/a", {"b": [1]}), {"a": {"b": [1]}}),
        ({"a": 1}, op("test", "", {"a": 1}), {"a": 1}),
        ({}, op("test", "/a", None), {}),
    ],
)
def test_operations(document: Any, operation: dict[str, Any], result: Any) -> None:
    """Each operation on objects and lists, with escapes and negative indices."""
    assert is_same(result, apply_json_patch(document, [operation]))


@pytest.mark.parametrize(
    "document, operation, message",
    [
        ({}, op("add", "/a/b", 1), 'add operation does not apply: doc is missing path: "/a/b": missing value'),
        ({}, op("add", "", 1), 'add operation does not apply: doc is missing path: "": missing value'),
        ({"a": []}, op("add", "/a/1", 1), "error in add for path: '/a/1': Unable to access invalid index: 1: invalid index referenced"),
        ({"a": []}, op("add", "/a/x", 1), "error in add for path: '/a/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax"),
        ({}, op("remove", "/a"), "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value"),
        ({"a": []}, op("remove", "/a/0"), "error in remove for path: '/a/0': Unable to access invalid index: 0: invalid index referenced"),
        ({}, op("remove", "/a/b"), 'remove operation does not apply: doc is missing path: "/a/b": missing value'),
        ({"a": []}, op("replace", "/a/0", 1), "replace operation does not apply: doc is missing key: /a/0: missing value"),
        ({}, op("replace", "/a/0", 1), "replace operation does not apply: doc is missing path: /a/0: missing value"),
        ({}, op("replace", "", 1), "replace operation value must be object or array: %!w(<nil>)"),
        ({}, op("move", "/b", **{"from": "/a"}), "error in move for path: 'a': Unable to remove nonexistent key: a: missing value"),
        ({}, op("move", "/b", **{"from": "/a/c"}), "move operation does not apply: doc is missing from path: /a/c: missing value"),
        ({"a": 1}, op("move", "/b/c", **{"from": "/a"}), "move operation does not apply: doc is missing destination path: /b/c: missing value"),
        ({"a": 1, "b": []}, op("move", "/b/7", **{"from": "/a"}), "error in move for path: '/b/7': Unable to access invalid index: 7: invalid index referenced"),
        ({"a": 1}, op("move", "/b"), "move operation failed to decode from: operation, missing from field: missing value"),
        ({}, op("copy", "/b", **{"from": "/a/c"}), "copy operation does not apply: doc is missing from path: /a/c: missing value"),
        ({"a": []}, op("copy", "/b", **{"from": "/a/0"}), "error in copy for from: '/a/0': Unable to access invalid index: 0: invalid index referenced"),
        ({"a": 1}, op("copy", "/b/c", **{"from": "/a"}), "copy operation does not apply: doc is missing destination path: /b/c: missing value"),
        ({"a": 1, "b": []}, op("copy", "/b/7", **{"from": "/a"}), "error while adding value during copy: Unable to access invalid index: 7: invalid index referenced"),
        ({"a": 1}, op("test", "/a", True), "testing value /a failed: test failed"),
        ({"a": 1}, op("test", "", {"a": 2}), "testing value  failed: test failed"),
        ({}, op("test", "/a/b", 1), "test operation does not apply: is missing path: /a/b: missing value"),
        ({"a": []}, op("test", "/a/0", 1), "error in test for path: '/a/0': Unable to access invalid index: 0: invalid index referenced"),
        ({}, op("swap", "/a"), "Unexpected kind: swap"),
        ({}, {"path": "/a"}, "Unexpected kind: unknown"),
        ({}, {"op": "add"}, "add operation failed to decode path: missing value"),
        ({}, {"op": "replace"}, "replace operation failed to decode path: operation missing path field: missing value"),
    ],
)  # fmt: skip
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
