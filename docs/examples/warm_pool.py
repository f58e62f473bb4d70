"""A controller of thirty lines that keeps a pool of warm workers, and what `seatrial prove` says of it.

`decide` is what the controller runs. The rest says what can happen around it: workers are started, and its cache shows
them later. It forgets to count those that it has started and not seen; `decide_with_notes` does count them.
"""

import attrs

from seatrial.properties.checking.symbolic.induction import Induction
from seatrial.properties.checking.symbolic.proof import Proof
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition
from seatrial.properties.checking.verdict import VIOLATED


def decide(wanted: int, seen: int, started: int) -> int:
    """How many workers to start: at most three at a time, by what the cache shows."""
    del started
    return min(max(wanted - seen, 0), 3)


def decide_with_notes(wanted: int, seen: int, started: int) -> int:
    """The repair: workers that were started and are not seen yet count."""
    return decide(wanted, seen + started, 0)


@attrs.frozen
class Pool:
    """Workers wanted, those the cache shows, those started that it does not show yet."""

    wanted: int
    seen: int
    started: int


def sync(s: Pool) -> Pool:
    """The controller starts workers."""
    return attrs.evolve(s, started=s.started + decide(s.wanted, s.seen, s.started))


def sync_with_notes(s: Pool) -> Pool:
    """The repaired controller does."""
    return attrs.evolve(s, started=s.started + decide_with_notes(s.wanted, s.seen, s.started))


def show(s: Pool) -> Pool:
    """The cache shows one more."""
    return attrs.evolve(s, seen=s.seen + 1, started=s.started - 1)


def pool(name: str, sync_transition: Transition) -> CountModel:
    """An empty pool and what may happen to it."""
    return CountModel(name, Pool, lambda s: s.wanted >= 0 and s.seen == 0 and s.started == 0, (
        sync_transition, Transition("show", show, lambda s: s.started > 0)))


ENOUGH = Clause("no more workers than wanted", lambda s: s.seen + s.started <= s.wanted)
COUNTS = Clause("no count is below 0", lambda s: s.seen >= 0 and s.started >= 0)
REPAIRED = pool("warm pool", Transition("sync", sync_with_notes))
FORGETFUL = pool("warm pool, forgetful", Transition("sync", sync))
EVERY = ("every number of workers",)

PROOFS = (
    Proof("pool-not-exceeded", ENOUGH.says, "count model", EVERY, (), Induction(REPAIRED, ENOUGH, (COUNTS,))),
    Proof("pool-exceeded-by-a-stale-cache", ENOUGH.says, "count model", EVERY, (), Induction(FORGETFUL, ENOUGH),
          VIOLATED, "pool-not-exceeded"),
)
