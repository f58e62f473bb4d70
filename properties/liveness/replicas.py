"""Desired replicas eventually equal running pods, statuses say so, and rollouts end, once all is quiet."""

from collections.abc import Iterator

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import get_condition, get_controller_of, key_of
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.deployment_conditions import PROGRESSING, TIMED_OUT
from seatrial.model.controllers.deployment_scaling import desired_replicas
from seatrial.model.controllers.deployment_status import deployment_complete
from seatrial.model.controllers.pods import is_pod_active, is_pod_available, is_pod_ready
from seatrial.model.view import Cell
from seatrial.properties.premises import every, has_pods, holds, makes_pods
from seatrial.properties.property import EVENTUALLY, SOMETIMES, Property, objects


def owned_pods(cluster: Cluster, uid: str) -> Iterator[Pod]:
    """The live pods that an owner of this UID controls."""
    for pod in cluster.objects("pods"):
        held = get_controller_of(pod.metadata)
        if held is not None and held.uid == uid:
            yield pod


def owned_replicasets(cluster: Cluster, deployment: Deployment) -> tuple[ReplicaSet, ...]:
    """The ReplicaSets that a Deployment controls."""
    return tuple(
        each
        for each in cluster.objects("replicasets")
        if (held := get_controller_of(each.metadata)) is not None and held.uid == deployment.metadata.uid
    )


def living_deployments(cluster: Cluster) -> Iterator[Deployment]:
    """The Deployments that are not in deletion."""
    yield from (each for each in cluster.objects("deployments") if each.metadata.deletion_timestamp is None)


def living_replicasets(cluster: Cluster) -> Iterator[ReplicaSet]:
    """The ReplicaSets that are not in deletion."""
    yield from (each for each in cluster.objects("replicasets") if each.metadata.deletion_timestamp is None)


def replicas_converge(cluster: Cluster) -> str | None:
    """As many running pods as every ReplicaSet asks for; "running" is ready where kubelets run, else active."""
    judge, word = (is_pod_ready, "ready") if cluster.system.scope.kubelets else (is_pod_active, "active")
    for replicaset in living_replicasets(cluster):
        have = [pod for pod in owned_pods(cluster, replicaset.metadata.uid) if is_pod_active(pod)]
        running = len([pod for pod in have if judge(pod)])
        desired = replicaset.spec.replicas or 0
        if running != desired or len(have) != desired:
            more = f" among {len(have)} active ones" if len(have) != running else ""
            return (f"ReplicaSet {key_of(replicaset.metadata)} has {running} {word} pods{more}, {desired} desired"
                    f"{why_waiting(have)}")
    return None


def why_waiting(pods: list[Pod]) -> str:
    """What the scheduler says of the first of these pods that it could not place."""
    for pod in pods:
        said = get_condition(pod.status.conditions, "PodScheduled")
        if said is not None and said.status == "False" and not pod.spec.node_name:
            return f"; pod {pod.metadata.name}: {said.message.partition('. ')[0]}"
    return ""


def deployment_replicas_converge(cluster: Cluster) -> str | None:
    """The ReplicaSets of every Deployment ask, together, for what the Deployment asks, and only the newest for any."""
    for deployment in living_deployments(cluster):
        meta, desired = deployment.metadata, deployment.spec.replicas or 0
        total = sum(each.spec.replicas or 0 for each in owned_replicasets(cluster, deployment))
        if total != desired and not deployment.spec.paused:
            return f"Deployment {key_of(meta)} asks for {desired} replicas, its ReplicaSets for {total}"
    return None


def rollout_progresses_or_deadline_reported(cluster: Cluster) -> str | None:
    """Every rollout is finished by its status, or its status says that it took too long."""
    for deployment in living_deployments(cluster):
        status = deployment.status
        if deployment.spec.paused or deployment_complete(
            desired_replicas(deployment),
            (status.replicas, status.updated_replicas, status.available_replicas),
            observed=status.observed_generation,
            generation=deployment.metadata.generation,
        ):
            continue
        progressing = get_condition(status.conditions, PROGRESSING)
        if progressing is None or progressing.reason != TIMED_OUT:
            reason = "no condition Progressing" if progressing is None else f"Progressing says {progressing.reason}"
            return (
                f"the rollout of Deployment {key_of(deployment.metadata)} rests at {status.updated_replicas} updated "
                f"and {status.available_replicas} available of {deployment.spec.replicas} replicas, and {reason}"
            )
    return None


def status_converges(cluster: Cluster) -> str | None:
    """The status of each ReplicaSet counts its pods, that of each Deployment its ReplicaSets', both as they are now."""
    for replicaset in living_replicasets(cluster):
        pods = [pod for pod in owned_pods(cluster, replicaset.metadata.uid) if is_pod_active(pod)]
        why = differences(replicaset, pod_counts(cluster, replicaset, pods))
        if why:
            return f"the status of ReplicaSet {key_of(replicaset.metadata)} {why}"
    for deployment in living_deployments(cluster) if "deployment-controller" in cluster.system.processes else ():
        sets = owned_replicasets(cluster, deployment)
        why = differences(
            deployment,
            {
                name: sum(getattr(each.status, name) for each in sets)
                for name in ("replicas", "ready_replicas", "available_replicas")
            },
        )
        if why:
            return f"the status of Deployment {key_of(deployment.metadata)} {why}"
    return None


def pod_counts(cluster: Cluster, replicaset: ReplicaSet, pods: list[Pod]) -> dict[str, int]:
    """What the status of a ReplicaSet with these pods should count."""
    now, wait = int(cluster[Cell("clock")] or 0), replicaset.spec.min_ready_seconds
    return {
        "replicas": len(pods),
        "ready_replicas": sum(map(is_pod_ready, pods)),
        "available_replicas": sum(is_pod_available(pod, wait, now) for pod in pods),
    }


def differences(value: Deployment | ReplicaSet, counts: dict[str, int]) -> str:
    """What a status says that is not so, or ""."""
    for name, count in counts.items():
        said = getattr(value.status, name)
        if said != count:
            return f"says {said} {name.replace('_', ' ')}, there are {count}"
    if value.status.observed_generation != value.metadata.generation:
        return f"is of generation {value.status.observed_generation}, the object of {value.metadata.generation}"
    return ""


def some_pod_runs(cluster: Cluster) -> str | None:
    """A pod that some controller made is running."""
    judge = is_pod_ready if cluster.system.scope.kubelets else is_pod_active
    found = next((pod for pod in cluster.objects("pods") if get_controller_of(pod.metadata) and judge(pod)), None)
    return f"pod {key_of(found.metadata)} runs" if found else None


def some_rollout_began(cluster: Cluster) -> str | None:
    """A Deployment has a ReplicaSet."""
    for deployment in living_deployments(cluster):
        sets = owned_replicasets(cluster, deployment)
        if sets:
            return f"Deployment {key_of(deployment.metadata)} has the ReplicaSet {sets[0].metadata.name}"
    return None


LINK = "https://kubernetes.io/docs/concepts/workloads/controllers/"
DEPLOYS = every(holds(Deployment), has_pods)
PROPERTIES = (
    Property(
        "replicas_converge",
        EVENTUALLY,
        "a workload whose pods never come is an outage that nobody ordered",
        replicas_converge,
        LINK + "replicaset/",
        restrictions="the pods fit on the nodes, no quota refuses them, and "
        "every fault that is in the way is repaired in the end",
        sibling="some_pod_runs",
        needs=("replicaset-controller",),
        where=makes_pods,
    ),
    Property(
        "deployment_replicas_converge",
        EVENTUALLY,
        "a rollout that never ends leaves two versions in service",
        deployment_replicas_converge,
        LINK + "deployment/",
        restrictions="not while it is paused, and the pods fit",
        sibling="some_pod_runs",
        needs=("deployment-controller", "replicaset-controller"),
        where=DEPLOYS,
    ),
    Property(
        "rollout_progresses_or_deadline_reported",
        EVENTUALLY,
        "who waits for a rollout must be told how it ended",
        rollout_progresses_or_deadline_reported,
        LINK + "deployment/#failed-deployment",
        restrictions="not paused; without progressDeadlineSeconds only if the pods fit and become ready",
        sibling="some_rollout_began",
        needs=("deployment-controller", "replicaset-controller"),
        where=DEPLOYS,
    ),
    Property(
        "status_converges",
        EVENTUALLY,
        "people and autoscalers act on what the status says",
        status_converges,
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/#object-spec-and-status",
        sibling="some_pod_runs",
        needs=("replicaset-controller",),
        where=makes_pods,
    ),
    Property("some_pod_runs", SOMETIMES, "the premise of convergence", some_pod_runs, reads=objects("pods")),
    Property(
        "some_rollout_began",
        SOMETIMES,
        "the premise of a rollout",
        some_rollout_began,
        reads=objects("deployments", "replicasets"),
    ),
)
