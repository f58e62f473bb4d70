"""How far a Deployment's ReplicaSets are scaled: the decisions, over replica counts.

Mirrors pkg/controller/deployment/util/deployment_util.go, and the arithmetic of rolling.go and sync.go (release 1.36).
Every function below the fenceposts is one of integers and short tuples of them; gathering those from objects is
done elsewhere. Left out: 32-bit overflow (validation and etcd's size bound replicas far below it), and upstream's
floating point in the fraction, which rounds these quotients exactly as integers do. The field podReplacementPolicy
is left out with its gate, which is off in 1.36.
"""

from seatrial.model.api.apps import Deployment, RollingUpdateDeployment
from seatrial.model.meta.intstr import (
    IntOrString,
    IntOrStringError,
    get_scaled_value_from_int_or_percent,
)

NONE = -1
ROLLING_UPDATE, RECREATE = "RollingUpdate", "Recreate"


def resolve_fenceposts(max_surge: IntOrString, max_unavailable: IntOrString, desired: int) -> tuple[int, int]:
    """Pods above and below `desired` that a rolling update may go: never none of both.

    Percentages round up for surge and down for unavailability. Raises IntOrStringError for a text that is none.
    """
    surge = get_scaled_value_from_int_or_percent(max_surge, desired, round_up=True)
    unavailable = get_scaled_value_from_int_or_percent(max_unavailable, desired, round_up=False)
    return surge, at_least_one_fencepost(surge, unavailable)


def at_least_one_fencepost(surge: int, unavailable: int) -> int:
    """Pods that may be unavailable: one, when rounding leaves neither surge nor unavailability."""
    if surge == 0 and unavailable == 0:
        return 1
    return unavailable


def desired_replicas(deployment: Deployment) -> int:
    """spec.replicas; defaulting leaves none unset."""
    return deployment.spec.replicas or 0


def rolling_update_of(deployment: Deployment) -> RollingUpdateDeployment:
    """The parameters of a rolling update; an absent one counts as empty."""
    return deployment.spec.strategy.rolling_update or RollingUpdateDeployment()


def is_rolling_update(deployment: Deployment) -> bool:
    """Is its strategy RollingUpdate?"""
    return deployment.spec.strategy.type == ROLLING_UPDATE


def _fenceposts_of(deployment: Deployment) -> tuple[int, int]:
    if not is_rolling_update(deployment):
        return 0, 0
    rolling = rolling_update_of(deployment)
    try:
        return resolve_fenceposts(rolling.max_surge or 0, rolling.max_unavailable or 0, desired_replicas(deployment))
    except IntOrStringError:
        return 0, 0


def max_surge(deployment: Deployment) -> int:
    """Pods above the desired number; 0 unless the strategy is RollingUpdate, or on a malformed share."""
    return _fenceposts_of(deployment)[0]


def max_unavailable(deployment: Deployment) -> int:
    """Pods that may be unavailable, at most all; 0 unless the strategy is RollingUpdate, or on a malformed share."""
    return min(_fenceposts_of(deployment)[1], desired_replicas(deployment))


def min_available(deployment: Deployment) -> int:
    """Pods that must stay available; 0 unless the strategy is RollingUpdate."""
    return desired_replicas(deployment) - max_unavailable(deployment) if is_rolling_update(deployment) else 0


def new_rs_new_replicas(desired: int, surge: int, total: int, current: int) -> int:
    """The size of the new ReplicaSet in a rolling update: as large as `desired` and the bound on all pods allow.

    `total` are the replicas that all ReplicaSets ask for, of which the new one asks for `current`.
    """
    if total >= desired + surge:
        return current
    return current + min(desired + surge - total, desired - current)


def get_replica_set_fraction(size: int, desired: int, surge: int, most_before: int, replicas_before: int) -> int:
    """How much a ReplicaSet of `size` should grow (or shrink, below 0) to keep its share of the Deployment.

    `most_before` is the most pods that the Deployment could have when the ReplicaSet was last scaled, 0 if unknown;
    then `replicas_before`, its status.replicas, stands in.
    """
    if desired == 0:
        return -size
    before = replicas_before if most_before == 0 else most_before
    if before == 0:
        return 0
    return divide_rounding(size * (desired + surge), before) - size


def divide_rounding(number: int, by: int) -> int:
    """The quotient, rounded to the nearest integer, halves away from zero."""
    share = (2 * abs(number) + abs(by)) // (2 * abs(by))
    return share if (number < 0) == (by < 0) else -share


def get_replica_set_proportion(size: int, fraction: int, to_add: int, added: int) -> int:
    """The replicas that a ReplicaSet gets of `to_add` (below 0 when scaling down), of which `added` are given away."""
    if size == 0 or to_add in (0, added):
        return 0
    if to_add > 0:
        return min(fraction, to_add - added)
    return max(fraction, to_add - added)


def scale_proportionally(sizes: tuple[int, ...], fractions: tuple[int, ...], to_add: int) -> tuple[int, ...]:
    """The new sizes of ReplicaSets, given with the largest first: it takes what rounding leaves over."""
    added = 0
    scaled: tuple[int, ...] = ()
    for size, fraction in zip(sizes, fractions, strict=True):
        proportion = get_replica_set_proportion(size, fraction, to_add, added)
        added = added + proportion
        scaled = (*scaled, size + proportion)
    if to_add == 0 or not scaled:
        return scaled
    return (max(scaled[0] + to_add - added, 0), *scaled[1:])


def allowed_size(desired: int, surge: int) -> int:
    """The most replicas that a Deployment may have in all: none, when none is desired."""
    return desired + surge if desired > 0 else 0


def find_active_or_latest(sizes: tuple[int, ...], *, has_new: bool) -> int:
    """Which ReplicaSet a scaling concerns alone: the only active one, or the newest if none is; else NONE.

    `sizes` are those of the old ReplicaSets, newest first, and, if there is one, of the new one at the end.
    """
    active, count = NONE, 0
    for at, size in enumerate(sizes):
        if size > 0:
            active, count = at, count + 1
    if count == 0 and sizes:
        return len(sizes) - 1 if has_new else 0
    return active if count == 1 else NONE


def is_saturated(desired: int, size: int, available: int, noted: int) -> bool:
    """Has the new ReplicaSet all replicas, available? `noted` is its desired-replicas annotation."""
    return size == desired and noted == desired and available == desired


def max_scaled_down(total: int, least_available: int, new_size: int, new_available: int) -> int:
    """How many old replicas may go, counting the new ReplicaSet's unavailable ones as lost already."""
    return total - least_available - (new_size - new_available)


def cleanup_unhealthy_replicas(old: tuple[tuple[int, int], ...], most: int) -> tuple[tuple[int, ...], bool]:
    """New sizes of the old ReplicaSets (size, available; oldest first) when up to `most` unavailable replicas go.

    The second result is False when a ReplicaSet has more available replicas than it asks for: upstream then gives
    up, after having scaled those before it; this one and those after it keep their sizes.
    """
    removed = 0
    scaled: tuple[int, ...] = ()
    for size, available in old:
        if removed < most and size not in (0, available):
            count = min(most - removed, size - available)
            if count < 0:
                return (*scaled, *(kept for kept, _ in old[len(scaled):])), False
            removed = removed + count
            scaled = (*scaled, size - count)
        else:
            scaled = (*scaled, size)
    return scaled, True


def scale_down_old_replica_sets_for_rolling_update(sizes: tuple[int, ...], count: int) -> tuple[int, ...]:
    """New sizes of the old ReplicaSets, oldest first, when up to `count` of their replicas go."""
    left = max(count, 0)
    scaled: tuple[int, ...] = ()
    for size in sizes:
        taken = min(size, left)
        left = left - taken
        scaled = (*scaled, size - taken)
    return scaled
