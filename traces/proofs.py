"""Finding proofs by name, those of seatrial and a user's own; and their counterexamples as ordinary traces.

A run of the ReplicaSet's count model that makes too many pods is taken again by the model of objects: the same counts,
step by step, in a cluster with that ReplicaSet. What comes of it is a trace like any other. Runs of other models have
no such counterpart yet.
"""

from functools import partial
from importlib import import_module

from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.properties.checking.replay import judge, replay
from seatrial.properties.checking.symbolic.answer import Run
from seatrial.properties.checking.symbolic.models.replicaset import OLDER, Pods
from seatrial.properties.checking.symbolic.proof import Proof, Result
from seatrial.properties.checking.symbolic.refinement import GATE, realize, replicaset_counts
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.registry import property_named
from seatrial.traces.codec import Trace

KEY, PROPERTY = "default/web", "replicas_not_exceeded"
BUDGETS = {"lose-create": "lost-create", "delay-create": "late-create", "refuse-create": "refused", "restart": "crash"}
"""Which budget of a scope allows what a transition of the count model does."""


class ProofError(ValueError):
    """A name of a proof that cannot be found; says what there is."""


def proofs_named(wanted: tuple[str, ...], known: tuple[Proof, ...]) -> tuple[Proof, ...]:
    """The proofs of these names, all known ones when none is given; a name may also be a beginning, as deployment.

    module:NAME is a Proof, or a tuple of them, of a user's own. Raises ProofError.
    """
    if not wanted:
        return known
    found: list[Proof] = []
    for name in wanted:
        these = own_proofs(name) if ":" in name else matching(name, known)
        found += [each for each in these if each not in found]
    return tuple(found)


def matching(name: str, known: tuple[Proof, ...]) -> tuple[Proof, ...]:
    """The proof of this name, or else those whose names begin with it, at a dash."""
    exact = tuple(each for each in known if each.name == name)
    found = exact or tuple(each for each in known if each.name.startswith(f"{name}-"))
    if not found:
        raise ProofError(f"there is no proof {name!r}; there are {', '.join(each.name for each in known)}, and your "
                         "own as module:NAME")
    return found


def own_proofs(place: str) -> tuple[Proof, ...]:
    """The Proof, or the tuple of them, at module:NAME; raises ProofError."""
    module, _, name = place.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ProofError(f"{place} cannot be loaded: {error}; give module:NAME as seen from this folder") from error
    proofs = found if isinstance(found, tuple) else (found,)
    if not proofs or not all(isinstance(each, Proof) for each in proofs):
        raise ProofError(f"{place} is a {type(found).__name__}; give a Proof, or a tuple of them")
    return proofs


def scope_of(run: Run) -> Scope:
    """A scope with this ReplicaSet, in which the faults of a run may happen."""
    taken = [BUDGETS[each.name] for each in run.taken if each.name in BUDGETS]
    budgets = FrozenMap({name: taken.count(name) for name in taken})
    gates = FrozenMap({GATE: False}) if run.model.name == OLDER.name else FrozenMap({})
    return Scope(("replicaset",), (*NAMESPACE, replicaset(run.states[0].desired)), budgets=budgets, gates=gates)


def trace_of(found: Result) -> Trace | None:
    """The run of a proof that failed, as a trace of the model of objects; None when it has none there."""
    run = found.run
    if run is None or run.model.state is not Pods or run.loop is not None:
        return None
    scope, counts = scope_of(run), partial(replicaset_counts, key=KEY, capacity=run.states[0].capacity)
    actions = realize(run, start(scope), counts)
    if actions is None:
        return None
    broken = property_named(PROPERTY)
    counterexample = Counterexample(PROPERTY, actions, "", len(actions))
    said = judge(broken, replay(start(scope), actions), counterexample)
    if not said:
        return None
    return Trace(scope, Counterexample(PROPERTY, actions, said, len(actions)), broken.kind)
