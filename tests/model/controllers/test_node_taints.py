"""Taints on nodes: added before others are removed, by patches that carry the version read."""

import attrs

from seatrial.model.api.core import Node, Taint
from seatrial.model.client.calls import Call, Reply
from seatrial.model.controllers.node_taints import (
    ATTEMPTS,
    TaintJob,
    after_taint_reply,
    read_node,
    remove_taint,
    swap_taints,
)
from tests.model.samples import make_node

ADDED, REMOVED = Taint("new", effect="NoSchedule"), Taint("old", effect="NoSchedule")
OTHER = Taint("mine", effect="NoExecute")
CONFLICT = Reply(409, reason="Conflict", message="the object has been modified")


def stored(*taints: Taint) -> Node:
    """A node as the server has it."""
    node = make_node(taints=taints)
    return attrs.evolve(node, metadata=attrs.evolve(node.metadata, resource_version=7))


def test_a_swap_adds_first_and_removes_then() -> None:
    """Two reads, two patches; the first holds both taints, the second only the new one; each has the version."""
    node = stored(REMOVED, OTHER)
    job = swap_taints(node, (ADDED,), (REMOVED,), 5)
    assert Call("get", "nodes", "node-a") == read_node(job)
    job, call, _ = after_taint_reply(job, "get", Reply(200, node))
    assert call is not None
    assert "7" == call.body.tree["metadata"]["resourceVersion"]
    assert ["old", "mine", "new"] == [each["key"] for each in call.body.tree["spec"]["taints"]]
    job, call, _ = after_taint_reply(job, "patch", Reply(200))
    assert Call("get", "nodes", "node-a") == call
    job, call, _ = after_taint_reply(job, "get", Reply(200, stored(REMOVED, OTHER, ADDED)))
    assert call is not None
    assert ["mine", "new"] == [each["key"] for each in call.body.tree["spec"]["taints"]]
    assert (TaintJob("node-a"), None, True) == after_taint_reply(job, "patch", Reply(200))


def test_a_taint_the_node_does_not_have_is_not_removed() -> None:
    """Control: no read and no patch for nothing."""
    assert read_node(remove_taint(stored(OTHER), REMOVED)) is None
    assert read_node(remove_taint(stored(REMOVED), REMOVED)) is not None


def test_a_conflict_is_tried_again_and_anything_else_is_not() -> None:
    """A patch that met another version reads again, five times in all; any other failure ends the job."""
    node, job = stored(REMOVED), remove_taint(stored(REMOVED), REMOVED)
    for _ in range(ATTEMPTS - 1):
        job, call, fine = after_taint_reply(job, "get", Reply(200, node))
        job, call, fine = after_taint_reply(job, "patch", CONFLICT)
        assert (Call("get", "nodes", "node-a"), True) == (call, fine)
    job, call, fine = after_taint_reply(job, "get", Reply(200, node))
    assert (None, False) == after_taint_reply(job, "patch", CONFLICT)[1:]
    assert (None, False) == after_taint_reply(job, "patch", Reply(500, reason="InternalError"))[1:]
