"""The rollout's count model beside the Deployment controller, its ReplicaSets, their controller and the pods.

`rollout_counts` reads a cluster with one Deployment as a state of the count model. What counts as seen is what decides:
while a sync is under way that is what it read when it began, however much the informer has shown since; when it ends
the copies jump to what the informer shows. So a step of the cluster is up to three transitions in a row: the end of the
sync, and both copies. A sync that has created the new ReplicaSet, or taken unhealthy replicas away, knows that too.
Mirrors what pkg/controller/deployment (release 1.36) holds in a sync.

The comparison is restricted by the hypotheses of the proofs, and by nothing else: the count model has no rescale, no
change of the template, no failing pods, no ReplicaSet that creates or deletes too many (as it does when a call takes
effect without its answer), and scopes with such a user or fault are refused; that
expectations do not expire too early is a hypothesis of the scopes.
"""

from collections.abc import Iterator

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import get_controller_of, key_of
from seatrial.model.client.calls import Answered, Waiting
from seatrial.model.client.process import UP, plan_cell, up_cell
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.deployment_plan import (
    SCALE_DOWN_OLD,
    Annotating,
    Cleaning,
    Continuing,
    Creating,
    Plan,
    Scaling,
)
from seatrial.model.controllers.deployment_scaling import max_surge, max_unavailable
from seatrial.model.controllers.deployment_templates import equal_ignore_hash
from seatrial.model.controllers.pods import is_pod_active, is_pod_available
from seatrial.model.view import Cell
from seatrial.properties.checking.symbolic.models.deployment import HEALTHY, Rollout
from seatrial.properties.checking.symbolic.refinement import Refinement
from seatrial.properties.checking.symbolic.system import Transition

CONTROLLER = "deployment-controller"
BINARY = "kube-controller-manager"
LIVE = ("deployments", "pods", "replicasets")
WITH_PLAN = Annotating | Cleaning | Continuing | Creating | Scaling
Sets = dict[str, ReplicaSet]


def choices(transition: Transition, before: Rollout, after: Rollout) -> Iterator[tuple[int, ...]]:
    """What a transition may have chosen: whatever is there afterwards."""
    found = {
        "scale-old": (abs(after.old_pods - before.old_pods),), "scale-new": (abs(after.new_pods - before.new_pods),),
        "report-old": (after.old_status,), "report-new": (after.new_status,),
        "see-old": (after.seen_old_size, after.seen_old_status),
        "see-new": (after.seen_new_size, after.seen_new_status), "rescale": (after.desired,),
    }
    yield found.get(transition.name, ())


def is_read(cell: Cell) -> bool:
    """Could the counts depend on this cell?"""
    mine = cell.owner == CONTROLLER and (cell.table == "plan" or (cell.table, cell.kind) == ("copy", "replicasets"))
    return mine or (cell.table == "object" and cell.kind in LIVE) or cell in (up_cell(BINARY), Cell("clock"))


REFINEMENT = Refinement(HEALTHY, choices, proved_to=1, walked_to=40, longest=3, reads=is_read,
                        budgets=("set-image", "refused", "crash", "drop", "gone"),
                        hypotheses=("lag_below_expectation_ttl",))


# A cluster as counts.


def rollout_counts(cluster: Cluster, key: str) -> Rollout:
    """The counts of one Deployment, all ReplicaSets of other templates than its own taken together.

    As long as there is only one ReplicaSet it is the old one, which users are about to replace.
    """
    deployment, live = cluster.get("deployments", key), dict(cluster.view().scan("object", "", "replicasets"))
    new = new_of(live, deployment) if len(live) > 1 else ""
    seen = seen_sets(cluster, key)
    others = [each for name, each in live.items() if name != new]
    copies = [each for name, each in seen.items() if name != new]
    return Rollout(
        deployment.spec.replicas, max_surge(deployment), max_unavailable(deployment),
        *sizes_of(cluster, others), *seen_of(copies), *sizes_of(cluster, [live[new]] if new else []),
        *seen_of([seen[new]] if new in seen else []), *at_work(cluster, key))


def new_of(live: Sets, deployment: Deployment) -> str:
    """The key of the ReplicaSet with the Deployment's template; "" when there is none."""
    return next((name for name, each in live.items()
                 if equal_ignore_hash(each.spec.template, deployment.spec.template)), "")


def sizes_of(cluster: Cluster, sets: list[ReplicaSet]) -> tuple[int, int, int, int]:
    """The size of some ReplicaSets, their active pods, those available, and what their statuses say of these."""
    owners = {each.metadata.uid: each.spec.min_ready_seconds for each in sets}
    pods = [(pod, owners[owner.uid]) for pod in cluster.objects("pods") if is_pod_active(pod)
            and (owner := get_controller_of(pod.metadata)) is not None and owner.uid in owners]
    now = int(cluster[Cell("clock")] or 0) if any(owners.values()) else 0
    available = sum(is_pod_available(pod, wait, now) for pod, wait in pods)
    size, reported = seen_of(sets)
    return size, len(pods), available, reported


def seen_of(sets: list[ReplicaSet]) -> tuple[int, int]:
    """The size of some ReplicaSets, and the available pods that their statuses say they have."""
    return sum(each.spec.replicas or 0 for each in sets), sum(each.status.available_replicas for each in sets)


def plan_of(cluster: Cluster, key: str) -> Waiting | Answered | None:
    """The sync in flight."""
    found = cluster[plan_cell(CONTROLLER, key)] if cluster[up_cell(BINARY)] == UP else None
    return found if isinstance(found, Waiting | Answered) else None


def seen_sets(cluster: Cluster, key: str) -> Sets:
    """The ReplicaSets that the sync in flight, or else the next one, acts on; of a program that is down, the live ones.

    A new one that the informer shows only since the sync began is one that the sync has made, or found out about.
    """
    if cluster[up_cell(BINARY)] != UP:
        return dict(cluster.view().scan("object", "", "replicasets"))
    shown = dict(cluster.view().scan("copy", CONTROLLER, "replicasets"))
    plan = plan_of(cluster, key)
    if plan is None or not isinstance(plan.call.memo, WITH_PLAN):
        return shown
    held = plan.call.memo.plan
    known = {key_of(each.metadata): each for each in held.replica_sets}
    if held.new is not None and key_of(held.new.metadata) in shown:
        known.setdefault(key_of(held.new.metadata), held.new)
    return known


def at_work(cluster: Cluster, key: str) -> tuple[int, bool]:
    """The size of what the sync in flight has created and will act on, and whether it goes on after a cleanup.

    What a sync of a template that was replaced meanwhile has created is no new ReplicaSet any more.
    """
    plan = plan_of(cluster, key)
    memo = None if plan is None else plan.call.memo
    if not isinstance(memo, WITH_PLAN) or not is_current(cluster, memo.plan):
        return 0, False
    failed = isinstance(plan, Answered) and not plan.reply.ok
    match memo:
        case Creating():
            made = plan.reply.body if isinstance(plan, Answered) else None
            return (0 if failed else created(cluster, memo.plan, made)), False
        case Continuing():
            return (0 if failed else created(cluster, memo.plan, memo.plan.new)), False
        case Scaling() if isinstance(plan, Waiting):
            last = memo.plan.scaled and memo.plan.then != SCALE_DOWN_OLD
            return created(cluster, memo.plan, memo.plan.new), last
        case Scaling() if memo.plan.then == SCALE_DOWN_OLD and not failed:
            return created(cluster, memo.plan, memo.plan.new), True
    return 0, False


def is_current(cluster: Cluster, plan: Plan) -> bool:
    """Is a sync about the template that the Deployment has now?"""
    live = cluster.get("deployments", key_of(plan.deployment.metadata))
    return live is not None and equal_ignore_hash(plan.deployment.spec.template, live.spec.template)


def created(cluster: Cluster, plan: Plan, new: ReplicaSet | None) -> int:
    """The size of a ReplicaSet that a sync has made and that neither it nor, meanwhile, the informer had seen."""
    if new is None or any(each.metadata.name == new.metadata.name for each in plan.replica_sets):
        return 0
    shown = cluster[Cell("copy", CONTROLLER, "replicasets", key_of(new.metadata))]
    return new.spec.replicas or 0 if shown is None or plan.new is None else 0
