"""What several commands share: lists of names, output formats, output files."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def names(values: Iterable[str]) -> tuple[str, ...]:
    """Values that may be repeated and may hold commas, as one tuple."""
    return tuple(dict.fromkeys(part.strip() for value in values for part in value.split(",") if part.strip()))


def format_option(command: F) -> F:
    """Adds --format text|json."""
    option = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
                          help="How to print the result.")
    return option(command)


def print_json(value: Any) -> None:  # noqa: ANN401 -- a JSON tree
    """Prints a JSON tree."""
    click.echo(json.dumps(value, indent=1, ensure_ascii=False))


class Measure(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.2
    """A number with a unit; without one it is of the smallest."""

    def __init__(self, name: str, units: dict[str, int], example: str) -> None:
        self.name = name
        self._units = units
        self._example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """4G as 4294967296, 2m as 120."""
        if isinstance(value, int | float):
            return float(value)
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", value.strip())
        unit = found[2].removesuffix("iB").removesuffix("B") if found else ""
        if found is None or (unit and unit not in self._units) or float(found[1]) <= 0:
            self.fail(f"{value!r} is no {self.name}: give a number and {', '.join(self._units)}, as in {self._example}",
                      param, ctx)
        return float(found[1]) * self._units.get(unit, 1)


SIZE = Measure("size", {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}, "4G")
DURATION = Measure("duration", {"s": 1, "m": 60, "h": 3600}, "60s")
