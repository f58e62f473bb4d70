"""Is the loss of nodes survived? First by moving only the pods that stood there, then by placing all pods anew.

With the placement that was found, the pods of the lost nodes are given to the scheduler, one by one, while all others
stay: that is what a cluster would do, and mostly it is enough. Only of losses for which it is not the engine is asked,
which may place everything anew that was not bound to begin with. Equal nodes stand for each other as in
`seatrial.properties.checking.place.survive`.
"""

from collections.abc import Iterator

import attrs

from seatrial.properties.checking.place.greedy import greedy
from seatrial.properties.checking.place.portfolio import Deadline, in_seconds
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.survive import Names, Survival, after_loss, first_loss, losing_sets
from seatrial.traces.place.outcome import Outcome
from seatrial.traces.place.table import ZONE_LABEL

ZONE = "zone"


def survival(outcome: Outcome, question: Question, lose: str, *, seconds: float, back_end: str) -> Survival:
    """Whether a loss is survived, of so many nodes or of a zone, by a placement that was found for the question."""
    zones = zones_of(question) if lose == ZONE else {}
    deadline, easy = in_seconds(seconds), list[Names]()
    sets = iter(zones) if lose == ZONE else losing_sets(question, int(lose))
    found = first_loss(question, hard_sets(as_placed(outcome), sets, deadline, easy), deadline, back_end)
    return attrs.evolve(found, tried=found.tried + len(easy), zone=zones.get(found.lost, ""))


def zones_of(question: Question) -> dict[Names, str]:
    """The nodes of each zone, small zones first."""
    zones: dict[str, list[str]] = {}
    for node in question.nodes:
        if ZONE_LABEL in node.metadata.labels:
            zones.setdefault(node.metadata.labels[ZONE_LABEL], []).append(node.metadata.name)
    return {tuple(names): zone for zone, names in sorted(zones.items(), key=lambda each: (len(each[1]), each[0]))}


def as_placed(outcome: Outcome) -> Question:
    """The question with all its pods bound where the placement has them."""
    question = outcome.asked.question
    pods = ((question.batches[batch].pod, node) for batch, node in outcome.answer.schedule)
    placed = tuple(attrs.evolve(pod, spec=attrs.evolve(pod.spec, node_name=node)) for pod, node in pods)
    return Question(question.nodes, (*question.placed, *placed))


def hard_sets(placed: Question, sets: Iterator[Names], deadline: Deadline, easy: list[Names]) -> Iterator[Names]:
    """The losses that the scheduler does not mend by moving the pods of the lost nodes; `easy` gathers the others."""
    for names in sets:
        if deadline.left > 0 and greedy(after_loss(placed, names)).stuck is None:
            easy.append(names)
        else:
            yield names
