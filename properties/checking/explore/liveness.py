"""Verdicts on what must come about: decided on the graph of a search, with words for why a loop is fair.

A property of the kind `eventually` is asked as "reached and kept": violated where the system can rest, or go round for
ever with everybody getting their turn, and the goal is lacking there. One that is `always-eventually` may be lost and
reached again; one that `leads-to` is asked only where its premise held before.
"""

from seatrial.model.cluster import Cluster
from seatrial.properties.checking.explore.again import cut_short
from seatrial.properties.checking.explore.core import Core
from seatrial.properties.checking.explore.decide import Answer, decide
from seatrial.properties.checking.explore.graph import Graph, spoken
from seatrial.properties.checking.explore.lasso import counterexample
from seatrial.properties.checking.explore.questions import AlwaysEventually, EventuallyAlways, LeadsTo
from seatrial.properties.checking.explore.search import Search
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.turns import because
from seatrial.properties.checking.verdict import HOLDS, VIOLATED, Verdict
from seatrial.properties.property import ALWAYS_EVENTUALLY, EVENTUALLY, LEADS_TO, Property, premise_name

ASKED = {EVENTUALLY: "reached and kept from each of", ALWAYS_EVENTUALLY: "reached again and again from each of",
         LEADS_TO: "reached wherever its premise holds, in"}
BYTES_PER_EDGE = 12
"""Source, target and action of an edge of the graph."""


def answer_to(graph: Graph, search: Search, prop: Property, judges: tuple[Property, ...]) -> Answer:
    """Does every fair run do what the property asks? `judges` are those of the search, in their order."""
    lacking = spoken(search, judges.index(prop))
    if prop.kind == LEADS_TO:
        names = [each.name for each in judges]
        return decide(graph, LeadsTo(spoken(search, names.index(premise_name(prop.name))), lacking))
    return decide(graph, AlwaysEventually(lacking) if prop.kind == ALWAYS_EVENTUALLY else EventuallyAlways(lacking))


def verdict_of(initial: Cluster, graph: Graph, prop: Property, answer: Answer) -> Verdict | None:
    """What the answer allows to say; None where nothing was found and not everything was looked at."""
    if answer.lasso is not None:
        found = cut_short(initial, prop, counterexample(graph, answer.lasso, prop, initial))
        said = because(replay(initial, found.actions), found.actions, found.loop)
        return Verdict(prop.name, VIOLATED, found.sentence, found, prop.kind, said)
    if not answer.complete:
        return None
    reason = f"{ASKED[prop.kind]} {graph.states:,} states, {say_core(answer.core)}"
    return Verdict(prop.name, HOLDS, reason, kind=prop.kind)


def say_core(core: Core | None) -> str:
    """Under which fairness it holds, in words."""
    if core is None or not core.assumptions:
        return "whoever gets their turn"
    return "if " + ", ".join(str(each) for each in core.assumptions) + "; nobody else need get their turn"
