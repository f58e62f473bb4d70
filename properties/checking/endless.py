"""What a liveness property says of a run without end: one that comes to rest, or goes round in a loop for ever.

    eventually         reached and kept: violated by the last state of rest, or by any state of the loop
    always-eventually  reached again and again: violated by rest without it, or by a loop that never has it
    leads-to           as before, and only where the premise held before and the goal was not reached since
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
