"""NodeResourcesFit."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import Container, ResourceRequirements
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.framework import PASSED, UNRESOLVABLE, UNSCHEDULABLE, Demand
from seatrial.model.scheduler.node_info import new_node_info
from seatrial.model.scheduler.plugins.node_resources_fit import (
    PLUGIN,
    FitArgs,
    broken_linear,
    fits_resource,
    insufficient_resources,
    least_requested_score,
    most_requested_score,
    node_resources_fit,
    positive_mean_score,
)
from seatrial.model.scheduler.requests import pod_requests
from tests.strategies.scheduler_objects import new_container, new_node, new_pod

amounts = st.integers(0, 10**6)


@given(amounts, amounts, st.integers(1, 10**6))
def test_more_on_a_node_never_makes_room(requested: int, used: int, allocatable: int) -> None:
    """If a request fits beside what is used, it fits beside less, and it never exceeds the limit."""
    fits = fits_resource(requested, requested + used, allocatable)
    assert not fits or fits_resource(requested, requested + used // 2, allocatable)
    assert not fits or requested == 0 or requested + used <= allocatable


@given(amounts, st.integers(1, 10**6))
def test_least_and_most_allocated_are_opposites(total: int, capacity: int) -> None:
    """On a node that is not overfull they add to 100, up to rounding."""
    least, most = least_requested_score(total, capacity), most_requested_score(total, capacity)
    assert 0 <= least <= 100
    assert 0 <= most <= 100
    assert total > capacity or 99 <= least + most <= 100


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4, unique=True), st.integers(-10, 110))
def test_a_broken_line_stays_between_its_points(utilizations: list[int], at: int) -> None:
    """Its values lie between the least and the greatest score."""
    shape = tuple((utilization, utilization % 11) for utilization in sorted(utilizations))
    scores = [score for _, score in shape]
    assert min(scores) <= broken_linear(shape, at) <= max(scores)


def test_too_many_pods_is_resolvable_too_large_a_request_is_not() -> None:
    """Preemption could make room for one pod more; it cannot make a node larger."""
    full = new_node_info(new_node(pods="1"), (new_pod("a", "n1"),))
    request = pod_requests(new_pod())
    assert (Demand(condition=False, reason="Too many pods"),) == insufficient_resources(request, full)
    codes = [PLUGIN.filter(pod_requests(pod), pod, new_node_info(new_node(cpu="2"), (new_pod("a", "n1"),)))
             for cpu in ("1", "2", "3") for pod in [new_pod(containers=(new_container(cpu=cpu),))] if PLUGIN.filter]
    assert [PASSED.code, UNSCHEDULABLE, UNRESOLVABLE] == [status.code for status in codes]


def test_ignored_resources_are_not_looked_at() -> None:
    """By name or by group; others are."""
    wanted = ResourceRequirements(requests=FrozenMap(dict.fromkeys(("a.example/x", "b.example/y", "c.example/z"), "1")))
    pod = new_pod(containers=(Container("c", resources=wanted),))
    args = FitArgs(ignored_resources=("a.example/x",), ignored_resource_groups=("b.example",))
    found = insufficient_resources(pod_requests(pod), new_node_info(new_node()), args)
    assert (Demand(condition=False, reason="Insufficient c.example/z", code=UNRESOLVABLE),) == found
    assert node_resources_fit(args).filter is not PLUGIN.filter


def test_the_mean_of_positive_scores_is_rounded_half_up() -> None:
    """Zero scores do not count, not even with their weight."""
    assert 3 == positive_mean_score(((2, 1), (3, 1), (0, 5)))
    assert 0 == positive_mean_score(((0, 1),))
