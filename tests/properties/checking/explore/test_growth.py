"""What the growth of levels says of the whole: nothing while it speeds up, the right size once it bends."""

import pytest

from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.checking.explore.growth import factors, predict, rounded
from tests.properties.checking.explore.samples import small_cluster


def test_factors_compare_each_level_with_the_one_before() -> None:
    """One fewer than levels; none after an empty one."""
    assert (4.0, 1.5, 0.5) == factors((1, 4, 6, 3))
    assert () == factors((1,))
    assert (0.0,) == factors((5, 0, 2))


@pytest.mark.parametrize("levels", [(1,), (1, 2, 4, 8), tuple(2 ** at for at in range(20)),
                                    (1, 1, 1, 2, 4, 12, 60, 400, 4000)])
def test_nothing_is_predicted_of_what_does_not_slow_down(levels: tuple[int, ...]) -> None:
    """Nor of a few levels."""
    assert None is predict(levels)


@pytest.mark.parametrize("share", [0.4, 0.6, 0.9])
def test_the_whole_is_predicted_within_a_factor_of_three(share: float) -> None:
    """On a real scope, from any point after its first levels on."""
    cluster, properties = small_cluster(crash=1)
    found = explore_cluster(cluster, properties, Limits()).statistics
    known = found.levels[:int(share * len(found.levels))]
    predicted = predict(known)
    assert predicted is not None
    assert found.states / 3 <= predicted <= found.states * 3


def test_a_prediction_is_never_less_than_what_is_known() -> None:
    """Also when the last level is larger than it should be."""
    assert 10_000 < (predict((1, 10, 50, 150, 250, 300, 250, 150, 50, 10_000)) or 0)


@pytest.mark.parametrize("number, expected", [(1, 1), (4802, 4800), (123_456, 120_000), (999_999, 1_000_000)])
def test_two_digits_are_enough_for_a_prediction(number: int, expected: int) -> None:
    """More would pretend to be exact."""
    assert expected == rounded(number)
