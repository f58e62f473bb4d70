"""What a process can see and touch while it handles an event, syncs or resumes: its own memory, never the store."""

from collections.abc import Iterator
from typing import Any

from seatrial.model.client.calls import Happening
from seatrial.model.view import Cell, View, is_present


class Local:
    """A process's listers, notes, timers and work queue, over a view."""

    __slots__ = ("process", "view")

    def __init__(self, view: View, process: str) -> None:
        self.view = view
        self.process = process

    def get(self, resource: str, key: str) -> Any:  # noqa: ANN401 -- each resource has a type of its own
        """Returns the informer's copy of an object, or None."""
        return self.view[Cell("copy", self.process, resource, key)]

    def has(self, resource: str, key: str) -> bool:
        """Does the informer hold this object?"""
        return bool(self.view.get(Cell("copy", self.process, resource, key), is_present))

    def uid(self, resource: str, key: str) -> str:
        """Returns the UID of the informer's copy, or ""."""
        return str(self.view.get(Cell("copy", self.process, resource, key), uid_of))

    def list(self, resource: str, namespace: str | None = None) -> Iterator[Any]:
        """Iterates over the informer's copies in key order, of one namespace or of all."""
        start = "" if namespace is None else f"{namespace}/"
        for _, value in self.view.scan("copy", self.process, resource, start):
            yield value

    def note(self, name: str, key: str) -> Any:  # noqa: ANN401 -- each note has a type of its own
        """Returns a note kept in memory, or None; a crash loses it."""
        return self.view[Cell("note", self.process, name, key)]

    def notes(self, name: str) -> Iterator[tuple[str, Any]]:
        """Iterates over (key, note) of one name."""
        return self.view.scan("note", self.process, name)

    def set_note(self, name: str, key: str, value: object) -> None:
        """Keeps a note in memory; None forgets it."""
        self.view[Cell("note", self.process, name, key)] = value

    def enqueue(self, key: str) -> None:
        """Adds a key to the work queue; one in flight is synced again when its plan is done."""
        self.view[Cell("queue", self.process, "", key)] = True

    def enqueue_after(self, key: str, seconds: int) -> None:
        """Adds a key to the work queue when `seconds` have passed; the earlier of two delays counts."""
        self.arm("requeue", key, seconds, earliest=True)

    def arm(self, timer: str, key: str, seconds: int, *, earliest: bool = False) -> None:
        """Sets a timer; with `earliest`, an armed one that is due sooner stays."""
        cell = Cell("timer", self.process, timer, key)
        due = self.now + seconds
        held = self.view[cell] if earliest else None
        self.view[cell] = due if held is None else min(due, held)

    def disarm(self, timer: str, key: str) -> None:
        """Stops a timer."""
        self.view[Cell("timer", self.process, timer, key)] = None

    @property
    def now(self) -> int:
        """The clock, in seconds."""
        return int(self.view[Cell("clock")] or 0)

    def emit(self, involved: str, type_: str, reason: str, message: str) -> None:
        """Records a Kubernetes Event."""
        self.view.emit(Happening(self.process, involved, type_, reason, message))


def uid_of(value: Any) -> str:  # noqa: ANN401 -- any object
    """Projection: an object's UID, or ""."""
    return "" if value is None else str(value.metadata.uid)
