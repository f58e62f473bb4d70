"""Liveness decided: does every fair run of the graph do what the question asks?

Users and faults are never fair and never needed: whatever budget is left, they may be quiet from any state on, and only
steps of the system itself count in a loop. A state where nothing else can move stays as it is for ever.
"""

import attrs

from seatrial.properties.checking.explore.components import Components, fair_components, split
from seatrial.properties.checking.explore.core import Core, core_of
from seatrial.properties.checking.explore.fairness import Fairness, Strong, fairness_of
from seatrial.properties.checking.explore.graph import Graph
from seatrial.properties.checking.explore.lasso import Lasso, shortest_lasso
from seatrial.properties.checking.explore.questions import EventuallyAlways, Ground, Question, ground_of


@attrs.frozen
class Answer:
    """Whether it holds: if not, with a lasso; if so, with fairness assumptions that are enough, of which none can go.

    `complete` is False where states were left unexpanded: then a violation is one, and "holds" is a mere "not found".
    """

    holds: bool
    complete: bool
    lasso: Lasso | None = None
    core: Core | None = None


def decide(graph: Graph, question: Question, *, strong: Strong = False, fair_choice: bool = False,
           core: bool = True) -> Answer:
    """Decides a question under weak fairness of every unit, and strong fairness of the steps in `strong` (True: all).

    `fair_choice` is the named hypothesis that each choice of a unit is as fair as the unit. Without `core` no smaller
    set of assumptions is looked for.
    """
    fairness = fairness_of(graph, strong=strong, fair_choice=fair_choice)
    ground = ground_of(graph, question)
    components = components_of(graph, fairness, question, ground)
    found = [(parts, which) for parts, which in fair_components(
        graph, fairness, components, fairness.assumed, ground.lacking)]
    if found:
        return Answer(holds=False, complete=graph.complete, lasso=shortest_lasso(graph, fairness, ground, found))
    return Answer(holds=True, complete=graph.complete,
                  core=core_of(graph, fairness, components, ground.lacking) if core else None)


def components_of(graph: Graph, fairness: Fairness, question: Question, ground: Ground) -> Components:
    """The components of the question's ground; those of the whole graph are worked out once."""
    if not isinstance(question, EventuallyAlways):
        return split(graph, fairness, ground.inside)
    key = ("components", id(fairness))
    if key not in graph.known:
        graph.known[key] = split(graph, fairness, ground.inside)
    found: Components = graph.known[key]
    return found
