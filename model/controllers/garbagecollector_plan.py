"""What the garbage collector decides about one object, and what it remembers of it between two calls.

Mirrors the cases of attemptToDeleteItem in pkg/controller/garbagecollector/garbagecollector.go (release 1.36). The
decisions are pure functions of counts; the memos hold of an object what its deletion will name, and no more.
"""

from typing import Any

import attrs

from seatrial.model.api.meta import ObjectMeta, OwnerReference
from seatrial.model.controllers.garbagecollector_graph import FOREGROUND, ORPHAN, Identity

FINALIZER_ATTEMPTS = 4


def decide(solid: int, dangling: int, waiting: int, dependents: int) -> str:
    """What becomes of an object with so many owners that live, are gone, wait for it, and so many dependents."""
    if solid:
        return "keep" if not dangling and not waiting else "unlink"
    return "foreground" if waiting and dependents else "delete"


def get_policy(finalizers: tuple[str, ...]) -> str:
    """How to delete an object: as it already asks for, else in the background."""
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"


@attrs.frozen
class Latest:
    """The object as it was read live: its version and owners only, in its own type, which says what versions mean."""

    object: Any
    policy: str

    @property
    def version(self) -> int | None:
        """The version that was read; None when any version will do."""
        found: int | None = self.object.metadata.resource_version
        return found

    @property
    def owners(self) -> tuple[OwnerReference, ...]:
        """The owners that were read."""
        found: tuple[OwnerReference, ...] = self.object.metadata.owner_references
        return found


def remember(value: Any, policy: str, *, versioned: bool = True) -> Latest:  # noqa: ANN401 -- any object
    """What a plan keeps of an object: a version only if the deletion is to name it."""
    meta = value.metadata
    version = meta.resource_version if versioned else None
    shell = type(value)(metadata=ObjectMeta(resource_version=version, owner_references=meta.owner_references))
    return Latest(shell, policy)


@attrs.frozen
class Looking:
    """The object itself is being read."""

    item: Identity


@attrs.frozen
class Classifying:
    """The owners still to judge, the first one being read; and those that were judged."""

    item: Identity
    latest: Latest
    left: tuple[OwnerReference, ...]
    solid: tuple[str, ...] = ()
    dangling: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


@attrs.frozen
class Patching:
    """References are being taken out, or made not to block before a deletion in the foreground."""

    item: Identity
    latest: Latest | None = None


@attrs.frozen
class Deleting:
    """The deletion is in flight; or after a conflict, with its message, the object is read once more."""

    item: Identity
    latest: Latest
    conflict: str = ""


@attrs.frozen
class Finalizing:
    """A finalizer is to be removed: the object is being read (or patched), for so many more attempts."""

    item: Identity
    finalizer: str
    attempts: int = FINALIZER_ATTEMPTS
    patching: bool = False


@attrs.frozen
class Orphaning:
    """The dependents still to let go, the first one's patch in flight, and what went wrong."""

    owner: Identity
    left: tuple[Identity, ...]
    errors: tuple[str, ...] = ()
