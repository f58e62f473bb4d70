"""One value for all clusters that behave alike: generated names and versions renumbered, times relative.

Names that the API server generated, resourceVersions and times matter only by equality and order, so they are
replaced by their ranks: the names of one base by rank of their number, the versions of one resource by rank among
those that some cell still mentions, times by their distance from the clock. With `symmetric`, pods of one base are
ranked by what is said of them instead, so that clusters that differ only in which pod is which become one value too.
Any such renaming maps runs to runs; two names that tie keep their order, which costs a reduction and never a
behaviour. `tests/model/test_canonical.py` checks that nothing is lost, in both directions.
"""

import re
from functools import lru_cache
from typing import Any

import attrs

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.registry import KINDS
from seatrial.model.api.wire import is_time
from seatrial.model.apiserver.names import ALPHABET, SUFFIX_LENGTH, number_of, suffix
from seatrial.model.client.calls import Call, DeleteOptions
from seatrial.model.client.informer import WatchEvent
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell

RESOURCE_OF = {kind.type: kind.resource for kind in KINDS}
SUFFIX = f"[{ALPHABET}]{{{SUFFIX_LENGTH}}}"
OLDEST = 2 * 3600
Version = tuple[str, int]


@attrs.frozen
class Renaming:
    """What becomes of generated names, of (resource, version), and by how much times are moved back."""

    pattern: str
    names: FrozenMap[str, str]
    versions: FrozenMap[Version, int]
    clock: int

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
        return None if value is None else max(value - self.clock, -OLDEST)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def canonical(cluster: Cluster, *, symmetric: bool = False) -> Cluster:
    """Returns the one cluster that stands for all that behave like this one."""
    cells = cluster.cells
    bases = [cell for cell in cells.keys_between(Cell("names"), Cell("names\0"))]
    pattern = "|".join(re.escape(cell.key.partition("/")[2]) + SUFFIX for cell in sorted(bases, key=_longest_first))
    names: set[str] = set()
    versions: set[Version] = set()
    for cell, value in cells.items():
        if cell.table not in COUNTERS:
            some, others = _mentions(value, cell.kind, pattern, cell.table == "unseen")
            names.update(some)
            versions.update(others)
            names.update(_find(cell.key, pattern))
    ordered = sorted(names)
    if symmetric:
        ordered = sorted(names, key=lambda name: (name[:-SUFFIX_LENGTH], _signature(cluster, name, pattern), name))
    renaming = Renaming(pattern, FrozenMap(_ranked_names(ordered)), FrozenMap(_ranked_versions(versions)),
                        cells.get(Cell("clock")) or 0)
    return _renamed(cluster, renaming, ordered, versions)


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


def _ranked_versions(versions: set[Version]) -> dict[Version, int]:
    ranks: dict[str, int] = {}
    found = {}
    for resource, version in sorted(versions):
        ranks[resource] = ranks.get(resource, 0) + 1
        found[resource, version] = ranks[resource]
    return found


def _find(text: str, pattern: str) -> tuple[str, ...]:
    return tuple(_compiled(pattern).findall(text)) if pattern else ()


@lru_cache(maxsize=1 << 18)
def _mentions(value: Any, resource: str, pattern: str, is_mark: bool) -> tuple[tuple[str, ...], tuple[Version, ...]]:  # noqa: ANN401, FBT001
    """The generated names and the versions that a value mentions."""
    names: dict[str, bool] = {}
    versions: dict[Version, bool] = {}
    if is_mark:
        return _find(value[0], pattern), ((resource, value[1]),)

    def visit(held: Any, within: str) -> None:  # noqa: ANN401 -- any value of a cell
        if isinstance(held, str):
            names.update(dict.fromkeys(_find(held, pattern)))
        elif isinstance(held, tuple):
            for each in held:
                visit(each, within)
        elif isinstance(held, FrozenMap):
            for key, each in held.items():
                visit(key, within)
                visit(each, within)
        elif attrs.has(type(held)):
            within = _resource_within(held, within)
            version = _version_of(held)
            if version is not None:
                versions[within, version] = True
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
    if isinstance(value, (ObjectMeta, DeleteOptions)):
        return value.resource_version
    return value.version if isinstance(value, WatchEvent) else None


def _renamed(cluster: Cluster, renaming: Renaming, ordered: list[str], versions: set[Version]) -> Cluster:
    """The cluster with everything renamed; counters stand just beyond what is still mentioned."""
    cells: dict[Cell, Any] = {}
    for cell, value in cluster.cells.items():
        if cell.table == "names":
            count = sum(name.startswith(cell.key.partition("/")[2]) for name in ordered)
            new: Any = count or None
        elif cell.table == "revision":
            new = sum(resource == cell.kind for resource, _ in versions) or None
        elif cell.table == "clock":
            new = 0
        elif cell.table == "timer":
            new = renaming.time(value)
        elif cell.table == "unseen":
            new = (renaming.text(value[0]), renaming.version(cell.kind, value[1]))
        else:
            new = rename(value, cell.kind, renaming)
        if new is not None:
            cells[cell._replace(key=renaming.text(cell.key))] = new
    return Cluster(cluster.system, FrozenMap(cells))


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


def _signature(cluster: Cluster, name: str, pattern: str) -> str:
    """What is said of a generated name, with all other generated names blotted out."""
    words = []
    for cell, value in cluster.cells.items():
        if cell.table in COUNTERS:
            continue
        if name in cell.key or name in _mentions(value, cell.kind, pattern, cell.table == "unseen")[0]:
            text = _compiled(pattern).sub(lambda found: "self" if found[0] == name else "*", f"{tuple(cell)}={value!r}")
            words.append(text)
    return "\n".join(sorted(words))
