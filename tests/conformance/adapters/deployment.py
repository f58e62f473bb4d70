"""The Deployment controller: whole syncs, its decision functions, and upstream's own tests of them."""

from collections.abc import Mapping
from typing import Any

import attrs

from seatrial.model.api.apps import (
    Deployment,
    DeploymentSpec,
    DeploymentStatus,
    DeploymentStrategy,
    ReplicaSet,
    ReplicaSetSpec,
    ReplicaSetStatus,
    RollingUpdateDeployment,
)
from seatrial.model.api.core import PodTemplateSpec
from seatrial.model.api.meta import Condition, ObjectMeta
from seatrial.model.api.wire import from_json, to_json
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.local import Local
from seatrial.model.controllers.deployment import make_controller, resume_deployment
from seatrial.model.controllers.deployment_conditions import set_deployment_condition
from seatrial.model.controllers.deployment_plan import Plan, Progress, Scaling
from seatrial.model.controllers.deployment_revisions import (
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    get_replica_sets_to_clean_up,
)
from seatrial.model.controllers.deployment_rollout import reconcile_old_replica_sets, roll, scale_down_old
from seatrial.model.controllers.deployment_scaling import (
    cleanup_unhealthy_replicas,
    get_replica_set_proportion,
    max_surge,
    max_unavailable,
    min_available,
    resolve_fenceposts,
)
from seatrial.model.controllers.deployment_sizes import (
    fraction_of,
    get_active_or_latest,
    get_scale_down,
    get_scaling,
    size_of,
)
from seatrial.model.controllers.deployment_status import (
    get_actual_replica_count,
    get_replica_count,
    get_terminating_replica_count,
    is_complete,
    is_progressing,
    is_timed_out,
)
from seatrial.model.controllers.deployment_templates import (
    UnsupportedStrategyError,
    creation_order,
    equal_ignore_hash,
    get_new_replicas,
)
from seatrial.model.controllers.deployment_writes import after_scale
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.meta.intstr import IntOrStringError
from seatrial.model.meta.timestamps import parse_time
from seatrial.model.view import View
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import decode, run_sync
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, by_member, exactly


def run_whole_sync(case: Case) -> dict[str, Any]:
    """One sync of the case's key; what the worker makes of its error is not part of it."""
    def given_hash(*_: object) -> str:
        return str(case.input["pod_template_hash"])

    def resume(local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
        return resume_deployment(given_hash, local, key, memo, reply)

    done = run_sync(attrs.evolve(make_controller(given_hash), resume=resume), case.input)
    return {"calls": done.calls, "error": {"text": done.error} if done.error else None, "events": done.events,
            "queue": done.queue}


def same_error(expected: Any, actual: Any) -> str:
    """The text of the error; its API reason only says which reply it came from."""
    texts = [None if side is None else side["text"] for side in (expected, actual)]
    return exactly(*texts)


def run_find_active_or_latest(case: Case) -> dict[str, Any]:
    """The name of the ReplicaSet that a scaling concerns alone."""
    new, old = case.input["new"], [decode(tree) for tree in case.input["old"] or ()]
    found = get_active_or_latest(decode(new) if new else None, tuple(sorted(old, key=creation_order)))
    return {"found": found.metadata.name if found is not None else None}


def run_max_unavailable(case: Case) -> dict[str, Any]:
    """The three bounds of a rolling update."""
    deployment = decode(case.input["deployment"])
    return {"maxSurge": max_surge(deployment), "maxUnavailable": max_unavailable(deployment),
            "minAvailable": min_available(deployment)}


def run_new_rs_new_replicas(case: Case) -> dict[str, Any]:
    """The size of the new ReplicaSet, or the error."""
    every = tuple(decode(tree) for tree in case.input["all"] or ())
    current = next(size_of(each) for each in every if each.metadata.name == case.input["new"])
    try:
        replicas = get_new_replicas(decode(case.input["deployment"]), every, current)
    except (IntOrStringError, UnsupportedStrategyError) as error:
        return {"error": str(error), "replicas": 0}
    return {"error": None, "replicas": replicas}


def run_replicaset_proportion(case: Case) -> dict[str, Any]:
    """The share of one ReplicaSet of what is still to be given away."""
    given, replicaset = case.input, decode(case.input["replicaset"])
    fraction = fraction_of(decode(given["deployment"]), replicaset)
    return {"proportion": get_replica_set_proportion(size_of(replicaset), fraction, given["toAdd"], given["added"])}


def run_resolve_fenceposts(case: Case) -> dict[str, Any]:
    """Surge and unavailability, or the error."""
    given = case.input
    try:
        surge, unavailable = resolve_fenceposts(given["maxSurge"] or 0, given["maxUnavailable"] or 0, given["desired"])
    except IntOrStringError as error:
        return {"error": str(error), "surge": 0, "unavailable": 0}
    return {"error": None, "surge": surge, "unavailable": unavailable}


def run_upstream_fenceposts(case: Case) -> dict[str, Any]:
    """The same, where the table only says that there is an error."""
    found = run_resolve_fenceposts(case)
    return found | {"error": found["error"] is not None}


def run_status_predicates(case: Case) -> dict[str, Any]:
    """Complete, progressing, timed out."""
    deployment = decode(case.input["deployment"])
    status = from_json(DeploymentStatus, case.input["newStatus"])
    return {"complete": is_complete(deployment, status), "progressing": is_progressing(deployment, status),
            "timed_out": is_timed_out(deployment, status, parse_time(case.input["now"]))}


def run_complete(case: Case) -> dict[str, Any]:
    """Is it complete by its own status?"""
    deployment = from_json(Deployment, case.input["deployment"])
    return {"complete": is_complete(deployment, deployment.status)}


def run_progressing(case: Case) -> dict[str, Any]:
    """Does the new status show progress?"""
    status = from_json(DeploymentStatus, case.input["newStatus"])
    return {"progressing": is_progressing(from_json(Deployment, case.input["deployment"]), status)}


def run_timed_out(case: Case) -> dict[str, Any]:
    """Did it time out by its own status?"""
    deployment = from_json(Deployment, case.input["deployment"])
    return {"timedOut": is_timed_out(deployment, deployment.status, parse_time(case.input["now"]))}


def run_upstream_max_unavailable(case: Case) -> dict[str, Any]:
    """The bound on unavailable pods."""
    return {"maxUnavailable": max_unavailable(from_json(Deployment, case.input["deployment"]))}


def run_equal_ignore_hash(case: Case) -> dict[str, Any]:
    """Are the templates equal but for the hash, both ways?"""
    one, two = (from_json(PodTemplateSpec, case.input[name]) for name in ("former", "latter"))
    return {"equal": equal_ignore_hash(one, two) and equal_ignore_hash(two, one)}


def run_replica_count(case: Case) -> dict[str, Any]:
    """Three sums over ReplicaSets."""
    every = tuple(from_json(ReplicaSet, tree) for tree in case.input["replicaSets"])
    return {"count": get_replica_count(every), "actual": get_actual_replica_count(every),
            "terminating": get_terminating_replica_count(every)}


def run_set_condition(case: Case) -> dict[str, Any]:
    """The conditions after one was set."""
    status = from_json(DeploymentStatus, case.input["status"])
    changed = set_deployment_condition(status.conditions, from_json(Condition, case.input["condition"]))
    return {"conditions": [to_json(each) for each in changed]}


def make_deployment(given: Mapping[str, Any]) -> Deployment:
    """The Deployment that upstream's tests of rolling updates and scaling describe by numbers."""
    rolling = RollingUpdateDeployment(given["maxUnavailable"], given["maxSurge"])
    strategy = DeploymentStrategy(given.get("strategyType", "RollingUpdate"), rolling)
    return Deployment(ObjectMeta(name="foo"), DeploymentSpec(given["deploymentReplicas"], strategy=strategy))


def make_replica_set(name: str, replicas: int, available: int = 0) -> ReplicaSet:
    """A ReplicaSet of some size."""
    return ReplicaSet(ObjectMeta(name=name, uid=name), ReplicaSetSpec(replicas),
                      ReplicaSetStatus(available_replicas=available))


def run_upstream_new_replicas(case: Case) -> dict[str, Any]:
    """The new ReplicaSet's size; the table leaves it out of the total."""
    given = case.input
    others = tuple(make_replica_set("other", size) for size in given["allRSsReplicas"])
    return {"replicas": get_new_replicas(make_deployment(given), others, given["newRSReplicas"])}


def run_cleanup_unhealthy(case: Case) -> dict[str, Any]:
    """How many unhealthy replicas of one old ReplicaSet go."""
    given = case.input
    (size,), _ = cleanup_unhealthy_replicas(((given["oldReplicas"], given["readyPods"]),), given["maxCleanupCount"])
    return {"cleanupCountExpected": given["oldReplicas"] - size}


def run_scale_down_old(case: Case) -> dict[str, Any]:
    """The size of one old ReplicaSet after scaling down."""
    given = case.input
    old = make_replica_set("old", given["oldReplicas"], given["readyPods"])
    sizes = get_scale_down(make_deployment(given), make_replica_set("new", 0), (old,))
    return {"scaleExpected": bool(sizes), "expectedOldReplicas": sizes[0][1] if sizes else given["oldReplicas"]}


def settle(local: Local, progress: Progress) -> Progress:
    """Answers the scaling calls of a stage until it goes on."""
    while isinstance(progress, Call) and isinstance(progress.memo, Scaling):
        progress = after_scale(local, progress.memo, Reply(200, progress.body))
    return progress


def run_reconcile_new(case: Case) -> dict[str, Any]:
    """The call that scales the new ReplicaSet in a rolling update."""
    given = case.input
    old, new = make_replica_set("old", given["oldReplicas"]), make_replica_set("new", given["newReplicas"])
    deployment = make_deployment(given)
    old = attrs.evolve(old, spec=attrs.evolve(old.spec, template=OTHER_TEMPLATE))
    progress = roll(Local(View(EMPTY), "p"), "foo", Plan(deployment, (old,), new=new))
    size = progress.body.spec.replicas if isinstance(progress, Call) else None
    return {"scaleExpected": size is not None, "expectedNewReplicas": size}


OTHER_TEMPLATE = from_json(PodTemplateSpec, {"metadata": {"labels": {"version": "old"}}, "spec": {"containers": []}})


def run_reconcile_old(case: Case) -> dict[str, Any]:
    """The size of the old ReplicaSet after the two steps that scale it in a rolling update."""
    given, local = case.input, Local(View(EMPTY), "p")
    old = make_replica_set("old", given["oldReplicas"], given["readyPodsFromOldRS"])
    old = attrs.evolve(old, spec=attrs.evolve(old.spec, template=OTHER_TEMPLATE))
    new = make_replica_set("new", given["newReplicas"], given["readyPodsFromNewRS"])
    plan = settle(local, reconcile_old_replica_sets(local, "foo", Plan(make_deployment(given), (old,), new=new)))
    assert isinstance(plan, Plan)
    plan = settle(local, scale_down_old(local, "foo", plan)) if plan.old else plan
    assert isinstance(plan, Plan)
    size = size_of(plan.old[0]) if plan.old else given["oldReplicas"]
    return {"scaleExpected": size != given["oldReplicas"], "expectedOldReplicas": size}


def _annotated(given: Mapping[str, Any]) -> ReplicaSet:
    made = make_replica_set(given["name"], given["replicas"], given.get("availableReplicas", given["replicas"]))
    notes = {DESIRED_REPLICAS: given.get("desiredReplicasAnnotation"), MAX_REPLICAS: given.get("maxReplicasAnnotation")}
    annotations = FrozenMap({name: str(value) for name, value in notes.items() if value is not None})
    return attrs.evolve(made, metadata=attrs.evolve(
        made.metadata, annotations=annotations, creation_timestamp=parse_time(given["creationTimestamp"])))


def run_scale_proportional(case: Case) -> dict[str, Any]:
    """The sizes of all ReplicaSets after a scaling."""
    given = case.input
    new = _annotated(given["newReplicaSet"]) if given["newReplicaSet"] else None
    old = tuple(sorted((_annotated(each) for each in given["oldReplicaSets"] or ()), key=creation_order))
    every = old if new is None else (*old, new)
    sizes = {each.metadata.name: size_of(each) for each in every}
    for each, size in get_scaling(make_deployment(given), new, old):
        sizes[each.metadata.name] = size
    return {"replicasByName": sizes, "updatesIgnoredFor": case.expect["updatesIgnoredFor"]}


def run_cleanup_deployment(case: Case) -> dict[str, Any]:
    """How many old ReplicaSets go."""
    deployment = Deployment(spec=DeploymentSpec(revision_history_limit=case.input["revisionHistoryLimit"]))
    old = tuple(
        ReplicaSet(ObjectMeta(name=each["name"], deletion_timestamp=0 if each["deleting"] else None),
                   ReplicaSetSpec(each["specReplicas"]), ReplicaSetStatus(each["statusReplicas"]))
        for each in case.input["oldReplicaSets"])
    return {"deletions": len(get_replica_sets_to_clean_up(deployment, old))}


ADAPTERS = (
    Adapter("controllers/deployment", "find_active_or_latest", run_find_active_or_latest),
    Adapter("controllers/deployment", "max_unavailable", run_max_unavailable),
    Adapter("controllers/deployment", "new_rs_new_replicas", run_new_rs_new_replicas),
    Adapter("controllers/deployment", "replicaset_proportion", run_replicaset_proportion),
    Adapter("controllers/deployment", "resolve_fenceposts", run_resolve_fenceposts),
    Adapter("controllers/deployment", "status_predicates", run_status_predicates),
    Adapter("controllers/deployment", "sync", run_whole_sync, by_member(events=as_multiset, error=same_error)),
    Adapter("deployment", "cleanup_deployment", run_cleanup_deployment),
    Adapter("deployment", "cleanup_unhealthy_replicas", run_cleanup_unhealthy),
    Adapter("deployment", "deployment_complete", run_complete),
    Adapter("deployment", "deployment_progressing", run_progressing),
    Adapter("deployment", "deployment_timed_out", run_timed_out),
    Adapter("deployment", "equal_ignore_hash", run_equal_ignore_hash),
    Adapter("deployment", "max_unavailable", run_upstream_max_unavailable),
    Adapter("deployment", "new_rs_new_replicas", run_upstream_new_replicas),
    Adapter("deployment", "reconcile_new_replica_set", run_reconcile_new),
    Adapter("deployment", "reconcile_old_replica_sets", run_reconcile_old),
    Adapter("deployment", "replica_count_for_replica_sets", run_replica_count),
    Adapter("deployment", "resolve_fenceposts", run_upstream_fenceposts),
    Adapter("deployment", "scale_down_old_for_rolling_update", run_scale_down_old),
    Adapter("deployment", "scale_proportional", run_scale_proportional),
    Adapter("deployment", "set_condition", run_set_condition),
)
