"""JSON as plain trees: one value, several one after another, or JSON lines.

The reading itself is the standard library's; where something stands in the text is worked out only when
there is a problem to report. Refused: a key that stands twice, nesting past 100 levels, NaN and infinities,
halves of surrogate pairs.
"""

import json
import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

import attrs

from seatrial.traces.importers.errors import Path, Problem, quoted, rendered_path
from seatrial.traces.importers.marks import Marks, line_of
from seatrial.traces.importers.yaml_source import MAX_DOCUMENTS, MAX_NESTING, RawDocument

_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r'[ \t\r\n]*("[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+)', re.DOTALL)
_MAX_DIGITS = 400


@attrs.define
class _Seen:
    """What the decoder met that JSON allows and a manifest does not."""

    repeated: bool = False


def _decoder(seen: _Seen) -> json.JSONDecoder:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        tree = dict(items)
        seen.repeated = seen.repeated or len(tree) != len(items)
        return tree

    return json.JSONDecoder(
        object_pairs_hook=pairs, parse_int=_integer, parse_float=_float, parse_constant=_constant
    )


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= _MAX_DIGITS else _float(text)


def _float(text: str) -> float:
    value = float(text) if len(text) <= _MAX_DIGITS else math.inf
    if math.isinf(value):
        raise ValueError(text)
    return value


def _constant(text: str) -> NoReturn:
    raise ValueError(text)


def read_json(file: str, text: str) -> tuple[tuple[RawDocument, ...], tuple[Problem, ...]]:
    """The values of a JSON text that are not null, and the problems met while reading."""
    documents: list[RawDocument] = []
    problems: list[Problem] = []
    position = _skip(text, 0)
    while position < len(text):
        if len(documents) >= MAX_DOCUMENTS:
            fix, limit = "split the input", f"at most {MAX_DOCUMENTS} values in a file"
            problems.append(Problem(file, line_at(text, position), "", limit, "more", fix))
            break
        seen = _Seen()
        try:
            tree, end = _decoder(seen).raw_decode(text, position)
        except json.JSONDecodeError as error:
            problems.append(_syntax_problem(file, text, error))
            break
        except (ValueError, RecursionError) as error:
            problems.append(_value_problem(file, text, position, error))
            break
        if _too_deep(tree):
            problems.append(_nesting_problem(file, text, position))
            break
        line = line_at(text, position)
        if seen.repeated:
            problems.extend(index_lines(file, text, position)[1])
        if "\\ud" in text[position:end].lower():
            problems.extend(_half_pairs(file, line, tree))
        if tree is not None:
            documents.append(RawDocument(tree, line, _finder(file, text, position, line)))
        position = _skip(text, end)
    return tuple(documents), tuple(problems)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def line_at(text: str, position: int) -> int:
    """The line, counted from 1, on which a position of the text stands."""
    return text.count("\n", 0, position) + 1


def _too_deep(tree: Any) -> bool:
    """Whether collections are nested more than 100 deep; level by level, so that depth costs no stack."""
    level = [tree] if isinstance(tree, dict | list) else []
    for _ in range(MAX_NESTING):
        children = [c for v in level for c in (v.values() if isinstance(v, dict) else v)]
        level = [c for c in children if isinstance(c, dict | list)]
    return bool(level)


def _half_pairs(file: str, line: int, tree: Any) -> tuple[Problem, ...]:
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        fix = "write the character itself, or both halves"
        return (Problem(file, line, "", "whole characters", "half of a surrogate pair (\\ud...)", fix),)
    return ()


def _finder(file: str, text: str, position: int, line: int) -> Callable[[Path], int]:
    """A function from object paths to lines that reads the text a second time when it is first asked."""

    @cache
    def marks() -> Marks | None:
        return index_lines(file, text, position)[0]

    return lambda path: line_of(marks(), path, line)


def _syntax_problem(file: str, text: str, error: json.JSONDecodeError) -> Problem:
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        found, fix = "the end of the file inside a value", "the file looks cut off: write it again in full"
    else:
        found, fix = (
            f"{quoted(text[error.pos : error.pos + 20])} ({error.msg})",
            "mend the JSON at this place",
        )
    return Problem(file, error.lineno, "", f"JSON (column {error.colno})", found, fix)


def _value_problem(file: str, text: str, position: int, error: Exception) -> Problem:
    if isinstance(error, RecursionError):
        return _nesting_problem(file, text, position)
    number = str(error)
    line = line_at(text, max(text.find(number, position), position)) if number else line_at(text, position)
    return Problem(file, line, "", "a finite number", quoted(number), "write a number that a double can hold")


def _nesting_problem(file: str, text: str, position: int) -> Problem:
    depth = 0
    where = position
    for match in _WORD.finditer(text, position):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[1], 0)
        if depth > MAX_NESTING:
            where = match.start(1)
            break
    limit = f"at most {MAX_NESTING} levels of nesting"
    return Problem(file, line_at(text, where), "", limit, "more", "flatten the document")


def index_lines(file: str, text: str, position: int) -> tuple[Marks | None, tuple[Problem, ...]]:
    """Where each value of the JSON value at position stands, and a problem for each repeated key.

    The text must be valid JSON there: the standard library has read it before.
    """
    root: dict[str | int, tuple[int, Marks | None]] = {}
    stack: list[tuple[Marks, str | int | None]] = [(Marks(0, root), 0)]
    problems: list[Problem] = []
    line, last = line_at(text, position), position
    for match in _WORD.finditer(text, position):
        word = match[1]
        line, last = line + text.count("\n", last, match.start(1)), match.start(1)
        marks, key = stack[-1]
        if word in "}]":
            stack.pop()
        elif word == ",":
            stack[-1] = (marks, key + 1 if isinstance(key, int) else None)
        elif word != ":" and key is None:
            name = json.loads(word)
            if name in marks.entries:
                path = (*(str(k) if isinstance(k, str) else k for _, k in stack[1:-1] if k is not None), name)
                found = f"{quoted(name)} again (first on line {marks.entries[name][0]})"
                shown = rendered_path(path)
                problems.append(Problem(file, line, shown, "each key once", found, "remove one of the two"))
            marks.entries[name] = (line, None)
            stack[-1] = (marks, name)
        elif word != ":":
            inner = Marks(line, {}) if word in "{[" else None
            where = 0 if key is None else key
            start = marks.entries[where][0] if where in marks.entries else line
            marks.entries[where] = (start, inner)
            if inner is not None:
                stack.append((inner, None if word == "{" else 0))
        if len(stack) == 1 and root:
            break
    return (root[0][1] if 0 in root else None), tuple(problems)
