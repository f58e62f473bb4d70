"""B01, kubernetes/kubernetes#67662: a create that timed out was taken for a created pod.

The ReplicaSet controller answered a time-out with neither an error nor a lower expectation, so it waited for an event
that never came, and nothing woke it. Repaired by PR #86140: a time-out is an error, the expectation is lowered, the
key is queued again.
"""

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.local import Local
from seatrial.model.controllers.replicaset import CONTROLLER, Creating, resume
from seatrial.model.frozen import FrozenMap
from seatrial.model.hypotheses import HYPOTHESES
from seatrial.model.scope import Scope
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.model.variants.variant import Variant, replace_controller


def resume_trusting_timeouts(local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
    """Takes a create that timed out for one that succeeded."""
    if isinstance(memo, Creating) and reply.is_reason("Timeout"):
        reply = Reply(201, Pod())
    return resume(local, key, memo, reply)


def apply(scope: Scope) -> Scope:
    """The scope with that ReplicaSet controller."""
    broken = attrs.evolve(CONTROLLER, resume=resume_trusting_timeouts)
    return replace_controller(scope, CONTROLLER.name, broken)


VARIANT = Variant(
    "B01", "kubernetes/kubernetes#67662", "a create that timed out is taken for a created pod",
    breaks="replicas_converge",
    scenario=Scope(controllers=("replicaset",), objects=(*NAMESPACE, replicaset(1)), timed=True,
                   budgets=FrozenMap({"refused": 1}), hypotheses=tuple(each.name for each in HYPOTHESES)),
    apply=apply)
