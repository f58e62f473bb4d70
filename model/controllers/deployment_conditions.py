"""The conditions of a Deployment: Progressing, Available, ReplicaFailure, and how one is changed.

Mirrors the condition functions of pkg/controller/deployment/util/deployment_util.go, checkPausedConditions of sync.go
and getReplicaFailures of progress.go (release 1.36). Times are seconds; a zero time is None.
"""

from collections.abc import Iterable

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import Condition, get_condition

PROGRESSING, AVAILABLE, REPLICA_FAILURE = "Progressing", "Available", "ReplicaFailure"

REPLICA_SET_UPDATED = "ReplicaSetUpdated"
FAILED_RS_CREATE = "ReplicaSetCreateError"
NEW_REPLICA_SET = "NewReplicaSetCreated"
FOUND_NEW_RS = "FoundNewReplicaSet"
NEW_RS_AVAILABLE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"
MINIMUM_AVAILABLE = "MinimumReplicasAvailable"
MINIMUM_UNAVAILABLE = "MinimumReplicasUnavailable"

NO_LIMIT = 2**31 - 1
Conditions = tuple[Condition, ...]


def new_deployment_condition(kind: str, status: str, reason: str, message: str, now: int) -> Condition:
    """A condition that changed just now."""
    return Condition(type=kind, status=status, last_update_time=now, last_transition_time=now, reason=reason,
                     message=message)


def set_deployment_condition(held: Conditions, condition: Condition) -> Conditions:
    """Puts a condition at the end of the list, unless its status and reason are there already, message or not."""
    current = get_condition(held, condition.type)
    if current is not None and current.status == condition.status:
        if current.reason == condition.reason:
            return held
        condition = attrs.evolve(condition, last_transition_time=current.last_transition_time)
    return (*remove_deployment_condition(held, condition.type), condition)


def remove_deployment_condition(held: Conditions, kind: str) -> Conditions:
    """The list without conditions of a type."""
    return tuple(each for each in held if each.type != kind)


def with_progressing(deployment: Deployment, status: str, reason: str, message: str, now: int) -> Deployment:
    """A Deployment whose status carries this Progressing condition."""
    made = new_deployment_condition(PROGRESSING, status, reason, message, now)
    conditions = set_deployment_condition(deployment.status.conditions, made)
    return attrs.evolve(deployment, status=attrs.evolve(deployment.status, conditions=conditions))


def has_progress_deadline(deployment: Deployment) -> bool:
    """Is there a deadline? The greatest 32-bit number stands for none, too."""
    return deployment.spec.progress_deadline_seconds not in (None, NO_LIMIT)


def check_paused_conditions(deployment: Deployment, now: int) -> Deployment:
    """The Deployment with Progressing=Unknown when it was just paused or resumed; else itself.

    A deadline that was exceeded is not covered up.
    """
    progressing = get_condition(deployment.status.conditions, PROGRESSING)
    reason = "" if progressing is None else progressing.reason
    if not has_progress_deadline(deployment) or reason == TIMED_OUT:
        return deployment
    if deployment.spec.paused and reason != PAUSED:
        return with_progressing(deployment, "Unknown", PAUSED, "Deployment is paused", now)
    if not deployment.spec.paused and reason == PAUSED:
        return with_progressing(deployment, "Unknown", RESUMED, "Deployment is resumed", now)
    return deployment


def replica_set_to_deployment_condition(condition: Condition) -> Condition:
    """A ReplicaSet's condition as the Deployment's; it was last updated when it changed."""
    return attrs.evolve(condition, last_update_time=condition.last_transition_time)


def get_replica_failure(new: ReplicaSet | None, every: Iterable[ReplicaSet]) -> Condition | None:
    """The failure to report: the new ReplicaSet's, else that of the first ReplicaSet that has one."""
    for replicaset in (*(() if new is None else (new,)), *every):
        failure = get_condition(replicaset.status.conditions, REPLICA_FAILURE)
        if failure is not None:
            return replica_set_to_deployment_condition(failure)
    return None
