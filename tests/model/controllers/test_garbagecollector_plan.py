"""What the garbage collector decides about one object."""

import pytest

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import ObjectMeta, OwnerReference
from seatrial.model.controllers.garbagecollector_plan import decide, get_policy, remember


@pytest.mark.parametrize(("counts", "expected"), [
    ((1, 0, 0, 5), "keep"), ((1, 1, 0, 0), "unlink"), ((1, 0, 1, 0), "unlink"), ((0, 1, 0, 3), "delete"),
    ((0, 1, 1, 0), "delete"), ((0, 0, 1, 2), "foreground"),
])
def test_decide(counts: tuple[int, int, int, int], expected: str) -> None:
    """A solid owner keeps an object; one that waits has its dependents go before it; else it simply goes."""
    assert expected == decide(*counts)


@pytest.mark.parametrize(("finalizers", "expected"), [
    ((), "Background"), (("foregroundDeletion",), "Foreground"), (("orphan", "foregroundDeletion"), "Orphan"),
])
def test_get_policy(finalizers: tuple[str, ...], expected: str) -> None:
    """A finalizer that is there already says how an object wants to be deleted."""
    assert expected == get_policy(finalizers)


def test_remember_keeps_version_and_owners_alone() -> None:
    """In the object's own type, so that its version is renamed with those of its resource; without one if need be."""
    owner = OwnerReference("apps/v1", "ReplicaSet", "web", "web")
    pod = Pod(ObjectMeta(name="a", namespace="default", resource_version=7, owner_references=(owner,)))
    kept = remember(pod, "Background")
    assert (Pod, 7, (owner,), "") == (type(kept.object), kept.version, kept.owners, kept.object.metadata.name)
    assert remember(pod, "Background", versioned=False).version is None
