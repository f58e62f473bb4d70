"""The apps/v1 kinds of the slice; mirrors staging/src/k8s.io/api/apps/v1/types.go (release 1.36)."""

import attrs

from seatrial.model.api.core import PodTemplateSpec
from seatrial.model.api.meta import Condition, LabelSelector, ObjectMeta
from seatrial.model.api.wire import (
    flag,
    int_or_string,
    many,
    number,
    one,
    optional,
    optional_number,
    text,
)


@attrs.frozen(cache_hash=True)
class ReplicaSetSpec:
    """What a ReplicaSet should be."""

    replicas: int | None = optional_number("replicas")
    min_ready_seconds: int = number("minReadySeconds")
    selector: LabelSelector | None = optional("selector", LabelSelector)
    template: PodTemplateSpec = one("template", PodTemplateSpec, keep=True)


@attrs.frozen(cache_hash=True)
class ReplicaSetStatus:
    """What is known of a ReplicaSet; `terminating_replicas` is a pointer and stays at 0."""

    replicas: int = number("replicas", keep=True)
    fully_labeled_replicas: int = number("fullyLabeledReplicas")
    ready_replicas: int = number("readyReplicas")
    available_replicas: int = number("availableReplicas")
    terminating_replicas: int | None = optional_number("terminatingReplicas")
    observed_generation: int = number("observedGeneration")
    conditions: tuple[Condition, ...] = many("conditions", Condition)


@attrs.frozen(cache_hash=True)
class ReplicaSet:
    """A ReplicaSet."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    spec: ReplicaSetSpec = one("spec", ReplicaSetSpec, keep=True)
    status: ReplicaSetStatus = one("status", ReplicaSetStatus, keep=True)


@attrs.frozen(cache_hash=True)
class RollingUpdateDeployment:
    """How far a rolling update may go above and below the desired replicas."""

    max_unavailable: int | str | None = int_or_string("maxUnavailable")
    max_surge: int | str | None = int_or_string("maxSurge")


@attrs.frozen(cache_hash=True)
class DeploymentStrategy:
    """RollingUpdate or Recreate."""

    type: str = text("type")
    rolling_update: RollingUpdateDeployment | None = optional("rollingUpdate", RollingUpdateDeployment)


@attrs.frozen(cache_hash=True)
class DeploymentSpec:
    """What a Deployment should be."""

    replicas: int | None = optional_number("replicas")
    selector: LabelSelector | None = optional("selector", LabelSelector)
    template: PodTemplateSpec = one("template", PodTemplateSpec, keep=True)
    strategy: DeploymentStrategy = one("strategy", DeploymentStrategy, keep=True)
    min_ready_seconds: int = number("minReadySeconds")
    revision_history_limit: int | None = optional_number("revisionHistoryLimit")
    paused: bool = flag("paused")
    progress_deadline_seconds: int | None = optional_number("progressDeadlineSeconds")


@attrs.frozen(cache_hash=True)
class DeploymentStatus:
    """What is known of a Deployment; `terminating_replicas` and `collision_count` are pointers."""

    observed_generation: int = number("observedGeneration")
    replicas: int = number("replicas")
    updated_replicas: int = number("updatedReplicas")
    ready_replicas: int = number("readyReplicas")
    available_replicas: int = number("availableReplicas")
    unavailable_replicas: int = number("unavailableReplicas")
    terminating_replicas: int | None = optional_number("terminatingReplicas")
    conditions: tuple[Condition, ...] = many("conditions", Condition)
    collision_count: int | None = optional_number("collisionCount")


@attrs.frozen(cache_hash=True)
class Deployment:
    """A Deployment."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    spec: DeploymentSpec = one("spec", DeploymentSpec, keep=True)
    status: DeploymentStatus = one("status", DeploymentStatus, keep=True)
