"""metadata.generation and status.observedGeneration: what is left of them when only their order counts.

A generation is raised with each change of an object's spec, and compared with the one that a status speaks of, or that
a controller wrote last; nobody looks at how far two of them are apart. So the generations of one object can be
numbered anew, those that anybody still mentions keeping their order: that is what makes a state of a loop that changes
a spec again and again come back. It is right as long as nobody makes the object anew: the ReplicaSet controller may
write the status that it worked out for an object on the next one of that name, and then numbers of two objects meet. So
it is for loops of the system alone, where no user acts, and no part of `seatrial.model.canonical`.
In explored scopes generations are counted up to a bound instead, and begin anew (`Scope.generations`,
`seatrial.model.etcd.store`): until then all comparisons are those of Kubernetes, and whoever explores has to say that
it came so far. Left out: the generations of pods, which change but a few times.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.registry import KINDS, never_changes
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.endpointslice_tracker import generations
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.view import Cell

TYPES = tuple(kind.type for kind in KINDS if kind.raises_generation is not never_changes)
STATUSES: dict[type[Any], str] = {type(kind().status): kind.__name__ for kind in (Deployment, ReplicaSet)}
"""Of which type of object a type of status is, by name."""
WRITTEN = generations("")
Generation = tuple[str, int]
"""An object's UID and one of its generations."""
Ranks = FrozenMap[Generation, int]
Owners = FrozenMap[str, str]
"""Whose a status is that stands by itself: a UID, by the name of the type of object; none where that cannot be told."""
NOBODY = ""
"""Whose a generation is where that cannot be told: then all keep their numbers."""


def with_ranked_generations(cluster: Cluster) -> Cluster:
    """The cluster with the generations that are mentioned numbered from 1, object by object.

    One whose scope bounds generations is given back as it is, and so is one with a status of which nobody knows whose
    it is.
    """
    if cluster.system.scope.generations:
        return cluster
    mentions = {cell: found for cell, value in cluster.cells.pairs() if (found := mentioned_in(cell, value))}
    known = sorted({each: None for found in mentions.values() for each in found})
    ranks = ranked(known)
    if not ranks or known[0][0] == NOBODY:
        return cluster
    changes = {cell: renumbered_in(cell, cluster.cells[cell], ranks) for cell, found in mentions.items()
               if any(each in ranks for each in found)}
    return Cluster(cluster.system, cluster.cells.update(changes, []))


def ranked(mentioned: list[Generation]) -> Ranks:
    """The rank of each generation among those of its object; of those alone that it changes."""
    ranks: dict[str, int] = {}
    found = {}
    for uid, generation in mentioned:
        ranks[uid] = ranks.get(uid, 0) + 1
        if ranks[uid] != generation:
            found[uid, generation] = ranks[uid]
    return FrozenMap(found)


def is_written(cell: Cell) -> bool:
    """Is it a note of the generation that a controller wrote last?"""
    return cell.table == "note" and cell.kind.startswith(WRITTEN)


@lru_cache(maxsize=1 << 16)
def mentioned_in(cell: Cell, value: Any) -> tuple[Generation, ...]:  # noqa: ANN401 -- any value of a cell
    """The generations that a cell mentions."""
    if is_written(cell):
        return ((cell.key, value),) if value > 0 else ()
    return tuple(dict.fromkeys(each for part, owner in parts(value, EMPTY) for each in generations_of(part, owner)))


def renumbered_in(cell: Cell, value: Any, ranks: Ranks) -> Any:  # noqa: ANN401 -- any value of a cell
    """The value of a cell, renumbered."""
    return ranks.get((cell.key, value), value) if is_written(cell) else renumbered(value, ranks, EMPTY)


def parts(value: Any, owners: Owners) -> Iterator[tuple[Any, str]]:  # noqa: ANN401 -- any value of a cell
    """The objects in a value whose generation may rise, and the statuses that stand by themselves, each with whose."""
    if isinstance(value, TYPES):
        yield value, value.metadata.uid
    elif type(value) in STATUSES:
        yield value, owners.get(STATUSES[type(value)], NOBODY)
    elif isinstance(value, tuple):
        for each in value:
            yield from parts(each, owners)
    elif attrs.has(type(value)):
        owners = owners_within(value, owners)
        for field in attrs.fields(type(value)):
            yield from parts(getattr(value, field.name), owners)


def owners_within(value: Any, owners: Owners) -> Owners:  # noqa: ANN401 -- any attrs value
    """Whose the statuses in a value are: what keeps one keeps its object too, and closer by than any other."""
    uids: dict[str, list[str]] = {}
    for kind, uid in objects_in(value):
        uids.setdefault(kind, []).append(uid)
    for kind, some in uids.items():
        if len(some) == 1:
            owners = owners.set(kind, some[0])
    return owners


@lru_cache(maxsize=1 << 16)
def objects_in(value: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 -- any value of a cell
    """The type and the UID of each object in a value whose generation may rise."""
    if isinstance(value, TYPES):
        return ((type(value).__name__, value.metadata.uid),)
    if isinstance(value, tuple):
        held = value
    elif attrs.has(type(value)):
        held = tuple(getattr(value, field.name) for field in attrs.fields(type(value)))
    else:
        return ()
    return tuple(dict.fromkeys(found for each in held for found in objects_in(each)))


def generations_of(part: Any, owner: str) -> Iterator[Generation]:  # noqa: ANN401 -- an object or a status
    """The generations that one of the parts mentions."""
    numbers = (part.observed_generation,) if type(part) in STATUSES else (part.metadata.generation, observed(part))
    yield from ((owner, each) for each in numbers if each)


def observed(value: Any) -> int:  # noqa: ANN401 -- an object whose generation may rise
    """The generation that its status speaks of, or 0."""
    return int(getattr(getattr(value, "status", None), "observed_generation", 0))


@lru_cache(maxsize=1 << 16)
def renumbered(value: Any, ranks: Ranks, owners: Owners) -> Any:  # noqa: ANN401 -- any value of a cell
    """The value with its generations renumbered; untouched parts are shared."""
    if isinstance(value, TYPES):
        return _object(value, ranks)
    if type(value) in STATUSES:
        return _status(value, owners.get(STATUSES[type(value)], NOBODY), ranks)
    if isinstance(value, tuple):
        return tuple([renumbered(each, ranks, owners) for each in value])
    if not attrs.has(type(value)):
        return value
    changes, owners = {}, owners_within(value, owners)
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        new = renumbered(held, ranks, owners)
        if new is not held and new != held:
            changes[field.name] = new
    return attrs.evolve(value, **changes) if changes else value


def _object(value: Any, ranks: Ranks) -> Any:  # noqa: ANN401 -- an object whose generation may rise
    meta = value.metadata
    new = attrs.evolve(value, metadata=attrs.evolve(
        meta, generation=ranks.get((meta.uid, meta.generation), meta.generation)))
    return attrs.evolve(new, status=_status(value.status, meta.uid, ranks)) if observed(value) else new


def _status(status: Any, uid: str, ranks: Ranks) -> Any:  # noqa: ANN401 -- a status that speaks of a generation
    seen = status.observed_generation
    return attrs.evolve(status, observed_generation=ranks.get((uid, seen), seen))
