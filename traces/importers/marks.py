"""Where each value of a document stands in its file, kept beside the plain tree.

`Marks` mirrors the tree: for a mapping its keys, for a list its indexes, each with the line it starts on and
the marks of its value. A scalar has no marks of its own.
"""

import re
from typing import Any

import attrs

from seatrial.traces.importers.errors import Path

_STEP = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


@attrs.frozen(eq=False)
class Marks:
    """The lines of a collection's entries: `entries[key or index]` is (line, marks of the value or None)."""

    line: int
    entries: dict[str | int, tuple[int, "Marks | None"]]


def line_of(marks: Marks | None, path: Path, start: int) -> int:
    """The line of the value at path, or of the deepest value on the way to it that exists; at least start."""
    line, here = start, marks
    for step in path:
        if here is None or step not in here.entries:
            return line
        line, here = here.entries[step]
    return line


def resolved(tree: Any, field: str) -> Path:
    """The path that a field in the API server's notation (`spec.ports[0].name`, `limits[cpu]`) leads to."""
    path: list[str | int] = []
    here = tree
    for match in _STEP.finditer(field):
        step: str | int = match[2] if match[2] is not None else match[1]
        if isinstance(here, list) and isinstance(step, str) and step.isdecimal():
            step = int(step)
        path.append(step)
        here = _child(here, step)
    return tuple(path)


def _child(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
