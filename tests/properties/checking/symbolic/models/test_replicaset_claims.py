"""What is claimed of the ReplicaSet's count model tells states apart."""

from typing import Any

import attrs
import pytest

from seatrial.properties.checking.symbolic.models import replicaset_claims as claims
from seatrial.properties.checking.symbolic.system import Clause
from tests.properties.checking.symbolic.models.test_replicaset import NEW

CLAUSES = {name: value for name, value in sorted(vars(claims).items()) if isinstance(value, Clause)}
BROKEN: dict[str, dict[str, Any]] = {
    "COUNTS": {"pending": -1}, "FITS": {"running": 10}, "NEVER_ABOVE": {"running": 8}, "ROOM": {"desired": 10},
    "ONE_PLAN": {"left": 1, "batch": 1, "to_delete": 1}, "PLANNED": {"left": 8}, "AWAITED": {"unseen_created": 1},
    "AWAITED_DELETIONS": {"to_delete": 1}, "NOTED": {"unseen_created": 1}, "UNEXPIRED": {"expired": True},
    "VICTIMS": {"to_delete": 1}, "UNDISTURBED": {"late": 1}, "AWAKE": {"queued": False},
}


@pytest.mark.parametrize("name", CLAUSES)
def test_each_clause_holds_at_first_and_can_fail(name: str) -> None:
    """A clause that nothing breaks would prove nothing."""
    assert CLAUSES[name].holds(NEW)
    assert not CLAUSES[name].holds(attrs.evolve(NEW, **BROKEN[name]))
