"""Finding proofs by name, those of seatrial and a user's own; and their counterexamples as ordinary traces.

A run of the ReplicaSet's or the rollout's count model that breaks a claim is taken again by the model of objects, in a
cluster with that ReplicaSet or Deployment. What comes of it is a trace like any other. Runs of other models have no
such counterpart.
"""

from collections.abc import Callable
from importlib import import_module

import attrs

from seatrial.model.actions import Action
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.properties.checking.replay import judge, replay
from seatrial.properties.checking.symbolic.answer import Run
from seatrial.properties.checking.symbolic.models.deployment import Rollout
from seatrial.properties.checking.symbolic.models.replicaset import Pods
from seatrial.properties.checking.symbolic.proof import Proof, Result
from seatrial.properties.checking.symbolic.refinements import deployment_runs, replicaset_runs
from seatrial.properties.checking.symbolic.system import Clause
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.property import Property
from seatrial.traces.codec import Trace

Follow = Callable[[Run, Clause], tuple[Scope, tuple[Action, ...], Property] | None]
FOLLOWED: dict[type, Follow] = {Pods: replicaset_runs.follow, Rollout: deployment_runs.follow}
"""Which runs of counts can be taken again by the model of objects, by the class of their states."""


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


def trace_of(found: Result) -> Trace | None:
    """The run of a proof that failed, as a trace of the model of objects; None when none was found there."""
    run, claim = found.run, getattr(found.proof.rule, "claim", None)
    if run is None or run.loop is not None or claim is None or run.model.state not in FOLLOWED:
        return None
    followed = FOLLOWED[run.model.state](run, claim)
    if followed is None:
        return None
    scope, actions, broken = followed
    counterexample = Counterexample(broken.name, actions, "", len(actions))
    said = judge(broken, replay(start(scope), actions), counterexample)
    if not said:
        return None
    return Trace(scope, attrs.evolve(counterexample, sentence=said), broken.kind)
