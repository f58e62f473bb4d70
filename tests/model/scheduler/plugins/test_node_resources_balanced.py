"""NodeResourcesBalancedAllocation."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.scheduler.plugins.node_resources_balanced import PLUGIN, balance, balance_gain
from tests.strategies.scheduler_objects import new_container, new_pod

usages = st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), max_size=4).map(tuple)


@given(usages)
def test_no_change_scores_75(usage: tuple[tuple[int, int], ...]) -> None:
    """A placement that leaves the balance as it is is neither good nor bad."""
    assert 75 == balance_gain(usage, usage)


@given(usages, usages)
def test_the_gain_is_a_score(after: tuple[tuple[int, int], ...], before: tuple[tuple[int, int], ...]) -> None:
    """Balances lie between 50 and 100, gains between 50 and 100."""
    assert 50 <= balance(after) <= 100
    assert 50 <= balance_gain(after, before) <= 100


def test_evening_out_is_better() -> None:
    """Using the other resource next is better than more of the same."""
    before = ((50, 100), (0, 100))
    assert balance_gain(((50, 100), (50, 100)), before) > balance_gain(((100, 100), (0, 100)), before)


def test_a_pod_that_asks_for_nothing_is_not_scored() -> None:
    """It would draw all such pods to one node."""
    assert PLUGIN.pre_score is not None
    codes = [PLUGIN.pre_score(new_pod(containers=(each,)), (), ()).status.code
             for each in (new_container(), new_container(cpu="1"))]
    assert ["Skip", "Success"] == codes
