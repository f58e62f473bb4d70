"""The tracker: what the controller waits for in its cache."""

import pytest

from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.client.local import Local
from seatrial.model.controllers.endpointslice_tracker import (
    DELETION_EXPECTED,
    begin_writes,
    end_writes,
    forget_service,
    handle_deletion,
    is_stale,
    record_every_write,
    record_write,
    should_sync,
    stale_slices,
)
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import View

KEY = "default/web"


def make_local() -> Local:
    """An empty memory."""
    return Local(View(FrozenMap()), "p")


def make_slice(uid: str, generation: int) -> EndpointSlice:
    """A slice at a generation."""
    return EndpointSlice(ObjectMeta(name=uid, namespace="default", uid=uid, generation=generation))


@pytest.mark.parametrize(("expected", "shown", "stale"), [
    (2, 1, True), (2, 2, False), (2, 3, False), (2, None, True), (DELETION_EXPECTED, None, False),
    (DELETION_EXPECTED, 5, True),
])
def test_is_stale(expected: int, shown: int | None, *, stale: bool) -> None:
    """A cache is stale while it shows less than was written, or what was deleted."""
    assert stale == is_stale(expected, shown)


def test_only_own_writes_are_waited_for() -> None:
    """Slices that the controller did not write never make the cache stale; others do until they are shown."""
    local = make_local()
    assert not stale_slices(local, KEY, [make_slice("a", 1)])
    record_write(local, KEY, "b", 1)
    assert stale_slices(local, KEY, [make_slice("a", 1)])
    assert not stale_slices(local, KEY, [make_slice("a", 1), make_slice("b", 1)])
    assert not stale_slices(local, "default/other", [])


def test_a_foreign_change_queues_the_service() -> None:
    """A generation beyond the expected one, or of a slice never written, is somebody else's."""
    local = make_local()
    assert should_sync(local, KEY, make_slice("a", 1))
    record_write(local, KEY, "a", 2)
    assert not should_sync(local, KEY, make_slice("a", 2))
    assert should_sync(local, KEY, make_slice("a", 3))


def test_an_expected_deletion_is_no_surprise() -> None:
    """A deletion surprises only when the slice was expected to live; either way it is forgotten."""
    local = make_local()
    record_write(local, KEY, "a", 1)
    record_write(local, KEY, "b", DELETION_EXPECTED)
    assert handle_deletion(local, KEY, "a")
    assert not handle_deletion(local, KEY, "b")
    assert not handle_deletion(local, KEY, "a")


def test_a_deletion_during_a_write_is_remembered_until_it_ends() -> None:
    """The write's reply is then too late to be recorded; the next write's is not. The seeded bug records both."""
    local = make_local()
    begin_writes(local, KEY)
    handle_deletion(local, KEY, "a")
    record_write(local, KEY, "a", 1)
    assert not stale_slices(local, KEY, [])
    end_writes(local, KEY)
    record_write(local, KEY, "a", 1)
    assert stale_slices(local, KEY, [])
    forget_service(local, KEY)
    begin_writes(local, KEY)
    handle_deletion(local, KEY, "a")
    record_every_write(local, KEY, "a", 1)
    assert stale_slices(local, KEY, [])
