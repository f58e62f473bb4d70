"""Two writers of one number of replicas, such as an autoscaler and a tool that applies manifests, over counts.

Each writes what it wants whenever the number differs; the ReplicaSet follows, by `manage_replicas`. Left out, and why
that is sound: what makes the writers want their numbers (they keep wanting them), and the ReplicaSet's stale view,
which has proofs of its own.
"""

import attrs

from seatrial.model.controllers.replicaset import BURST_REPLICAS
from seatrial.model.controllers.replicaset_decisions import manage_replicas
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition


@attrs.frozen
class Tug:
    """What each writer wants, the number written, the pods."""

    first: int
    second: int
    replicas: int
    pods: int


def follow(s: Tug) -> Tug:
    """The ReplicaSet controller makes the difference."""
    creations, deletions = manage_replicas(s.pods, s.replicas, BURST_REPLICAS)
    return attrs.evolve(s, pods=s.pods + creations - deletions)


def begins(s: Tug) -> bool:
    """At rest with some number."""
    return s.first >= 0 and s.second >= 0 and s.replicas >= 0 and s.pods == s.replicas


MODEL = CountModel("two writers", Tug, begins, (
    Transition("first-writes", lambda s: attrs.evolve(s, replicas=s.first), lambda s: s.replicas != s.first, fair=True),
    Transition("second-writes", lambda s: attrs.evolve(s, replicas=s.second), lambda s: s.replicas != s.second,
               fair=True),
    Transition("follow", follow, lambda s: s.pods != s.replicas, fair=True),
))
AGREED = attrs.evolve(MODEL, name="two writers that agree", initial=lambda s: begins(s) and s.first == s.second)

SETTLED = Clause("the pods are as many as both writers want", lambda s: s.pods == s.replicas == s.first == s.second)
AGREE = Clause("both writers want the same", lambda s: s.first == s.second)
