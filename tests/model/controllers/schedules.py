"""Schedules for tests: a request of somebody else, and a walk that ends in a fair suffix without faults."""

import random
from collections.abc import Callable

from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import Call, Reply
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import View

FAULTS = FrozenMap({"crash": 1, "late": 1, "lost": 1, "lost-create": 1, "refused": 2})
"""Budgets for one fault of each kind."""


def ask(cluster: Cluster, call: Call) -> tuple[Cluster, Reply]:
    """The cluster after an administrator's request, and the answer."""
    view = View(cluster.cells)
    reply = serve(view, cluster.system, "admin", ("system:masters",), call)
    return Cluster(cluster.system, view.commit()), reply


def settle(
    cluster: Cluster, seed: int, *, adverse: int = 60, limit: int = 4000,
    check: Callable[[Cluster], None] | None = None,
) -> Cluster:
    """Walks at random, faults included, for `adverse` steps, then without faults until nothing can happen.

    `check` sees every cluster on the way. Fails when the cluster does not come to rest within `limit` steps.
    """
    chance = random.Random(seed)  # noqa: S311 -- a schedule, no secret
    for taken in range(limit):
        actions = [each for each in enabled(cluster) if taken < adverse or not is_environment(each)]
        if not actions:
            return cluster
        cluster = step(cluster, chance.choice(actions))
        if check is not None:
            check(cluster)
    message = f"seed {seed}: still busy after {limit} steps: {', '.join(str(each) for each in enabled(cluster)[:5])}"
    raise AssertionError(message)
