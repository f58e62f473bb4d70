"""Is the loss of nodes survived, by the placement that was found or by another one?"""

import attrs

from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.survive import Survival, losing_sets, survives, zones_of
from seatrial.traces.place.outcome import Outcome

ZONE = "zone"


def survival(outcome: Outcome, question: Question, lose: str, *, seconds: float, back_end: str) -> tuple[Survival, str]:
    """Whether a loss is survived, of so many nodes or of any zone; and which zone is the one that is not."""
    zones = zones_of(question) if lose == ZONE else {}
    sets = iter(zones) if lose == ZONE else losing_sets(question, int(lose))
    found = survives(question, sets, seconds=seconds, back_end=back_end, placed=as_placed(outcome))
    return found, zones.get(found.lost, "")


def as_placed(outcome: Outcome) -> Question:
    """The question with all its pods bound where the placement has them."""
    question = outcome.asked.question
    pods = ((question.batches[batch].pod, node) for batch, node in outcome.answer.schedule)
    placed = tuple(attrs.evolve(pod, spec=attrs.evolve(pod.spec, node_name=node)) for pod, node in pods)
    return Question(question.nodes, (*question.placed, *placed))
