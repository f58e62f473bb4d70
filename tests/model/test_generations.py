"""Generations numbered anew, object by object: their order stays, and nothing else of a cluster changes."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.apps import ReplicaSetStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.client.calls import Call
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.generations import with_ranked_generations
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.model.view import Cell

LIVE = Cell("object", "", "replicasets", "default/web")
COPY = Cell("copy", "replicaset-controller", "replicasets", "default/web")
PLAN = Cell("plan", "replicaset-controller", "", "default/web")
NOTE = Cell("note", "endpointslice-controller", "generation/default/web", "slice")


def at(generation: int, seen: int = 0, uid: str = "one") -> Any:
    """A ReplicaSet at this generation, whose status speaks of that one."""
    held = replicaset(1, uid=uid)
    return attrs.evolve(held, metadata=attrs.evolve(held.metadata, generation=generation),
                        status=attrs.evolve(held.status, observed_generation=seen))


def cluster_of(cells: dict[Cell, Any], generations: int = 0) -> Cluster:
    """A cluster of these cells."""
    first = start(Scope(objects=NAMESPACE, generations=generations))
    return Cluster(first.system, FrozenMap(cells))


def ranked(cells: dict[Cell, Any], generations: int = 0) -> dict[Cell, Any]:
    """The cells with their generations ranked."""
    return dict(with_ranked_generations(cluster_of(cells, generations)).cells.pairs())


def test_generations_become_ranks() -> None:
    """In the store, in a cache, in a status and in a plan alike; one that has none keeps none."""
    memo = Call("update", "replicasets", "default/web", at(5, 4), "status")
    assert {LIVE: at(4, 3), COPY: at(3, 1), PLAN: attrs.evolve(memo, body=at(3, 2))} == ranked(
        {LIVE: at(9, 5), COPY: at(5, 2), PLAN: memo})
    assert {LIVE: at(1)} == ranked({LIVE: at(7)})
    assert {LIVE: at(0)} == ranked({LIVE: at(0)})


def test_each_object_has_numbers_of_its_own() -> None:
    """One of another identity does not count."""
    assert {LIVE: at(1, uid="two"), COPY: at(2, 1)} == ranked({LIVE: at(4, uid="two"), COPY: at(6, 4)})


@attrs.frozen
class Memo:
    """What a plan remembers."""

    held: Any
    status: ReplicaSetStatus = attrs.field(factory=lambda: ReplicaSetStatus(observed_generation=6))


def test_a_status_by_itself_is_its_objects() -> None:
    """What keeps one keeps its object closer by than any other."""
    closest = Memo(at(2, 1), ReplicaSetStatus(observed_generation=2))
    assert {LIVE: at(3, 1), PLAN: closest} == ranked({LIVE: at(8, 3), PLAN: Memo(at(6, 3))})
    assert {PLAN: Call("get", "", "", at(1, uid="two"), memo=Memo(at(2, 1), closest.status))} == ranked(
        {PLAN: Call("get", "", "", at(9, uid="two"), memo=Memo(at(6, 3)))})


def test_where_nobody_knows_whose_a_status_is_all_stays() -> None:
    """With two objects as close by, or with none at all."""
    for doubtful in ({LIVE: at(8, 3), PLAN: Memo((at(6, 3), at(9, uid="two")))}, {LIVE: at(8), PLAN: Memo("nothing")}):
        assert doubtful == ranked(doubtful)


def test_what_a_controller_wrote_last_counts() -> None:
    """A note is of the slice that it is kept for; that a deletion is waited for is no generation."""
    assert {NOTE: 1} == ranked({NOTE: 3})
    assert {NOTE: -1} == ranked({NOTE: -1})


@pytest.mark.parametrize("cells", [{LIVE: at(2, 1)}, {LIVE: at(1, 1), COPY: at(1)}, {}])
def test_what_is_numbered_already_stays(cells: dict[Cell, Any]) -> None:
    """The very same cluster."""
    cluster = cluster_of(cells)
    assert cluster is with_ranked_generations(cluster)


def test_bounded_generations_stay() -> None:
    """The next one is computed from the number there, not from its rank."""
    assert {LIVE: at(9, 5)} == ranked({LIVE: at(9, 5)}, generations=16)


def test_an_object_without_a_generation_is_left_alone() -> None:
    """Nothing of a namespace is renumbered."""
    held = attrs.evolve(NAMESPACE[0], metadata=ObjectMeta(name="default", generation=7))
    assert {LIVE: held} == ranked({LIVE: held})
