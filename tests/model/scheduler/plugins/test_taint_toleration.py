"""TaintToleration, and NodeUnschedulable which is built on it."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import NodeSpec, Taint, Toleration
from seatrial.model.scheduler.plugins.taint_toleration import (
    count_intolerable_taints,
    find_untolerated_taint,
    is_schedulable_after_node_change,
    tolerates_taint,
)
from tests.strategies.scheduler_objects import new_node, new_pod

effects = st.sampled_from(["NoSchedule", "NoExecute", "PreferNoSchedule"])
taints = st.builds(Taint, st.sampled_from("ab"), st.sampled_from(["", "x"]), effects)
tolerations = st.builds(Toleration, st.sampled_from(["", "a", "b"]), st.sampled_from(["", "Equal", "Exists", "Gt"]),
                        st.sampled_from(["", "x"]), st.one_of(st.just(""), effects))


@given(taints)
def test_an_empty_exists_tolerates_everything(taint: Taint) -> None:
    """No key, no effect, Exists."""
    assert tolerates_taint(Toleration(operator="Exists"), taint)


@given(st.lists(taints, max_size=4), st.lists(tolerations, max_size=3), tolerations)
def test_one_more_toleration_never_hurts(held: list[Taint], first: list[Toleration], more: Toleration) -> None:
    """It can only remove reasons to stay away."""
    before, after = tuple(first), (*first, more)
    assert find_untolerated_taint(held, before) is not None or find_untolerated_taint(held, after) is None
    assert count_intolerable_taints(held, after) <= count_intolerable_taints(held, before)


@given(taints)
def test_comparison_operators_tolerate_nothing(taint: Taint) -> None:
    """Lt and Gt are behind a gate that is off."""
    assert not tolerates_taint(Toleration(taint.key, "Gt", taint.value, taint.effect), taint)


def test_a_node_that_lost_its_taint_is_worth_a_try() -> None:
    """Only the change from repelling to not repelling is."""
    tainted, plain = new_node(spec=NodeSpec(taints=(Taint("k", "", "NoSchedule"),))), new_node()
    pairs = ((tainted, plain), (plain, tainted), (plain, plain), (None, plain), (None, tainted))
    assert [True, False, False, True, False] == [
        is_schedulable_after_node_change(new_pod(), old, new) for old, new in pairs]
