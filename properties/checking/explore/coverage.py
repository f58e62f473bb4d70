"""What a scope allows and a search never did: a verdict is worth as much as what was tried."""

from seatrial.model.cluster import STEPS
from seatrial.model.faults import FAULTS
from seatrial.model.scope import Scope
from seatrial.model.steps import Step
from seatrial.model.users import STEP_NAMES


def never_taken(scope: Scope, taken: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of step that this scope allows and that are not among those that were taken."""
    return tuple(step.name for step in STEPS if step.name not in taken and is_allowed(scope, step))


def is_allowed(scope: Scope, step: Step) -> bool:
    """May such a step be taken, by the budgets and the clock of a scope?

    What none of its processes ever does counts as allowed.
    """
    faults = [fault for fault in FAULTS if step in fault.steps]
    if faults:
        return any(scope.budgets.get(kind) for fault in faults for kind in fault.budgets)
    if step.environment:
        verbs = {name: verb for verb, name in STEP_NAMES.items()} | {"Evict": "drain", "ListPage": "list"}
        return bool(scope.budgets.get(verbs.get(step.name, step.name)))
    return scope.timed or step.name != "Advance"
