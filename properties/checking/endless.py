"""What a liveness property says of a run without end: one that comes to rest, or goes round in a loop for ever.

An `eventually` is reached and kept: the last state of rest violates it, or any state of the loop. An
`always-eventually` is reached again and again: rest without it violates it, or a loop that never has it. So it is with
a `leads-to`, but only where the premise held before and the goal was not reached since.
"""

from collections.abc import Iterable

from seatrial.model.cluster import Cluster
from seatrial.properties.property import EVENTUALLY, LEADS_TO, Property


def lacking_in(prop: Property, states: Iterable[Cluster], loop: int | None) -> str | None:
    """What is missing for ever, or None; `states` are those of the whole run, the initial one first.

    Of rest (`loop` None) in the last state; else in the states after the first `loop` actions, of which the last one is
    the first again.
    """
    owed: str | None = None
    first: str | None = None
    everywhere, last = True, None
    for at, state in enumerate(states):
        last = prop.predicate(state)
        if prop.kind == LEADS_TO:
            held = owed is not None or (prop.premise is not None and prop.premise(state) is not None)
            owed = last if held else None
        if loop is not None and at > loop:
            first, everywhere = first or last, everywhere and last is not None
    if prop.kind == LEADS_TO and owed is None:
        return None
    if loop is None:
        return last
    return first if prop.kind == EVENTUALLY or everywhere else None
