"""A pod that some node can take is bound in the end."""

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import key_of
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.pods import is_pod_terminal
from seatrial.model.scheduler.cycle import schedule_pod
from seatrial.model.scheduler.node_info import group_by_node
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.model.scheduler.queue import pre_enqueue
from seatrial.model.scheduler.scheduler import is_responsible_for
from seatrial.properties.premises import has_pods
from seatrial.properties.property import EVENTUALLY, SOMETIMES, Property, objects


def is_waiting(pod: Pod) -> bool:
    """Is it for the scheduler to bind this pod?"""
    return (
        not pod.spec.node_name
        and not is_pod_terminal(pod)
        and pod.metadata.deletion_timestamp is None
        and is_responsible_for(pod)
        and pre_enqueue(pod).is_success
    )


def pending_feasible_pod_scheduled(cluster: Cluster) -> str | None:
    """No pod waits for a node that could take it now."""
    waiting = [pod for pod in cluster.objects("pods") if is_waiting(pod)]
    if not waiting:
        return None
    placed: dict[str, list[Pod]] = {}
    for pod in cluster.objects("pods"):
        if pod.spec.node_name and not is_pod_terminal(pod):
            placed.setdefault(pod.spec.node_name, []).append(pod)
    nodes = group_by_node(cluster.objects("nodes"), placed)
    nominated = tuple(pod for pod in waiting if pod.status.nominated_node_name)
    for pod in waiting:
        best = schedule_pod(PLUGINS, pod, nodes, nominated).best if nodes else ()
        if best:
            return f"pod {key_of(pod.metadata)} waits, and {best[0]} could take it"
    return None


def some_pod_is_pending(cluster: Cluster) -> str | None:
    """A pod waits to be bound."""
    found = next((pod for pod in cluster.objects("pods") if is_waiting(pod)), None)
    return f"pod {key_of(found.metadata)} waits for a node" if found else None


PROPERTIES = (
    Property(
        "pending_feasible_pod_scheduled",
        EVENTUALLY,
        "a pod that waits beside an empty node is an outage",
        pending_feasible_pod_scheduled,
        "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/",
        restrictions="pods of one scheduler, without scheduling gates; at the latest with the flush after five minutes",
        sibling="some_pod_is_pending",
        needs=("kube-scheduler",),
        where=has_pods,
    ),
    Property("some_pod_is_pending", SOMETIMES, "the premise of scheduling", some_pod_is_pending, reads=objects("pods")),
)
