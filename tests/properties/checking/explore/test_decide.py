"""Liveness on small graphs: every rule by hand, and every answer as a search of all sets of states gives it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.actions import Action
from seatrial.properties.checking.explore.decide import Answer, decide
from seatrial.properties.checking.explore.fairness import Strong
from seatrial.properties.checking.explore.lasso import Lasso
from seatrial.properties.checking.explore.questions import (
    AlwaysEventually,
    Eventually,
    EventuallyAlways,
    LeadsTo,
    Question,
)
from tests.properties.checking.explore import small_graphs as brute
from tests.properties.checking.explore.small_graphs import NOT, STRONG, WEAK, Small, States, assume, mask, steps
from tests.strategies.small_graphs import small_graphs, subsets

KINDS: dict[str, Callable[[Any, Any], Question]] = {
    "eventually": lambda _, lacking: Eventually(lacking),
    "again": lambda _, lacking: AlwaysEventually(lacking),
    "kept": lambda _, lacking: EventuallyAlways(lacking),
    "leads to": LeadsTo,
}


def eventually(small: Small, *lacking: int, **how: Any) -> Answer:
    """Is a goal reached that is lacking in these states?"""
    return decide(small.graph(), Eventually(mask(small, *lacking)), **how)


def kept(small: Small, *lacking: int, **how: Any) -> Answer:
    """Is a goal reached and kept that is lacking in these states?"""
    return decide(small.graph(), EventuallyAlways(mask(small, *lacking)), **how)


def names(small: Small, lasso: Lasso | None) -> tuple[list[str], list[str]]:
    """The steps of a lasso's stem and loop."""
    assert lasso is not None
    actions = small.graph().actions
    return [actions[each].step for each in lasso.stem], [actions[each].step for each in lasso.loop]


def test_a_chain_reaches_its_end() -> None:
    """Every step is taken in the end, by weak fairness of each: all three are needed."""
    answer = eventually(steps("A 0 1", "B 1 2", "C 2 3"), 0, 1, 2)
    assert (True, True, None) == (answer.holds, answer.complete, answer.lasso)
    assert answer.core is not None
    assert ["p's A is weakly fair", "p's B is weakly fair", "p's C is weakly fair"] == [
        str(each) for each in answer.core.assumptions]


def test_a_rest_without_the_goal_is_a_counterexample() -> None:
    """Nothing can move: the goal does not come by itself."""
    small = steps("A 0 1", "A 1 2")
    answer = eventually(small, 0, 1, 2)
    assert (False, (["A", "A"], [])) == (answer.holds, names(small, answer.lasso))
    assert answer.lasso is not None
    assert ("nothing but users and faults can move after step 2",) == answer.lasso.because


def test_users_and_faults_are_not_needed() -> None:
    """What only a fault would mend is broken."""
    small = steps("A 0 1", "!F 1 2")
    assert (False, (["A"], [])) == (eventually(small, 0, 1).holds, names(small, eventually(small, 0, 1).lasso))


def test_users_and_faults_make_no_loop() -> None:
    """A loop with a fault in it does not count: faults end."""
    assert eventually(steps("!F 0 1", "A 1 0", "B 0 2"), 0, 1).holds
    assert eventually(steps("!F 0 0", "B 0 1"), 0).holds


def test_the_negative_control_of_that() -> None:
    """The same loop by the system's own steps is a livelock: B is not always enabled."""
    small = steps("D 0 1", "A 1 0", "B 0 2")
    assert (False, ([], ["D", "A"])) == (
        eventually(small, 0, 1).holds, names(small, eventually(small, 0, 1).lasso))


def test_a_stem_may_use_faults() -> None:
    """And uses as few as it can, even if the way is longer."""
    small = steps("!F 0 3", "A 0 1", "A 1 2", "B 2 3", "C 3 3")
    answer = eventually(small, 3)
    assert (False, (["A", "A", "B"], ["C"])) == (answer.holds, names(small, answer.lasso))
    assert answer.lasso is not None
    assert (0, 3) == (answer.lasso.quiet, answer.lasso.lacking)
    small = steps("!F 0 3", "C 3 3")
    answer = eventually(small, 3)
    assert (["F"], ["C"]) == names(small, answer.lasso)
    assert answer.lasso is not None
    assert 1 == answer.lasso.quiet


def test_an_action_that_changes_nothing_is_a_loop() -> None:
    """Its unit has its turn for ever, and a unit that never has one is owed."""
    assert not eventually(steps("A 0 0"), 0).holds
    assert eventually(steps("A 0 0", "B 0 1"), 0).holds


def test_weak_fairness_is_owed_only_to_what_stays_enabled() -> None:
    """B can always move, and must; where it is disabled in between it need not, unless it is strongly fair."""
    assert eventually(steps("A 0 1", "A 1 0", "B 0 2", "B 1 2"), 0, 1).holds
    small = steps("A 0 1", "A 1 0", "B 0 2")
    answer = eventually(small, 0, 1)
    assert answer.lasso is not None
    assert (False, ("p's A is taken at step 1", "p's B is not enabled after step 1")) == (
        answer.holds, answer.lasso.because)
    for strong in (True, ("B",)):
        answer = eventually(small, 0, 1, strong=strong)
        assert answer.holds
    assert not eventually(small, 0, 1, strong=("A",)).holds


def test_the_core_of_a_pass_by_strong_fairness_says_so() -> None:
    """B must be strongly fair, A weakly: else the system would stay in state 1."""
    answer = eventually(steps("A 0 1", "A 1 0", "B 0 2"), 0, 1, strong=True)
    assert answer.core is not None
    assert ["p's A is weakly fair", "p's B is strongly fair"] == [str(each) for each in answer.core.assumptions]


def test_strong_fairness_takes_components_apart() -> None:
    """B rules out state 0, and with it the way through it; what is left, 2 and 3, is a loop of its own."""
    small = steps("A 0 1", "A 1 0", "C 1 2", "C 2 3", "C 3 2", "D 3 1", "B 0 4")
    answer = eventually(small, 0, 1, 2, 3, strong=("B",))
    assert (False, (["A", "C"], ["C", "C"])) == (answer.holds, names(small, answer.lasso))
    assert eventually(small, 0, 1, 2, 3, strong=True).holds


def test_the_choice_is_no_part_of_the_unit() -> None:
    """A may choose the same for ever; with the named hypothesis of a fair choice it may not."""
    small = steps("A.x 0 0", "A.y 0 1")
    assert not eventually(small, 0).holds
    answer = eventually(small, 0, fair_choice=True)
    assert answer.core is not None
    assert (True, ["p's A as y is weakly fair"]) == (answer.holds, [str(each) for each in answer.core.assumptions])


def test_the_key_is_part_of_the_unit() -> None:
    """A step that is taken for one key is not taken for another."""
    assert eventually(steps("A/k 0 0", "A/l 0 1"), 0).holds
    assert not eventually(steps("A/k 0 0", "A/k.x 0 1"), 0).holds


def test_reached_is_not_kept() -> None:
    """A goal that comes and goes is reached again and again, and never kept."""
    small = steps("A 0 1", "B 1 0")
    assert (True, True) == (eventually(small, 0).holds,
                            decide(small.graph(), AlwaysEventually(mask(small, 0))).holds)
    answer = kept(small, 0)
    assert (False, ([], ["A", "B"])) == (answer.holds, names(small, answer.lasso))
    assert kept(steps("A 0 1", "B 1 0", "C 1 2", "C 0 2"), 0).holds


def test_a_goal_lost_at_rest_is_not_kept() -> None:
    """Rest counts as a loop."""
    small = steps("A 0 1", "A 1 2")
    assert (False, True) == (kept(small, 2).holds, kept(small, 0, 1).holds)


def test_leads_to_asks_only_where_the_premise_held() -> None:
    """A loop without the goal is no matter where no premise led there, and faults in between excuse nothing."""
    small = steps("A 0 1", "B 1 1", "C 0 2", "!F 2 3", "B 3 3", "A 2 4")
    graph, lacking = small.graph(), mask(small, 0, 1, 2, 3)
    assert decide(graph, LeadsTo(mask(small, 4), lacking)).holds
    answer = decide(graph, LeadsTo(mask(small, 2), lacking))
    assert (False, (["C", "F"], ["B"])) == (answer.holds, names(small, answer.lasso))
    assert not decide(graph, LeadsTo(mask(small, 1), lacking)).holds
    assert decide(steps("A 0 1").graph(), LeadsTo(np.array([True, False]), np.array([True, False]))).holds


def test_a_premise_is_answered_on_the_way() -> None:
    """Once the goal was reached, its loss later is another matter."""
    small = steps("A 0 1", "A 1 2", "B 2 2")
    assert decide(small.graph(), LeadsTo(mask(small, 0), mask(small, 0, 2))).holds
    assert not decide(small.graph(), LeadsTo(mask(small, 2), mask(small, 0, 2))).holds


def test_states_that_were_not_expanded_prove_nothing() -> None:
    """They look as if nothing could move; they are neither at rest nor a loop, and the answer says so."""
    small = steps("A 0 1", "A 1 2")
    answer = decide(small.graph(expanded=2), Eventually(mask(small, 0, 1, 2)))
    assert (True, False) == (answer.holds, answer.complete)
    small = steps("B 0 0", "A 0 1")
    answer = decide(steps("B 0 0", "C 0 1", "B 1 1").graph(expanded=1), Eventually(mask(small, 0, 1)))
    assert (True, False) == (answer.holds, answer.complete)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_lacking_needs_no_fairness(kind: str) -> None:
    """The core of what cannot fail is empty."""
    small = steps("A 0 1", "A 1 0")
    answer = decide(small.graph(), KINDS[kind](mask(small, 0), mask(small)))
    assert answer.core is not None
    assert (True, ()) == (answer.holds, answer.core.assumptions)


def test_many_units_fill_several_words() -> None:
    """A chain of 150 units, each needed, and one more that leads on from none."""
    small = steps(*(f"A{at} {at} {at + 1}" for at in range(150)), "Z 150 150")
    answer = eventually(small, *range(150))
    assert answer.core is not None
    assert (True, 150) == (answer.holds, len(answer.core.assumptions))
    small = steps(*(f"A{at} {at} {(at + 1) % 150}" for at in range(150)), "Z 149 150")
    answer = eventually(small, *range(150))
    assert answer.lasso is not None
    assert (False, 150, 151) == (answer.holds, len(answer.lasso.loop), len(answer.lasso.fair_to))
    assert eventually(small, *range(150), strong=("Z",)).holds


def assert_a_true_lasso(small: Small, lasso: Lasso, kind: str, lacking: States, *, premise: States,
                        strong: Strong) -> None:
    """Follows a lasso by the edges as they were written, and asks of its loop what a counterexample must have."""
    graph = small.graph()
    moves = {(source, action, target): outside for source, target, action, outside in small.edges}
    passed = list(zip(lasso.states, (graph.actions[each] for each in (*lasso.stem, *lasso.loop)), lasso.states[1:],
                      strict=False))
    assert len(passed) == len(lasso.stem) + len(lasso.loop) == len(lasso.states) - 1
    assert 0 == lasso.states[0]
    outside = [moves[each] for each in passed]
    assert lasso.quiet == max((at + 1 for at, one in enumerate(outside) if one), default=0) <= len(lasso.stem)
    loop = lasso.states[len(lasso.stem):]
    assert loop[0] == loop[-1]
    taken = {brute.unit_of(action) for _, action, _ in passed[len(lasso.stem):]}
    assert brute.is_fair(small, frozenset(loop), taken, assume(strong))
    assert lasso.states[lasso.lacking] in lacking
    assert lasso.lacking >= len(lasso.stem)
    if kind != "kept":
        assert lacking >= frozenset(loop)
    if kind == "leads to":
        begin = max(at for at, state in enumerate(lasso.states) if state in premise and at <= len(lasso.stem))
        assert lacking >= frozenset(lasso.states[begin:])
    assert_true_obligations(small, lasso, [action for _, action, _ in passed], strong)


def assert_true_obligations(small: Small, lasso: Lasso, actions: list[Action], strong: Strong) -> None:
    """Each says what is so at the step it names, within the loop, and no unit that can move there is left out."""
    can = {state: {brute.unit_of(action) for source, _, action, outside in small.edges
                   if source == state and not outside} for state in lasso.states}
    named = set()
    for each in lasso.fair_to:
        named.add(each.unit)
        assert len(lasso.stem) <= each.step <= len(actions)
        if each.taken:
            assert each.step > len(lasso.stem)
            assert each.unit == brute.unit_of(actions[each.step - 1])
        else:
            assert assume(strong)(each.unit) == WEAK
            assert each.unit not in can[lasso.states[each.step]]
    assert named == set().union(*(can[state] for state in lasso.states[len(lasso.stem):]))


STRONGS: tuple[Strong, ...] = (False, True, ("A",), ("B", "C"))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_every_answer_is_that_of_all_sets_of_states(kind: str, data: st.DataObject) -> None:
    """Weak and strong fairness, fair choice, all kinds; a violation comes with a true lasso."""
    small = data.draw(small_graphs())
    lacking, premise = data.draw(subsets(small)), data.draw(subsets(small))
    strong, fair_choice = data.draw(st.sampled_from(STRONGS)), data.draw(st.booleans())
    answer = decide(small.graph(), KINDS[kind](mask(small, *premise), mask(small, *lacking)), strong=strong,
                    fair_choice=fair_choice)
    assert brute.holds(small, kind, lacking, premise, assume(strong), fair_choice=fair_choice) == answer.holds
    if answer.lasso is not None and not fair_choice:
        assert_a_true_lasso(small, answer.lasso, kind, lacking, premise=premise, strong=strong)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_core_is_enough_and_nothing_in_it_can_go(kind: str, data: st.DataObject) -> None:
    """Under its assumptions the property holds; without any one, or with a strong one made weak, it does not."""
    small = data.draw(small_graphs())
    lacking, premise = data.draw(subsets(small)), data.draw(subsets(small))
    strong = data.draw(st.sampled_from(STRONGS))
    answer = decide(small.graph(), KINDS[kind](mask(small, *premise), mask(small, *lacking)), strong=strong)
    if answer.core is None:
        return
    units = {brute.unit_of(edge[2]) for edge in small.edges if not edge[3]}
    how = dict.fromkeys(units, NOT)
    for each in answer.core.assumptions:
        for unit in units:
            if unit == each.unit or (each.every_key and (unit.step, unit.process) == (each.unit.step, "p")):
                how[unit] = STRONG if each.strong else WEAK
    assert brute.holds(small, kind, lacking, premise, how.__getitem__)
    for unit, now in how.items():
        for weaker in {NOT: (), WEAK: (NOT,), STRONG: (NOT, WEAK)}[now]:
            assert not brute.holds(small, kind, lacking, premise, {**how, unit: weaker}.__getitem__)
