"""Desired replicas eventually equal running pods, once users and faults are quiet, and it stays so."""

from collections.abc import Iterator

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import get_controller_of, key_of
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.pods import is_pod_active, is_pod_ready
from seatrial.properties.property import EVENTUALLY, SOMETIMES, Property, objects


def owned_pods(cluster: Cluster, uid: str) -> Iterator[Pod]:
    """The live pods that an owner of this UID controls."""
    for pod in cluster.objects("pods"):
        held = get_controller_of(pod.metadata)
        if held is not None and held.uid == uid:
            yield pod


def replicas_converge(cluster: Cluster) -> str | None:
    """As many running pods as every ReplicaSet asks for; "running" is ready where kubelets run, else active."""
    judge, word = (is_pod_ready, "ready") if cluster.system.scope.kubelets else (is_pod_active, "active")
    for replicaset in cluster.objects("replicasets"):
        if replicaset.metadata.deletion_timestamp is not None:
            continue
        have = [pod for pod in owned_pods(cluster, replicaset.metadata.uid) if is_pod_active(pod)]
        running = sum(judge(pod) for pod in have)
        desired = replicaset.spec.replicas or 0
        if running != desired or len(have) != desired:
            more = f" among {len(have)} active ones" if len(have) != running else ""
            return f"ReplicaSet {key_of(replicaset.metadata)} has {running} {word} pods{more}, {desired} desired"
    return None


def deployment_replicas_converge(cluster: Cluster) -> str | None:
    """The ReplicaSets of every Deployment ask, together, for what the Deployment asks, and only the newest for any."""
    for deployment in cluster.objects("deployments"):
        meta = deployment.metadata
        if meta.deletion_timestamp is not None or deployment.spec.paused:
            continue
        total = sum(each.spec.replicas or 0 for each in cluster.objects("replicasets")
                    if (held := get_controller_of(each.metadata)) is not None and held.uid == meta.uid)
        if total != (deployment.spec.replicas or 0):
            return f"Deployment {key_of(meta)} asks for {deployment.spec.replicas} replicas, its ReplicaSets for {total}"
    return None


def some_pod_runs(cluster: Cluster) -> str | None:
    """A pod that some controller made is running."""
    judge = is_pod_ready if cluster.system.scope.kubelets else is_pod_active
    found = next((pod for pod in cluster.objects("pods") if get_controller_of(pod.metadata) and judge(pod)), None)
    return f"pod {key_of(found.metadata)} runs" if found else None


LINK = "https://kubernetes.io/docs/concepts/workloads/controllers/"
PROPERTIES = (
    Property("replicas_converge", EVENTUALLY, "a workload whose pods never come is an outage that nobody ordered",
             replicas_converge, LINK + "replicaset/", sibling="some_pod_runs", needs=("replicaset-controller",)),
    Property("deployment_replicas_converge", EVENTUALLY, "a rollout that never ends leaves two versions in service",
             deployment_replicas_converge, LINK + "deployment/", sibling="some_pod_runs",
             needs=("deployment-controller", "replicaset-controller")),
    Property("some_pod_runs", SOMETIMES, "the premise of convergence", some_pod_runs, reads=objects("pods")),
)
