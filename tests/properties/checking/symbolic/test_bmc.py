"""Bounded search finds the shortest run, with small numbers where it can, and proves nothing."""

from seatrial.properties.checking.symbolic.bmc import SMALL, Bmc
from seatrial.properties.checking.symbolic.query import Limits
from seatrial.properties.checking.symbolic.system import Clause
from seatrial.properties.checking.verdict import UNKNOWN, VIOLATED
from tests.properties.checking.symbolic.toys import MODEL, WITHIN

LIMITS = Limits()


def test_the_shortest_run_is_found() -> None:
    """Three done take one step to begin and three to finish."""
    found = Bmc(MODEL, Clause("fewer than three are done", lambda s: s.done < 3)).check(LIMITS)
    assert VIOLATED == found.verdict
    assert found.run is not None
    assert ["take", "finish", "finish", "finish"] == [each.name for each in found.run.taken]
    assert max(found.run.states[0].limit, found.run.states[0].todo) <= SMALL


def test_large_numbers_are_found_too() -> None:
    """Where small ones do not break it."""
    found = Bmc(MODEL, Clause("fewer than fifty are being done", lambda s: s.doing < 50)).check(LIMITS)
    assert found.run is not None
    assert (50,) <= found.run.taken[0].choices


def test_nothing_found_is_no_proof() -> None:
    """Of a claim that holds."""
    found = Bmc(MODEL, WITHIN, depth=3).check(LIMITS)
    assert (UNKNOWN, None) == (found.verdict, found.run)
    assert "that is no proof" in found.reason
