"""Runs of the ReplicaSet's count model, taken again by the model of objects: the same counts, step by step."""

from functools import partial

from seatrial.model.actions import Action
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.properties.checking.symbolic.answer import Run
from seatrial.properties.checking.symbolic.models.replicaset import OLDER
from seatrial.properties.checking.symbolic.refinement import realize
from seatrial.properties.checking.symbolic.refinements.replicaset import GATE, replicaset_counts
from seatrial.properties.checking.symbolic.system import Clause
from seatrial.properties.property import Property
from seatrial.properties.registry import property_named

KEY, PROPERTY = "default/web", "replicas_not_exceeded"
BUDGETS = {"lose-create": "lost-create", "delay-create": "late-create", "refuse-create": "refused", "restart": "crash"}
"""Which budget of a scope allows what a transition of the count model does."""


def scope_of(run: Run) -> Scope:
    """A scope with this ReplicaSet, in which the faults of a run may happen."""
    taken = [BUDGETS[each.name] for each in run.taken if each.name in BUDGETS]
    budgets = FrozenMap({name: taken.count(name) for name in taken})
    gates = FrozenMap({GATE: False}) if run.model.name == OLDER.name else FrozenMap({})
    return Scope(("replicaset",), (*NAMESPACE, replicaset(run.states[0].desired)), budgets=budgets, gates=gates)


def follow(run: Run, claim: Clause) -> tuple[Scope, tuple[Action, ...], Property] | None:
    """The scope, the actions, and the property that they should break; None when no cluster takes this run."""
    del claim
    scope, counts = scope_of(run), partial(replicaset_counts, key=KEY, capacity=run.states[0].capacity)
    actions = realize(run, start(scope), counts)
    return None if actions is None else (scope, actions, property_named(PROPERTY))
