"""One node, its Lease and the node lifecycle controller's monitor, in seconds on the controller's own clock.

The decisions are the controller's own: `is_news` and `is_overdue`. The kubelet renews the Lease at least once a period;
each renewal reaches the controller's informer within the lag; the monitor looks whenever it likes, remembers the last
renewal it saw (`saved`) and when it saw it (`probed`), and evicts once that is longer ago than the grace period.

Left out, and why that is sound: how often the monitor looks (any rhythm may be taken); the kubelet's clock (a renewal
is only compared with others, for being a later one); the node's status, which is news too (without it there is less).
"""

import attrs

from seatrial.model.controllers.node_health import is_news, is_overdue
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition


@attrs.frozen
class Node:
    """Times in seconds: the clock, the last renewal, the last one the informer shows, the last one the monitor saw."""

    period: int
    lag: int
    grace: int
    now: int
    renewed: int
    seen: int
    saved: int
    probed: int
    evicted: bool


def may_pass(s: Node, to: int) -> bool:
    """Time passes while the next renewal is not overdue, and no renewal has waited longer than the lag."""
    latest = s.seen + s.period + s.lag if s.seen < s.renewed else s.renewed + s.period
    return s.now < to <= latest


def let_pass(s: Node, to: int) -> Node:
    """Time passes."""
    return attrs.evolve(s, now=to)


def stall(s: Node, to: int) -> Node:
    """Time passes, and no renewal comes for as long as that."""
    return attrs.evolve(s, now=to)


def renew(s: Node) -> Node:
    """The kubelet renews the Lease."""
    return attrs.evolve(s, renewed=s.now)


def can_see(s: Node, renewal: int) -> bool:
    """A renewal that the informer has not shown."""
    return s.seen < renewal <= s.renewed


def see(s: Node, renewal: int) -> Node:
    """The informer shows it."""
    return attrs.evolve(s, seen=renewal)


def monitor(s: Node) -> Node:
    """The monitor looks: news is remembered, and silence for longer than the grace period is the end."""
    if is_news(s.saved, s.seen):
        s = attrs.evolve(s, saved=s.seen, probed=s.now)
    return attrs.evolve(s, evicted=s.evicted or is_overdue(s.now, s.probed, s.grace))


def is_known(s: Node) -> bool:
    """A node whose first renewal has just been seen."""
    times = (s.renewed, s.seen, s.saved, s.probed)
    return (s.period >= 1 and s.lag >= 0 and s.grace >= 0 and s.now >= 0 and not s.evicted
            and all(each == s.now for each in times))


def is_in_time(s: Node) -> bool:
    """The same, with the stated relation."""
    return is_known(s) and s.period + s.lag <= s.grace


TRANSITIONS = (
    Transition("time-passes", let_pass, may_pass, ("to",)), Transition("renew", renew),
    Transition("see", see, can_see, ("renewal",)), Transition("monitor", monitor),
)
MODEL = CountModel("node lifecycle model", Node, is_in_time, TRANSITIONS)
UNRELATED = CountModel("node lifecycle model, any grace period", Node, is_known, TRANSITIONS)
SILENT = CountModel("node lifecycle model, a kubelet that may fall silent", Node, is_in_time, (
    *TRANSITIONS, Transition("silence", stall, lambda s, to: s.now < to, ("to",), environment=True)))

RELATION = Clause("renewal period + informer lag <= grace period", lambda s: s.period + s.lag <= s.grace)
NOT_EVICTED = Clause("the node is not evicted", lambda s: not s.evicted)
ORDERED = Clause("what is remembered is no newer than what is shown, and that than what is true",
                 lambda s: s.saved <= s.seen <= s.renewed <= s.now and s.saved <= s.probed <= s.now)
IN_TIME = Clause("the last renewal shown is no older than a period and the lag",
                 lambda s: s.lag >= 0 and s.now <= s.seen + s.period + s.lag and s.now <= s.renewed + s.period + s.lag)
