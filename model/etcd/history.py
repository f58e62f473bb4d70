"""What was: the log of each resource, how far back etcd and the API server's watch cache still know it.

Models etcd 3.6's multi-version store (server/storage/mvcc) and the API server's watch cache in front of it
(staging/src/k8s.io/apiserver/pkg/storage: etcd3/compact.go, cacher/watch_cache.go, cacher/compactor.go; release 1.36).
A log entry is one cell. Three marks per resource say what is still known:

    floor      etcd shows every state from this revision on; a compaction moves it up
    window     the watch cache serves watches from this revision on; a restart, or more events than it has room
               for, moves it up
    snapshot   the watch cache shows states from this revision on; the API server's own compactor moves it up too,
               which never takes away a watch's events (cacher/compactor.go)

What is below all of them is cut. Time compacts as well: every five minutes the API server has etcd drop what is older
than the five minutes before. Here that is what is older than `RETENTION` windows, of each resource by itself (no
client may compare revisions of two), so a log has a bounded length.

History is kept only where `Scope.history` says how many events the watch cache holds; without, no cell is written.
That is sound: informers have queues of their own (`seatrial.model.client.informer`), reads without a version are
fresh, so nothing that moves looks at a log but a paged list, a compaction and a watch that resumes. A scope without
history has none of the first two; there a dropped watch resumes, or expires if the environment so chooses (budget
`gone`), which covers whatever a window would have said. Left out: a cache of its own for the second API server (it
serves only lists at version 0), and the three seconds that a server waits before it calls a version too large.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.view import Cell, View

FLOOR, WINDOW, SNAPSHOT = "floor", "window", "snapshot"
RETENTION = 2


@attrs.frozen(cache_hash=True)
class LogEntry:
    """One write: the key, what is stored since (None: deleted) and what was before (None: created)."""

    key: str
    object: Any = None
    previous: Any = None


class Compacted(ValueError):  # noqa: N818 -- etcd's name for it (ErrCompacted)
    """A revision that nobody can show any more; `oldest` is the first that somebody can."""

    def __init__(self, resource: str, revision: int, oldest: int) -> None:
        super().__init__(f"{resource} at revision {revision}: required revision has been compacted; the oldest that "
                         f"can be asked for is {oldest}")
        self.oldest = oldest


class FutureRevision(ValueError):  # noqa: N818 -- etcd's name for it (ErrFutureRev)
    """A revision that was not reached yet."""


def log_cell(resource: str, revision: int) -> Cell:
    """The entry of one revision; the keys of a resource's entries sort as their revisions do."""
    return Cell("log", "", resource, f"{revision:012}")


def mark_cell(resource: str, mark: str) -> Cell:
    """One of the three marks of a resource: floor, window or snapshot."""
    return Cell("history", "", resource, mark)


def mark_of(view: View, resource: str, mark: str) -> int:
    """The revision of a mark; 0 when it never moved."""
    return view[mark_cell(resource, mark)] or 0


def current_revision(view: View, resource: str) -> int:
    """The revision of the last write of a resource."""
    return view[Cell("revision", "", resource)] or 0


def resources_with_history(view: View) -> tuple[str, ...]:
    """Every resource that was ever written, in order."""
    return tuple(cell.kind for cell in view.cells("revision"))


def begin(view: View) -> None:
    """History begins at the present: what was before cannot be asked for."""
    for resource in resources_with_history(view):
        for mark in (FLOOR, WINDOW, SNAPSHOT):
            view[mark_cell(resource, mark)] = current_revision(view, resource) or None


def append(view: View, capacity: int, resource: str, revision: int, entry: LogEntry) -> None:
    """Logs a write; a watch cache of this capacity forgets its oldest event when it is full."""
    view[log_cell(resource, revision)] = entry
    before = oldest_kept(view, resource)
    if revision - capacity >= mark_of(view, resource, WINDOW):
        raise_mark(view, resource, WINDOW, revision - capacity)
        raise_mark(view, resource, SNAPSHOT, revision - capacity + 1)
    raise_mark(view, resource, FLOOR, revision - RETENTION * capacity)
    cut(view, resource, before)


def raise_mark(view: View, resource: str, mark: str, revision: int) -> None:
    """Moves a mark up to a revision, never down."""
    if revision > mark_of(view, resource, mark):
        view[mark_cell(resource, mark)] = revision


def oldest_kept(view: View, resource: str) -> int:
    """The revision after which every entry is kept."""
    return min(mark_of(view, resource, FLOOR), mark_of(view, resource, WINDOW))


def cut(view: View, resource: str, before: int) -> None:
    """Forgets the entries that were kept from `before` on, and that neither etcd nor a watch needs any more."""
    for revision in range(before + 1, oldest_kept(view, resource) + 1):
        view[log_cell(resource, revision)] = None


def compact(view: View, resource: str, revision: int) -> None:
    """Etcd forgets what was before a revision; raises Compacted when it has done so, FutureRevision past the present.

    The watch cache is not told (recorded: it goes on serving older lists, continue tokens and watches).
    """
    floor = mark_of(view, resource, FLOOR)
    if revision <= floor:
        raise Compacted(resource, revision, floor)
    if revision > current_revision(view, resource):
        raise FutureRevision(say_future(view, resource, revision))
    before = oldest_kept(view, resource)
    raise_mark(view, resource, FLOOR, revision)
    cut(view, resource, before)


def drop_snapshots(view: View, resource: str) -> None:
    """The watch cache forgets the states that etcd has forgotten; the events stay for watches (watchCache.Compact)."""
    raise_mark(view, resource, SNAPSHOT, mark_of(view, resource, FLOOR))


def empty_cache(view: View) -> None:
    """An API server starts: its watch cache begins at the present; what etcd holds is still there."""
    for resource in resources_with_history(view):
        before = oldest_kept(view, resource)
        raise_mark(view, resource, WINDOW, current_revision(view, resource))
        raise_mark(view, resource, SNAPSHOT, current_revision(view, resource))
        cut(view, resource, before)


# Reading.


def oldest_state(view: View, resource: str) -> int:
    """The oldest revision whose state etcd or the watch cache can show; where no log is kept, the present."""
    current = current_revision(view, resource)
    if view[log_cell(resource, current)] is None:
        return current
    return min(mark_of(view, resource, FLOOR), mark_of(view, resource, SNAPSHOT))


def oldest_watch(view: View, resource: str) -> int:
    """The oldest revision from which a watch can be served; where no log is kept, the present."""
    current = current_revision(view, resource)
    return current if view[log_cell(resource, current)] is None else mark_of(view, resource, WINDOW)


def check_revision(view: View, resource: str, revision: int, oldest: int) -> None:
    """Raises Compacted below `oldest`, FutureRevision past the present."""
    if revision < oldest:
        raise Compacted(resource, revision, oldest)
    if revision > current_revision(view, resource):
        raise FutureRevision(say_future(view, resource, revision))


def say_future(view: View, resource: str, revision: int) -> str:
    """Why a revision cannot be asked for yet."""
    current = current_revision(view, resource)
    return f"{resource} at revision {revision}: required revision is a future revision; the present is {current}"


def entries_after(view: View, resource: str, revision: int) -> Iterator[tuple[int, LogEntry]]:
    """The entries after a revision, in order."""
    for each in range(revision + 1, current_revision(view, resource) + 1):
        yield each, view[log_cell(resource, each)]


def get_at(view: View, resource: str, key: str, revision: int) -> Any:  # noqa: ANN401 -- each resource has a type of its own
    """An object as it was at a revision, or None; raises Compacted or FutureRevision."""
    check_revision(view, resource, revision, oldest_state(view, resource))
    for _, entry in entries_after(view, resource, revision):
        if entry.key == key:
            return entry.previous
    return view[Cell("object", "", resource, key)]


def list_at(view: View, resource: str, revision: int) -> tuple[tuple[str, Any], ...]:
    """All (key, object) of a resource at a revision, in key order; raises Compacted or FutureRevision."""
    check_revision(view, resource, revision, oldest_state(view, resource))
    found = dict(view.scan("object", "", resource))
    for _, entry in reversed(tuple(entries_after(view, resource, revision))):
        found[entry.key] = entry.previous
    return tuple((key, value) for key, value in sorted(found.items()) if value is not None)


def events_after(view: View, resource: str, revision: int) -> tuple[tuple[int, LogEntry], ...]:
    """What a watch from a revision brings, as (revision, entry) in order; raises Compacted or FutureRevision."""
    check_revision(view, resource, revision, oldest_watch(view, resource))
    return tuple(entries_after(view, resource, revision))
