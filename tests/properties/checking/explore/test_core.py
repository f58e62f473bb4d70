"""The fairness core: enough, with nothing to spare, and said by process and step where every key is needed alike."""

import pytest

from seatrial.properties.checking.explore import core
from seatrial.properties.checking.explore.decide import decide
from seatrial.properties.checking.explore.questions import Eventually
from tests.properties.checking.explore.small_graphs import Small, mask, steps

BOTH_KEYS = ("A/k 0 1", "A/l 1 2", "B 0 0", "B 1 1")
ONE_KEY = ("A/k 0 1", "A/l 1 1", "B 1 2")


def assumptions(small: Small, *, strong: bool = False) -> list[str]:
    """Under what the last state is reached."""
    answer = decide(small.graph(), Eventually(mask(small, *range(small.states - 1))), strong=strong)
    assert answer.core is not None
    return [str(each) for each in answer.core.assumptions]


def test_every_key_is_said_in_one() -> None:
    """Two keys, both needed, and nothing else."""
    assert ["p's A is weakly fair for every key"] == assumptions(steps(*BOTH_KEYS))


def test_a_key_that_is_not_needed_is_left_out() -> None:
    """A's other key may starve."""
    assert ["p's A of k is weakly fair", "p's B is weakly fair"] == assumptions(steps(*ONE_KEY))


def test_too_many_keys_are_kept_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit nothing is tried key by key."""
    monkeypatch.setattr(core, "MOST_KEYS", 1)
    assert ["p's A is weakly fair for every key", "p's B is weakly fair"] == assumptions(steps(*ONE_KEY))


def test_strong_fairness_is_named_only_where_weak_does_not_do() -> None:
    """All are assumed strongly fair, none needs to be."""
    assert ["p's A is weakly fair for every key"] == assumptions(steps(*BOTH_KEYS), strong=True)
    assert ["p's A is weakly fair", "p's B is strongly fair"] == assumptions(
        steps("A 0 1", "A 1 0", "B 0 2"), strong=True)


def test_one_assumption_may_serve_many_components() -> None:
    """Either unit alone would do: one is kept."""
    assert 1 == len(assumptions(steps("A 0 1", "B 0 1")))
