"""What several commands share: lists of names, output formats, output files."""

import json
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
