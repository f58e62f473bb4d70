"""NodeName."""

from seatrial.model.scheduler.framework import UNRESOLVABLE
from seatrial.model.scheduler.node_info import new_node_info
from seatrial.model.scheduler.plugins.node_name import PLUGIN
from tests.strategies.scheduler_objects import new_node, new_pod


def test_a_named_node_is_the_only_one() -> None:
    """A pod without a node's name goes anywhere."""
    assert PLUGIN.filter is not None
    found = [PLUGIN.filter(None, new_pod(node=name), new_node_info(new_node("a"))).code for name in ("", "a", "b")]
    assert ["Success", "Success", UNRESOLVABLE] == found
