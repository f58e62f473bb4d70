"""What was found out about a placement question: the answer, and whatever else was asked beside it."""

import attrs

from seatrial.properties.checking.place.answer import INFEASIBLE, UNKNOWN, Answer
from seatrial.traces.place.questions import Asked

HOLDS, BROKEN, GAVE_UP = 0, 1, 4


@attrs.frozen
class Stuck:
    """How far the scheduler comes by itself: how many pods it places, and of whom it first finds one no node, and why.

    `owner` is empty where it places them all.
    """

    placed: int
    owner: str = ""
    message: str = ""


@attrs.frozen
class Loss:
    """Whether the pods have a place after a loss: what may be lost in words, the verdict, and the worst found.

    `lost` names the nodes without which `answer` says there is no place, or that it is not known, and `zone` the zone
    that they are; `tried` counts the losses that were looked at.
    """

    what: str
    verdict: str
    lost: tuple[str, ...] = ()
    answer: Answer | None = None
    tried: int = 0
    zone: str = ""


@attrs.frozen
class Packed:
    """The fewest nodes that take all pods: a proved lower bound, and the nodes of the best placement found."""

    at_least: int
    nodes: tuple[str, ...]
    reason: str = ""

    @property
    def is_exact(self) -> bool:
        """Is the best placement found proved to be the best there is?"""
        return self.at_least == len(self.nodes)


@attrs.frozen
class Looked:
    """What was looked at for a workload: to how many nodes it may go, which are ruled out and why, what counts there.

    `ruled_out` pairs a plugin and its reason with nodes; `counted` pairs a plugin with what it looks at.
    """

    owner: str
    open: int
    ruled_out: tuple[tuple[str, str, tuple[str, ...]], ...]
    counted: tuple[tuple[str, tuple[str, ...]], ...]


@attrs.frozen
class Outcome:
    """Everything that one run of `seatrial place` found out; `query` names the file of a query that was saved."""

    asked: Asked
    answer: Answer
    drained: tuple[str, ...] = ()
    stuck: Stuck | None = None
    losses: tuple[Loss, ...] = ()
    packed: Packed | None = None
    looked: tuple[Looked, ...] = ()
    query: str = ""

    @property
    def exit_code(self) -> int:
        """1 where something has no place, else 4 where something is not known, else 0."""
        verdicts = (self.answer.verdict, *(each.verdict for each in self.losses))
        if INFEASIBLE in verdicts:
            return BROKEN
        return GAVE_UP if UNKNOWN in verdicts else HOLDS

    @property
    def is_scheduled(self) -> bool:
        """Is the placement the scheduler's own?"""
        return self.stuck is not None and not self.stuck.owner

    @property
    def only_at_once(self) -> bool:
        """Is there an end that meets every constraint, and no order of the pods that leads there?"""
        return self.answer.verdict == INFEASIBLE and bool(self.answer.placement)
