"""What a ResourceQuota never lets happen: use beyond its hard limits."""

from seatrial.model.actions import Action
from seatrial.model.api.core import ResourceQuota
from seatrial.model.cluster import Cluster
from seatrial.model.meta.quantity import compare_quantities, parse_quantity, sign
from seatrial.model.scope import Scope
from seatrial.properties.changes import changed_twins
from seatrial.properties.premises import every, has_pods, is_secured, manifests, runs
from seatrial.properties.property import SOMETIMES, STEP, Property, objects


def quota_used_within_hard(before: Cluster, action: Action, after: Cluster) -> str | None:
    """Nothing is charged to a quota beyond what it allows."""
    del action
    for cell, old, new in changed_twins(before, after, "resourcequotas"):
        for name, limit in new.status.hard.items():
            used, held = new.status.used.get(name), old.status.used.get(name)
            if used is None or used == held or compare_quantities(parse_quantity(used), parse_quantity(limit)) <= 0:
                continue
            if held is None or compare_quantities(parse_quantity(used), parse_quantity(held)) > 0:
                return f"quota {cell.key} allows {limit} of {name}, {used} are used"
    return None


def some_quota_is_charged(cluster: Cluster) -> str | None:
    """Something is charged to a quota."""
    for quota in cluster.objects("resourcequotas"):
        for name, used in quota.status.used.items():
            if name in quota.status.hard and sign(parse_quantity(used)):
                return f"{used} of {name} are charged to quota {quota.metadata.name}"
    return None


def counts_usage(scope: Scope) -> bool:
    """Scopes with a quota whose status is filled in, or will be: until then it refuses everything that it names."""
    quotas = [each for each in manifests(scope) if isinstance(each, ResourceQuota)]
    return any(each.status.hard for each in quotas) or (bool(quotas) and runs("resourcequota")(scope))


PROPERTIES = (
    Property(
        "quota_used_within_hard",
        STEP,
        "a namespace must not take what is promised to others",
        quota_used_within_hard,
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
        restrictions="the limits are not lowered below what is used, and the quota is older than what it counts",
        sibling="some_quota_is_charged",
        reads=objects("resourcequotas"),
        where=every(is_secured, has_pods, counts_usage),
    ),
    Property(
        "some_quota_is_charged",
        SOMETIMES,
        "the premise of limits",
        some_quota_is_charged,
        reads=objects("resourcequotas"),
    ),
)
