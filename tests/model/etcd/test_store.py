"""What the store stamps on an object: its version, and in scopes that bound generations one that begins anew."""

from typing import Any

import attrs
import pytest

from seatrial.model.etcd.store import write
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, replicaset

KEY = "default/web"


def written(scope: Scope, times: int) -> list[Any]:
    """The metadata of a ReplicaSet after each of so many changes of its size."""
    cluster = start(scope)
    view = cluster.view()
    found = []
    for at in range(times):
        held = view_of(view)
        meta = attrs.evolve(held.metadata, generation=held.metadata.generation + 1)
        found.append(write(view, cluster.system, "replicasets", KEY, attrs.evolve(
            held, metadata=meta, spec=attrs.evolve(held.spec, replicas=at + 2))).metadata)
    return found


def view_of(view: Any) -> Any:
    """The ReplicaSet that is stored."""
    return next(value for key, value in view.scan("object", "", "replicasets") if key == KEY)


@pytest.mark.parametrize("bound, expected", [(0, [2, 3, 4, 5, 6, 7]), (3, [2, 3, 1, 2, 3, 1]), (9, [2, 3, 4, 5, 6, 7])])
def test_generations_begin_anew_beyond_their_bound(bound: int, expected: list[int]) -> None:
    """At 1, as that of a new object does; 0 is for those who have none."""
    scope = Scope(objects=(*NAMESPACE, replicaset(1)), generations=bound)
    assert expected == [each.generation for each in written(scope, 6)]


def test_versions_are_counted_by_object_modulo_their_bound() -> None:
    """Beside generations, which have a bound of their own."""
    scope = Scope(objects=(*NAMESPACE, replicaset(1)), versions=4, generations=3)
    assert [(2, 2), (3, 3), (0, 1), (1, 2)] == [
        (each.resource_version, each.generation) for each in written(scope, 4)]
