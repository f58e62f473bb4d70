"""The stages of a Deployment's sync: which path it takes, and what it does on each.

Mirrors syncDeployment, sync, scale and isScalingEvent of pkg/controller/deployment, rolling.go, recreate.go and
rollback.go (release 1.36). Paused or just scaled: the ReplicaSets are scaled in proportion. Else the strategy moves
the rollout by one step: RollingUpdate scales the new ReplicaSet up or, if it cannot, old ones down, never both;
Recreate empties the old ones, waits until their pods have ended, and then makes the new one.
"""

from collections.abc import Mapping

import attrs

from seatrial.model.api.apps import ReplicaSet
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.local import Local
from seatrial.model.controllers import deployment_plan as stage
from seatrial.model.controllers.deployment_conditions import check_paused_conditions
from seatrial.model.controllers.deployment_new_replicaset import get_new_replica_set
from seatrial.model.controllers.deployment_plan import (
    Continuing,
    Ending,
    Plan,
    Progress,
    RollingBack,
    Stage,
    emit,
    update_status,
)
from seatrial.model.controllers.deployment_revisions import (
    DESIRED_REPLICAS,
    clear_rollback_to,
    get_int_from_annotation,
    get_rollback_to,
    last_revision,
    revision_of,
    set_deployment_annotations_to,
)
from seatrial.model.controllers.deployment_scaling import RECREATE, ROLLING_UPDATE, desired_replicas
from seatrial.model.controllers.deployment_sizes import (
    get_cleanup,
    get_scale_down,
    get_scaling,
    size_of,
    to_scale,
)
from seatrial.model.controllers.deployment_status import (
    AT_ONCE,
    NEVER,
    calculate_rollout_status,
    calculate_status,
    get_actual_replica_count,
    is_complete,
    requeue_stuck_deployment,
)
from seatrial.model.controllers.deployment_templates import (
    UnsupportedStrategyError,
    active_replica_sets,
    equal_ignore_hash,
    find_old_replica_sets,
    get_new_replicas,
    set_from_replica_set_template,
)
from seatrial.model.controllers.deployment_writes import clean_up_deployment, scale_replica_sets
from seatrial.model.meta.intstr import IntOrStringError


def old_of(plan: Plan) -> tuple[ReplicaSet, ...]:
    """The old ReplicaSets as claimed, in creation order."""
    return find_old_replica_sets(plan.deployment, plan.replica_sets)


def every_of(plan: Plan) -> tuple[ReplicaSet, ...]:
    """The old ReplicaSets as claimed, then the new one."""
    return (*old_of(plan), plan.new) if plan.new is not None else old_of(plan)


def new_of(plan: Plan) -> ReplicaSet:
    """The new ReplicaSet, in a stage that comes after its creation."""
    assert plan.new is not None  # noqa: S101 -- narrows the type
    return plan.new


# Which path.


def begin(local: Local, key: str, plan: Plan) -> Progress:
    """In deletion only the status is written; else it says first that the Deployment was paused or resumed."""
    if plan.deployment.metadata.deletion_timestamp is not None:
        return get_new_replica_set(local, key, plan, then=stage.STATUS)
    checked = check_paused_conditions(plan.deployment, local.now)
    after = attrs.evolve(plan, deployment=checked, then=stage.PATH)
    return after if checked == plan.deployment else update_status(key, checked, Continuing(after))


def choose_path(local: Local, key: str, plan: Plan) -> Progress:
    """Paused comes before rollback, rollback before scaling."""
    if plan.deployment.spec.paused:
        return get_new_replica_set(local, key, plan, then=stage.SCALE)
    if get_rollback_to(plan.deployment) is not None:
        return get_new_replica_set(local, key, plan, then=stage.ROLLBACK, create=True)
    return get_new_replica_set(local, key, plan, then=stage.SCALING_EVENT)


def choose_strategy(local: Local, key: str, plan: Plan) -> Progress:
    """A scaling comes before the rollout; either begins with the new ReplicaSet again."""
    strategy = plan.deployment.spec.strategy.type
    if is_scaling_event(plan):
        return get_new_replica_set(local, key, plan, then=stage.SCALE)
    if strategy == RECREATE:
        return get_new_replica_set(local, key, plan, then=stage.RECREATE)
    if strategy == ROLLING_UPDATE:
        return get_new_replica_set(local, key, plan, then=stage.ROLL, create=True)
    return Done(error=f"unexpected deployment strategy type: {strategy}")


def is_scaling_event(plan: Plan) -> bool:
    """Does an active ReplicaSet note another number of desired replicas?"""
    desired = desired_replicas(plan.deployment)
    return any(get_int_from_annotation(each, DESIRED_REPLICAS) not in (None, desired)
               for each in active_replica_sets(every_of(plan)))


# Scaling.


def scale(local: Local, key: str, plan: Plan) -> Progress:
    """Scales the only active ReplicaSet, or empties old ones, or scales all in proportion."""
    del local, key
    return scale_replica_sets(plan, get_scaling(plan.deployment, plan.new, old_of(plan)), then=stage.SCALED)


def after_scaling(local: Local, key: str, plan: Plan) -> Progress:
    """A paused Deployment cleans up its history here."""
    del local, key
    if plan.deployment.spec.paused and get_rollback_to(plan.deployment) is None:
        return clean_up_deployment(plan, then=stage.STATUS)
    return attrs.evolve(plan, then=stage.STATUS)


# RollingUpdate.


def roll(local: Local, key: str, plan: Plan) -> Progress:
    """Scales the new ReplicaSet if it can be; else looks at the old ones."""
    del local, key
    new, desired = new_of(plan), desired_replicas(plan.deployment)
    size = desired
    if size_of(new) < desired:
        try:
            size = get_new_replicas(plan.deployment, every_of(plan), size_of(new))
        except (IntOrStringError, UnsupportedStrategyError) as error:
            return Done(error=str(error))
    todo = to_scale(plan.deployment, ((new, size),))
    return scale_replica_sets(plan, todo, then=stage.ROLLOUT_STATUS if todo else stage.RECONCILE_OLD)


def reconcile_old_replica_sets(local: Local, key: str, plan: Plan) -> Progress:
    """Takes unhealthy replicas of old ReplicaSets away first, as far as availability allows."""
    del local, key
    old = old_of(plan)
    found = get_cleanup(plan.deployment, new_of(plan), old)
    if found is None:
        return attrs.evolve(plan, then=stage.CLEAN_UP)
    todo, valid = found
    plan = attrs.evolve(plan, old=active_replica_sets(old), scaled=bool(todo))
    return scale_replica_sets(plan, todo, then=stage.SCALE_DOWN_OLD if valid else stage.CLEAN_UP, forgiving=True)


def scale_down_old(local: Local, key: str, plan: Plan) -> Progress:
    """Scales old ReplicaSets down, as they are after that."""
    del local, key
    todo = get_scale_down(plan.deployment, new_of(plan), plan.old)
    then = stage.ROLLOUT_STATUS if todo or plan.scaled else stage.CLEAN_UP
    return scale_replica_sets(plan, todo, then=then, forgiving=True)


# Recreate.


def recreate(local: Local, key: str, plan: Plan) -> Progress:
    """Empties the old ReplicaSets; makes the new one only when their pods have ended."""
    active = active_replica_sets(old_of(plan))
    if active:
        return scale_replica_sets(plan, tuple((each, 0) for each in active), then=stage.ROLLOUT_STATUS)
    if old_pods_running(plan):
        return attrs.evolve(plan, then=stage.ROLLOUT_STATUS)
    if plan.new is None:
        return get_new_replica_set(local, key, plan, then=stage.SCALE_UP, create=True)
    return attrs.evolve(plan, then=stage.SCALE_UP)


def old_pods_running(plan: Plan) -> bool:
    """Does an old ReplicaSet report replicas, or have pods that have not ended?"""
    new = "" if plan.new is None else plan.new.metadata.uid
    return get_actual_replica_count(old_of(plan)) > 0 or any(uid != new for uid in plan.running)


def scale_up(local: Local, key: str, plan: Plan) -> Progress:
    """Gives the new ReplicaSet its full size."""
    del local, key
    todo = to_scale(plan.deployment, ((new_of(plan), desired_replicas(plan.deployment)),))
    return scale_replica_sets(plan, todo, then=stage.CLEAN_UP)


# Rollback.


def rollback(local: Local, key: str, plan: Plan) -> Progress:
    """Puts back the template of the revision asked for; in any case the wish is cleared."""
    deployment, every = plan.deployment, every_of(plan)
    revision = get_rollback_to(deployment) or last_revision(every)
    if revision == 0:
        return _give_up_rollback(local, key, plan, "Unable to find last revision.")
    wanted = next((each for each in every if revision_of(each) == revision), None)
    if wanted is None:
        return _give_up_rollback(local, key, plan, "Unable to find the revision to rollback to.")
    name, message = deployment.metadata.name, ""
    if equal_ignore_hash(deployment.spec.template, wanted.spec.template):
        emit(local, deployment, "Warning", "DeploymentRollbackTemplateUnchanged",
             f'The rollback revision contains the same template as current deployment "{name}"')
    else:
        deployment = set_from_replica_set_template(deployment, wanted.spec.template)
        deployment = set_deployment_annotations_to(deployment, wanted)
        message = f'Rolled back deployment "{name}" to revision {revision}'
    return Call("update", "deployments", key, clear_rollback_to(deployment), memo=RollingBack(message))


def _give_up_rollback(local: Local, key: str, plan: Plan, why: str) -> Call:
    emit(local, plan.deployment, "Warning", "DeploymentRollbackRevisionNotFound", why)
    return Call("update", "deployments", key, clear_rollback_to(plan.deployment), memo=RollingBack(""))


# The end of each path.


def clean_up(local: Local, key: str, plan: Plan) -> Progress:
    """A rollout that its present status calls finished cleans up the history."""
    del local, key
    if is_complete(plan.deployment, plan.deployment.status):
        return clean_up_deployment(plan, then=stage.ROLLOUT_STATUS)
    return attrs.evolve(plan, then=stage.ROLLOUT_STATUS)


def sync_deployment_status(local: Local, key: str, plan: Plan) -> Progress:
    """Writes the plain status, if it changed."""
    status = calculate_status(plan.deployment, plan.new, old_of(plan), local.now)
    if status == plan.deployment.status:
        return Done()
    return update_status(key, attrs.evolve(plan.deployment, status=status), Ending())


def sync_rollout_status(local: Local, key: str, plan: Plan) -> Progress:
    """Writes the status of a rollout if it changed; else looks again when the deadline will be over."""
    status = calculate_rollout_status(plan.deployment, plan.new, old_of(plan), local.now)
    if status != plan.deployment.status:
        return update_status(key, attrs.evolve(plan.deployment, status=status), Ending())
    after = requeue_stuck_deployment(plan.deployment, status, local.now)
    if after == NEVER:
        return Done()
    return Done(requeue=True) if after == AT_ONCE else Done(after=after)


STAGES: Mapping[str, Stage] = {
    stage.START: begin,
    stage.PATH: choose_path,
    stage.SCALING_EVENT: choose_strategy,
    stage.SCALE: scale,
    stage.SCALED: after_scaling,
    stage.ROLLBACK: rollback,
    stage.ROLL: roll,
    stage.RECONCILE_OLD: reconcile_old_replica_sets,
    stage.SCALE_DOWN_OLD: scale_down_old,
    stage.RECREATE: recreate,
    stage.SCALE_UP: scale_up,
    stage.CLEAN_UP: clean_up,
    stage.STATUS: sync_deployment_status,
    stage.ROLLOUT_STATUS: sync_rollout_status,
}


def proceed(local: Local, key: str, progress: Progress) -> Call | Done:
    """Goes from stage to stage up to the next call or the end."""
    while isinstance(progress, Plan):
        progress = STAGES[progress.then](local, key, progress)
    return progress
