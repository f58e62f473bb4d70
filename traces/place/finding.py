"""Runs the placement engine on a question, and gathers what it finds out.

The scheduler is followed first: where it places every pod by itself, that is a placement, and no solver has to be
asked. Where it gets stuck, or the question is too large to follow it, the solver decides.
"""

from collections import Counter
from collections.abc import Iterator

import attrs

from seatrial.model.scheduler.plugins import node_affinity
from seatrial.properties.checking.place.answer import FEASIBLE, Answer, Need, Placed
from seatrial.properties.checking.place.greedy import Greedy, greedy
from seatrial.properties.checking.place.pack import pack
from seatrial.properties.checking.place.solve import place
from seatrial.properties.checking.place.world import World, new_world
from seatrial.traces.place.fixed_pods import node_of_daemon
from seatrial.traces.place.losses import ZONE, survival
from seatrial.traces.place.outcome import Looked, Loss, Outcome, Packed, Stuck
from seatrial.traces.place.questions import Asked

BY_ITSELF = "scheduler"
MOST_TO_FOLLOW = 500_000
"""Pods times nodes up to which the scheduler is followed."""


@attrs.frozen
class Wanted:
    """What to find out besides: losses (numbers of nodes, or "zone"), the fewest nodes, what was looked at; and how."""

    losses: tuple[str, ...] = ()
    back_end: str = "z3"
    seconds: float = 10.0
    pack: bool = False
    explain: bool = False


def find_out(asked: Asked, wanted: Wanted) -> Outcome:
    """The outcome; raises PlaceError for what cannot be asked, and NoSolverError for a back-end that is not there.

    What is lost, and how few nodes are enough, is asked only where there is a placement to begin with.
    """
    followed = follow(asked)
    if followed is not None and followed.stuck is None:
        outcome = Outcome(as_scheduled(asked), placed_by_itself(followed))
    else:
        found = place(asked.question, seconds=wanted.seconds, back_end=wanted.back_end)
        outcome = Outcome(asked, without_pins(asked, found))
    is_placed = outcome.answer.verdict == FEASIBLE
    return attrs.evolve(
        outcome, stuck=None if followed is None else stuck_of(asked, followed),
        losses=tuple(loss_of(outcome, asked, each, wanted) for each in wanted.losses if is_placed),
        packed=packed_of(asked, wanted) if wanted.pack and is_placed else None,
        looked=tuple(looked_at(asked)) if wanted.explain else ())


def without_pins(asked: Asked, found: Answer) -> Answer:
    """The answer without the affinity that binds daemon pods to their nodes: nobody wrote it, so nobody can drop it."""
    pinned = {each.name for each in asked.question.batches if node_of_daemon(each.pod)}

    def is_pin(need: Need) -> bool:
        return need.batch in pinned and need.plugin == node_affinity.NAME

    return attrs.evolve(
        found, core=tuple(each for each in found.core if not is_pin(each)),
        relaxations=tuple(each for each in found.relaxations if not any(is_pin(need) for need in each.needs)))


# The scheduler by itself.


def follow(asked: Asked) -> Greedy | None:
    """How far the scheduler comes by itself; None for a question too large to see."""
    return greedy(asked.in_order) if asked.waiting * len(asked.question.nodes) <= MOST_TO_FOLLOW else None


def as_scheduled(asked: Asked) -> Asked:
    """The same with daemon pods among those that the scheduler places."""
    stands = asked.standing[:len(asked.standing) - asked.fixed]
    return attrs.evolve(asked, question=asked.in_order, owners=asked.owners_in_order, standing=stands, fixed=0)


def placed_by_itself(followed: Greedy) -> Answer:
    """The scheduler's own placement as an answer."""
    placement = tuple(Placed(batch, node, count) for (batch, node), count in Counter(followed.schedule).items())
    return Answer(FEASIBLE, placement=placement, schedule=followed.schedule, engine=BY_ITSELF)


def stuck_of(asked: Asked, followed: Greedy) -> Stuck:
    """How far it came, in terms of workloads."""
    owner = "" if followed.stuck is None else asked.owners_in_order[followed.stuck]
    return Stuck(len(followed.schedule), owner, followed.message)


# What is survived, and how few nodes are enough.


def loss_of(outcome: Outcome, asked: Asked, lose: str, wanted: Wanted) -> Loss:
    """Whether a loss is survived."""
    found, zone = survival(outcome, asked.question, lose, seconds=wanted.seconds, back_end=wanted.back_end)
    answer = None if found.answer is None else without_pins(asked, found.answer)
    what = "any zone" if lose == ZONE else f"any {lose} of {len(asked.question.nodes)} nodes"
    return Loss(what, found.verdict, found.lost, answer, found.tried, zone)


def packed_of(asked: Asked, wanted: Wanted) -> Packed:
    """The fewest nodes, as far as that is known."""
    found = pack(asked.question, seconds=wanted.seconds, back_end=wanted.back_end)
    return Packed(found.at_least, found.nodes, found.answer.reason)


# What was looked at.

SHORT = {
    "Too many pods": "pods",
    "node(s) didn't have free ports for the requested pod ports": "host ports",
    "node(s) didn't match pod affinity rules": "the pods it must be with",
    "node(s) didn't match pod anti-affinity rules": "the pods it must not be with",
    "node(s) didn't match pod topology spread constraints": "how its pods are spread",
    "node(s) didn't satisfy existing pods anti-affinity rules": "the pods that must not be with it",
}
"""What a reason for a rejection is about."""


def looked_at(asked: Asked) -> Iterator[Looked]:
    """For each workload, to which nodes it may go, what rules the others out, and what counts there."""
    world = new_world(asked.in_order)
    owners = dict(zip((each.name for each in asked.in_order.batches), asked.owners_in_order, strict=True))
    seen: dict[str, Looked] = {}
    for at, members in enumerate(world.members):
        for name in dict.fromkeys(world.question.batches[each].name for each in members):
            owner = owners[name]
            if owner in seen:  # A DaemonSet: each of its batches is for one node.
                seen[owner] = attrs.evolve(seen[owner], open=seen[owner].open + 1, ruled_out=())
            else:
                seen[owner] = Looked(owner, *ruled_out(world, at), counts(world, at))
    yield from seen.values()


def ruled_out(world: World, batch: int) -> tuple[int, tuple[tuple[str, str, tuple[str, ...]], ...]]:
    """How many nodes a batch's pods may go to, and by plugin and reason those that never take them."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in world.refusals:
        if each.batch == batch:
            found.setdefault((each.plugin, each.reason), []).append(world.question.nodes[each.node].metadata.name)
    closed = {name for nodes in found.values() for name in nodes}
    return len(world.question.nodes) - len(closed), tuple(
        (plugin, reason, tuple(nodes)) for (plugin, reason), nodes in found.items())


def counts(world: World, batch: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the other plugins count for a batch."""
    found: dict[str, dict[str, None]] = {}
    for each in world.constraints:
        if each.batch == batch:
            what = SHORT.get(each.reason, each.reason.removeprefix("Insufficient "))
            found.setdefault(each.plugin, {})[what] = None
    return tuple((plugin, tuple(what)) for plugin, what in found.items())
