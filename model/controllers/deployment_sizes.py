"""Which ReplicaSets a Deployment's sync scales, and to what size: gathered from objects, decided over counts.

Mirrors scale of pkg/controller/deployment/sync.go and the selections in rolling.go (release 1.36); what is decided
over counts alone is in deployment_scaling.py. Old ReplicaSets are given in creation order.
"""

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.controllers.deployment_revisions import (
    MAX_REPLICAS,
    get_int_from_annotation,
    is_new_saturated,
    replicas_annotations_need_update,
)
from seatrial.model.controllers.deployment_scaling import (
    NONE,
    allowed_size,
    cleanup_unhealthy_replicas,
    desired_replicas,
    find_active_or_latest,
    get_replica_set_fraction,
    is_rolling_update,
    max_scaled_down,
    max_surge,
    min_available,
    scale_down_old_replica_sets_for_rolling_update,
    scale_proportionally,
)
from seatrial.model.controllers.deployment_status import get_available_replica_count, get_replica_count
from seatrial.model.controllers.deployment_templates import active_replica_sets, creation_order

Sizes = tuple[tuple[ReplicaSet, int], ...]


def size_of(replicaset: ReplicaSet) -> int:
    """The replicas that it asks for."""
    return replicaset.spec.replicas or 0


def to_scale(deployment: Deployment, sizes: Sizes, *, force: bool = False) -> Sizes:
    """Those whose size changes; with `force`, those too that note other numbers of the Deployment."""
    return tuple(
        (each, size) for each, size in sizes
        if each.spec.replicas != size or (force and replicas_annotations_need_update(deployment, each)))


def get_scaling(deployment: Deployment, new: ReplicaSet | None, old: tuple[ReplicaSet, ...]) -> Sizes:
    """What to write when a Deployment was scaled or is paused.

    The only active ReplicaSet takes the new size; beside a saturated new one the old ones are emptied; else a rolling
    update scales all in proportion.
    """
    desired = desired_replicas(deployment)
    alone = get_active_or_latest(new, old)
    if alone is not None:
        return to_scale(deployment, ((alone, desired),))
    newest_first = tuple(reversed(old))
    if is_new_saturated(deployment, new):
        return tuple((each, 0) for each in active_replica_sets(newest_first))
    if not is_rolling_update(deployment):
        return ()
    every = newest_first if new is None else (*newest_first, new)
    return to_scale(deployment, proportional_sizes(deployment, active_replica_sets(every)), force=True)


def get_active_or_latest(new: ReplicaSet | None, old: tuple[ReplicaSet, ...]) -> ReplicaSet | None:
    """The ReplicaSet that a scaling concerns alone; None when it concerns several, or there is none."""
    newest_first = tuple(reversed(old))
    candidates = newest_first if new is None else (*newest_first, new)
    found = find_active_or_latest(tuple(size_of(each) for each in candidates), has_new=new is not None)
    return None if found == NONE else candidates[found]


def proportional_sizes(deployment: Deployment, active: tuple[ReplicaSet, ...]) -> Sizes:
    """The ReplicaSets, largest first, with their new sizes; of equal ones the newer grows, the older shrinks first.

    With nothing to add they stay in the order given.
    """
    to_add = allowed_size(desired_replicas(deployment), max_surge(deployment)) - get_replica_count(active)
    if to_add:
        by_age = sorted(active, key=creation_order, reverse=to_add > 0)
        active = tuple(sorted(by_age, key=size_of, reverse=True))
    fractions = tuple(fraction_of(deployment, each) for each in active)
    sizes = scale_proportionally(tuple(size_of(each) for each in active), fractions, to_add)
    return tuple(zip(active, sizes, strict=True))


def fraction_of(deployment: Deployment, replicaset: ReplicaSet) -> int:
    """How much a ReplicaSet should grow to keep its share."""
    return get_replica_set_fraction(
        size_of(replicaset), desired_replicas(deployment), max_surge(deployment),
        get_int_from_annotation(replicaset, MAX_REPLICAS) or 0, deployment.status.replicas)


def get_cleanup(deployment: Deployment, new: ReplicaSet, old: tuple[ReplicaSet, ...]) -> tuple[Sizes, bool] | None:
    """What to write to take unhealthy replicas of old ReplicaSets away, and whether to scale down further.

    None when no old replica may go.
    """
    active = active_replica_sets(old)
    most = max_scaled_down(get_replica_count((*old, new)), min_available(deployment), size_of(new),
                           new.status.available_replicas)
    if not active or most <= 0:
        return None
    sizes, valid = cleanup_unhealthy_replicas(
        tuple((size_of(each), each.status.available_replicas) for each in active), most)
    return to_scale(deployment, tuple(zip(active, sizes, strict=True))), valid


def get_scale_down(deployment: Deployment, new: ReplicaSet, active: tuple[ReplicaSet, ...]) -> Sizes:
    """What to write to scale active old ReplicaSets down, oldest first, while enough pods are available."""
    count = get_available_replica_count((*active, new)) - min_available(deployment)
    sizes = scale_down_old_replica_sets_for_rolling_update(tuple(size_of(each) for each in active), count)
    return to_scale(deployment, tuple(zip(active, sizes, strict=True)))
