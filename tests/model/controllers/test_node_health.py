"""What counts as news of a node, and when its silence has lasted too long."""

import pytest

from seatrial.model.api.core import Node, NodeStatus
from seatrial.model.api.meta import Condition, ObjectMeta
from seatrial.model.controllers.node_health import (
    Lease,
    NodeHealth,
    is_silent,
    take_news,
    with_unknown_conditions,
)

NEVER = Lease()


def node(ready: str = "True", heartbeat: int = 0) -> Node:
    """A node created at 0, with this Ready condition (none: "")."""
    conditions = (Condition("Ready", ready, last_heartbeat_time=heartbeat, last_transition_time=0),) if ready else ()
    return Node(ObjectMeta(name="n", creation_timestamp=0), status=NodeStatus(conditions=conditions))


@pytest.mark.parametrize("held, seen, lease, expected", [
    (None, node(), NEVER, 100),
    (None, node(ready=""), NEVER, 0),
    (NodeHealth("True", 0, None, 7), node(), NEVER, 7),
    (NodeHealth("True", 0, None, 7), node(heartbeat=1), NEVER, 100),
    (NodeHealth("", None, None, 7), node(), NEVER, 100),
    (NodeHealth("True", 0, 50, 7), node(), Lease(renewed=50), 7),
    (NodeHealth("True", 0, 50, 7), node(), Lease(renewed=60), 100),
    (NodeHealth("True", 0, None, 7), node(), Lease(held=True), 100),
    (NodeHealth("True", 0, None, 7), node(), Lease(expired=True), 7),
])
def test_when_news_came(held: NodeHealth | None, seen: Node, lease: Lease, expected: int) -> None:
    """At 100: a first look, another heartbeat or a newer renewal is news; the same status and renewal are not."""
    assert expected == take_news(held, seen, lease, 100).probed


def test_a_status_makes_an_old_renewal_count_again() -> None:
    """News from the status forgets the Lease: the next look takes its last renewal for a new one, as upstream."""
    first = take_news(NodeHealth("True", 0, 50, 7), node(heartbeat=1), Lease(renewed=50), 100)
    assert 200 == take_news(first, node(heartbeat=1), Lease(renewed=50), 200).probed


@pytest.mark.parametrize("now, seen, lease, expected", [
    (40, node(), NEVER, False), (41, node(), NEVER, True), (60, node(ready=""), NEVER, False),
    (61, node(ready=""), NEVER, True), (0, node(), Lease(expired=True), True),
])
def test_silence(now: int, seen: Node, lease: Lease, expected: bool) -> None:
    """More than 40 s without news, 60 s for a node that never reported; or the Lease says so."""
    assert expected == is_silent(NodeHealth("True", 0, None, 0), seen, lease, now)


def test_the_conditions_of_a_silent_node() -> None:
    """Four conditions become Unknown; one that was never posted says so, one that is Unknown stays as it is."""
    found = with_unknown_conditions(node(), 9).status.conditions
    assert ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] == [each.type for each in found]
    assert {"Unknown"} == {each.status for each in found}
    assert ["NodeStatusUnknown", "NodeStatusNeverUpdated"] == [each.reason for each in found[:2]]
    assert with_unknown_conditions(node(), 9) == with_unknown_conditions(with_unknown_conditions(node(), 9), 10)
