"""The store: live objects with their versions, written by compare-and-swap, each write one event.

Models etcd 3.6 behind the API server (staging/src/k8s.io/apiserver/pkg/storage/etcd3, release 1.36): a linearizable
store of objects, one revision counter per resource. Kubernetes compares resourceVersions only within a resource, so
that is faithful and keeps the cells of different resources apart. The log since the oldest reader is the readers'
own queues of events (`seatrial.model.client.informer`); the log that lists and watches at an old version need is kept
in scopes that ask for it (`seatrial.model.etcd.history`). In explored scopes versions are per object, modulo
`Scope.versions`; only their equality is looked at then. Generations are counted up to `Scope.generations` there.
"""

from typing import Any

import attrs

from seatrial.model.client.informer import WatchEvent, push_event
from seatrial.model.etcd.history import LogEntry, append
from seatrial.model.system import System
from seatrial.model.view import Cell, View


def object_cell(resource: str, key: str) -> Cell:
    """The live object of this name."""
    return Cell("object", "", resource, key)


def read(view: View, resource: str, key: str) -> Any:  # noqa: ANN401 -- each resource has a type of its own
    """Returns the live object, or None."""
    return view[object_cell(resource, key)]


def write(view: View, system: System, resource: str, key: str, new: Any) -> Any:  # noqa: ANN401 -- as above
    """Stores an object under the next version and tells every reader; a write that changes nothing is none."""
    old = view[object_cell(resource, key)]
    if old is not None and new == old:
        return old
    held = old.metadata.resource_version if old is not None else None
    version = _next(view, system, resource, held)
    stamped = attrs.evolve(new, metadata=attrs.evolve(
        new.metadata, resource_version=version, generation=_bounded(system, new.metadata.generation)))
    view[object_cell(resource, key)] = stamped
    _log(view, system, resource, old, WatchEvent(key, version, stamped))
    _notify(view, system, resource, old, WatchEvent(key, version, stamped))
    return stamped


def erase(view: View, system: System, resource: str, key: str) -> Any:  # noqa: ANN401 -- as above
    """Deletes an object; the event has a version of its own. Returns the last state."""
    old = view[object_cell(resource, key)]
    view[object_cell(resource, key)] = None
    version = _next(view, system, resource, old.metadata.resource_version)
    _log(view, system, resource, old, WatchEvent(key, version))
    _notify(view, system, resource, old, WatchEvent(key, version))
    return old


def _next(view: View, system: System, resource: str, held: int | None) -> int:
    """The next version: of the resource, or of the object in scopes that bound it."""
    if system.scope.versions:
        return ((held or 0) + 1) % system.scope.versions
    cell = Cell("revision", "", resource)
    view[cell] = (view[cell] or 0) + 1
    return int(view[cell])


def _bounded(system: System, generation: int) -> int:
    """A generation, begun anew beyond the bound of a scope that has one."""
    most = system.scope.generations
    return (generation - 1) % most + 1 if most and generation > most else generation


def _log(view: View, system: System, resource: str, old: object, event: WatchEvent) -> None:
    """Keeps the write, in scopes with a history."""
    if system.scope.history:
        entry = LogEntry(event.key, event.object, old)
        append(view, system.scope.history, resource, event.version, entry)


def _notify(view: View, system: System, resource: str, old: object, event: WatchEvent) -> None:
    """Appends the event to every queue whose reader can see the difference."""
    for process, watch in system.readers_of(resource, old, event.object):
        push_event(view, process, watch, event, old)
