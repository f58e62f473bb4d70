"""What never happens to a pod: it moves, it comes back from its end or its deletion, it goes while it still runs."""

from seatrial.model.actions import Action
from seatrial.model.api.meta import key_of
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.pods import is_pod_terminal
from seatrial.model.node.machine import PodSandbox, sandbox_cell, sandboxes
from seatrial.model.scope import Scope
from seatrial.properties.changes import changed_objects, changed_twins
from seatrial.properties.premises import (
    allows,
    binds_pods,
    deletes,
    every,
    has_pods,
    pod_specs,
    replaces_pods,
    runs_kubelets,
    some,
)
from seatrial.properties.property import SOMETIMES, STEP, Property, objects

POD_DOCS = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"


def bind_once(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A pod is bound to a node once, and never to another one."""
    del action
    for _, old, new in changed_twins(before, after, "pods"):
        if old.spec.node_name and new.spec.node_name != old.spec.node_name:
            return f"pod {key_of(new.metadata)} moved from {old.spec.node_name} to {new.spec.node_name or 'no node'}"
    return None


def phase_monotone(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A pod that has Succeeded or Failed stays so."""
    del action
    for _, old, new in changed_twins(before, after, "pods"):
        if is_pod_terminal(old) and new.status.phase != old.status.phase:
            return f"pod {key_of(new.metadata)} went from {old.status.phase} back to {new.status.phase}"
    return None


def deletion_is_final(before: Cluster, action: Action, after: Cluster) -> str | None:
    """An object in deletion stays in deletion until it is gone."""
    del action
    for cell, old, new in changed_twins(before, after):
        if old.metadata.deletion_timestamp is not None and new.metadata.deletion_timestamp is None:
            return f"the deletion of {cell.kind} {cell.key} was taken back"
    return None


def gone_only_after_stopped(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A pod that was deleted gracefully leaves the API only after its containers have stopped."""
    del action
    for cell, old, new in changed_objects(before, after, "pods"):
        if old is None or (new is not None and new.metadata.uid == old.metadata.uid):
            continue
        held: PodSandbox | None = after[sandbox_cell(old.spec.node_name, cell.key, old.metadata.uid)]
        if held is not None and held.is_running:
            return f"pod {cell.key} is gone from the API, and its containers still run on {old.spec.node_name}"
    return None


def some_pod_is_terminal(cluster: Cluster) -> str | None:
    """A pod has ended."""
    found = next((pod for pod in cluster.objects("pods") if is_pod_terminal(pod)), None)
    return f"pod {key_of(found.metadata)} has ended" if found else None


def some_pod_is_bound(cluster: Cluster) -> str | None:
    """A pod is bound."""
    found = next((pod for pod in cluster.objects("pods") if pod.spec.node_name), None)
    return f"pod {key_of(found.metadata)} is bound" if found else None


def some_pod_is_in_deletion(cluster: Cluster) -> str | None:
    """A pod is in deletion."""
    found = next((pod for pod in cluster.objects("pods") if pod.metadata.deletion_timestamp is not None), None)
    return f"pod {key_of(found.metadata)} is in deletion" if found else None


def some_pod_runs_in_deletion(cluster: Cluster) -> str | None:
    """A pod is in deletion, and its containers still run."""
    for cell, sandbox in sandboxes(cluster.view()):
        pod = cluster.get("pods", cell.kind)
        if (
            sandbox.is_running
            and pod is not None
            and pod.metadata.uid == cell.key
            and pod.metadata.deletion_timestamp is not None
        ):
            return f"pod {cell.kind} is in deletion, and still runs on {cell.owner}"
    return None


def is_patient(scope: Scope) -> bool:
    """Scopes in which every pod has a grace period."""
    return all(spec.termination_grace_period_seconds != 0 for spec in pod_specs(scope))


def ends_pods(scope: Scope) -> bool:
    """Scopes in which a pod may end: its containers are not started again, or it is stopped."""
    fails = allows("exit", "oom")(scope) and any(spec.restart_policy == "Never" for spec in pod_specs(scope))
    return fails or (replaces_pods(scope) and binds_pods(scope))


PROPERTIES = (
    Property(
        "bind_once",
        STEP,
        "a pod that moves would run twice",
        bind_once,
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-lifetime",
        sibling="some_pod_is_bound",
        reads=objects("pods"),
        where=every(has_pods, binds_pods),
    ),
    Property(
        "phase_monotone",
        STEP,
        "a job counts what has ended; what ended must stay so",
        phase_monotone,
        POD_DOCS + "#pod-phase",
        restrictions="no status that arrives late: the kubelet's patch names the pod's UID, not its version "
        "(pkg/kubelet/status/status_manager.go, 1.36), so an older one may come after a newer one",
        sibling="some_pod_is_terminal",
        reads=objects("pods"),
        needs=("kubelet",),
        breaks_under=("late",),
        where=every(has_pods, ends_pods),
    ),
    Property(
        "deletion_is_final",
        STEP,
        "what acts on a deletion (stops containers, frees names) cannot undo that",
        deletion_is_final,
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
        sibling="some_pod_is_in_deletion",
        reads=(("object", ""),),
        where=every(has_pods, binds_pods, some(replaces_pods, deletes("pods"))),
    ),
    Property(
        "gone_only_after_stopped",
        STEP,
        "whoever waits for the name to be free believes that nothing runs under it",
        gone_only_after_stopped,
        POD_DOCS + "#pod-termination",
        restrictions="no deletion with a grace period of 0, neither asked for nor in the pod's spec, and no pod that "
        "is removed because its node is gone",
        sibling="some_pod_runs_in_deletion",
        reads=(*objects("pods"), ("sandbox", "")),
        needs=("kubelet",),
        where=every(has_pods, runs_kubelets, binds_pods, is_patient, replaces_pods),
    ),
    Property("some_pod_is_bound", SOMETIMES, "the premise of binding", some_pod_is_bound, reads=objects("pods")),
    Property(
        "some_pod_is_in_deletion", SOMETIMES, "the premise of deletion", some_pod_is_in_deletion, reads=objects("pods")
    ),
    Property("some_pod_is_terminal", SOMETIMES, "the premise of ending", some_pod_is_terminal, reads=objects("pods")),
    Property(
        "some_pod_runs_in_deletion",
        SOMETIMES,
        "the premise of a graceful end",
        some_pod_runs_in_deletion,
        reads=(*objects("pods"), ("sandbox", "")),
    ),
)
