"""The node lifecycle monitor over seconds: news, and silence."""

import attrs

from seatrial.properties.checking.symbolic.models import node_lifecycle

NODE = node_lifecycle.Node(10, 2, 40, 0, 0, 0, 0, 0, evicted=False)


def test_a_node_is_evicted_only_after_silence() -> None:
    """Longer than the grace period since the monitor saw the last renewal; a renewal in time is news."""
    late = attrs.evolve(NODE, now=41)
    assert node_lifecycle.monitor(late).evicted
    assert not node_lifecycle.monitor(attrs.evolve(late, now=40)).evicted
    seen = node_lifecycle.monitor(attrs.evolve(late, seen=10, renewed=10))
    assert (41, False) == (seen.probed, seen.evicted)
    assert not node_lifecycle.may_pass(NODE, 11)
    assert node_lifecycle.may_pass(NODE, 10)
