"""What ReplicaSets and Deployments never do: make surplus pods, surge or drop beyond their bounds, report the future.

A rollout's bounds are judged when the controller decides on a write, on the ReplicaSets that the sync had claimed: they
are bounds on spec.replicas, and on what a status calls available. Live pods exceed them freely (recorded: 42 with a
bound of 31), and the store's ReplicaSets do so too once the Deployment is changed in the middle.
"""

from collections.abc import Mapping

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import get_controller_of, key_of
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.deployment_plan import SCALED, Creating, Plan, Scaling
from seatrial.model.controllers.deployment_scaling import (
    allowed_size,
    desired_replicas,
    is_rolling_update,
    max_surge,
    min_available,
)
from seatrial.model.controllers.pods import is_pod_active
from seatrial.model.scope import Scope
from seatrial.properties.changes import changed_objects, changed_twins, decided
from seatrial.properties.premises import allows, every, has_pods, holds, makes_pods, runs
from seatrial.properties.property import SOMETIMES, STEP, Property, objects

CONTROLLER = "deployment-controller"
DOCS = "https://kubernetes.io/docs/concepts/workloads/controllers/"
USERS = ("apply", "recreate", "scale", "set-image")
Sizes = Mapping[str, int]


def replicas_not_exceeded(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No pod is made beyond what its ReplicaSet asks for."""
    del action
    for cell, old, new in changed_objects(before, after, "pods"):
        owner = get_controller_of(new.metadata) if new is not None and old is None else None
        replicaset = after.get("replicasets", f"{new.metadata.namespace}/{owner.name}") if owner is not None else None
        if replicaset is None or owner is None or replicaset.metadata.uid != owner.uid:
            continue
        have, most = count_active(after, owner.uid), replicaset.spec.replicas or 0
        if have > most:
            return f"ReplicaSet {key_of(replicaset.metadata)} has {have} active pods with {cell.key}, {most} desired"
    return None


def count_active(cluster: Cluster, uid: str) -> int:
    """How many active pods an owner of this UID controls."""
    return sum(
        1
        for pod in cluster.objects("pods")
        if is_pod_active(pod) and (held := get_controller_of(pod.metadata)) is not None and held.uid == uid
    )


def claimed(plan: Plan) -> dict[str, ReplicaSet]:
    """The ReplicaSets of a sync by name, as it read or last wrote them."""
    sets = (*plan.replica_sets, *plan.old, *((plan.new,) if plan.new is not None else ()))
    return {each.metadata.name: each for each in sets}


def sizes_before(plan: Plan) -> dict[str, int]:
    """What the ReplicaSets of a sync ask for."""
    return {name: each.spec.replicas or 0 for name, each in claimed(plan).items()}


def decided_sizes(before: Cluster, action: Action, after: Cluster) -> tuple[Plan, Sizes] | None:
    """The sync that has just decided to create or scale ReplicaSets, and the sizes it gives them, by name.

    The later writes of one decision are no decisions of their own.
    """
    call: Call | None = decided(action, after) if action.process == CONTROLLER else None
    memo = call.memo if call is not None else None
    if isinstance(memo, Creating):
        return memo.plan, {memo.made.metadata.name: memo.made.spec.replicas or 0}
    if not isinstance(memo, Scaling) or is_continued(before, action, memo):
        return None
    return memo.plan, {each.metadata.name: size for each, size in memo.todo}


def is_continued(before: Cluster, action: Action, memo: Scaling) -> bool:
    """Is this the rest of scalings that were decided earlier?"""
    plan = before[plan_cell(action.process, action.key)]
    held = plan.call.memo if plan is not None else None
    return isinstance(held, Scaling) and held.todo[1:] == memo.todo


def surge_bound(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No decision to raise a ReplicaSet takes the sum of all beyond the desired replicas and the surge."""
    found = decided_sizes(before, action, after)
    if found is None:
        return None
    plan, sizes = found
    held = sizes_before(plan)
    total, most = sum((held | dict(sizes)).values()), most_replicas(plan.deployment)
    if total > most and any(size > held.get(name, 0) for name, size in sizes.items()):
        return (
            f"Deployment {key_of(plan.deployment.metadata)}: the controller decides on {in_words(sizes)}, "
            f"{total} replicas in all, {most} allowed"
        )
    return None


def sizes_within_surge(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No decision on sizes leaves the sum of all ReplicaSets beyond the desired replicas and the surge."""
    found = decided_sizes(before, action, after)
    if found is None:
        return None
    plan, sizes = found
    total, most = sum((sizes_before(plan) | dict(sizes)).values()), most_replicas(plan.deployment)
    if total <= most:
        return None
    return (
        f"Deployment {key_of(plan.deployment.metadata)}: the controller decides on {in_words(sizes)}, "
        f"which leaves {total} replicas in all, {most} allowed"
    )


def most_replicas(deployment: Deployment) -> int:
    """The replicas that a Deployment's ReplicaSets may ask for together."""
    return allowed_size(desired_replicas(deployment), max_surge(deployment))


def in_words(sizes: Sizes) -> str:
    """Sizes of ReplicaSets as "web-1 with 2 and web-2 with 3"."""
    return " and ".join(f"{name} with {size}" for name, size in sizes.items())


def surge_bound_in_store(before: Cluster, action: Action, after: Cluster) -> str | None:
    """The stored ReplicaSets of a Deployment never come to ask for more than the desired replicas and the surge."""
    del action
    for _, old, new in changed_objects(before, after, "replicasets"):
        if new is None or (new.spec.replicas or 0) <= ((old.spec.replicas or 0) if old is not None else 0):
            continue
        owner = get_controller_of(new.metadata)
        deployment = after.get("deployments", f"{new.metadata.namespace}/{owner.name}") if owner is not None else None
        if deployment is None or owner is None or deployment.metadata.uid != owner.uid:
            continue
        total = sum(
            each.spec.replicas or 0
            for each in after.objects("replicasets")
            if (held := get_controller_of(each.metadata)) is not None and held.uid == owner.uid
        )
        most = most_replicas(deployment)
        if total > most:
            return f"Deployment {key_of(deployment.metadata)}: its ReplicaSets ask for {total} replicas, {most} allowed"
    return None


def min_available_bound(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No decision of a rollout takes the available pods below the least that the Deployment promises."""
    found = decided_sizes(before, action, after)
    if found is None:
        return None
    plan, sizes = found
    least = min_available(plan.deployment)
    if not is_rolling_update(plan.deployment) or plan.then == SCALED:
        return None
    available = {name: each.status.available_replicas for name, each in claimed(plan).items()}
    left = sum(min(count, sizes.get(name, count)) for name, count in available.items())
    if left < least and left < sum(available.values()):
        return (
            f"Deployment {key_of(plan.deployment.metadata)}: the controller decides on {in_words(sizes)}, which "
            f"leaves {left} available replicas, {least} promised"
        )
    return None


def observed_generation_not_ahead(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A status speaks of a generation that its object has reached."""
    del action
    for cell, _, new in changed_objects(before, after, "deployments", "replicasets"):
        if new is not None and new.status.observed_generation > new.metadata.generation:
            return (
                f"the status of {cell.kind[:-1]} {cell.key} is of generation {new.status.observed_generation}, the "
                f"object of {new.metadata.generation}"
            )
    return None


def generation_monotone(before: Cluster, action: Action, after: Cluster) -> str | None:
    """The generation of an object never falls, and rises when what it asks for changes."""
    del action
    for cell, old, new in changed_twins(before, after, "deployments", "replicasets"):
        one, two = old.metadata.generation, new.metadata.generation
        if two < one:
            return f"the generation of {cell.kind[:-1]} {cell.key} fell from {one} to {two}"
        if one == two and old.spec != new.spec:
            return f"the spec of {cell.kind[:-1]} {cell.key} changed, its generation is {two} still"
    return None


def some_replicaset_is_complete(cluster: Cluster) -> str | None:
    """A ReplicaSet has all the pods it asks for, and asks for some."""
    for replicaset in cluster.objects("replicasets"):
        have = count_active(cluster, replicaset.metadata.uid) if replicaset.spec.replicas else 0
        if have and have == replicaset.spec.replicas:
            return f"ReplicaSet {key_of(replicaset.metadata)} has its {have} pods"
    return None


def some_replicaset_is_sized(cluster: Cluster) -> str | None:
    """The Deployment controller is about to create or scale a ReplicaSet."""
    for key, plan in cluster.view().scan("plan", CONTROLLER):
        if isinstance(plan, Waiting) and isinstance(plan.call.memo, Creating | Scaling):
            return f"the Deployment controller is about to {plan.call.verb} a ReplicaSet of {key}"
    return None


def some_replicaset_is_scaled_down(cluster: Cluster) -> str | None:
    """The Deployment controller is about to make a ReplicaSet smaller."""
    for _, plan in cluster.view().scan("plan", CONTROLLER):
        memo = plan.call.memo if isinstance(plan, Waiting) else None
        for each, size in memo.todo if isinstance(memo, Scaling) else ():
            if size < (each.spec.replicas or 0):
                return f"{key_of(each.metadata)} is about to be scaled down to {size}"
    return None


def some_status_is_observed(cluster: Cluster) -> str | None:
    """A status is of its object's generation."""
    for resource in ("deployments", "replicasets"):
        for each in cluster.objects(resource):
            if each.status.observed_generation and each.status.observed_generation == each.metadata.generation:
                return f"the status of {resource[:-1]} {key_of(each.metadata)} is of its generation"
    return None


def rolls_out(scope: Scope) -> bool:
    """Scopes in which a Deployment may have to replace pods, gradually."""
    gradual = any(isinstance(each, Deployment) and is_rolling_update(each) for each in scope.objects)
    return gradual and (allows("set-image", "apply")(scope) or has_owned_replicasets(scope))


def has_owned_replicasets(scope: Scope) -> bool:
    """Scopes that begin with a ReplicaSet of a Deployment."""
    return any(isinstance(each, ReplicaSet) and get_controller_of(each.metadata) is not None for each in scope.objects)


def begins_without_a_rollout(scope: Scope) -> bool:
    """Scopes in which no ReplicaSet is scaled by a Deployment, unless a user changes that."""
    return makes_pods(scope) and not (runs("deployment")(scope) and has_owned_replicasets(scope))


PROPERTIES = (
    Property(
        "generation_monotone",
        STEP,
        "a client waits for a generation to be observed",
        generation_monotone,
        "https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/",
        sibling="some_status_is_observed",
        reads=objects("deployments", "replicasets"),
        needs=("replicaset-controller",),
        where=makes_pods,
    ),
    Property(
        "min_available_bound",
        STEP,
        "a rollout must leave enough pods in service",
        min_available_bound,
        DOCS + "deployment/#max-unavailable",
        restrictions="of a rollout's decisions, on what the controller saw; not when the Deployment is scaled in "
        "proportion, nor of pods, which may fail at any time",
        sibling="some_replicaset_is_scaled_down",
        reads=(("plan", ""),),
        needs=(CONTROLLER, "replicaset-controller"),
        where=rolls_out,
    ),
    Property(
        "observed_generation_not_ahead",
        STEP,
        "a client that waits for its change would believe it done too early",
        observed_generation_not_ahead,
        DOCS + "deployment/#deployment-status",
        restrictions="no recreation under the same name: where its update conflicts, the ReplicaSet controller puts "
        "the status that it worked out on what is there now (pkg/controller/replicaset/replica_set_utils.go, 1.36)",
        sibling="some_status_is_observed",
        reads=objects("deployments", "replicasets"),
        needs=("replicaset-controller",),
        breaks_under=("recreate",),
        where=makes_pods,
    ),
    Property(
        "replicas_not_exceeded",
        STEP,
        "surplus pods take room, locks and licences",
        replicas_not_exceeded,
        DOCS + "replicaset/",
        restrictions="no rescale and no rollout, no create whose answer is lost or late, no adoption, and no "
        "informer that lags behind the expectations' time to live",
        sibling="some_replicaset_is_complete",
        reads=objects("pods"),
        needs=("replicaset-controller",),
        breaks_under=(
            "apply",
            "crash",
            "delete",
            "label",
            "lagging",
            "late-create",
            "lost-create",
            "recreate",
            "scale",
            "set-image",
        ),
        where=begins_without_a_rollout,
    ),
    Property(
        "surge_bound",
        STEP,
        "a rollout must not need more room than it says",
        surge_bound,
        DOCS + "deployment/#max-surge",
        restrictions="of decisions to raise spec.replicas, on what the controller saw",
        reads=(("plan", ""),),
        sibling="some_replicaset_is_sized",
        needs=(CONTROLLER,),
        where=every(holds(Deployment), has_pods),
    ),
    Property(
        "sizes_within_surge",
        STEP,
        "a Deployment that is made smaller must not keep more than it may",
        sizes_within_surge,
        DOCS + "deployment/#proportional-scaling",
        restrictions="as long as nobody changes the Deployment: proportional scaling rounds the share of each "
        "ReplicaSet, so that it may take away too little (traces/corpus/proportional-scaling)",
        reads=(("plan", ""),),
        sibling="some_replicaset_is_sized",
        needs=(CONTROLLER,),
        breaks_under=USERS,
        where=every(holds(Deployment), has_pods),
    ),
    Property(
        "surge_bound_in_store",
        STEP,
        "whoever plans for a rollout plans for the ReplicaSets that are there",
        surge_bound_in_store,
        DOCS + "deployment/#max-surge",
        restrictions="as long as nobody changes the Deployment: lowering it breaks the bound, and so does a second "
        "template before the controller saw its own last write",
        sibling="some_replicaset_is_complete",
        reads=objects("replicasets"),
        needs=(CONTROLLER, "replicaset-controller"),
        breaks_under=USERS,
        where=every(holds(Deployment), has_pods),
    ),
    Property(
        "some_replicaset_is_complete",
        SOMETIMES,
        "the premise of surplus",
        some_replicaset_is_complete,
        reads=objects("pods", "replicasets"),
    ),
    Property(
        "some_replicaset_is_scaled_down",
        SOMETIMES,
        "the premise of availability",
        some_replicaset_is_scaled_down,
        reads=(("plan", ""),),
    ),
    Property(
        "some_replicaset_is_sized", SOMETIMES, "the premise of surge", some_replicaset_is_sized, reads=(("plan", ""),)
    ),
    Property(
        "some_status_is_observed",
        SOMETIMES,
        "the premise of observed generations",
        some_status_is_observed,
        reads=objects("deployments", "replicasets"),
    ),
)
