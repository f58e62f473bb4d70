"""The writes that a Deployment's sync makes to ReplicaSets, one call each: scaling them, and deleting old ones.

Mirrors scaleReplicaSetAndRecordEvent and cleanupDeployment of pkg/controller/deployment/sync.go (release 1.36).
"""

import attrs

from seatrial.model.api.meta import key_of
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.local import Local
from seatrial.model.controllers.deployment_plan import CLEAN_UP, Cleaning, Plan, Progress, Scaling, emit
from seatrial.model.controllers.deployment_revisions import (
    get_replica_sets_to_clean_up,
    set_replicas_annotations,
)
from seatrial.model.controllers.deployment_sizes import Sizes
from seatrial.model.controllers.deployment_templates import find_old_replica_sets


def scale_replica_sets(plan: Plan, todo: Sizes, *, then: str, forgiving: bool = False) -> Progress:
    """Writes the sizes, one after the other, and goes on with `then`."""
    plan = attrs.evolve(plan, then=then)
    return _scale(Scaling(plan, todo, forgiving)) if todo else plan


def _scale(memo: Scaling) -> Call:
    replicaset, size = memo.todo[0]
    sized = attrs.evolve(replicaset, spec=attrs.evolve(replicaset.spec, replicas=size))
    body = set_replicas_annotations(memo.plan.deployment, sized)
    return Call("update", "replicasets", key_of(body.metadata), body, memo=memo)


def after_scale(local: Local, memo: Scaling, reply: Reply) -> Progress:
    """The next one; an error ends the sync or, if forgiven, the scaling."""
    plan, (replicaset, size) = memo.plan, memo.todo[0]
    if not reply.ok:
        return attrs.evolve(plan, then=CLEAN_UP) if memo.forgiving else Done(error=reply.message)
    before = replicaset.spec.replicas or 0
    if before != size:
        direction = "up" if before < size else "down"
        emit(local, plan.deployment, "Normal", "ScalingReplicaSet",
             f"Scaled {direction} replica set {replicaset.metadata.name} from {before} to {size}")
    old = tuple(reply.body if each.metadata.name == replicaset.metadata.name else each for each in plan.old)
    plan, rest = attrs.evolve(plan, old=old), memo.todo[1:]
    return _scale(attrs.evolve(memo, plan=plan, todo=rest)) if rest else plan


def clean_up_deployment(plan: Plan, *, then: str) -> Progress:
    """Deletes old ReplicaSets beyond the history limit, and goes on with `then`."""
    plan = attrs.evolve(plan, then=then)
    old = get_replica_sets_to_clean_up(plan.deployment, find_old_replica_sets(plan.deployment, plan.replica_sets))
    return _delete(Cleaning(plan, tuple(key_of(each.metadata) for each in old)))


def _delete(memo: Cleaning) -> Progress:
    return Call("delete", "replicasets", memo.todo[0], memo=memo) if memo.todo else memo.plan


def after_delete(memo: Cleaning, reply: Reply) -> Progress:
    """The next one; a ReplicaSet that is gone is as good as deleted, any other error ends the sync."""
    if not reply.ok and not reply.is_reason("NotFound"):
        return Done(error=reply.message)
    return _delete(attrs.evolve(memo, todo=memo.todo[1:]))
