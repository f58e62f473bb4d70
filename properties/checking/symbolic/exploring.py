"""Refinement by the explorer: every transition of a scope whose states are millions.

The comparison is a property of steps: a step that writes nothing that the counts read is passed, every other one must
be matched. Reductions of the explorer go by what the property reads, like those for any other. That nothing else than
`reads` says can change a count is checked on walks (`seatrial.properties.checking.symbolic.refinement.walk`).
"""

from functools import cache, partial

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.properties.checking.explore.engine import Explored, Limits, explore_cluster
from seatrial.properties.checking.symbolic.answer import say_change, say_state
from seatrial.properties.checking.symbolic.refinement import Counts, Refinement, check_scope, matching
from seatrial.properties.property import STEP, Property


def explore(refinement: Refinement, initial: Cluster, counts: Counts, limits: Limits) -> Explored:
    """Searches a scope for a step that the count model does not have; its verdict is that of one property.

    Raises ValueError for a scope that the count model does not speak of.
    """
    check_scope(refinement, initial)
    return explore_cluster(initial, (as_property(refinement, counts),), limits)


def as_property(refinement: Refinement, counts: Counts) -> Property:
    """Every step is one of the count model, or changes no count."""
    matched = cache(partial(matching, refinement))

    def unmatched(before: Cluster, action: Action, after: Cluster) -> str | None:
        del action
        if not any(map(refinement.reads, before.cells.changed_keys(after.cells))):
            return None
        old, new = counts(before), counts(after)
        if matched(old, new) is not None:
            return None
        return f"no transition of the {refinement.model.name} leads from {say_state(old)}: {say_change(old, new)}"

    why = f"what is proved of the {refinement.model.name} shall hold of the cluster"
    return Property("refines_its_count_model", STEP, why, unmatched)
