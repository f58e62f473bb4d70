"""The count model of a healthy node beside its Lease, the clock and the node lifecycle controller's memory.

The model of objects leaves renewals out: a Lease that is held counts as renewed just now (`seatrial.model.node.
heartbeat`), and nothing lags between it and the monitor. So a leap of its clock is many transitions in a row, one
renewal after another that comes in time and is shown at once; and every look of the monitor brings news. What is
compared is that the controller then never believes more silence than the count model has. Only healthy nodes are: a
kubelet that falls silent has no count here, and scopes in which one may are refused. The order of renewals and looks,
and lags, are claims of the count model alone. Mirrors nodeHealthData of pkg/controller/nodelifecycle (release 1.36).
"""

from collections.abc import Iterator

from seatrial.model.client.calls import Answered, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.node_health import HEALTH, NodeHealth
from seatrial.model.controllers.node_monitor import Pass, ready_status
from seatrial.model.controllers.nodelifecycle import CONTROLLER, MONITOR
from seatrial.model.node.heartbeat import GRACE_SECONDS, is_expired, lease_cell
from seatrial.model.view import Cell
from seatrial.properties.checking.symbolic.models.node_lifecycle import MODEL, Node
from seatrial.properties.checking.symbolic.refinement import Refinement
from seatrial.properties.checking.symbolic.system import Transition

RENEWAL_SECONDS = 10
LONGEST_LEAP = 900
"""Seconds that the clock may leap at a time: enough for every deadline of the scopes that are compared."""


def choices(transition: Transition, before: Node, after: Node) -> Iterator[tuple[int, ...]]:
    """Time passes up to the next renewal, which comes and is shown; then the monitor looks."""
    shown = before.now == before.renewed == before.seen
    if transition.name == "time-passes" and shown and before.now < after.now:
        yield (min(after.now, before.now + before.period),)
    if transition.name == "see" and before.seen < before.renewed:
        yield (before.renewed,)
    if (transition.name == "renew" and before.renewed < before.now) or (
            transition.name == "monitor" and shown and before.now == after.now):
        yield ()


REFINEMENT = Refinement(
    MODEL, choices, proved_to=1, walked_to=40, longest=3 * LONGEST_LEAP // RENEWAL_SECONDS + 1,
    budgets=("set-image", "scale", "label", "delete", "refused"), unit="nodes whose Leases are held")


def node_counts(cluster: Cluster, node: str) -> Node:
    """One node; a controller that knows nothing of it yet will take it for new when it looks."""
    now = int(cluster[Cell("clock")] or 0)
    lease = cluster[lease_cell(node)]
    renewed = now if lease is None else now - GRACE_SECONDS - 1 if is_expired(lease) else lease - GRACE_SECONDS
    health: NodeHealth | None = cluster[Cell("note", CONTROLLER.name, HEALTH, node)]
    probed = now if health is None else health.probed
    return Node(RENEWAL_SECONDS, 0, GRACE_SECONDS, now, renewed, renewed, min(probed, renewed), probed,
                is_given_up(cluster, node))


def is_given_up(cluster: Cluster, node: str) -> bool:
    """Does the node's Ready condition say Unknown, or is the monitor about to write that?"""
    plan = cluster[plan_cell(CONTROLLER.name, MONITOR)]
    memo = plan.call.memo if isinstance(plan, Waiting | Answered) else None
    held = [cluster.get("nodes", node)]
    if isinstance(memo, Pass) and memo.node is not None and memo.node.metadata.name == node:
        held.append(memo.node)
    return any(each is not None and ready_status(each) == "Unknown" for each in held)
