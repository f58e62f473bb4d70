"""Which ReplicaSets are scaled, to what size: recorded cases, and bounds for all sizes."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.controllers.deployment_scaling import desired_replicas, max_surge, min_available
from seatrial.model.controllers.deployment_sizes import (
    get_active_or_latest,
    get_cleanup,
    get_scale_down,
    get_scaling,
    size_of,
)
from tests.model.controllers.deployments import make_deployment, make_replica_set

COUNTS = st.integers(0, 30)


def scaled(deployment: Deployment, new: ReplicaSet | None, *old: ReplicaSet) -> list[tuple[str, int]]:
    """The names and new sizes, in the order in which they are written."""
    return [(each.metadata.name, size) for each, size in get_scaling(deployment, new, old)]


def test_proportional_scaling_as_recorded() -> None:
    """10 with surge 3, stuck at 8 old + 5 new: 15 gives 11 and 7, 5 gives 5 and 3, the larger first."""
    before = make_deployment(10, 3, "25%", image="web:2")
    old = make_replica_set(before, "web:1", 8)
    new = make_replica_set(before, "web:2", 5, available=0, created=1)
    assert [("web-web-1", 11), ("web-web-2", 7)] == scaled(make_deployment(15, 3, "25%"), new, old)
    assert [("web-web-1", 5), ("web-web-2", 3)] == scaled(make_deployment(5, 3, "25%"), new, old)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=4), st.integers(0, 40), st.integers(1, 40), st.integers(0, 9))
def test_proportional_scaling_fills_the_bound(sizes: list[int], noted: int, desired: int, surge: int) -> None:
    """In a rolling update that is scaled, all sizes together are desired + surge, unless the largest ends at 0."""
    deployment = make_deployment(desired, surge, 1, image="new")
    sets = [make_replica_set(deployment, f"web:{at}", size, created=at, desired=noted) for at, size in enumerate(sizes)]
    after = {each.metadata.name: size_of(each) for each in sets}
    after |= dict(scaled(deployment, None, *sets))
    largest = min(sets, key=lambda each: (-size_of(each), each.metadata.creation_timestamp or 0))
    assert desired + surge == sum(after.values()) or after[largest.metadata.name] == 0


def test_the_bound_can_be_missed_by_many_small_ones() -> None:
    """Four ReplicaSets of one replica each, scaled from 4 to 2: rounding keeps all, the largest can only give one.

    Upstream's real behaviour: three replicas stay where two are allowed, until the rollout goes on.
    """
    deployment = make_deployment(2, 0, 1, image="new")
    sets = [make_replica_set(deployment, f"web:{at}", 1, created=at, desired=4) for at in range(4)]
    assert [("web-web-0", 0), ("web-web-1", 1), ("web-web-2", 1), ("web-web-3", 1)] == scaled(deployment, None, *sets)


def test_one_active_replica_set_takes_the_size_alone() -> None:
    """Without a second active one it is a plain scaling; with none active the newest is scaled up."""
    deployment = make_deployment(5, image="web:2")
    old, new = make_replica_set(deployment, "web:1", 3), make_replica_set(deployment, "web:2", 0, created=1)
    assert [("web-web-1", 5)] == scaled(deployment, new, old)
    empty = make_replica_set(deployment, "web:1", 0)
    assert [("web-web-2", 5)] == scaled(deployment, new, empty)
    assert empty == get_active_or_latest(None, (empty,))
    assert [] == scaled(deployment, None)


def test_beside_a_saturated_new_one_the_old_are_emptied() -> None:
    """All replicas are there and new: the rest goes, whatever the annotations of the old ones say."""
    deployment = make_deployment(3, image="web:2")
    old, new = make_replica_set(deployment, "web:1", 2, desired=9), make_replica_set(deployment, "web:2", 3, created=1)
    assert [("web-web-1", 0)] == scaled(deployment, new, old)


def test_recreate_does_not_scale_in_proportion() -> None:
    """With several active ReplicaSets Recreate scales none here; its own stage empties the old ones."""
    deployment = make_deployment(3, recreate=True, image="web:2")
    old = make_replica_set(deployment, "web:1", 2)
    assert [] == scaled(deployment, make_replica_set(deployment, "web:2", 1, created=1), old)


@given(st.tuples(COUNTS, COUNTS), st.tuples(COUNTS, COUNTS), st.integers(1, 30), st.integers(0, 5), st.integers(0, 5))
def test_min_available_bound(
    olds: tuple[int, int], news: tuple[int, int], desired: int, surge: int, unavailable: int,
) -> None:
    """Old replicas that go leave enough available ones, if only available ones were taken away."""
    deployment = make_deployment(desired, surge, unavailable)
    new = make_replica_set(deployment, "web:9", news[0], available=min(news))
    old = tuple(make_replica_set(deployment, f"web:{at}", size, created=at) for at, size in enumerate(olds))
    removed = sum(size_of(each) - size for each, size in get_scale_down(deployment, new, old))
    available = sum(each.status.available_replicas for each in (*old, new))
    assert removed >= 0
    assert removed == 0 or available - removed >= min_available(deployment)


def test_unhealthy_old_replicas_go_first() -> None:
    """10 with surge 2, 12 pods, two of the old ones broken: they go although no new pod is available yet."""
    deployment = make_deployment(10, 2, 2, image="web:2")
    old = make_replica_set(deployment, "web:1", 10, available=8)
    new = make_replica_set(deployment, "web:2", 2, available=0)
    found = get_cleanup(deployment, new, (old,))
    assert found is not None
    assert ([(old, 8)], True) == (list(found[0]), found[1])


def test_unavailable_new_replicas_keep_old_ones_alive() -> None:
    """With 13 pods, 8 needed and 5 new ones unavailable no old replica may go."""
    deployment = make_deployment(10, 3, 2, image="web:2")
    old, new = make_replica_set(deployment, "web:1", 8), make_replica_set(deployment, "web:2", 5, available=0)
    assert get_cleanup(deployment, new, (old,)) is None
    assert desired_replicas(deployment) + max_surge(deployment) == size_of(old) + size_of(new)


def test_without_active_old_ones_nothing_is_cleaned_up() -> None:
    """An old ReplicaSet that asks for nothing is left alone, even with pods left."""
    deployment = make_deployment(3)
    empty = make_replica_set(deployment, "web:0", 0)
    empty = attrs.evolve(empty, status=attrs.evolve(empty.status, replicas=2))
    assert get_cleanup(deployment, make_replica_set(deployment, "web:1", 3), (empty,)) is None
