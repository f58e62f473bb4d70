"""JSON patches (RFC 6902): a list of operations, applied in order, all or none.

Mirrors gopkg.in/evanphx/json-patch.v4 (patch.go), which the API server of release 1.36 uses, with its error
texts and its additions to the RFC: negative list indices, `replace` of a member that is not there. Left out:
the API server's limit of 10,000 operations and the size limit of copies.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from seatrial.model.meta.go_format import GoNumberError, parse_int64
from seatrial.model.meta.json_tree import Object, PatchError, Tree, copy_tree, is_same

Operation = Mapping[str, Any]
Container = Object | list[Any]

_MISSING: Final = "missing value"
_BAD_INDEX: Final = "invalid index referenced"


def apply_json_patch(document: Container, operations: list[Object]) -> Container:
    """Return `document` after all `operations`.

    Raises PatchError with the library's message at the first operation that fails. Source: json-patch.v4
    Patch.Apply.
    """
    root: Container = copy_tree(document)
    for operation in operations:
        kind = operation.get("op")
        apply = _OPERATIONS.get(kind) if isinstance(kind, str) else None
        if apply is None:
            raise PatchError(f"Unexpected kind: {kind if isinstance(kind, str) else 'unknown'}")
        root = apply(root, operation)
    return root


def _add(root: Container, operation: Operation) -> Container:
    path = _pointer(operation, "path", f"add operation failed to decode path: {_MISSING}")
    container, key = _find(root, path)
    if container is None:
        raise PatchError(f'add operation does not apply: doc is missing path: "{path}": {_MISSING}')
    try:
        _insert(container, key, copy_tree(operation.get("value")))
    except PatchError as error:
        raise PatchError(f"error in add for path: '{path}': {error}") from None
    return root


def _remove(root: Container, operation: Operation) -> Container:
    path = _pointer(operation, "path", f"remove operation failed to decode path: {_MISSING}")
    container, key = _find(root, path)
    if container is None:
        raise PatchError(f'remove operation does not apply: doc is missing path: "{path}": {_MISSING}')
    try:
        _delete(container, key)
    except PatchError as error:
        raise PatchError(f"error in remove for path: '{path}': {error}") from None
    return root


def _replace(root: Container, operation: Operation) -> Container:
    undecoded = f"replace operation failed to decode path: operation missing path field: {_MISSING}"
    path = _pointer(operation, "path", undecoded)
    value = copy_tree(operation.get("value"))
    if not path:
        if not isinstance(value, dict | list):
            raise PatchError("replace operation value must be object or array: %!w(<nil>)")
        replacement: Container = value
        return replacement
    container, key = _find(root, path)
    if container is None:
        raise PatchError(f"replace operation does not apply: doc is missing path: {path}: {_MISSING}")
    try:
        _get(container, key)
    except PatchError:
        missing = f"doc is missing key: {path}: {_MISSING}"
        raise PatchError(f"replace operation does not apply: {missing}") from None
    if isinstance(container, dict):
        container[key] = value
    else:
        container[_index(key)] = value
    return root


def _move(root: Container, operation: Operation) -> Container:
    undecoded = f"move operation failed to decode from: operation, missing from field: {_MISSING}"
    source = _pointer(operation, "from", undecoded)
    container, key = _find(root, source)
    if container is None:
        raise PatchError(f"move operation does not apply: doc is missing from path: {source}: {_MISSING}")
    try:
        value = _get(container, key)
        _delete(container, key)
    except PatchError as error:
        raise PatchError(f"error in move for path: '{key}': {error}") from None
    undecoded = f"move operation failed to decode path: operation missing path field: {_MISSING}"
    path = _pointer(operation, "path", undecoded)
    container, key = _find(root, path)
    if container is None:
        missing = f"doc is missing destination path: {path}: {_MISSING}"
        raise PatchError(f"move operation does not apply: {missing}")
    try:
        _insert(container, key, value)
    except PatchError as error:
        raise PatchError(f"error in move for path: '{path}': {error}") from None
    return root


def _copy(root: Container, operation: Operation) -> Container:
    undecoded = f"copy operation failed to decode from: operation, missing from field: {_MISSING}"
    source = _pointer(operation, "from", undecoded)
    container, key = _find(root, source)
    if container is None:
        raise PatchError(f"copy operation does not apply: doc is missing from path: {source}: {_MISSING}")
    try:
        value = _get(container, key)
    except PatchError as error:
        raise PatchError(f"error in copy for from: '{source}': {error}") from None
    path = _pointer(operation, "path", f"copy operation failed to decode path: {_MISSING}")
    container, key = _find(root, path)
    if container is None:
        missing = f"doc is missing destination path: {path}: {_MISSING}"
        raise PatchError(f"copy operation does not apply: {missing}")
    try:
        _insert(container, key, copy_tree(value))
    except PatchError as error:
        raise PatchError(f"error while adding value during copy: {error}") from None
    return root


def _test(root: Container, operation: Operation) -> Container:
    undecoded = f"test operation failed to decode path: operation missing path field: {_MISSING}"
    path = _pointer(operation, "path", undecoded)
    wanted = operation.get("value")
    held: Tree = root
    if path:
        container, key = _find(root, path)
        if container is None:
            raise PatchError(f"test operation does not apply: is missing path: {path}: {_MISSING}")
        try:
            held = _get(container, key)
        except PatchError as error:
            raise PatchError(f"error in test for path: '{path}': {error}") from None
    if not is_same(held, wanted):
        raise PatchError(f"testing value {path} failed: test failed")
    return root


_OPERATIONS: Final[Mapping[str, Callable[[Container, Operation], Container]]] = {
    "add": _add, "remove": _remove, "replace": _replace, "move": _move, "test": _test, "copy": _copy,
}  # fmt: skip


def _pointer(operation: Operation, field: str, undecoded: str) -> str:
    path = operation.get(field)
    if not isinstance(path, str):
        raise PatchError(undecoded)
    return path


def _find(root: Container, path: str) -> tuple[Container | None, str]:
    """Return what holds the last step of `path`, and that step; nothing if the way there is cut."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")]
    if len(steps) < 2:
        return None, ""
    container: Tree = root
    for step in steps[1:-1]:
        try:
            container = _get(container, step)
        except PatchError:
            return None, ""
        if not isinstance(container, dict | list):
            return None, ""
    return container, steps[-1]


def _index(key: str) -> int:
    try:
        return parse_int64(key, "Atoi")
    except GoNumberError as error:
        raise PatchError(str(error)) from None


def _out_of_range(index: int) -> PatchError:
    return PatchError(f"Unable to access invalid index: {index}: {_BAD_INDEX}")


def _get(container: Container, key: str) -> Tree:
    if isinstance(container, dict):
        return container.get(key)
    index = _index(key)
    if not -len(container) <= index < len(container):
        raise _out_of_range(index)
    return container[index]


def _insert(container: Container, key: str, value: Tree) -> None:
    if isinstance(container, dict):
        container[key] = value
        return
    if key == "-":
        container.append(value)
        return
    try:
        index = _index(key)
    except PatchError as error:
        raise PatchError(f"value was not a proper array index: '{key}': {error}") from None
    size = len(container) + 1
    if not -size <= index < size:
        raise _out_of_range(index)
    container.insert(index if index >= 0 else index + size, value)


def _delete(container: Container, key: str) -> None:
    if isinstance(container, dict):
        if key not in container:
            raise PatchError(f"Unable to remove nonexistent key: {key}: {_MISSING}")
        del container[key]
        return
    index = _index(key)
    if not -len(container) <= index < len(container):
        raise _out_of_range(index)
    del container[index]
