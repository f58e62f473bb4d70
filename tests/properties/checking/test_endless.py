"""What is missing for ever, by hand: in rest, in a loop, after a premise."""

from collections.abc import Iterable
from typing import Any

import pytest

from seatrial.properties.checking.endless import lacking_in
from seatrial.properties.property import ALWAYS, ALWAYS_EVENTUALLY, EVENTUALLY, LEADS_TO, Property, with_premises

GOAL, PREMISE = "g", "p"


def asked(kind: str) -> Property:
    """A property of states that are letters: of `g` the goal is reached, of `p` and `P` the premise holds."""
    premise = (lambda state: "asked" if state in "pP" else None) if kind == LEADS_TO else None
    return Property(kind, kind, "a test", lambda state: None if state in "gP" else f"no goal in {state}",
                    premise=premise)


def judged(kind: str, run: Iterable[Any], loop: int | None = None) -> str | None:
    """What is missing in a run of letters."""
    return lacking_in(asked(kind), tuple(run), loop)


@pytest.mark.parametrize("kind", [EVENTUALLY, ALWAYS_EVENTUALLY])
def test_in_rest_the_last_state_counts(kind: str) -> None:
    """Whatever was before."""
    assert (None, "no goal in b") == (judged(kind, "abg"), judged(kind, "agb"))


def test_a_loop_that_comes_by_the_goal_reaches_it_again_and_again_and_does_not_keep_it() -> None:
    """Of the run a, then b and g in turns, the loop begins after one action."""
    assert ("no goal in b", None) == (judged(EVENTUALLY, "agbg", 1), judged(ALWAYS_EVENTUALLY, "agbg", 1))
    assert ("no goal in b", "no goal in b") == tuple(
        judged(kind, "acbc", 1) for kind in (EVENTUALLY, ALWAYS_EVENTUALLY))
    assert (None, None) == tuple(judged(kind, "agg", 1) for kind in (EVENTUALLY, ALWAYS_EVENTUALLY))


@pytest.mark.parametrize("run, loop, expected", [
    ("ab", None, None),
    ("apb", None, "no goal in b"),
    ("apgb", None, None),
    ("pgpb", None, "no goal in b"),
    ("aPb", None, None),
    ("pacbc", 2, "no goal in b"),
    ("pgcbc", 2, None),
    ("pacgc", 2, None),
    ("acpc", 1, "no goal in p"),
    ("acpgc", 1, None),
    ("agpbg", 1, None),
])
def test_a_premise_must_be_answered(run: str, loop: int | None, expected: str | None) -> None:
    """Then or later; once it was, the loss of the goal is another matter, and a loop must lack it all the way."""
    assert expected == judged(LEADS_TO, run, loop)


def test_only_a_leads_to_has_a_premise() -> None:
    """And it must have one."""
    with pytest.raises(ValueError, match="'answered' is of the kind leads-to: say in `premise` what must lead to it"):
        Property("answered", LEADS_TO, "a test", lambda _: None)
    with pytest.raises(ValueError, match="is of the kind always: only 'leads-to' has a premise; leave it out"):
        Property("safe", ALWAYS, "a test", lambda _: None, premise=lambda _: None)


def test_a_premise_is_looked_for_like_any_other() -> None:
    """It becomes a `sometimes`, which is the sibling of its property."""
    found = with_premises((asked(LEADS_TO), asked(EVENTUALLY)))
    assert [LEADS_TO, EVENTUALLY, "premise_of_leads-to"] == [each.name for each in found]
    assert ("premise_of_leads-to", "") == (found[0].sibling, found[1].sibling)
    assert found == with_premises(found)
