"""The status of a Deployment: what its ReplicaSets report, added up, and whether the rollout moves.

Mirrors calculateStatus of pkg/controller/deployment/sync.go, progress.go, and the predicates of
util/deployment_util.go (release 1.36). The predicates are functions of numbers; `calculate_status` and
`calculate_rollout_status` gather them. The gate DeploymentReplicaSetTerminatingReplicas is on, as by default.
"""

from collections.abc import Iterable

import attrs

from seatrial.model.api.apps import Deployment, DeploymentStatus, ReplicaSet
from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.controllers.deployment_conditions import (
    AVAILABLE,
    MINIMUM_AVAILABLE,
    MINIMUM_UNAVAILABLE,
    NEW_RS_AVAILABLE,
    PROGRESSING,
    REPLICA_FAILURE,
    REPLICA_SET_UPDATED,
    TIMED_OUT,
    get_replica_failure,
    has_progress_deadline,
    new_deployment_condition,
    remove_deployment_condition,
    set_deployment_condition,
)
from seatrial.model.controllers.deployment_scaling import desired_replicas, max_unavailable

NEVER, AT_ONCE = -1, 0


def deployment_complete(desired: int, counts: tuple[int, int, int], *, observed: int, generation: int) -> bool:
    """All replicas are of the new template and available, and the status is of this generation.

    `counts` are those of the status: replicas, updated, available.
    """
    replicas, updated, available = counts
    return updated == desired and replicas == desired and available == desired and observed >= generation


def deployment_progressing(old: tuple[int, int, int, int], new: tuple[int, int, int, int]) -> bool:
    """Does a status (replicas, updated, ready, available) show progress over an older one?

    New replicas came, old ones went, or more are ready or available.
    """
    replicas_before, updated_before, ready_before, available_before = old
    replicas, updated, ready, available = new
    return (updated > updated_before or replicas - updated < replicas_before - updated_before
            or ready > ready_before or available > available_before)


def deployment_timed_out(reason: str, last_update: int | None, deadline: int, now: int) -> bool:
    """Is the last progress more than `deadline` seconds ago? `reason` is that of the Progressing condition.

    A finished rollout does not time out; one that did stays so.
    """
    if reason in (NEW_RS_AVAILABLE, TIMED_OUT):
        return reason == TIMED_OUT
    return last_update is None or last_update + deadline < now


def requeue_after(last_update: int | None, deadline: int, now: int) -> int:
    """Seconds after which a rollout without progress is looked at again, one more than is left; AT_ONCE if none is."""
    left = 0 if last_update is None else last_update + deadline - now
    return left + 1 if left >= 1 else AT_ONCE


def is_complete(deployment: Deployment, status: DeploymentStatus) -> bool:
    """Is the rollout finished, by this status?"""
    return deployment_complete(
        desired_replicas(deployment), (status.replicas, status.updated_replicas, status.available_replicas),
        observed=status.observed_generation, generation=deployment.metadata.generation)


def is_progressing(deployment: Deployment, status: DeploymentStatus) -> bool:
    """Does this status show progress over the one held?"""
    return deployment_progressing(_counts(deployment.status), _counts(status))


def _counts(status: DeploymentStatus) -> tuple[int, int, int, int]:
    return status.replicas, status.updated_replicas, status.ready_replicas, status.available_replicas


def is_timed_out(deployment: Deployment, status: DeploymentStatus, now: int) -> bool:
    """Did the rollout exceed its deadline?"""
    held = get_condition(status.conditions, PROGRESSING)
    if held is None or not has_progress_deadline(deployment):
        return False
    return deployment_timed_out(held.reason, held.last_update_time, deployment.spec.progress_deadline_seconds or 0, now)


def get_replica_count(replica_sets: Iterable[ReplicaSet]) -> int:
    """The replicas that these ReplicaSets ask for."""
    return sum(each.spec.replicas or 0 for each in replica_sets)


def get_actual_replica_count(replica_sets: Iterable[ReplicaSet]) -> int:
    """The replicas that they report."""
    return sum(each.status.replicas for each in replica_sets)


def get_available_replica_count(replica_sets: Iterable[ReplicaSet]) -> int:
    """The available replicas that they report."""
    return sum(each.status.available_replicas for each in replica_sets)


def get_terminating_replica_count(replica_sets: Iterable[ReplicaSet]) -> int | None:
    """The terminating replicas that they report; None when one that was synced reports none."""
    total = 0
    for each in replica_sets:
        if each.status.terminating_replicas is None and each.status.observed_generation != 0:
            return None
        total += each.status.terminating_replicas or 0
    return total


def calculate_status(
    deployment: Deployment, new: ReplicaSet | None, old: tuple[ReplicaSet, ...], now: int,
) -> DeploymentStatus:
    """The status without Progressing and ReplicaFailure, which stay as they are."""
    every = (*old, new) if new is not None else old
    available = get_available_replica_count(every)
    return attrs.evolve(
        deployment.status,
        observed_generation=deployment.metadata.generation,
        replicas=get_actual_replica_count(every),
        updated_replicas=0 if new is None else new.status.replicas,
        ready_replicas=sum(each.status.ready_replicas for each in every),
        available_replicas=available,
        unavailable_replicas=max(get_replica_count(every) - available, 0),
        terminating_replicas=get_terminating_replica_count(every),
        conditions=set_deployment_condition(deployment.status.conditions, _availability(deployment, available, now)),
    )


def _availability(deployment: Deployment, available: int, now: int) -> Condition:
    if available >= desired_replicas(deployment) - max_unavailable(deployment):
        return new_deployment_condition(AVAILABLE, "True", MINIMUM_AVAILABLE,
                                        "Deployment has minimum availability.", now)
    return new_deployment_condition(AVAILABLE, "False", MINIMUM_UNAVAILABLE,
                                    "Deployment does not have minimum availability.", now)


def calculate_rollout_status(
    deployment: Deployment, new: ReplicaSet | None, old: tuple[ReplicaSet, ...], now: int,
) -> DeploymentStatus:
    """The status in a rollout: with Progressing estimated, and the ReplicaSets' failures."""
    status = calculate_status(deployment, new, old, now)
    conditions = status.conditions
    current = get_condition(deployment.status.conditions, PROGRESSING)
    was_complete = (status.replicas == status.updated_replicas and current is not None
                    and current.reason == NEW_RS_AVAILABLE)
    if not has_progress_deadline(deployment):
        conditions = remove_deployment_condition(conditions, PROGRESSING)
    elif not was_complete:
        conditions = _estimate_progress(deployment, status, new, now)
    failure = get_replica_failure(new, old)
    if failure is None:
        conditions = remove_deployment_condition(conditions, REPLICA_FAILURE)
    else:
        conditions = set_deployment_condition(conditions, failure)
    return attrs.evolve(status, conditions=conditions)


def _estimate_progress(
    deployment: Deployment, status: DeploymentStatus, new: ReplicaSet | None, now: int,
) -> tuple[Condition, ...]:
    """Finished, moving, timed out, or nothing to say. Progress renews the condition's time even if its reason stays."""
    subject = f'Deployment "{deployment.metadata.name}"' if new is None else f'ReplicaSet "{new.metadata.name}"'
    if is_complete(deployment, status):
        done = new_deployment_condition(PROGRESSING, "True", NEW_RS_AVAILABLE,
                                        f"{subject} has successfully progressed.", now)
        return set_deployment_condition(status.conditions, done)
    if is_progressing(deployment, status):
        moving = new_deployment_condition(PROGRESSING, "True", REPLICA_SET_UPDATED, f"{subject} is progressing.", now)
        current = get_condition(deployment.status.conditions, PROGRESSING)
        if current is not None and current.status == "True":
            moving = attrs.evolve(moving, last_transition_time=current.last_transition_time)
        return (*remove_deployment_condition(status.conditions, PROGRESSING), moving)
    if is_timed_out(deployment, status, now):
        late = new_deployment_condition(PROGRESSING, "False", TIMED_OUT, f"{subject} has timed out progressing.", now)
        return set_deployment_condition(status.conditions, late)
    return status.conditions


def requeue_stuck_deployment(deployment: Deployment, status: DeploymentStatus, now: int) -> int:
    """Seconds until the deadline must be checked, AT_ONCE or NEVER; for a status that changes nothing."""
    current = get_condition(deployment.status.conditions, PROGRESSING)
    if current is None or not has_progress_deadline(deployment):
        return NEVER
    if is_complete(deployment, status) or current.reason == TIMED_OUT:
        return NEVER
    return requeue_after(current.last_update_time, deployment.spec.progress_deadline_seconds or 0, now)
