"""One value for all clusters that behave alike: generated names and versions renumbered, times relative.

Names that the API server generated, resourceVersions and times matter only by equality and order, so they are
replaced by their ranks: the names of one base by rank of their number, the versions of one resource by rank among
those that some cell still mentions (of a log that is kept each one counts, so that its length stays), times by their
distance from the clock. With `symmetric`, pods of one base are
ranked by what is said of them instead, so that clusters that differ only in which pod is which become one value too.
Any such renaming maps runs to runs; two names that tie keep their order, which costs a reduction and never a
behaviour. Names that are `alike` (nodes, see `seatrial.model.alike`) are few and known beforehand: every permutation of
them is tried and the least result taken, so that of them nothing is kept apart. `tests/model/test_canonical.py` checks
that nothing is lost, in both directions.
"""

import re
from contextlib import suppress
from functools import lru_cache
from itertools import permutations, product
from typing import Any

import attrs

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.registry import KINDS
from seatrial.model.api.wire import is_time
from seatrial.model.apiserver.names import ALPHABET, SUFFIX_LENGTH, suffix
from seatrial.model.client.calls import (
    Call,
    ContinueToken,
    DeleteOptions,
    ListOptions,
    ObjectList,
    Patch,
    StatusPatch,
)
from seatrial.model.client.informer import WatchEvent
from seatrial.model.cluster import Cluster
from seatrial.model.etcd.history import log_cell
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.meta.timestamps import TimeError, format_time, parse_time
from seatrial.model.users_list import Listing, Shown
from seatrial.model.view import Cell, Cells

RESOURCE_OF = {kind.type: kind.resource for kind in KINDS}
STATUS_TIMES = frozenset(
    field.name for kind in KINDS if (status := attrs.fields_dict(kind.type).get("status")) is not None
    and status.type is not None and attrs.has(status.type) for field in attrs.fields(status.type) if is_time(field))
SUFFIX = f"[{ALPHABET}]{{{SUFFIX_LENGTH}}}"
VERSION_KEY = "resourceVersion"
Version = tuple[str, int]
Mentions = tuple[tuple[str, ...], tuple[Version, ...]]
Member = tuple[str, ...]
Group = tuple[Member, ...]
"""Names that may change places: of each member all the texts by which it is known, in the same order."""
FOREVER = 1 << 40


@attrs.frozen(cache_hash=True)
class Renaming:
    """What becomes of generated names, of (resource, version), and by how much times are moved back."""

    pattern: str
    names: FrozenMap[str, str]
    versions: FrozenMap[Version, int]
    clock: int
    horizon: int

    def text(self, value: str) -> str:
        """A text with its generated names renamed."""
        if not self.pattern:
            return value
        return _compiled(self.pattern).sub(lambda found: self.names.get(found[0], found[0]), value)

    def version(self, resource: str, value: int | None) -> int | None:
        """A version's rank."""
        return None if value is None else self.versions.get((resource, value), value)

    def time(self, value: int | None) -> int | None:
        """A time relative to the clock; what is very old is as old as can be."""
        return None if value is None else max(value - self.clock, -self.horizon)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def canonical(cluster: Cluster, *, symmetric: bool = False, alike: tuple[Group, ...] = ()) -> Cluster:
    """Returns the one cluster that stands for all that behave like this one.

    `symmetric`: pods of one base are sorted by what is said of them too. It is said with ranks for versions and times,
    else two names for one cluster would sort differently; so the second renaming works on the result of the first.
    `alike`: with it, the members of each of these groups change places as well.
    Raises ValueError for `symmetric` in a scope with a history: a page ends at a name, so there names are in an order.
    """
    if symmetric and cluster.system.scope.history:
        message = ("the scope keeps a history, in which lists in pages end at a name: pods cannot change places; "
                   "leave symmetric out, or set the scope's history to 0")
        raise ValueError(message)
    plain = _renumbered(cluster, symmetric=False)
    if not symmetric:
        return plain
    found = [_renumbered(permuted(plain, names), symmetric=True) for names in permutations_of(alike)]
    return found[0] if len(found) == 1 else min(found, key=_spelled)


def _spelled(cluster: Cluster) -> str:
    """A text by which clusters can be put in an order; it has no meaning but that."""
    return repr(tuple(cluster.cells.pairs()))


def permutations_of(groups: tuple[Group, ...]) -> tuple[FrozenMap[str, str], ...]:
    """What becomes of which text, for every way in which the members of each group can change places; none first."""
    ways = product(*(permutations(range(len(group))) for group in groups))
    return tuple(FrozenMap({
        old: new for group, way in zip(groups, each, strict=True) for at, to in enumerate(way)
        for old, new in zip(group[at], group[to], strict=True) if old != new}) for each in ways)


@lru_cache(maxsize=1 << 10)
def exchange(names: FrozenMap[str, str]) -> Renaming:
    """The renaming that puts one text for another, wherever it stands by itself: not within a longer word."""
    longest = sorted((name for name, _ in names.pairs()), key=lambda name: (-len(name), name))
    either = "|".join(re.escape(name) for name in longest)
    return Renaming(f"(?<![0-9A-Za-z])(?:{either})(?![0-9A-Za-z])" if longest else "", names, EMPTY, 0, FOREVER)


def permuted(cluster: Cluster, names: FrozenMap[str, str]) -> Cluster:
    """The cluster in which everybody goes by another name, in every place and every value."""
    return Cluster(cluster.system, renamed(cluster.cells, exchange(names))) if names else cluster


def renamed(cells: Cells, renaming: Renaming) -> Cells:
    """Cells under other names, in every place, owners included, and in every value."""
    return FrozenMap({place_under(cell, renaming): rename(value, cell.kind, renaming) for cell, value in cells.pairs()})


@lru_cache(maxsize=1 << 16)
def place_under(cell: Cell, renaming: Renaming) -> Cell:
    """Where a cell is under other names."""
    return Cell(cell.table, *(renaming.text(part) for part in cell[1:]))


def _renumbered(cluster: Cluster, *, symmetric: bool) -> Cluster:
    """The cluster with names and versions replaced by their ranks, and times by their distance from the clock."""
    cells = cluster.cells
    bases = sorted(cells.keys_between(Cell("names"), Cell("names\0")), key=_longest_first)
    pattern = "|".join(re.escape(cell.key.partition("/")[2]) + SUFFIX for cell in bases)
    mentions = {
        cell: _mentions(value, f"{cell.kind} {cell.key}", cell.kind, pattern, cell.table == "unseen")
        for cell, value in cells.pairs() if cell.table not in COUNTERS}
    mentions |= {cell: (mentions[cell][0], (*_placed_versions(cell, value), *mentions[cell][1]))
                 for cell, value in cells.pairs() if cell.table in ("history", "log")}
    names = {name: None for some, _ in mentions.values() for name in some}
    versions = {version: None for _, others in mentions.values() for version in others}
    if cluster.system.scope.versions:
        versions.clear()  # they are bounded already, and the next one is computed from the number, not from its rank
    if cluster.system.scope.names and not symmetric:
        names.clear()  # likewise
    ordered = sorted(names)
    if symmetric:
        signed = sorted((name[:-SUFFIX_LENGTH], _signature(cluster, name, pattern, mentions), name) for name in names)
        ordered = [name for _, _, name in signed]
    new_names = {old: new for old, new in _ranked_names(ordered).items() if old != new}
    new_versions = {old: new for old, new in _ranked_versions(versions).items() if old[1] != new}
    renaming = Renaming(pattern, FrozenMap(new_names), FrozenMap(new_versions), cells.get(Cell("clock")) or 0,
                        cluster.system.horizon)
    changes = _counters(cluster, ordered, versions)
    gone = [cell for cell, value in changes.items() if value is None]
    for cell, (some, others) in mentions.items():
        if renaming.clock or any(name in new_names for name in some) or any(each in new_versions for each in others):
            moved = _rename_place(cell, renaming)
            changes[moved] = _rename_cell(cell, cells[cell], renaming)
            if moved != cell:
                gone.append(cell)
    kept = {cell: value for cell, value in changes.items() if value is not None}
    return Cluster(cluster.system, cells.update(kept, [cell for cell in gone if cell not in kept]))


def _placed_versions(cell: Cell, value: Any) -> tuple[Version, ...]:  # noqa: ANN401 -- any value of a cell
    """The version that a cell of a log is, or that one of its marks stands at."""
    return ((cell.kind, int(cell.key) if cell.table == "log" else value),)


def _rename_place(cell: Cell, renaming: Renaming) -> Cell:
    """Where a cell's value goes: an entry of a log to the rank of its version."""
    if cell.table == "log":
        return log_cell(cell.kind, renaming.version(cell.kind, int(cell.key)) or 0)
    return cell._replace(kind=renaming.text(cell.kind), key=renaming.text(cell.key))


def _rename_cell(cell: Cell, value: Any, renaming: Renaming) -> Any:  # noqa: ANN401 -- any value of a cell
    if cell.table == "timer" or (cell.table == "lease" and isinstance(value, int)):
        return renaming.time(value)
    if cell.table == "history":
        return renaming.version(cell.kind, value)
    if cell.table == "unseen":
        return renaming.text(value[0]), renaming.version(cell.kind, value[1])
    return rename(value, cell.kind, renaming)


def _counters(cluster: Cluster, ordered: list[str], versions: dict[Version, None]) -> dict[Cell, Any]:
    """The counters that change: each stands just beyond what is still mentioned."""
    counts: dict[Cell, Any] = {}
    for cell, value in cluster.cells.pairs():
        if cell.table == "names":
            if cluster.system.scope.names:
                continue
            new: Any = sum(name.startswith(cell.key.partition("/")[2]) for name in ordered) or None
        elif cell.table == "revision":
            new = sum(resource == cell.kind for resource, _ in versions) or None
        elif cell.table == "clock":
            new = 0
        else:
            continue
        if new != value:
            counts[cell] = new
    return counts


COUNTERS = ("names", "revision", "clock", "budget", "incarnations", "up", "watch")


def _longest_first(cell: Cell) -> tuple[int, str]:
    return -len(cell.key), cell.key


def _ranked_names(ordered: list[str]) -> dict[str, str]:
    ranks: dict[str, int] = {}
    found = {}
    for name in ordered:
        base = name[:-SUFFIX_LENGTH]
        found[name] = base + suffix(ranks.get(base, 0))
        ranks[base] = ranks.get(base, 0) + 1
    return found


def _ranked_versions(versions: dict[Version, None]) -> dict[Version, int]:
    ranks: dict[str, int] = {}
    found = {}
    for resource, version in sorted(versions):
        ranks[resource] = ranks.get(resource, 0) + 1
        found[resource, version] = ranks[resource]
    return found


def _find(text: str, pattern: str) -> tuple[str, ...]:
    return tuple(_compiled(pattern).findall(text)) if pattern else ()


@lru_cache(maxsize=1 << 18)
def _mentions(value: Any, place: str, resource: str, pattern: str, is_mark: bool) -> Mentions:  # noqa: ANN401, FBT001 -- any value; cached by position
    """The generated names and the versions that a cell mentions, in its place (kind and key) or its value."""
    names: dict[str, None] = dict.fromkeys(_find(place, pattern), None)
    versions: dict[Version, None] = {}
    if is_mark:
        return (*names, *_find(value[0], pattern)), ((resource, value[1]),)

    def visit(held: Any, within: str) -> None:  # noqa: ANN401 -- any value of a cell
        if isinstance(held, str):
            names.update(dict.fromkeys(_find(held, pattern), None))
        elif isinstance(held, tuple):
            for each in held:
                visit(each, within)
        elif isinstance(held, FrozenMap):
            for key, each in held.items():
                if key == VERSION_KEY and isinstance(each, str) and each.isdigit():
                    versions[within, int(each)] = None
                visit(key, within)
                visit(each, within)
        elif attrs.has(type(held)):
            within = _resource_within(held, within)
            version = _version_of(held)
            if version is not None:
                versions[within, version] = None
            for field in attrs.fields(type(held)):
                visit(getattr(held, field.name), within)

    visit(value, resource)
    return tuple(names), tuple(versions)


def _resource_within(value: Any, resource: str) -> str:  # noqa: ANN401 -- any attrs value
    """The resource that versions inside a value belong to."""
    if isinstance(value, Call):
        return value.resource
    return RESOURCE_OF.get(type(value), resource)


def _version_of(value: Any) -> int | None:  # noqa: ANN401 -- any attrs value
    if isinstance(value, (ObjectMeta, DeleteOptions, ListOptions, ObjectList)):
        return value.resource_version
    return value.version if isinstance(value, (ContinueToken, Listing, Shown, WatchEvent)) else None


@lru_cache(maxsize=1 << 18)
def rename(value: Any, resource: str, renaming: Renaming) -> Any:  # noqa: ANN401 -- any value of a cell
    """A value with its generated names, versions and times renamed; untouched parts are shared."""
    if isinstance(value, str):
        return renaming.text(value)
    if isinstance(value, tuple):
        return tuple([rename(each, resource, renaming) for each in value])
    if isinstance(value, FrozenMap):
        return FrozenMap([(renaming.text(str(key)), rename(each, resource, renaming)) for key, each in value.items()])
    if not attrs.has(type(value)):
        return value
    within = _resource_within(value, resource)
    if isinstance(value, StatusPatch):
        return _rename_patch(value, within, renaming)
    if isinstance(value, Patch):
        return Patch(value.type, _rename_tree(value.tree, within, renaming))
    changes = {}
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        if field.name in ("resource_version", "version") and _version_of(value) is held and held is not None:
            new = renaming.version(within, held)
        elif is_time(field):
            new = renaming.time(held)
        else:
            new = rename(held, within, renaming)
        if new is not held and new != held:
            changes[field.name] = new
    return attrs.evolve(value, **changes) if changes else value


def _rename_patch(patch: StatusPatch, resource: str, renaming: Renaming) -> StatusPatch:
    """A status patch names the fields that it sets, so what is a time shows by the name only."""
    fields = tuple((name, renaming.time(held) if name in STATUS_TIMES else rename(held, resource, renaming))
                   for name, held in patch.fields)
    return StatusPatch(renaming.text(patch.uid), fields, rename(patch.conditions, resource, renaming))


def _rename_tree(tree: Any, resource: str, renaming: Renaming, key: str = "") -> Any:  # noqa: ANN401 -- a JSON tree
    """A patch's JSON tree: what is a time shows by its key only (lastTransitionTime, deletionTimestamp, …)."""
    if isinstance(tree, FrozenMap):
        return FrozenMap([(renaming.text(str(name)), _rename_tree(held, resource, renaming, str(name)))
                          for name, held in tree.items()])
    if isinstance(tree, tuple):
        return tuple([_rename_tree(held, resource, renaming, key) for held in tree])
    if not isinstance(tree, str):
        return tree
    if key == VERSION_KEY and tree.isdigit():
        return str(renaming.version(resource, int(tree)))
    if key.endswith(("Time", "Timestamp")):
        with suppress(TimeError):
            return format_time(max(parse_time(tree) - renaming.clock, -renaming.horizon))
    return renaming.text(tree)


def _signature(cluster: Cluster, name: str, pattern: str, mentions: dict[Cell, Any]) -> str:
    """What is said of a generated name, with all other generated names blotted out."""
    words = []
    for cell, (names, _) in mentions.items():
        if name in names:
            text = f"{tuple(cell)}={cluster.cells[cell]!r}"
            words.append(_compiled(pattern).sub(lambda found: "self" if found[0] == name else "*", text))
    return "\n".join(sorted(words))
