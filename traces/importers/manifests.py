"""Manifests as kubectl takes and prints them: YAML or JSON, one object, many, or a list of them.

Every object of every file is read and checked before anything is used; one problem anywhere is a
ManifestError with all problems of all files. Objects of kinds that the model does not have are kept and
named, never dropped silently.

Limits, which keep reading fast and small: 32 MiB a file, 10,000 documents a file and 10,000 objects in all,
100 levels of nesting, 100,000 values from YAML aliases a document.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any, Final

import attrs

from seatrial.model.api.registry import KINDS as MODEL_KINDS
from seatrial.traces.importers.checks import check_object
from seatrial.traces.importers.errors import (
    ManifestError,
    Path,
    Problem,
    described,
    quoted,
    rendered_path,
)
from seatrial.traces.importers.json_source import read_json
from seatrial.traces.importers.kinds import (
    BUILT_IN_GROUPS,
    RECORD_GROUPS,
    find_kind,
    find_removed,
    group_of,
    kinds_in,
    kinds_named,
)
from seatrial.traces.importers.yaml_source import RawDocument, read_yaml

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
MAX_OBJECTS: Final = 10_000
JSON_SUFFIXES: Final = (".json", ".jsonl", ".ndjson")

MODELLED_KINDS: Final[tuple[tuple[str, str], ...]] = tuple(
    (kind.api_version, kind.name) for kind in MODEL_KINDS
)
"""The (apiVersion, kind) pairs that the model has objects for."""


@attrs.frozen
class Location:
    """Where an object was read: the file as given, its first line, its path in the document ("" for all)."""

    file: str
    line: int
    path: str = ""


@attrs.frozen
class Document:
    """One checked object: its kind, the resource it is served under, and its plain JSON tree.

    `resource` is empty for a custom resource, whose definition is not at hand; it is taken as namespaced.
    `tree` must not be changed: parts of it may be shared through YAML aliases.
    """

    api_version: str
    kind: str
    resource: str
    namespaced: bool
    tree: dict[str, Any] = attrs.field(eq=False, repr=False)
    location: Location

    @property
    def name(self) -> str:
        """metadata.name, or metadata.generateName if only that is given."""
        meta = self.tree.get("metadata") or {}
        return str(meta.get("name") or meta.get("generateName") or "")

    @property
    def namespace(self) -> str:
        """metadata.namespace; "default" where a namespaced object names none, "" for a cluster-wide one."""
        given = str((self.tree.get("metadata") or {}).get("namespace") or "")
        return given or ("default" if self.namespaced and self.resource else "")


@attrs.frozen
class Manifests:
    """Every object of the files, in order; and the kinds among them that the model does not have, sorted.

    A kind is written as `Kind (apiVersion)`.
    """

    objects: tuple[Document, ...]
    not_modelled: tuple[str, ...]


@attrs.frozen
class _Found:
    """An object on its way: its tree, where it stands in its document, and that document."""

    tree: Any
    path: Path
    document: RawDocument


def load_manifests(
    paths: Sequence[FilePath], modelled: Sequence[tuple[str, str]] = MODELLED_KINDS
) -> Manifests:
    """Read and check manifest files.

    modelled lists the (apiVersion, kind) pairs that the caller has a model of. Raises ManifestError with
    every problem of every file; a file that cannot be opened is a problem too.
    """
    problems: list[Problem] = []
    objects: list[Document] = []
    for path in paths:
        found, wrong = _load_file(path)
        problems.extend(wrong)
        objects.extend(found)
    if len(objects) > MAX_OBJECTS:
        limit = f"at most {MAX_OBJECTS} objects in all"
        problems.append(Problem(str(paths[-1]), 0, "", limit, str(len(objects)), "check them in parts"))
    unique, wrong = _without_repeats(objects)
    problems.extend(wrong)
    if problems:
        raise ManifestError(problems)
    other = {f"{o.kind} ({o.api_version})" for o in unique if (o.api_version, o.kind) not in modelled}
    return Manifests(unique, tuple(sorted(other)))


def _load_file(path: FilePath) -> tuple[list[Document], list[Problem]]:
    file = str(path)
    text = _read_text(path)
    if isinstance(text, Problem):
        return [], [text]
    documents, read_problems = _parse(file, text)
    problems = list(read_problems)
    objects: list[Document] = []
    count = 0
    for document in documents:
        for found in _objects_of(document):
            count += 1
            made, wrong = _check(file, found)
            problems.extend(wrong)
            objects.extend(made)
    if not count and not problems:
        problems.append(_no_object(file, documents))
    return objects, problems


def _no_object(file: str, documents: tuple[RawDocument, ...]) -> Problem:
    found = "only empty lists" if documents else "an empty file, or only comments"
    return Problem(
        file, 0, "", "at least one Kubernetes object", found, "pass a file with apiVersion, kind and metadata"
    )


def _read_text(path: FilePath) -> str | Problem:
    file = str(path)
    try:
        with path.open("rb") as source:
            data = source.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Problem(file, 0, "", "a readable file", reason.lower(), "check the path and its permissions")
    if len(data) > MAX_FILE_BYTES:
        limit = f"a file of at most {MAX_FILE_BYTES // 1024 // 1024} MiB"
        return Problem(file, 0, "", limit, "a larger one", "split it")
    return _decode(file, data)


def _decode(file: str, data: bytes) -> str | Problem:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(
            file, 1, "", "text in UTF-8", "UTF-16 (by its byte order mark)", "save the file as UTF-8"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{data[error.start]:02x} (byte {error.start} of the file)"
        return Problem(file, line, "", "text in UTF-8", found, "save the file as UTF-8")
    zero = text.find("\0")
    if zero >= 0:
        line = text.count("\n", 0, zero) + 1
        return Problem(
            file, line, "", "text", "a NUL character", "this looks like a binary file: pass a manifest"
        )
    return text


def _parse(file: str, text: str) -> tuple[tuple[RawDocument, ...], tuple[Problem, ...]]:
    """JSON by its file name or its first character; text that starts like JSON may still be YAML."""
    if file.lower().endswith(JSON_SUFFIXES):
        return read_json(file, text)
    if text.lstrip()[:1] in {"{", "["}:
        documents, problems = read_json(file, text)
        if not problems:
            return documents, problems
    return read_yaml(file, text)


def _objects_of(document: RawDocument) -> Iterator[_Found]:
    """The objects of a document: itself, or the items of a List or a typed list, at any depth, in order."""
    pending = [_Found(document.tree, (), document)]
    while pending:
        found = pending.pop()
        items = _items_of(found.tree)
        if items is None:
            yield found
        else:
            pending.extend(
                _Found(_typed(item, found.tree), (*found.path, "items", at), document)
                for at, item in reversed(tuple(enumerate(items)))
            )


def _items_of(tree: Any) -> list[Any] | None:
    """The items of a list of objects; None for anything else."""
    if (
        not isinstance(tree, dict)
        or not isinstance(tree.get("kind"), str)
        or not tree["kind"].endswith("List")
    ):
        return None
    items = tree.get("items")
    if items is None and "items" in tree:
        return []
    return items if isinstance(items, list) else None


def _typed(item: Any, listed: dict[str, Any]) -> Any:
    """The item of a typed list with the kind that such lists leave out of their items."""
    kind = listed["kind"].removesuffix("List")
    if not kind or not isinstance(item, dict) or item.get("kind"):
        return item
    return {
        "apiVersion": listed.get("apiVersion"),
        "kind": kind,
        **{k: v for k, v in item.items() if v is not None},
    }


def _check(file: str, found: _Found) -> tuple[list[Document], list[Problem]]:
    line = found.document.line_of(found.path)

    def problem(path: Path, expected: str, was: str, fix: str) -> Problem:
        whole = (*found.path, *path)
        return Problem(file, found.document.line_of(whole), rendered_path(whole), expected, was, fix)

    tree = found.tree
    if not isinstance(tree, dict):
        fix = "write apiVersion, kind and metadata, or remove the document"
        return [], [problem((), "an object", described(tree), fix)]
    wrong = [problem(*row) for row in _check_kind(tree)]
    if wrong:
        return [], wrong
    known = find_kind(tree["apiVersion"], tree["kind"])
    namespaced = known.namespaced if known else True
    wrong = [problem(m.path, m.expected, m.found, m.fix) for m in check_object(tree, namespaced=namespaced)]
    if wrong:
        return [], wrong
    resource = known.resource if known else ""
    location = Location(file, line, rendered_path(found.path))
    return [Document(tree["apiVersion"], tree["kind"], resource, namespaced, tree, location)], []


def _check_kind(tree: dict[str, Any]) -> Iterator[tuple[Path, str, str, str]]:
    """Problems with apiVersion and kind, as (path, expected, found, fix)."""
    version, kind = tree.get("apiVersion"), tree.get("kind")
    examples = {"apiVersion": "apps/v1", "kind": "Deployment"}
    for key, value in (("apiVersion", version), ("kind", kind)):
        if not isinstance(value, str) or not value:
            found = described(value) if key in tree else f"no {key}"
            yield (key,), "text", found, f"write {key}, such as {examples[key]}"
    if isinstance(version, str) and version and isinstance(kind, str) and kind:
        yield from _check_served(version, kind)


def _check_served(version: str, kind: str) -> Iterator[tuple[Path, str, str, str]]:
    group = group_of(version)
    if find_kind(version, kind) is not None:
        return
    removed = find_removed(version, kind)
    if removed is not None:
        found = f"{kind} of {version}, which was removed in {removed.removed_in}"
        yield ("apiVersion",), "a version that Kubernetes 1.36 serves", found, f"use {removed.use}"
    elif group in RECORD_GROUPS:
        found = f"{quoted(kind)} of {quoted(version)}"
        yield (
            ("kind",),
            "an object that can be applied",
            found,
            "this is a record: pass the manifests themselves",
        )
    elif group in BUILT_IN_GROUPS:
        yield ("kind",), f"a kind of {quoted(version)}", quoted(kind), _suggestion(version, kind)
    elif "." not in group:
        fix = (
            _suggestion(version, kind) if kinds_named(kind) else "write group/version, such as example.com/v1"
        )
        yield (
            ("apiVersion",),
            "a built-in API group, or a custom one with a dot in its name",
            quoted(version),
            fix,
        )


def _suggestion(version: str, kind: str) -> str:
    """The likeliest fix: the same kind in another version, or another kind of this version spelt alike."""
    elsewhere = [row.api_version for row in kinds_named(kind)]
    if elsewhere:
        return f"{kind} is in {' and '.join(elsewhere)}"
    near = [row.kind for row in kinds_in(version) if _is_near(row.kind.lower(), kind.lower())]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "see the kinds that `kubectl api-resources` lists"


def _is_near(one: str, other: str) -> bool:
    """Whether two words differ by at most two letters put in, left out or replaced."""
    if abs(len(one) - len(other)) > 2 or len(other) > 80:
        return False
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        previous, row[0] = row[0], at
        for to, match in enumerate(other, 1):
            cost = min(row[to] + 1, row[to - 1] + 1, previous + (letter != match))
            previous, row[to] = row[to], cost
    return row[-1] <= 2


def _without_repeats(objects: list[Document]) -> tuple[tuple[Document, ...], list[Problem]]:
    """The objects with exact repetitions left out; two different ones of the same name are a problem."""
    first: dict[tuple[str, str, str, str], Document] = {}
    problems: list[Problem] = []
    kept: list[Document] = []
    for item in objects:
        key = (group_of(item.api_version), item.kind, item.namespace, item.name)
        named = bool((item.tree.get("metadata") or {}).get("name"))
        earlier = first.get(key) if named else None
        if earlier is None:
            first[key] = item
            kept.append(item)
        elif earlier.tree != item.tree:
            first_at = f"{earlier.location.file}:{earlier.location.line}"
            where = f"{item.kind} {quoted(item.name)} again (first in {first_at})"
            path = ".".join(part for part in (item.location.path, "metadata.name") if part)
            fix = "remove one, or give it a name or namespace of its own"
            problems.append(
                Problem(item.location.file, item.location.line, path, "each object once", where, fix)
            )
    return tuple(kept), problems
