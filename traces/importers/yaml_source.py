"""Multi-document YAML as plain trees, read from libyaml's events without recursion.

Stricter than YAML where a manifest's meaning would be at stake: a key that stands twice, an alias to the
collection it is inside of, tags other than YAML's own scalars, and nesting past 100 levels are problems.
Anchors, aliases and merge keys work; aliases share one value, and no more than 100,000 values of a document
may come from aliases, so a few lines cannot unfold into gigabytes. An explicit key wins over a merged one.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import yaml

from seatrial.traces.importers.errors import Path, Problem, quoted, rendered_path
from seatrial.traces.importers.marks import Marks, line_of
from seatrial.traces.importers.yaml_scalars import CORE, Scalar, key_text, resolve_plain, resolve_tagged

MAX_NESTING = 100
MAX_ALIASED_VALUES = 100_000
MAX_DOCUMENTS = 10_000


@attrs.frozen(eq=False)
class RawDocument:
    """One document as read: a plain tree, the line it starts on, and the line of each object path in it."""

    tree: Any
    line: int
    line_of: Callable[[Path], int]


class UnreadableError(Exception):
    """Reading cannot go on; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.render())


@attrs.frozen(eq=False)
class _Node:
    """A value that was read whole: how many values it unfolds to, and how deep they are nested."""

    value: Any
    line: int
    marks: Marks | None = None
    size: int = 1
    height: int = 0


@attrs.define(eq=False)
class _Open:
    """A collection whose end has not been read yet."""

    value: dict[str, Any] | list[Any]
    line: int
    anchor: str | None
    entries: dict[str | int, tuple[int, Marks | None]] = attrs.Factory(dict)
    key: str | None = None
    key_line: int = 0
    merging: bool = False
    merges: list[_Node] = attrs.Factory(list)
    size: int = 1
    height: int = 1
    refused: bool = False

    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None and not self.merging

    def step(self) -> str | int:
        if isinstance(self.value, list):
            return len(self.value)
        return "<<" if self.merging or self.key is None else self.key


class _Reader:
    """Turns one file's events into documents, noting problems on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, _Node] = {}
        self.aliased = 0
        self.root: _Node | None = None

    def documents(self, text: str) -> Iterator[RawDocument]:
        count = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.DocumentEndEvent):
                if self.root is not None and self.root.value is not None:
                    count += 1
                    yield _document(self.root)
                self.anchors.clear()
                self.aliased, self.root = 0, None
                if count > MAX_DOCUMENTS:
                    self.stop(
                        event, f"at most {MAX_DOCUMENTS} documents in a file", "more", "split the input"
                    )
            else:
                self.read(event)

    def read(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.end()
        elif isinstance(event, yaml.AliasEvent):
            self.alias(event)

    def begin(self, event: Any) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        if self.open and self.open[-1].wants_key():
            self.stop(event, "text as a key", "a collection", "write the key as one word")
        if len(self.open) >= MAX_NESTING:
            self.stop(event, f"at most {MAX_NESTING} levels of nesting", "more", "flatten the document")
        refused = event.tag not in {None, "!", CORE + ("map" if mapping else "seq")}
        if refused:
            self.refuse_tag(event)
        opened = _Open({} if mapping else [], event.start_mark.line + 1, event.anchor)
        opened.refused = refused
        self.open.append(opened)

    def end(self) -> None:
        done = self.open.pop()
        self.merge(done)
        value = None if done.refused else done.value
        node = _Node(value, done.line, Marks(done.line, done.entries), done.size, done.height)
        self.add(node, done.anchor)

    def merge(self, done: _Open) -> None:
        for source in done.merges:
            for key, value in source.value.items():
                if key not in done.value:
                    done.value[key] = value
                    if source.marks is not None:
                        done.entries[key] = source.marks.entries[key]

    def scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        plain = event.tag is None and event.implicit[0]
        if plain and event.value == "<<" and self.open and self.open[-1].wants_key():
            self.open[-1].merging = True
            self.open[-1].key_line = line
            return
        if plain:
            value = resolve_plain(event.value)
        elif event.tag is None:
            value = event.value
        else:
            value = self.tagged(event)
        if self.open and self.open[-1].wants_key():
            self.key(event, value, line)
            return
        self.add(_Node(value, line), event.anchor)

    def tagged(self, event: Any) -> Scalar:
        try:
            return resolve_tagged(event.tag, event.value)
        except ValueError:
            self.refuse_tag(event)
            return None

    def refuse_tag(self, event: Any) -> None:
        tag = event.tag.replace(CORE, "!!")
        self.note(
            event, "a plain value", f"the tag {quoted(tag)}", "remove the tag; quote the value if it is text"
        )

    def key(self, event: Any, value: Scalar, line: int) -> None:
        here = self.open[-1]
        key = key_text(value)
        if key is None:
            self.stop(event, "text as a key", "null", "write a key before the colon")
        if key in here.entries:
            first = here.entries[key][0]
            where = (*self.path()[:-1], key)
            self.problems.append(
                Problem(
                    self.file,
                    line,
                    rendered_path(where),
                    "each key once",
                    f"{quoted(key)} again (first on line {first})",
                    "remove one of the two",
                )
            )
        here.key, here.key_line = key, line

    def alias(self, event: Any) -> None:
        name = event.anchor
        if any(frame.anchor == name for frame in self.open) and name not in self.anchors:
            self.stop(
                event, "an alias to a finished value", f"*{name} inside &{name} itself", "write the value out"
            )
        if name not in self.anchors:
            self.stop(
                event,
                f"an anchor &{name} before *{name}",
                "none",
                f"add &{name} to a value above, or write it out",
            )
        node = self.anchors[name]
        self.aliased += node.size
        if self.aliased > MAX_ALIASED_VALUES:
            limit = f"at most {MAX_ALIASED_VALUES} values from aliases"
            self.stop(event, limit, "more", "write the values out, or use fewer aliases")
        if len(self.open) + node.height > MAX_NESTING:
            self.stop(event, f"at most {MAX_NESTING} levels of nesting", "more", "flatten the document")
        if self.open and self.open[-1].wants_key():
            self.key(
                event,
                node.value if not isinstance(node.value, dict | list) else None,
                event.start_mark.line + 1,
            )
            return
        self.add(_Node(node.value, event.start_mark.line + 1, node.marks, node.size, node.height), None)

    def add(self, node: _Node, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        here = self.open[-1]
        here.size += node.size
        here.height = max(here.height, node.height + 1)
        if isinstance(here.value, list):
            here.entries[len(here.value)] = (node.line, node.marks)
            here.value.append(node.value)
        elif here.merging:
            self.add_merge(here, node)
        elif here.key is not None:
            here.entries[here.key] = (here.key_line, node.marks)
            here.value[here.key] = node.value
            here.key = None

    def add_merge(self, here: _Open, node: _Node) -> None:
        sources = node.value if isinstance(node.value, list) else [node.value]
        if not all(isinstance(source, dict) for source in sources):
            path = rendered_path(self.path())
            fix = "merge with << *name, where &name is on a mapping"
            self.problems.append(
                Problem(self.file, here.key_line, path, "a mapping to merge", "another value", fix)
            )
        elif isinstance(node.value, dict):
            here.merges.append(node)
        elif node.marks is not None:
            marks = node.marks.entries
            here.merges.extend(_Node(s, marks[i][0], marks[i][1]) for i, s in enumerate(sources))
        here.merging = False

    def path(self) -> Path:
        return tuple(frame.step() for frame in self.open)

    def note(self, event: Any, expected: str, found: str, fix: str) -> None:
        line = event.start_mark.line + 1
        self.problems.append(Problem(self.file, line, rendered_path(self.path()), expected, found, fix))

    def stop(self, event: Any, expected: str, found: str, fix: str) -> None:
        line = event.start_mark.line + 1
        path = self.path()
        shown = rendered_path(path) if len(path) <= 8 else rendered_path(path[:8]) + " ..."
        raise UnreadableError(Problem(self.file, line, shown, expected, found, fix))


def _document(root: _Node) -> RawDocument:
    return RawDocument(root.value, root.line, lambda path: line_of(root.marks, path, root.line))


def read_yaml(file: str, text: str) -> tuple[tuple[RawDocument, ...], tuple[Problem, ...]]:
    """The documents of a YAML text that are not empty, and the problems met while reading.

    After a problem that ends the reading (syntax, nesting, aliases), the documents before it are returned.
    """
    reader = _Reader(file)
    documents: list[RawDocument] = []
    try:
        documents.extend(reader.documents(text))
    except UnreadableError as error:
        reader.problems.append(error.problem)
    except yaml.MarkedYAMLError as error:
        reader.problems.append(_syntax_problem(file, text, error))
    except yaml.YAMLError as error:
        reader.problems.append(_character_problem(file, text, error))
    return tuple(documents), tuple(reader.problems)


def _syntax_problem(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    if mark and _line_at(text, line).lstrip(" ").startswith("\t"):
        return Problem(file, line, "", "spaces as indentation", "a tab", "replace each tab by two spaces")
    parts = [part for part in (error.problem, error.context) if part]
    fix = "check quotes, brackets and indentation on this line and above it"
    return Problem(file, line, "", "YAML", " ".join(parts) or "something else", fix)


def _line_at(text: str, line: int) -> str:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return text[start : start + 200]


def _character_problem(file: str, text: str, error: yaml.YAMLError) -> Problem:
    position = getattr(error, "position", 0) or 0
    character = getattr(error, "character", None)
    found = f"the character U+{character:04X}" if isinstance(character, int) else "another character"
    line = text.count("\n", 0, position) + 1
    fix = 'remove it, or write it as an escape in double quotes, such as "\\x07"'
    return Problem(file, line, "", "printable text", found, fix)
