"""Expectations: the writes that a controller has made and its informer has yet to show.

Mirrors UIDTrackingControllerExpectations in pkg/controller/controller_utils.go (release 1.36). A record that is
fulfilled is dropped: upstream keeps it, and treats it as if there were none. They live in memory: a crash loses them.
An expired record counts as fulfilled; a timer stands for its age. Nothing is woken by it: upstream's informers resync
every 12 hours or more, which is left out, so that whatever needs a resync to recover is reported.
"""

import attrs

from seatrial.model.client.local import Local

TTL_SECONDS = 5 * 60
NOTE = "expectations"


@attrs.frozen
class Expectations:
    """Creations and deletions awaited, the deletions by the pod's key, in order; and whether their time is over."""

    creations: int = 0
    deletions: tuple[str, ...] = ()
    expired: bool = False


def satisfied_expectations(local: Local, key: str) -> bool:
    """May the controller act on what its informers show?"""
    held = local.note(NOTE, key)
    return held is None or bool(held.expired)


def expect(local: Local, key: str, *, creations: int = 0, deletions: tuple[str, ...] = ()) -> None:
    """Replaces what is expected for a key, and starts its time to live."""
    local.set_note(NOTE, key, Expectations(creations, tuple(sorted(deletions))))
    local.arm(NOTE, key, TTL_SECONDS)


def delete_expectations(local: Local, key: str) -> None:
    """Forgets what was expected for a key."""
    local.set_note(NOTE, key, None)
    local.disarm(NOTE, key)


def creation_observed(local: Local, key: str, count: int = 1) -> None:
    """Lowers the creations awaited: the informer showed one, or none will come."""
    held = local.note(NOTE, key)
    if held is not None:
        _keep(local, key, attrs.evolve(held, creations=held.creations - count))


def deletion_observed(local: Local, key: str, pod: str) -> None:
    """Lowers the deletions awaited by this pod, once."""
    held = local.note(NOTE, key)
    if held is not None and pod in held.deletions:
        _keep(local, key, attrs.evolve(held, deletions=tuple(each for each in held.deletions if each != pod)))


def is_fulfilled(creations: int, deletions: int) -> bool:
    """Is nothing awaited any more? Over counts, so that the prover lifts it; creations may be below 0."""
    return creations <= 0 and deletions == 0


def _keep(local: Local, key: str, rest: Expectations) -> None:
    if is_fulfilled(rest.creations, len(rest.deletions)):
        delete_expectations(local, key)
    else:
        local.set_note(NOTE, key, rest)


def expire(local: Local, timer: str, key: str) -> None:
    """The time to live is over: the next sync acts as if nothing were expected."""
    held = local.note(NOTE, key)
    if timer == NOTE and held is not None:
        local.set_note(NOTE, key, attrs.evolve(held, expired=True))
