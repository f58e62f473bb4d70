"""How far ReplicaSets are scaled: bounds that hold for all counts."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from seatrial.model.controllers.deployment_scaling import (
    NONE,
    allowed_size,
    cleanup_unhealthy_replicas,
    divide_rounding,
    find_active_or_latest,
    get_replica_set_fraction,
    get_replica_set_proportion,
    max_surge,
    max_unavailable,
    min_available,
    new_rs_new_replicas,
    resolve_fenceposts,
    scale_down_old_replica_sets_for_rolling_update,
    scale_proportionally,
)
from tests.model.controllers.deployments import make_deployment

COUNTS = st.integers(0, 200)
SIZES = st.lists(COUNTS, max_size=5).map(tuple)
BOUNDS = st.one_of(COUNTS, st.integers(0, 100).map(lambda share: f"{share}%"))


@given(BOUNDS, BOUNDS, COUNTS)
def test_a_rolling_update_can_always_move(surge: int | str, unavailable: int | str, desired: int) -> None:
    """The fenceposts are never both 0, or neither a new pod nor the end of an old one would be allowed."""
    assert (0, 0) != resolve_fenceposts(surge, unavailable, desired)


@given(BOUNDS, BOUNDS, COUNTS)
def test_unavailability_is_bounded_by_what_is_desired(surge: int | str, unavailable: int | str, desired: int) -> None:
    """No more pods may be unavailable than there are; so the number that must stay available is never negative."""
    deployment = make_deployment(desired, surge, unavailable)
    assert 0 <= max_unavailable(deployment) <= desired
    assert desired - max_unavailable(deployment) == min_available(deployment) >= 0


def test_recreate_has_no_bounds() -> None:
    """Recreate has no surge, and guarantees nothing."""
    deployment = make_deployment(10, recreate=True)
    assert (0, 0, 0) == (max_surge(deployment), max_unavailable(deployment), min_available(deployment))


def test_a_malformed_percentage_counts_as_nothing() -> None:
    """As upstream, which leaves it to validation."""
    assert 0 == max_surge(make_deployment(10, "x%"))


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_surge_bound_on_spec(desired: int, surge: int, current: int, others: int) -> None:
    """The new ReplicaSet never takes the sum above desired + surge; where it is above already, nothing is added."""
    grown = new_rs_new_replicas(desired, surge, current + others, current)
    assert others + grown <= max(desired + surge, others + current)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_new_replica_set_grows_towards_the_desired_number(
    desired: int, surge: int, current: int, others: int,
) -> None:
    """Below the desired number it never shrinks and never passes it."""
    assume(current <= desired)
    assert current <= new_rs_new_replicas(desired, surge, current + others, current) <= desired


def test_the_surge_bound_needs_the_total() -> None:
    """Negative control: without counting the others the bound of 10 + 2 would be broken."""
    assert 10 + new_rs_new_replicas(10, 2, 0, 0) > 10 + 2


@given(st.lists(st.tuples(COUNTS, st.integers(-200, 200)), min_size=1, max_size=5), st.integers(-300, 300))
def test_proportional_scaling_adds_up(shares: list[tuple[int, int]], to_add: int) -> None:
    """All of what is to be added or removed is, unless the largest would go below 0: then it ends at 0."""
    sizes, fractions = zip(*shares, strict=True)
    scaled = scale_proportionally(sizes, fractions, to_add)
    assert sum(sizes) + to_add == sum(scaled) or scaled[0] == 0


@given(COUNTS, st.integers(-200, 200), st.integers(-200, 200), st.integers(-200, 200))
def test_a_proportion_stays_within_what_is_left(size: int, fraction: int, to_add: int, added: int) -> None:
    """A ReplicaSet is never given more, or robbed of more, than is left to give or take."""
    proportion = get_replica_set_proportion(size, fraction, to_add, added)
    if to_add > 0:
        assert proportion <= max(to_add - added, 0)
    if to_add < 0:
        assert proportion >= min(to_add - added, 0)
    if to_add == 0 or size == 0:
        assert 0 == proportion


@given(st.integers(1, 200), COUNTS, st.integers(1, 200))
def test_a_replica_set_keeps_its_share(size: int, surge: int, desired: int) -> None:
    """If the Deployment's bound does not change, no ReplicaSet's share does."""
    assert 0 == get_replica_set_fraction(size, desired, surge, desired + surge, 7)


def test_fraction_falls_back_to_the_status() -> None:
    """Without the annotation status.replicas stands in; without both nothing is known, and nothing is scaled."""
    assert 5 == get_replica_set_fraction(5, 20, 0, 0, 10)
    assert 0 == get_replica_set_fraction(5, 20, 0, 0, 0)
    assert -5 == get_replica_set_fraction(5, 0, 3, 8, 8)


@given(st.integers(-10_000, 10_000), st.integers(-200, 200).filter(bool))
def test_division_rounds_halves_away_from_zero(number: int, by: int) -> None:
    """As Go's math.Round does."""
    exact = Fraction(number, by)
    away = int(abs(exact) + Fraction(1, 2))
    assert (away if exact >= 0 else -away) == divide_rounding(number, by)


@given(SIZES, st.booleans())
def test_a_scaling_of_one_concerns_the_only_active_one(sizes: tuple[int, ...], has_new: bool) -> None:
    """With one active ReplicaSet it is that; with several it is none; with none it is the newest there is."""
    active = [at for at, size in enumerate(sizes) if size > 0]
    found = find_active_or_latest(sizes, has_new=has_new)
    if len(active) == 1:
        assert active[0] == found
    elif active or not sizes:
        assert NONE == found
    else:
        assert (len(sizes) - 1 if has_new else 0) == found


@given(st.lists(st.tuples(COUNTS, COUNTS), max_size=5).map(tuple), COUNTS)
def test_cleaning_up_takes_unhealthy_replicas_only(old: tuple[tuple[int, int], ...], most: int) -> None:
    """No ReplicaSet goes below its available replicas, and no more than `most` go in all."""
    sizes, valid = cleanup_unhealthy_replicas(old, most)
    pairs = list(zip(old, sizes, strict=True))
    assert all(size == before or size >= available for (before, available), size in pairs)
    assert most >= sum(before - size for (before, _), size in pairs) >= 0
    assert valid or any(available > size for size, available in old)


def test_cleaning_up_gives_up_on_more_available_than_asked_for() -> None:
    """A ReplicaSet that is being scaled down reports too many: what comes before it is still done, the rest stays."""
    assert ((1, 2, 4), False) == cleanup_unhealthy_replicas(((3, 1), (2, 5), (4, 0)), 8)


@given(SIZES, st.integers(-50, 300))
def test_scaling_down_takes_the_oldest_first(sizes: tuple[int, ...], count: int) -> None:
    """As much as asked for or as there is; a ReplicaSet is touched only when all older ones are empty."""
    scaled = scale_down_old_replica_sets_for_rolling_update(sizes, count)
    assert min(max(count, 0), sum(sizes)) == sum(sizes) - sum(scaled)
    touched = [at for at, (before, after) in enumerate(zip(sizes, scaled, strict=True)) if before != after]
    assert all(scaled[at] == 0 for last in touched[-1:] for at in range(last))


@given(COUNTS, COUNTS)
def test_nothing_is_allowed_when_nothing_is_desired(desired: int, surge: int) -> None:
    """A Deployment scaled to 0 has no surge either."""
    assert (desired + surge if desired else 0) == allowed_size(desired, surge)
