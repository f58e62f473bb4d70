"""What the EndpointSlice controller has written and its informer has yet to show: generations by slice.

Mirrors staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go (release 1.36). One note for each slice written,
by the Service's key and the slice's UID; they live in memory, and a crash loses them. The API's reply and the watch
are unordered: the event that a slice was deleted may arrive before the reply to the write that made it. `record_write`
therefore leaves out a slice that was seen to go while the write was in flight. 1.36 records it all the same, and the
cache then counts as stale for ever (kubernetes/kubernetes#141592, fixed later by forgetting the records of a Service
of another UID): that is the seeded bug `record_every_write`. A slice that comes and goes within one gap of a watch is
not seen at all, and 1.36 waits for it for ever; so does the model.
"""

from collections.abc import Callable, Iterable

from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.client.local import Local

DELETION_EXPECTED = -1
WRITING = "writing"
Record = Callable[[Local, str, str, int], None]


def generations(service: str) -> str:
    """The notes with the generations expected of a Service's slices."""
    return f"generation/{service}"


def deletions(service: str) -> str:
    """The notes of slices that were seen to go while a write for their Service was in flight."""
    return f"deleted/{service}"


def begin_writes(local: Local, service: str) -> None:
    """From now on deletions are remembered for `record_write`."""
    local.set_note(WRITING, service, value=True)


def end_writes(local: Local, service: str) -> None:
    """The last reply is in: what was seen to go meanwhile no longer matters."""
    local.set_note(WRITING, service, None)
    for uid, _ in list(local.notes(deletions(service))):
        local.set_note(deletions(service), uid, None)


def record_write(local: Local, service: str, uid: str, generation: int) -> None:
    """Expects a slice at this generation, or its deletion, unless it was already seen to go."""
    if local.note(deletions(service), uid) is None:
        record_every_write(local, service, uid, generation)


def record_every_write(local: Local, service: str, uid: str, generation: int) -> None:
    """What 1.36 does: expects the slice, even one whose deletion the watch has already shown."""
    local.set_note(generations(service), uid, generation)


def should_sync(local: Local, service: str, endpoint_slice: EndpointSlice) -> bool:
    """Is this a state of the slice that the controller did not write itself?"""
    expected = local.note(generations(service), endpoint_slice.metadata.uid)
    return expected is None or bool(endpoint_slice.metadata.generation > expected)


def handle_deletion(local: Local, service: str, uid: str) -> bool:
    """Forgets a slice that is gone; says whether that was a surprise (one never written is none)."""
    if local.note(WRITING, service) is not None:
        local.set_note(deletions(service), uid, value=True)
    expected = local.note(generations(service), uid)
    local.set_note(generations(service), uid, None)
    return expected is not None and expected != DELETION_EXPECTED


def stale_slices(local: Local, service: str, slices: Iterable[EndpointSlice]) -> bool:
    """Is the cache older than the controller's own writes?"""
    shown = {each.metadata.uid: each.metadata.generation for each in slices}
    return any(is_stale(expected, shown.get(uid)) for uid, expected in local.notes(generations(service)))


def is_stale(expected: int, shown: int | None) -> bool:
    """Does a slice's generation in the cache (None: not there) fall short of what was written?"""
    if expected == DELETION_EXPECTED:
        return shown is not None
    return shown is None or shown < expected


def forget_service(local: Local, service: str) -> None:
    """The Service is gone, and with it what was expected of its slices."""
    for uid, _ in list(local.notes(generations(service))):
        local.set_note(generations(service), uid, None)
    end_writes(local, service)
