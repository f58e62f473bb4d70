"""Who can move where: the units of a graph, as bits."""

import pytest

from seatrial.model.actions import Action
from seatrial.properties.checking.explore import fairness
from seatrial.properties.checking.explore.fairness import fairness_of
from tests.properties.checking.explore.small_graphs import steps

SMALL = steps(*(f"A{at} {at} {at + 1}" for at in range(100)), "A7.x 3 4", "!F 3 5")


@pytest.mark.parametrize("stretch", [1, 3, 1000])
def test_every_state_has_the_units_of_its_steps(stretch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few edges are looked at in one piece; faults belong to no unit, choices to that of their step."""
    monkeypatch.setattr(fairness, "STRETCH", stretch)
    found = fairness_of(SMALL.graph())
    assert (100, 2) == (len(found.units), found.words)
    for state in range(100):
        expected = {Action(f"A{state}", "p"), *([Action("A7", "p")] if state == 3 else [])}
        assert expected == {found.units[at] for at in found.members(found.enabled[:, state])}
    assert [] == found.members(found.enabled[:, 100])


def test_the_choice_makes_a_unit_only_if_it_is_to_be_fair() -> None:
    """The named hypothesis makes one more."""
    assert 101 == len(fairness_of(SMALL.graph(), fair_choice=True).units)


def test_the_units_are_worked_out_once_for_each_way_to_ask() -> None:
    """The same question twice costs nothing, and another is not taken for it."""
    graph = SMALL.graph()
    weak, some, every = (fairness_of(graph, strong=strong) for strong in (False, ("A1", "A2"), True))
    assert weak is fairness_of(graph)
    assert [0, 2, 100] == [len(each.members(each.assumed.strong)) for each in (weak, some, every)]
    assert {100} == {len(each.members(each.assumed.weak)) for each in (weak, some, every)}
