"""What the node lifecycle controller believes of a node: when it last heard of it, and its Ready condition then.

Mirrors nodeHealthData and tryUpdateNodeHealth in pkg/controller/nodelifecycle/node_lifecycle_controller.go (release
1.36). News of a node is a renewal of its Lease, or a status with another heartbeat time. Renewals are not in the state
(`seatrial.model.node.heartbeat`): a Lease that is held counts as renewed just now, one that is not as last renewed when
its grace period began, and EXPIRED says that the grace period is over, also where no clock runs.
"""

import attrs

from seatrial.model.api.core import Node
from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.client.local import Local
from seatrial.model.node.heartbeat import GRACE_SECONDS, is_expired, lease_cell

STARTUP_GRACE_SECONDS = 60
HEALTH = "health"
CONDITION_TYPES = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


@attrs.frozen
class NodeHealth:
    """The last news: Ready as it was ("" for none) with its heartbeat, the Lease's renewal, and when news came."""

    ready: str = ""
    heartbeat: int | None = None
    renewed: int | None = None
    probed: int = 0


@attrs.frozen
class Lease:
    """What the Lease tells: held, over its grace period, or when it was last renewed (None: never)."""

    held: bool = False
    expired: bool = False
    renewed: int | None = None


def observe_lease(local: Local, node: str) -> Lease:
    """The Lease of a node, as far as it is modelled; a deadline no kubelet can have set says that there is none."""
    value = local.view[lease_cell(node)]
    if value is None:
        return Lease(held=True)
    if is_expired(value):
        return Lease(expired=True)
    return Lease(renewed=value - GRACE_SECONDS if value >= GRACE_SECONDS else None)


def get_heartbeat(node: Node) -> int | None:
    """The heartbeat time of the node's Ready condition, or None."""
    ready = get_condition(node.status.conditions, "Ready")
    return None if ready is None else ready.last_heartbeat_time


def take_news(health: NodeHealth | None, node: Node, lease: Lease, now: int) -> NodeHealth:
    """What is believed after a look at the node and its Lease.

    News from the status forgets the Lease, so that the next look takes the same renewal for a new one, as upstream.
    """
    saved = None if health is None else health.renewed
    current = get_condition(node.status.conditions, "Ready")
    ready = "" if current is None else current.status
    heartbeat = get_heartbeat(node)
    if health is None:
        created = node.metadata.creation_timestamp or 0
        health = NodeHealth(ready, heartbeat, None, created if current is None else now)
    elif bool(health.ready) != bool(ready) or (ready and health.heartbeat != heartbeat):
        health = NodeHealth(ready, heartbeat, None, now)
    if lease.held or (lease.renewed is not None and is_news(saved, lease.renewed)):
        return attrs.evolve(health, ready=ready, renewed=lease.renewed, probed=now)
    return attrs.evolve(health, ready=ready)


def is_news(saved: int | None, renewed: int) -> bool:
    """Has the Lease been renewed since the renewal that is remembered?"""
    return saved is None or saved < renewed


def is_overdue(now: int, probed: int, grace: int) -> bool:
    """Is the last news older than the grace period?"""
    return now > probed + grace


def is_silent(health: NodeHealth, node: Node, lease: Lease, now: int) -> bool:
    """Has nothing been heard of the node for longer than its grace period?"""
    grace = STARTUP_GRACE_SECONDS if get_condition(node.status.conditions, "Ready") is None else GRACE_SECONDS
    return lease.expired or is_overdue(now, health.probed, grace)


def with_unknown_conditions(node: Node, now: int) -> Node:
    """The node with every condition that its kubelet reports set to Unknown."""
    conditions = node.status.conditions
    for kind in CONDITION_TYPES:
        held = get_condition(conditions, kind)
        if held is None:
            never = Condition(kind, "Unknown", last_heartbeat_time=node.metadata.creation_timestamp,
                              last_transition_time=now, reason="NodeStatusNeverUpdated",
                              message="Kubelet never posted node status.")
            conditions = (*conditions, never)
        elif held.status != "Unknown":
            stopped = attrs.evolve(held, status="Unknown", reason="NodeStatusUnknown", last_transition_time=now,
                                   message="Kubelet stopped posting node status.")
            conditions = tuple(stopped if each is held else each for each in conditions)
    return attrs.evolve(node, status=attrs.evolve(node.status, conditions=conditions))
