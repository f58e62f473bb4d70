"""What every object of a file is checked for, modelled or not.

First its types: the shape of its metadata and, where it is known, of its kind; then, if those are right, what the API
server's validation would say. A modelled kind is also decoded as the model will decode it.
"""

from collections.abc import Iterator
from typing import Any

from seatrial.model.api.field_errors import (
    DUPLICATE,
    FORBIDDEN,
    NOT_FOUND,
    NOT_SUPPORTED,
    REQUIRED,
    FieldError,
)
from seatrial.model.api.registry import BY_NAME
from seatrial.model.api.validation import validate_create
from seatrial.model.api.validation_service import normalize_cluster_ips
from seatrial.model.api.wire import DecodeError, from_json
from seatrial.traces.importers.errors import Path, described
from seatrial.traces.importers.kind_shapes import METADATA
from seatrial.traces.importers.kind_specs import SHAPES
from seatrial.traces.importers.marks import resolved
from seatrial.traces.importers.shapes import Mismatch, mismatches

NAMELESS_GROUPS = ("authentication.k8s.io", "authorization.k8s.io")
"""Groups whose kinds are questions to the API server: they have no names."""


def check_object(tree: dict[str, Any], *, namespaced: bool) -> Iterator[Mismatch]:
    """Everything that is wrong with one object; its apiVersion and kind are known to be text."""
    wrong = list(_check_types(tree))
    if wrong:
        yield from wrong
        return
    yield from _check_decoding(tree)
    if tree["apiVersion"].rpartition("/")[0] in NAMELESS_GROUPS:
        return
    for error in validate_create(normalized(tree), namespaced=namespaced):
        yield as_mismatch(error, tree)


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
        yield Mismatch(resolved(tree, error.path), error.expected, described(error.found), "write it as that type")


def as_mismatch(error: FieldError, tree: dict[str, Any]) -> Mismatch:
    """A validation error in the words of this reader, at the path it names in the object."""
    path = _path_in(tree, error.field)
    detail = f" ({error.detail})" if error.detail else ""
    match error.reason:
        case _ if error.reason == REQUIRED:
            expected, found, fix = f"a value{detail}", "none", f"add {_last(path)}"
        case _ if error.reason == FORBIDDEN:
            expected, found, fix = f"no value{detail}", "one", f"remove {_last(path)}"
        case _ if error.reason == DUPLICATE:
            expected, found, fix = "no repetition", f"{error.shown} again", "give each entry a name or number of its own"
        case _ if error.reason == NOT_FOUND:
            expected, found, fix = "the name of something declared in this object", error.shown, "declare it or correct the name"
        case _ if error.reason == NOT_SUPPORTED:
            listed = error.detail.removeprefix("supported values: ")
            expected, found, fix = f"one of {listed}", error.shown, "write one of those"
        case _:
            expected = f"a value that the API server accepts: {error.detail}"
            found, fix = error.shown or "something else", "correct the value"
    return Mismatch(path, expected, _cut(found), fix)


def _path_in(tree: dict[str, Any], field: str) -> Path:
    """The path that a field of the API server leads to; template labels stand under metadata in the file."""
    for shortened in ("template.labels", "template.annotations"):
        if shortened in field:
            whole = shortened.replace("template.", "template.metadata.")
            return resolved(tree, field.replace(shortened, whole))
    return resolved(tree, field)


def _last(path: Path) -> str:
    names = [step for step in path if isinstance(step, str)]
    return names[-1] if names else "it"


def _cut(text: str) -> str:
    """Quoted text of any length, printable and at most 80 characters long."""
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
    return printable if len(printable) <= 80 else printable[:77] + "..."
