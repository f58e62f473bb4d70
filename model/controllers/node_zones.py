"""Zones of nodes, and how fast the nodes of each may be tainted NoExecute: not at all when a whole cluster seems lost.

Mirrors handleDisruption, ComputeZoneState and setLimiterInZone in pkg/controller/nodelifecycle, RateLimitedTimedQueue
in its scheduler folder, and GetZoneKey in staging/src/k8s.io/component-helpers/node/topology (release 1.36). A limiter
is a bucket of one token; a timer brings the next one. Left out: the zone metrics, and the 100 ms between two looks at
the queues.
"""

import attrs

from seatrial.model.api.core import Node
from seatrial.model.client.local import Local

NORMAL, PARTIAL, FULL, INITIAL, GONE = "Normal", "PartialDisruption", "FullDisruption", "Initial", ""
ZONE, TOKEN, LARGE_CLUSTER = "zone", "token", "large_cluster_threshold"
EVICTIONS_PER_1000_SECONDS, SECONDARY_PER_1000_SECONDS = 100, 10
UNHEALTHY_PERCENT, DEFAULT_LARGE_CLUSTER = 55, 50
REGION_LABEL, ZONE_LABEL = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"
OLD_REGION_LABEL, OLD_ZONE_LABEL = "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone"
EXCLUDED_LABEL = "node.kubernetes.io/exclude-disruption"


@attrs.frozen
class Zone:
    """A zone as the controller remembers it: its state, its limiter, and the nodes that wait for a NoExecute taint.

    `rate` is per 1,000 seconds; `known` are the nodes that were queued and are not to be queued again.
    """

    state: str = INITIAL
    rate: int = EVICTIONS_PER_1000_SECONDS
    token: bool = True
    queue: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


def get_zone_key(node: Node) -> str:
    """The zone of a node; "" when it names neither region nor zone."""
    labels = node.metadata.labels
    region = labels.get(REGION_LABEL) or labels.get(OLD_REGION_LABEL) or ""
    zone = labels.get(ZONE_LABEL) or labels.get(OLD_ZONE_LABEL) or ""
    return f"{region}:\0:{zone}" if region or zone else ""


def zone_of(local: Local, key: str) -> Zone | None:
    """What is remembered of a zone."""
    found: Zone | None = local.note(ZONE, f"zone {key}")
    return found


def keep_zone(local: Local, key: str, zone: Zone | None) -> None:
    """Remembers a zone."""
    local.set_note(ZONE, f"zone {key}", zone)


def zones(local: Local) -> tuple[tuple[str, Zone], ...]:
    """All zones, by key."""
    return tuple((key.removeprefix("zone "), zone) for key, zone in local.notes(ZONE))


# Decisions.


def compute_zone_state(ready: int, not_ready: int) -> str:
    """The state of a zone with so many ready and not ready nodes."""
    if ready == 0 and not_ready > 0:
        return FULL
    if not_ready > 2 and 100 * not_ready >= UNHEALTHY_PERCENT * (ready + not_ready):
        return PARTIAL
    return NORMAL


def compute_rate(state: str, size: int, large_cluster: int) -> int:
    """How many nodes of a zone of this state and size may be tainted in 1,000 seconds."""
    if state != PARTIAL:
        return EVICTIONS_PER_1000_SECONDS
    return SECONDARY_PER_1000_SECONDS if size > large_cluster else 0


# The limiter and the queue of a zone.


def swap_limiter(local: Local, key: str, zone: Zone, rate: int) -> Zone:
    """Another rate: a bucket that was full stays full, but a stopped one begins empty."""
    if zone.rate == rate:
        return zone
    local.disarm(TOKEN, f"zone {key}")
    token = rate > 0 and zone.rate > 0 and zone.token
    if rate and not token:
        local.arm(TOKEN, f"zone {key}", 1000 // rate)
    return attrs.evolve(zone, rate=rate, token=token)


def take_token(local: Local, key: str, zone: Zone) -> Zone | None:
    """The zone with its token spent and the next one on its way; None when there is no token."""
    if not zone.rate or not zone.token:
        return None
    local.arm(TOKEN, f"zone {key}", 1000 // zone.rate)
    return attrs.evolve(zone, token=False)


def refill(local: Local, timer_key: str) -> None:
    """The next token is there."""
    zone = local.note(ZONE, timer_key)
    if zone is not None and zone.rate:
        local.set_note(ZONE, timer_key, attrs.evolve(zone, token=True))


def add_node(zone: Zone, name: str, *, again: bool) -> Zone:
    """Queues a node unless it was queued before; `again` when it lost its taint since."""
    if name in zone.known and not again:
        return zone
    known = zone.known if name in zone.known else (*zone.known, name)
    queue = zone.queue if name in zone.queue else (*zone.queue, name)
    return attrs.evolve(zone, known=known, queue=queue)


def drop_node(zone: Zone, name: str) -> Zone:
    """Forgets a node that is reachable again."""
    return attrs.evolve(zone, queue=tuple(each for each in zone.queue if each != name),
                        known=tuple(each for each in zone.known if each != name))


def has_work(zone: Zone) -> bool:
    """May the first node in its queue be tainted now?"""
    return bool(zone.queue and zone.rate and zone.token)


# Disruption.


def handle_disruption(local: Local, seen: tuple[tuple[str, bool], ...]) -> str:
    """Sets state and limiter of each zone, given the zone and readiness of every node of this pass.

    Answers "entered" when all zones have just become fully disrupted (then all nodes count as reachable, and nothing
    is evicted), "left" when they no longer are (then all nodes were heard of just now), else "".
    """
    states = {}
    for key in dict.fromkeys(key for key, _ in seen):
        ready = [is_ready for zone, is_ready in seen if zone == key]
        states[key] = (compute_zone_state(sum(ready), len(ready) - sum(ready)), len(ready))
    held = {}
    for key, zone in zones(local):
        if key in states:
            held[key] = zone
        else:
            keep_zone(local, key, attrs.evolve(zone, state=GONE) if zone.queue else None)
    now_full = all(state == FULL for state, _ in states.values())
    was_full = all(zone.state == FULL for zone in held.values())
    if now_full and was_full:
        return ""
    large = local.note("settings", LARGE_CLUSTER) or DEFAULT_LARGE_CLUSTER
    for key, zone in held.items():
        state, size = states[key]
        if now_full:
            changed = swap_limiter(local, key, zone, 0)
        elif was_full or zone.state != state:
            changed = swap_limiter(local, key, zone, compute_rate(state, size, large))
        else:
            continue
        keep_zone(local, key, attrs.evolve(changed, state=state))
    if now_full:
        return "entered"
    return "left" if was_full else ""
