"""What every object of a file is checked for, modelled or not.

First its types: the shape of its metadata and, where it is known, of its kind; then, if those are right, what
the API server's validation would say. A modelled kind is also decoded as the model will decode it.
"""

from collections.abc import Iterator
from typing import Any

from seatrial.model.api import field_errors as fields
from seatrial.model.api.field_errors import FieldError
from seatrial.model.api.registry import BY_NAME
from seatrial.model.api.validation import validate_create
from seatrial.model.api.validation_service import normalize_cluster_ips
from seatrial.model.api.wire import DecodeError, from_json
from seatrial.model.meta.go_format import quote
from seatrial.traces.importers.errors import SHOWN_CHARACTERS, Path, described, printable
from seatrial.traces.importers.kind_shapes import METADATA
from seatrial.traces.importers.kind_specs import SHAPES
from seatrial.traces.importers.marks import resolved
from seatrial.traces.importers.shapes import Mismatch, mismatches

NAMELESS_GROUPS = ("authentication.k8s.io", "authorization.k8s.io")
"""Groups whose kinds are questions to the API server: they have no names."""


def check_object(tree: dict[str, Any], *, namespaced: bool) -> Iterator[Mismatch]:
    """Everything that is wrong with one object; its apiVersion and kind are known to be text.

    Values of a wrong type are left out before the rest is validated.
    """
    wrong = list(_check_types(tree)) or list(_check_decoding(tree))
    yield from wrong
    if tree["apiVersion"].rpartition("/")[0] in NAMELESS_GROUPS:
        return
    broken = tuple(mismatch.path for mismatch in wrong)
    sound = without(tree, broken)
    for error in validate_create(normalized(sound), namespaced=namespaced):
        found = as_mismatch(error, tree)
        if not any(_is_consequence(found.path, path) for path in broken):
            yield found


def without(tree: dict[str, Any], paths: tuple[Path, ...]) -> dict[str, Any]:
    """The object without the values at the paths; a list with a wrong entry goes as a whole.

    What has no such value in it is shared, not copied.
    """
    for path in paths:
        whole = path
        while isinstance(whole[-1], int):
            whole = whole[:-1]
        tree = _pruned(tree, whole)
    return tree


def _pruned(value: Any, path: Path) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_pruned(item, rest) if at == step else item for at, item in enumerate(value)]
    if not isinstance(value, dict) or step not in value:
        return value
    if not rest:
        return {key: value[key] for key in value if key != step}
    return {**value, step: _pruned(value[step], rest)}


def _is_consequence(path: Path, broken: Path) -> bool:
    """Whether a complaint about path may come from the value at broken having been left out."""
    while isinstance(broken[-1], int):
        broken = broken[:-1]
    if path[: len(broken)] == broken or broken[: len(path)] == path:
        return True
    both = {"selector", "labels"}
    return bool(path) and path[-1] in both and bool(both & set(broken))


def normalized(tree: dict[str, Any]) -> dict[str, Any]:
    """The object with the fields that its registry fills in before it validates."""
    return dict(normalize_cluster_ips(tree)) if tree.get("kind") == "Service" else tree


def _check_types(tree: dict[str, Any]) -> Iterator[Mismatch]:
    metadata = tree.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        yield Mismatch(("metadata",), "a mapping", described(metadata), "write metadata: with name: below it")
    else:
        yield from mismatches(metadata, METADATA, ("metadata",))
    yield from mismatches(tree, SHAPES.get((tree["apiVersion"], tree["kind"]), {}))


def _check_decoding(tree: dict[str, Any]) -> Iterator[Mismatch]:
    record = BY_NAME.get(tree["kind"])
    if record is None or record.api_version != tree["apiVersion"]:
        return
    try:
        from_json(record.type, tree)
    except DecodeError as error:
        yield Mismatch(
            resolved(tree, error.path), error.expected, described(error.found), "write it as that type"
        )


def as_mismatch(error: FieldError, tree: dict[str, Any]) -> Mismatch:
    """A validation error in the words of this reader, at the path it names in the object."""
    path = _path_in(tree, error.field)
    path += _entry_of(_value_at(tree, path), error.shown)
    rule = error.detail.partition(" (e.g. ")[0]
    detail = f" ({rule})" if rule else ""
    expected, found, fix = f"a valid value{detail}", error.shown or "another combination", "correct the value"
    match error.reason:
        case fields.REQUIRED:
            held = _value_at(tree, path)
            expected, found, fix = f"a value{detail}", described(held), f"add {_last(path)}"
            if held is None:
                found = "none"
        case fields.FORBIDDEN:
            expected, found, fix = f"no value{detail}", "one", f"remove {_last(path)}"
        case fields.DUPLICATE:
            expected, found = "no repetition", f"{error.shown} again"
            fix = "give each entry a name or number of its own"
        case fields.NOT_FOUND:
            expected, fix = "the name of something declared in this object", "declare it or correct the name"
        case fields.NOT_SUPPORTED:
            listed = error.detail.removeprefix("supported values: ")
            expected, fix = f"one of {listed}", "write one of those"
        case fields.TOO_LONG | fields.TOO_MANY:
            expected, found, fix = f"less{detail}", "more", "split it over several objects"
        case _:
            pass
    return Mismatch(path, expected, _cut(found), fix)


def _path_in(tree: dict[str, Any], field: str) -> Path:
    """The path that a field of the API server leads to; template labels stand under metadata in the file."""
    for shortened in ("template.labels", "template.annotations"):
        if shortened in field:
            whole = shortened.replace("template.", "template.metadata.")
            return resolved(tree, field.replace(shortened, whole))
    return resolved(tree, field)


def _value_at(tree: Any, path: Path) -> Any:
    for step in path:
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def _entry_of(held: Any, shown: str) -> Path:
    """The key of a mapping that an error about the mapping as a whole means, by the key or text it shows."""
    if not isinstance(held, dict):
        return ()
    meant = [key for key in held if shown in {quote(key), quote(str(held[key]))}]
    return tuple(meant[:1])


def _last(path: Path) -> str:
    names = [step for step in path if isinstance(step, str)]
    return names[-1] if names else "it"


def _cut(text: str) -> str:
    """Quoted text of any length, printable and at most 80 characters long."""
    shown = printable(text)
    return shown if len(shown) <= SHOWN_CHARACTERS else shown[: SHOWN_CHARACTERS - 3] + "..."
