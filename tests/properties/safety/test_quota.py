"""The property of quotas says what is wrong when it is."""

from tests.properties.worlds import changed, object_of, quota, says_of, world


def test_quota_used_within_hard_tells_a_charge_beyond_it() -> None:
    """Three pods charged to a quota of two are named; a use that falls is not, however high it still is."""
    uid = world(quota()).get("resourcequotas", "default/q").metadata.uid

    def charged(used: str) -> object:
        held = world(quota(used)).get("resourcequotas", "default/q")
        assert uid == held.metadata.uid
        return held

    before = world(quota("2"))
    after = changed(before, object_of("resourcequotas", charged("3")))
    assert "quota default/q allows 2 of pods, 3 are used" == says_of("quota_used_within_hard", before, after)
    before = world(quota("4"))
    assert says_of("quota_used_within_hard", before, changed(before, object_of("resourcequotas", charged("3")))) is None
