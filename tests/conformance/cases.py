"""Tables of decisions on disk: which there are, and the cases in one.

A table is a file `<area>/<table>.jsonl` or `.jsonl.gz`, one JSON object a line; its area is its folder's path
below the directory that is run.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import attrs

SUFFIXES = (".jsonl", ".jsonl.gz")
# What a line says about itself; the rest of a line without `input` is the input.
ABOUT = frozenset({"class", "component", "expect", "function", "id", "injected", "name", "source"})


class MalformedTableError(ValueError):
    """A table that cannot be read: the file and line, what is wrong, what was expected."""


@attrs.frozen
class Case:
    """One decision: what it is called, what went in, what the real code decided, and the whole line."""

    id: str
    input: Mapping[str, Any]
    expect: Any
    line: Mapping[str, Any]


@attrs.frozen
class Table:
    """One file of cases."""

    area: str
    name: str
    path: Path

    def title(self) -> str:
        """The table's name in reports and test ids."""
        return f"{self.area}/{self.name}"


def find_tables(root: Path) -> tuple[Table, ...]:
    """The tables below `root`, sorted by area and name; raises MalformedTableError for two of one name.

    Links to folders are followed, so that a folder of links can choose some areas of another.
    """
    found: dict[tuple[str, str], Table] = {}
    for path in sorted(Path(folder, name) for folder, _, names in os.walk(root, followlinks=True) for name in names):
        suffix = next((ending for ending in reversed(SUFFIXES) if path.name.endswith(ending)), None)
        if suffix is None or not path.is_file():
            continue
        area = path.parent.relative_to(root).as_posix()
        table = Table(area, path.name.removesuffix(suffix), path)
        twin = found.setdefault((area, table.name), table)
        if twin is not table:
            raise MalformedTableError(f"{twin.path} and {path} are one table twice: remove one of them")
    return tuple(found[key] for key in sorted(found))


def read_cases(table: Table) -> Iterator[Case]:
    """The cases of `table` in file order; raises MalformedTableError naming file and line."""
    opener = gzip.open if table.path.name.endswith(".gz") else Path.open
    try:
        with cast("BinaryIO", opener(table.path, "rb")) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield parse_case(line, f"{table.path}:{number}")
    except (OSError, EOFError, zlib.error) as error:
        why = f"cannot be read to its end ({error}): copy it again"
        raise MalformedTableError(f"{table.path}: {why}") from error


def parse_case(line: bytes, where: str) -> Case:
    """The case that `line` holds; raises MalformedTableError with `where` in front."""
    try:
        held = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MalformedTableError(f"{where}: this line is not JSON in UTF-8: {error}") from error
    if not isinstance(held, dict):
        raise MalformedTableError(f"{where}: expected an object with `id` and `expect`, found something else")
    missing = [key for key in ("id", "expect") if key not in held]
    if missing or not isinstance(held.get("id"), str):
        wrong = f"has no `{missing[0]}`" if missing else "has an `id` that is no text"
        raise MalformedTableError(f"{where}: the case {wrong}; a case has `id`, `input` and `expect`")
    given = held.get("input", {key: value for key, value in held.items() if key not in ABOUT})
    if not isinstance(given, dict):
        raise MalformedTableError(f"{where}: `input` is no object; adapters read its members by name")
    return Case(held["id"], given, held["expect"], held)
