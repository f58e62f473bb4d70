"""Which ReplicaSet is the new one of a Deployment, and how it is made from the pod template.

Mirrors FindNewReplicaSet, FindOldReplicaSets and EqualIgnoreHash of pkg/controller/deployment/util/deployment_util.go,
the creation in getNewReplicaSet of sync.go, and ComputeHash of pkg/controller/controller_utils.go (release 1.36).
Upstream hashes a dump of the Go template, which nothing but Go can repeat: here the hash is of the same form (FNV-1a,
32 bits, in the alphabet of generated names) but of the template's JSON, so its value differs while what depends on it
does not. Templates are compared by value; quantities as they are written, which the API server makes canonical.
"""

from collections.abc import Callable

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet, ReplicaSetSpec
from seatrial.model.api.core import PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta
from seatrial.model.api.registry import kind_of
from seatrial.model.api.wire import to_json
from seatrial.model.controllers.claims import controller_reference
from seatrial.model.controllers.deployment_scaling import (
    RECREATE,
    ROLLING_UPDATE,
    desired_replicas,
    new_rs_new_replicas,
    rolling_update_of,
)
from seatrial.model.controllers.deployment_status import get_replica_count
from seatrial.model.meta.go_format import format_json
from seatrial.model.meta.intstr import get_scaled_value_from_int_or_percent

POD_TEMPLATE_HASH = "pod-template-hash"
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
FNV_OFFSET, FNV_PRIME = 2166136261, 16777619
KIND = kind_of("deployments")

ComputeHash = Callable[[PodTemplateSpec, int | None], str]


class UnsupportedStrategyError(ValueError):
    """A strategy that is neither Recreate nor RollingUpdate; str() is upstream's message."""


def compute_hash(template: PodTemplateSpec, collision_count: int | None) -> str:
    """The pod-template-hash of a template; another one for each collision count (None is no count at all)."""
    data = format_json(to_json(template)).encode()
    if collision_count is not None:
        data += collision_count.to_bytes(8, "little")
    state = FNV_OFFSET
    for byte in data:
        state = (state ^ byte) * FNV_PRIME % 2**32
    return "".join(ALPHABET[ord(digit) % len(ALPHABET)] for digit in str(state))


def _without_hash(template: PodTemplateSpec) -> PodTemplateSpec:
    labels = template.metadata.labels
    if POD_TEMPLATE_HASH not in labels:
        return template
    return attrs.evolve(template, metadata=attrs.evolve(template.metadata, labels=labels.delete(POD_TEMPLATE_HASH)))


def equal_ignore_hash(one: PodTemplateSpec, two: PodTemplateSpec) -> bool:
    """Are two templates equal but for the label that the controller adds?"""
    return _without_hash(one) == _without_hash(two)


def creation_order(replicaset: ReplicaSet) -> tuple[int, str]:
    """Sorts by age, the oldest first, then by name."""
    created = replicaset.metadata.creation_timestamp
    return -2**63 if created is None else created, replicaset.metadata.name


def find_new_replica_set(deployment: Deployment, replica_sets: tuple[ReplicaSet, ...]) -> ReplicaSet | None:
    """The oldest ReplicaSet with the Deployment's template; `replica_sets` are in creation order."""
    wanted = deployment.spec.template
    return next((each for each in replica_sets if equal_ignore_hash(each.spec.template, wanted)), None)


def find_old_replica_sets(deployment: Deployment, replica_sets: tuple[ReplicaSet, ...]) -> tuple[ReplicaSet, ...]:
    """All others, in creation order."""
    new = find_new_replica_set(deployment, replica_sets)
    return tuple(each for each in replica_sets if new is None or each.metadata.uid != new.metadata.uid)


def active_replica_sets(replica_sets: tuple[ReplicaSet, ...]) -> tuple[ReplicaSet, ...]:
    """Those that ask for replicas."""
    return tuple(each for each in replica_sets if (each.spec.replicas or 0) > 0)


def get_new_replicas(deployment: Deployment, replica_sets: tuple[ReplicaSet, ...], current: int) -> int:
    """The size that the new ReplicaSet should have, now that it has `current` and all have those of `replica_sets`.

    Raises IntOrStringError for a malformed maxSurge, UnsupportedStrategyError for an unknown strategy.
    """
    desired, strategy = desired_replicas(deployment), deployment.spec.strategy.type
    if strategy == RECREATE:
        return desired
    if strategy != ROLLING_UPDATE:
        raise UnsupportedStrategyError(f"deployment type {strategy} isn't supported")
    surge = get_scaled_value_from_int_or_percent(rolling_update_of(deployment).max_surge or 0, desired, round_up=True)
    return new_rs_new_replicas(desired, surge, get_replica_count(replica_sets), current)


def make_new_replica_set(deployment: Deployment, replica_sets: tuple[ReplicaSet, ...], hash_: str) -> ReplicaSet:
    """The ReplicaSet of a new template, already scaled, without the annotations; its name holds the hash.

    Raises as `get_new_replicas` does.
    """
    spec = deployment.spec
    labels = spec.template.metadata.labels.set(POD_TEMPLATE_HASH, hash_)
    selector = spec.selector or LabelSelector()
    return ReplicaSet(
        ObjectMeta(name=f"{deployment.metadata.name}-{hash_}", namespace=deployment.metadata.namespace, labels=labels,
                   owner_references=(controller_reference(deployment, KIND),)),
        ReplicaSetSpec(
            get_new_replicas(deployment, replica_sets, 0), spec.min_ready_seconds,
            attrs.evolve(selector, match_labels=selector.match_labels.set(POD_TEMPLATE_HASH, hash_)),
            attrs.evolve(spec.template, metadata=attrs.evolve(spec.template.metadata, labels=labels))),
    )


def set_from_replica_set_template(deployment: Deployment, template: PodTemplateSpec) -> Deployment:
    """The Deployment with a ReplicaSet's template, less the label that the controller added."""
    return attrs.evolve(deployment, spec=attrs.evolve(deployment.spec, template=_without_hash(template)))
