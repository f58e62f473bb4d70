"""The quota over counts: concurrent charges, with and without compare-and-swap."""

from seatrial.properties.checking.symbolic.models import quota

IDLE = quota.Writer(busy=False, seen=0, fresh=False)
EMPTY = quota.Quota(3, 0, 0, IDLE, IDLE, IDLE)


def test_a_quota_is_charged_once_of_two_concurrent_writes() -> None:
    """The second meets a conflict; without versions it is charged as well."""
    both = quota.read(quota.read(EMPTY, quota.FIRST), quota.THIRD)
    assert (2, 2) == ((after := quota.charge(quota.charge(both, quota.FIRST, 2), quota.THIRD, 2)).used, after.held)
    blind = quota.charge_blindly(quota.charge_blindly(both, quota.FIRST, 2), quota.THIRD, 2)
    assert (2, 4) == (blind.used, blind.held)
    assert 0 == quota.charge(both, quota.FIRST, 4).used
    assert 3 == quota.charge(both, quota.FIRST, 3).used
