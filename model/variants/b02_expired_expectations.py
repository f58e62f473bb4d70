"""B02, kubernetes/kubernetes#129795: expectations that merely expired count as fulfilled.

When an informer lags behind its own controller's writes for longer than the expectations live, the controller creates
its pods again. Upstream still does so; what protects it since 1.36 is the check of its own writes. So the variant is a
scope: the hypothesis that lag stays below the time to live is dropped, and the gate of that check is off. The same
scope with the gate on is clean.
"""

import attrs

from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.model.variants.variant import Variant

GATE = "StaleControllerConsistencyReplicaSet"
HYPOTHESIS = "lag_below_expectation_ttl"


def apply(scope: Scope) -> Scope:
    """The scope of a release before 1.36, with informers that may lag for long."""
    return attrs.evolve(scope, gates=scope.gates.set(GATE, False),  # noqa: FBT003 -- a gate's value
                        hypotheses=tuple(each for each in scope.hypotheses if each != HYPOTHESIS))


VARIANT = Variant(
    "B02", "kubernetes/kubernetes#129795", "expectations that merely expired count as fulfilled",
    breaks="replicas_not_exceeded",
    scenario=Scope(controllers=("replicaset",), objects=(*NAMESPACE, replicaset(1)), timed=True,
                   budgets=FrozenMap({"drop": 1})),
    apply=apply)
