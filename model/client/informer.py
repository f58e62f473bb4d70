"""Informers: a copy of each object, fed by a first-in first-out queue of watch events.

One copy cell per (process, object) and one queue per (process, resource). A write appends its event to the queue of
every process that can see a difference; `Deliver` takes the oldest. This is the transition system of "a position in
the log of the watch cache" (staging/src/k8s.io/client-go/tools/cache, release 1.36), and can also express what a
position cannot: acting on a stale copy after the log was cut. Bookmarks are left out: they only move a position.
Resync is left out: a handler that is called without a change may only queue keys, which a plan in flight or a
delivery does too.
"""

from typing import Any

import attrs

from seatrial.model.api.meta import key_of
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.view import Cell, View, is_present

CONNECTED, DROPPED, EXPIRED = "connected", "dropped", "expired"
QUEUES = ("events",)
"""The tables whose cells are first-in first-out queues."""


@attrs.frozen(cache_hash=True)
class WatchEvent:
    """What a watch brings: the object's key and version, and the object, or None when it is gone."""

    key: str
    version: int
    object: Any = None


def mark_of(event: WatchEvent) -> tuple[str, int]:
    """Projection: which write an event tells of."""
    return event.key, event.version


def events_cell(process: str, resource: str) -> Cell:
    """The queue of events that a process has not seen yet."""
    return Cell("events", process, resource)


def watch_cell(process: str, resource: str) -> Cell:
    """Is the watch connected, dropped (it resumes) or expired (it must list again)?"""
    return Cell("watch", process, resource)


def is_fed(watch: str | None) -> bool:
    """Projection: will events written now reach this watch, at once or when it resumes?"""
    return watch in (CONNECTED, DROPPED)


def push_event(view: View, process: str, watch: Watch, event: WatchEvent, old: object) -> None:
    """Appends a write to one informer's queue, unless its process cannot see the difference."""
    before, after = watch.see(old), watch.see(event.object)
    if before == after or not view.get(watch_cell(process, watch.resource), is_fed):
        return
    view.push(events_cell(process, watch.resource), WatchEvent(event.key, event.version, after))


def deliver(view: View, controller: Controller, resource: str) -> None:
    """The informer sees the next event; its handler settles notes and queues keys."""
    event = view.pop(events_cell(controller.name, resource))
    cell = Cell("copy", controller.name, resource, event.key)
    old = view[cell]
    view[cell] = event.object
    settle_own_write(view, controller, resource, event)
    controller.watch(resource).handle(Local(view, controller.name), event.key, old, event.object)


def settle_own_write(view: View, controller: Controller, resource: str, event: WatchEvent) -> None:
    """Forgets an own write that is unseen no longer, now that its event is here."""
    if resource not in controller.consistent:
        return
    for key, written in view.scan("unseen", controller.name, resource):
        if written == (event.key, event.version):
            view[Cell("unseen", controller.name, resource, key)] = None


def remember_own_write(view: View, controller: Controller, key: str, resource: str, written: object) -> None:
    """Notes a write whose event is still to come; a sync of `key` waits for it (gates StaleControllerConsistency…).

    The event often arrives before the reply: then there is nothing to wait for. Mirrors the consistency store of
    pkg/controller (release 1.36): it compares the version written with the version read of the whole resource, which
    for events in order is the question whether this one event was seen.
    """
    meta = getattr(written, "metadata", None)
    if resource not in controller.consistent or meta is None or meta.resource_version is None:
        return
    mark = (key_of(meta), meta.resource_version)
    lost = view[watch_cell(controller.name, resource)] == EXPIRED
    if lost or view.awaits(events_cell(controller.name, resource), mark_of, mark):
        view[Cell("unseen", controller.name, resource, key)] = mark


def has_unseen_write(view: View, controller: Controller, key: str) -> str:
    """The resource of which the controller has an own write it has not seen, or ""."""
    for resource in controller.consistent:
        if view.get(Cell("unseen", controller.name, resource, key), is_present):
            return resource
    return ""


def list_objects(view: View, controller: Controller, watch: Watch, source: str = "") -> None:
    """Lists, then watches from there; the gap since the last list arrives merged, one handler call per object.

    `source` is the lagging API server to list from (its copies and its queue), or "" for a fresh list: a running
    reflector never goes back in time, and since WatchListClient (default in 1.36) a restarted one does not either.
    Deletions come as tombstones, a deletion and recreation as one update that carries another UID.
    """
    process, resource = controller.name, watch.resource
    table, owner = ("copy", source) if source else ("object", "")
    found = {key: seen for key, value in view.scan(table, owner, resource) if (seen := watch.see(value)) is not None}
    before = dict(view.scan("copy", process, resource))
    pending = tuple(
        attrs.evolve(event, object=watch.see(event.object)) for event in view[events_cell(source, resource)] or ()
    ) if source else ()
    view[events_cell(process, resource)] = pending or None
    view[watch_cell(process, resource)] = CONNECTED
    changed = [key for key in sorted({*before, *found}) if before.get(key) != found.get(key)]
    for key in changed:
        view[Cell("copy", process, resource, key)] = found.get(key)
    for key in list(view.keys("unseen", process, resource)):
        view[Cell("unseen", process, resource, key)] = None
    local = Local(view, process)
    for key in changed:
        watch.handle(local, key, before.get(key), found.get(key))
