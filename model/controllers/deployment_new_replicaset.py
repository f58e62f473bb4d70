"""Getting the new ReplicaSet of a Deployment: annotate the one that is there, or create it.

Mirrors getNewReplicaSet of pkg/controller/deployment/sync.go (release 1.36). The step makes at most one write to the
ReplicaSet and one to the Deployment's status, and it is taken twice in most syncs: the check for a scaling comes first.
"""

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import get_condition, get_controller_of, key_of
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.local import Local
from seatrial.model.controllers.deployment_conditions import (
    FAILED_RS_CREATE,
    FOUND_NEW_RS,
    NEW_REPLICA_SET,
    PROGRESSING,
    has_progress_deadline,
    with_progressing,
)
from seatrial.model.controllers.deployment_plan import (
    Annotating,
    Continuing,
    Creating,
    Ending,
    Plan,
    Progress,
    emit,
    update_status,
)
from seatrial.model.controllers.deployment_revisions import (
    REVISION,
    max_revision,
    set_deployment_revision,
    set_new_replica_set_annotations,
    set_replicas_annotations,
)
from seatrial.model.controllers.deployment_templates import (
    UnsupportedStrategyError,
    equal_ignore_hash,
    find_new_replica_set,
    find_old_replica_sets,
    make_new_replica_set,
)
from seatrial.model.meta.intstr import IntOrStringError


def get_new_replica_set(local: Local, key: str, plan: Plan, *, then: str, create: bool = False) -> Progress:
    """Finds, annotates or, if `create`, makes the new ReplicaSet, and goes on with `then`."""
    plan = attrs.evolve(plan, then=then, new=None)
    held = find_new_replica_set(plan.deployment, plan.replica_sets)
    if held is not None:
        return _annotate(local, key, plan, held)
    return _create(plan) if create else plan


def next_revision(plan: Plan) -> int:
    """One more than any old ReplicaSet has."""
    return max_revision(find_old_replica_sets(plan.deployment, plan.replica_sets)) + 1


def _annotate(local: Local, key: str, plan: Plan, held: ReplicaSet) -> Progress:
    """Writes annotations and minReadySeconds if they changed, else the Deployment's revision and first condition."""
    wait = plan.deployment.spec.min_ready_seconds
    new, changed = set_new_replica_set_annotations(plan.deployment, held, next_revision(plan))
    if changed or new.spec.min_ready_seconds != wait:
        new = attrs.evolve(new, spec=attrs.evolve(new.spec, min_ready_seconds=wait))
        return Call("update", "replicasets", key_of(new.metadata), new, memo=Annotating(plan))
    deployment = set_deployment_revision(plan.deployment, new.metadata.annotations.get(REVISION, ""))
    if has_progress_deadline(deployment) and get_condition(deployment.status.conditions, PROGRESSING) is None:
        deployment = with_progressing(deployment, "True", FOUND_NEW_RS,
                                      f'Found new replica set "{new.metadata.name}"', local.now)
    return _go_on(key, plan, deployment, new)


def _go_on(key: str, plan: Plan, deployment: Deployment, new: ReplicaSet) -> Progress:
    """Writes the Deployment's status first, if this step changed it."""
    after = attrs.evolve(plan, deployment=deployment, new=new)
    return after if deployment == plan.deployment else update_status(key, deployment, Continuing(after))


def after_annotate(memo: Annotating, reply: Reply) -> Progress:
    """The ReplicaSet as written is the new one."""
    return attrs.evolve(memo.plan, new=reply.body) if reply.ok else Done(error=reply.message)


def _create(plan: Plan) -> Call | Done:
    deployment = plan.deployment
    old = find_old_replica_sets(deployment, plan.replica_sets)
    try:
        made = make_new_replica_set(deployment, old, plan.hash)
    except (IntOrStringError, UnsupportedStrategyError) as error:
        return Done(error=str(error))
    made, _ = set_new_replica_set_annotations(deployment, made, next_revision(plan))
    made = set_replicas_annotations(deployment, made)
    return Call("create", "replicasets", key_of(made.metadata), made, memo=Creating(plan, made))


def after_create(local: Local, key: str, memo: Creating, reply: Reply) -> Progress:
    """Created, there already, or failed; the first two go on with the Deployment's revision."""
    plan, made, deployment = memo.plan, memo.made, memo.plan.deployment
    if reply.is_reason("AlreadyExists"):
        return _after_clash(local, key, memo, reply)
    if not reply.ok:
        return _after_failure(local, key, memo, reply)
    name = reply.body.metadata.name
    if made.spec.replicas:
        emit(local, deployment, "Normal", "ScalingReplicaSet",
             f"Scaled up replica set {name} from 0 to {made.spec.replicas}")
    deployment = set_deployment_revision(deployment, str(next_revision(plan)))
    if has_progress_deadline(deployment):
        deployment = with_progressing(deployment, "True", NEW_REPLICA_SET,
                                      f'Created new replica set "{name}"', local.now)
    return _go_on(key, plan, deployment, reply.body)


def _after_clash(local: Local, key: str, memo: Creating, reply: Reply) -> Progress:
    """The name is taken: by our own ReplicaSet that the cache shows by now, or another's: then the hash must change.

    A ReplicaSet that the cache does not show ends the sync with NotFound, without a new collision count.
    """
    plan, deployment, name = memo.plan, memo.plan.deployment, memo.made.metadata.name
    held = local.get("replicasets", key_of(memo.made.metadata))
    if held is None:
        return Done(error=f'replicaset.apps "{name}" not found')
    owner = get_controller_of(held.metadata)
    if owner is not None and owner.uid == deployment.metadata.uid \
            and equal_ignore_hash(deployment.spec.template, held.spec.template):
        return _go_on(key, plan, set_deployment_revision(deployment, str(next_revision(plan))), held)
    count = (deployment.status.collision_count or 0) + 1
    bumped = attrs.evolve(deployment, status=attrs.evolve(deployment.status, collision_count=count))
    return update_status(key, bumped, Ending(reply.message))


def _after_failure(local: Local, key: str, memo: Creating, reply: Reply) -> Call | Done:
    """Reports the failure in an Event and, with a deadline, in the status; in a namespace that ends, nowhere."""
    if reply.cause == "NamespaceTerminating":
        return Done(error=reply.message)
    deployment = memo.plan.deployment
    message = f'Failed to create new replica set "{memo.made.metadata.name}": {reply.message}'
    emit(local, deployment, "Warning", FAILED_RS_CREATE, message)
    if not has_progress_deadline(deployment):
        return Done(error=reply.message)
    failed = with_progressing(deployment, "False", FAILED_RS_CREATE, message, local.now)
    return update_status(key, failed, Ending(reply.message))
