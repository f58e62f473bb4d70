"""The questions about endless runs: reached, again and again, reached and kept, answered.

Each takes masks over states: where the goal is lacking, where a premise holds. A run may be quiet from any state on:
users and faults act as often as their budgets allow, then never again. So a counterexample is a path to a place where
a fair run can stay for ever without them; the questions differ in what that place, and the path to it, must be.
"""

import attrs
import numpy as np

from seatrial.properties.checking.explore.graph import Array, Graph
from seatrial.properties.checking.explore.paths import search_paths


@attrs.frozen(eq=False)
class Eventually:
    """From every state the goal is reached. Violated where a fair run can do without it for ever."""

    lacking: Array


@attrs.frozen(eq=False)
class AlwaysEventually:
    """The goal is reached again and again.

    A run may begin in every state, so this asks the same as `Eventually`; it is here for those who mean it.
    """

    lacking: Array


@attrs.frozen(eq=False)
class EventuallyAlways:
    """The goal is reached and kept. Violated where a fair run comes again and again to a state that lacks it."""

    lacking: Array


@attrs.frozen(eq=False)
class LeadsTo:
    """Wherever the premise holds, the goal is reached, then or later, whatever users and faults did in between."""

    premise: Array
    lacking: Array


Question = Eventually | AlwaysEventually | EventuallyAlways | LeadsTo


@attrs.frozen(eq=False)
class Ground:
    """Where the counterexamples of a question live.

    Its loop stays `inside` and passes a state of `lacking`; its stem ends with a path from a state of `since`, if that
    is not None, through states of `inside`.
    """

    inside: Array
    lacking: Array
    since: Array | None = None


def ground_of(graph: Graph, question: Question) -> Ground:
    """Where to look for counterexamples; states whose steps are not known are left out."""
    known = graph.within()
    lacking = question.lacking & known
    if isinstance(question, EventuallyAlways):
        return Ground(known, lacking)
    if isinstance(question, LeadsTo):
        unanswered = np.flatnonzero(question.premise & lacking)
        owed = search_paths(graph, unanswered, within=lacking).reached()
        return Ground(owed, owed, question.premise & lacking)
    return Ground(lacking, lacking)
