"""Which kinds of step a scope allows: those of its budgets, and all that the system does by itself."""

import pytest

from seatrial.model.cluster import STEPS
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.properties.checking.explore.coverage import never_taken


@pytest.mark.parametrize("budgets, allowed, not_allowed", [
    ((), ("Deliver", "Sync", "Fire"), ("Crash", "Restart", "Scale", "Evict", "Advance", "ListPage")),
    (("crash",), ("Crash", "Restart"), ("DropWatch",)), (("scale",), ("Scale",), ("Apply", "SetImage")),
    (("drain",), ("Drain", "Evict"), ("Delete",)), (("list",), ("List", "ListPage"), ("Drain",)),
    (("recreate",), ("Recreate", "CreateAgain"), ("Crash",)), (("drop",), ("DropWatch", "Relist"), ("Partition",))])
def test_budgets_allow_their_steps(budgets: tuple[str, ...], allowed: tuple[str, ...],
                                   not_allowed: tuple[str, ...]) -> None:
    """And the repairs of their faults; without a clock nothing moves it."""
    found = never_taken(Scope(budgets=FrozenMap(dict.fromkeys(budgets, 1))), ())
    assert set(allowed) <= set(found)
    assert not set(not_allowed) & set(found)


def test_what_was_taken_is_not_missing() -> None:
    """Every step, in a scope that allows all."""
    kinds = ("crash", "scale", "list")
    scope = Scope(budgets=FrozenMap(dict.fromkeys(kinds, 1)), timed=True)
    assert "Advance" in never_taken(scope, ())
    assert () == never_taken(scope, tuple(step.name for step in STEPS))
