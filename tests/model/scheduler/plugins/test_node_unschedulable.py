"""NodeUnschedulable."""

from seatrial.model.api.core import NodeSpec, Toleration
from seatrial.model.scheduler.plugins.node_unschedulable import fits_cordon, is_schedulable_after_node_change
from tests.strategies.scheduler_objects import new_node, new_pod


def test_a_cordon_keeps_out_who_does_not_tolerate_its_taint() -> None:
    """An open node takes everybody."""
    tolerant = (Toleration("node.kubernetes.io/unschedulable", "Exists"),)
    asked = [((), False), ((), True), (tolerant, True)]
    assert [True, False, True] == [fits_cordon(held, unschedulable=closed) for held, closed in asked]


def test_only_opening_a_node_helps() -> None:
    """A node that is added open counts as opened."""
    closed, plain = new_node(spec=NodeSpec(unschedulable=True)), new_node()
    pairs = ((closed, plain), (plain, plain), (plain, closed), (None, plain), (None, closed))
    assert [True, False, False, True, False] == [
        is_schedulable_after_node_change(new_pod(), old, new) for old, new in pairs]
