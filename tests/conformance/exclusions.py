"""Which tables and cases are not run, with the reasons, and the share of a table that must pass.

`not_modelled.toml` lists tables, and predicates on the input of a case; never a case by its name. A predicate
is `<adapter module>.<function>`: a function of tests/conformance/adapters/<adapter module>.py from a case's
input to bool. `expected.toml` holds the floors.
"""

import tomllib
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs

from tests.conformance.cases import Case, Table
from tests.conformance.registry import is_in_area

HERE = Path(__file__).parent
NOT_MODELLED = "not_modelled"
SUPERSEDED = "superseded"

Predicate = Callable[[Mapping[str, Any]], bool]


class ListingError(ValueError):
    """An entry of not_modelled.toml or expected.toml that means nothing; says which and why."""


@attrs.frozen
class Exclusion:
    """One entry: what it leaves out of the run, and why. An empty table is every table of the area."""

    kind: str
    area: str
    table: str
    when: Predicate | None
    reason: str

    def covers(self, table: Table) -> bool:
        """Whether the entry speaks of `table`."""
        return is_in_area(table.area, self.area) and self.table in {"", table.name}


def load_exclusions(path: Path = HERE / "not_modelled.toml") -> tuple[Exclusion, ...]:
    """The entries of the listing in file order; raises ListingError."""
    with path.open("rb") as file:
        listing = tomllib.load(file)
    unknown = sorted(set(listing) - {NOT_MODELLED, SUPERSEDED})
    if unknown:
        why = f"is neither [[{NOT_MODELLED}]] nor [[{SUPERSEDED}]]"
        raise ListingError(f"{path.name}: [[{unknown[0]}]] {why}")
    kinds = (NOT_MODELLED, SUPERSEDED)
    return tuple(_load_exclusion(kind, entry, path.name) for kind in kinds for entry in listing.get(kind, ()))


def _load_exclusion(kind: str, entry: Mapping[str, Any], name: str) -> Exclusion:
    shown = f"{name}: [[{kind}]] {entry.get('area', '?')}/{entry.get('table', '*')}"
    if set(entry) - {"area", "table", "when", "reason"} or not entry.get("area"):
        raise ListingError(f"{shown}: an entry has area and reason, and may have table and when")
    if not str(entry.get("reason", "")).strip():
        raise ListingError(f"{shown}: say in `reason` why it is left out")
    if kind == SUPERSEDED and not (entry.get("table") and entry.get("when")):
        raise ListingError(f"{shown}: a superseded entry needs table and when: it is about some cases only")
    when = _load_predicate(entry["when"], shown) if "when" in entry else None
    return Exclusion(kind, entry["area"], entry.get("table", ""), when, entry["reason"])


def _load_predicate(name: str, shown: str) -> Predicate:
    module, _, function = name.rpartition(".")
    try:
        found = getattr(import_module(f"tests.conformance.adapters.{module}"), function)
    except (ImportError, AttributeError) as error:
        why = f"`when` names no function of tests/conformance/adapters: {name}"
        raise ListingError(f"{shown}: {why}") from error
    if not callable(found):
        raise ListingError(f"{shown}: {name} is no function")
    return found  # type: ignore[no-any-return]


def whole_table_reason(table: Table, exclusions: tuple[Exclusion, ...]) -> str:
    """Why `table` is not run at all; empty if no entry leaves out the whole of it."""
    return next((entry.reason for entry in exclusions if entry.when is None and entry.covers(table)), "")


def names_whole_table(table: Table, exclusions: tuple[Exclusion, ...]) -> bool:
    """Whether an entry leaves out `table` by its own name, not merely its area."""
    return any(entry.when is None and entry.table and entry.covers(table) for entry in exclusions)


def exclusion_of(case: Case, applicable: tuple[Exclusion, ...]) -> Exclusion | None:
    """The first of the `applicable` entries whose predicate holds of the case's input."""
    return next((entry for entry in applicable if entry.when is not None and entry.when(case.input)), None)


def load_floors(path: Path = HERE / "expected.toml") -> Mapping[str, float]:
    """The share of the cases run that must pass, by `area/table`; raises ListingError."""
    with path.open("rb") as file:
        listing = tomllib.load(file)
    floors: dict[str, float] = {}
    for area, tables in listing.items():
        for name, floor in tables.items():
            if isinstance(floor, bool) or not isinstance(floor, float | int) or not 0 < floor <= 1:
                raise ListingError(f"{path.name}: {area}/{name}: a floor is a share above 0 and at most 1")
            floors[f"{area}/{name}"] = float(floor)
    return floors


def floor_of(table: Table, floors: Mapping[str, float]) -> float | None:
    """The floor of `table`, below whatever folders it lies, or None."""
    fitting = [(len(name), floor) for name, floor in floors.items() if is_in_area(table.title(), name)]
    return max(fitting)[1] if fitting else None
