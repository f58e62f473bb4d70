"""The quota's count model beside the API server's admission and a namespace's pods.

In the model of objects a request passes the API server in one step: nobody comes between reading the quota and
writing it. So a charge is two transitions in a row, a read and a charge of one writer; that writers meet is a claim of
the count model alone, and not compared. Neither is the quota controller's recount, which runs in no scope that is
compared, so that status.used never falls. Mirrors what pkg/quota and the admission plugin ResourceQuota (release 1.36)
count: pods.
"""

from collections.abc import Iterator

from seatrial.model.cluster import Cluster
from seatrial.properties.checking.symbolic.models.quota import FIRST, IDLE, MODEL, Quota
from seatrial.properties.checking.symbolic.refinement import Refinement
from seatrial.properties.checking.symbolic.system import Transition

PODS = "pods"


def choices(transition: Transition, before: Quota, after: Quota) -> Iterator[tuple[int, ...]]:
    """The one writer that there is, and what has changed; a recount and another limit never."""
    found = {"read": (FIRST,), "charge": (FIRST, after.used - before.used),
             "charge-in-vain": (FIRST, after.used - before.used), "release": (before.held - after.held,)}
    if transition.name in found:
        yield found[transition.name]


REFINEMENT = Refinement(MODEL, choices, proved_to=3, walked_to=40, longest=2, unit="pods, requests one by one",
                        budgets=("scale", "refused", "crash", "lost", "late", "lost-create", "late-create", "delete"))


def quota_counts(cluster: Cluster, key: str) -> Quota:
    """The pods that one ResourceQuota allows, those it was charged for, and those there are."""
    status = cluster.get("resourcequotas", key).status
    held = len(cluster.objects(PODS))
    return Quota(int(status.hard[PODS]), int(status.used[PODS]), held, IDLE, IDLE, IDLE)
