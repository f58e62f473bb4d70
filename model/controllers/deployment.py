"""The Deployment controller: rolls pod templates out through ReplicaSets, one write at a time.

Mirrors pkg/controller/deployment/deployment_controller.go (release 1.36); its decisions and stages are in the modules
deployment_*.py beside this one. A sync claims ReplicaSets, and then takes the path that deployment_rollout.py chooses.
It acts on what the informers show, however old: it has no memory of its own writes, and meets conflicts instead.
Left out: metrics; the end of retries after 15 failures in a row. Here a failed key is always tried again, which covers
every run of upstream's up to that end; what upstream then forgets until the next event (a refusal that lasts longer,
such as a quota that is raised much later) is retried here, so liveness under such a refusal is not judged.
"""

from functools import partial

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import LabelSelector, split_key
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import after_claim, begin_claims, next_claim, say_errors
from seatrial.model.controllers.deployment_events import (
    handle_pod,
    handle_replicaset,
    is_selected,
    pods_of,
    see_pod,
)
from seatrial.model.controllers.deployment_new_replicaset import after_annotate, after_create
from seatrial.model.controllers.deployment_plan import (
    Annotating,
    Claiming,
    Cleaning,
    Continuing,
    Creating,
    Ending,
    Ignoring,
    Plan,
    Progress,
    RollingBack,
    Scaling,
    emit,
    update_status,
)
from seatrial.model.controllers.deployment_rollout import proceed
from seatrial.model.controllers.deployment_scaling import RECREATE
from seatrial.model.controllers.deployment_templates import (
    KIND,
    ComputeHash,
    compute_hash,
    creation_order,
    find_new_replica_set,
)
from seatrial.model.controllers.deployment_writes import after_delete, after_scale
from seatrial.model.controllers.pods import is_pod_terminal


def sync_deployment(hash_template: ComputeHash, local: Local, key: str, choice: str) -> Call | Done:
    """Begins the sync of one Deployment with the claim of its ReplicaSets."""
    del choice
    deployment = local.get("deployments", key)
    if deployment is None:
        return Done()
    if deployment.spec.selector == LabelSelector():
        return select_nothing(local, key, deployment)
    candidates = list(local.list("replicasets", deployment.metadata.namespace))
    claims = begin_claims(deployment, lambda each: is_selected(deployment, each), candidates)
    return proceed(local, key, claim(hash_template, local, Claiming(deployment, claims, Call("get", "", ""))))


def select_nothing(local: Local, key: str, deployment: Deployment) -> Call | Done:
    """An empty selector would select every pod: the Deployment is only marked as seen."""
    emit(local, deployment, "Warning", "SelectingAll",
         "This deployment is selecting all pods. A non-empty selector is required.")
    status, generation = deployment.status, deployment.metadata.generation
    if status.observed_generation >= generation:
        return Done()
    seen = attrs.evolve(deployment, status=attrs.evolve(status, observed_generation=generation))
    return update_status(key, seen, Ignoring())


def claim(hash_template: ComputeHash, local: Local, memo: Claiming) -> Progress:
    """Makes the next call of the claim; when there is none left, the plan begins."""
    claims, call = next_claim(memo.claims, memo.deployment, KIND, "replicasets")
    if call is not None:
        return attrs.evolve(call, memo=attrs.evolve(memo, claims=claims, call=call))
    if claims.errors:
        return Done(error=say_errors(claims.errors))
    replica_sets = tuple(sorted(claims.claimed, key=creation_order))
    plan = Plan(memo.deployment, replica_sets, running_of(local, memo.deployment, claims.claimed))
    if find_new_replica_set(memo.deployment, replica_sets) is not None:
        return plan
    spec, status = memo.deployment.spec, memo.deployment.status
    return attrs.evolve(plan, hash=hash_template(spec.template, status.collision_count))


def running_of(local: Local, deployment: Deployment, claimed: tuple[ReplicaSet, ...]) -> tuple[str, ...]:
    """The UIDs of claimed ReplicaSets with pods that have not ended; only Recreate asks."""
    if deployment.spec.strategy.type != RECREATE:
        return ()
    found = tuple(uid for uid, pod in pods_of(local, deployment, claimed) if not is_pod_terminal(pod))
    return tuple(sorted(dict.fromkeys(found)))


def resume_deployment(hash_template: ComputeHash, local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
    """Continues with the claim, or with the stage that the reply allows."""
    if isinstance(memo, Claiming):
        claims = after_claim(memo.claims, memo.deployment, KIND, memo.call, reply)
        return proceed(local, key, claim(hash_template, local, attrs.evolve(memo, claims=claims)))
    return proceed(local, key, after_call(local, key, memo, reply))


def after_call(local: Local, key: str, memo: object, reply: Reply) -> Progress:
    """What each reply means."""
    match memo:
        case Annotating():
            return after_annotate(memo, reply)
        case Creating():
            return after_create(local, key, memo, reply)
        case Scaling():
            return after_scale(local, memo, reply)
        case Cleaning():
            return after_delete(memo, reply)
        case Continuing():
            return memo.plan if reply.ok else Done(error=reply.message)
        case RollingBack():
            return after_rollback(local, key, memo, reply)
        case Ending():
            return Done(error=memo.error or ("" if reply.ok else reply.message))
        case Ignoring():
            return Done()
    message = f"the Deployment controller has no plan with the memo {memo!r}"
    raise TypeError(message)


def after_rollback(local: Local, key: str, memo: RollingBack, reply: Reply) -> Done:
    """Says what was rolled back, once it is."""
    if not reply.ok:
        return Done(error=reply.message)
    if memo.message:
        local.emit(f"Deployment/{split_key(key)[1]}", "Normal", "DeploymentRollback", memo.message)
    return Done()


def resume(hash_template: ComputeHash, local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
    """What a worker does with a reply: a failed sync is tried again, unless its namespace is ending."""
    result = resume_deployment(hash_template, local, key, memo, reply)
    if isinstance(result, Done) and result.error and reply.cause == "NamespaceTerminating":
        return Done()
    return result


def make_controller(hash_template: ComputeHash = compute_hash) -> Controller:
    """The Deployment controller, with another template hash if need be."""
    return Controller(
        "deployment-controller",
        watches=(Watch("deployments"), Watch("replicasets", handle_replicaset), Watch("pods", handle_pod, see_pod)),
        sync=partial(sync_deployment, hash_template),
        resume=partial(resume, hash_template),
        grants=(
            PolicyRule(("get", "list", "update", "watch"), ("apps", "extensions"), ("deployments",)),
            PolicyRule(("update",), ("apps", "extensions"), ("deployments/status", "deployments/finalizers")),
            PolicyRule(("create", "delete", "get", "list", "patch", "update", "watch"), ("apps", "extensions"),
                       ("replicasets",)),
            PolicyRule(("get", "list", "update", "watch"), ("",), ("pods",)),
            PolicyRule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",)),
        ),
        user="system:serviceaccount:kube-system:deployment-controller",
        binary="kube-controller-manager",
    )


CONTROLLER = make_controller()
