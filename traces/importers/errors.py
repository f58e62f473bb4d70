"""What is wrong with an input file, and where: file, line, object path, what was expected and found, the fix.

A file's problems are collected and raised together, so that one reading shows everything to mend. Text that
comes from the file is quoted with control and direction characters escaped: a name must not be able to forge
a line of output or colour a terminal.
"""

import json
import re
from collections.abc import Iterable
from typing import TypeAlias

import attrs

SHOWN_PROBLEMS = 100
SHOWN_CHARACTERS = 80

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead from a document's root to a value."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def quoted(text: str) -> str:
    """Text of a file as it may be printed: quoted, printable, cut to 80 characters."""
    cut = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
    escaped = json.dumps(cut, ensure_ascii=False)
    return printable(escaped)


def printable(text: str) -> str:
    """The text with its unprintable characters escaped, neither quoted nor cut."""
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def described(value: object) -> str:
    """A value of a file in a few words: scalars as they are, collections by their kind and size."""
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            text = str(value) if isinstance(value, float) or abs(value) < 10**30 else "a very large integer"
            return f"the number {text}" if text[0] != "a" else text
        case str():
            return quoted(value)
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case _:
            return type(value).__name__


def rendered_path(path: Path) -> str:
    """`spec.containers[0].image`; a key that is no plain word is quoted in brackets."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_KEY.match(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{quoted(step)}]")
    return "".join(parts)


@attrs.frozen(order=True)
class Problem:
    """One thing that is wrong with a file.

    `line` counts from 1; 0 stands for the file as a whole. `path` is the object path as text, empty for a
    document's root. `expected`, `found` and `fix` are phrases; `fix` may be empty.
    """

    file: str
    line: int
    path: str
    expected: str
    found: str
    fix: str = ""

    def render(self) -> str:
        """`file:line: path: expected E, found F; fix`, on one line."""
        where = f"{printable(self.file)}:{self.line}" if self.line else printable(self.file)
        path = f" {self.path}:" if self.path else ""
        fix = f"; {self.fix}" if self.fix else ""
        return f"{where}:{path} expected {self.expected}, found {self.found}{fix}"


class ManifestError(Exception):
    """Input that cannot be used; `problems` holds every problem found, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda p: (p.file, p.line)))
        super().__init__(self.render())

    def render(self) -> str:
        """One line per problem; past the hundredth only their number."""
        lines = [problem.render() for problem in self.problems[:SHOWN_PROBLEMS]]
        if len(self.problems) > SHOWN_PROBLEMS:
            lines.append(f"... and {len(self.problems) - SHOWN_PROBLEMS} more problems")
        return "\n".join(lines)
