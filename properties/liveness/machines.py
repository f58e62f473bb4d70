"""In the end a machine runs what is bound to its node and nothing else, and a node that is heard of is ready."""

from seatrial.model.api.core import Namespace
from seatrial.model.api.meta import get_condition
from seatrial.model.client.process import UP, up_cell
from seatrial.model.cluster import Cluster
from seatrial.model.node.machine import sandboxes
from seatrial.model.view import Cell
from seatrial.properties.premises import binds_pods, every, has_pods, holds
from seatrial.properties.property import EVENTUALLY, SOMETIMES, Property, objects
from seatrial.properties.safety.nodes import LIFECYCLE, UNREACHABLE, loses_nodes


def no_orphaned_containers(cluster: Cluster) -> str | None:
    """Whatever runs on a machine belongs to a pod that is bound to its node."""
    for cell, sandbox in sandboxes(cluster.view()):
        pod = cluster.get("pods", cell.kind)
        if not sandbox.is_running:
            continue
        if pod is None or pod.metadata.uid != cell.key:
            return f"containers of pod {cell.kind} run on {cell.owner}, and the pod is gone"
        if pod.spec.node_name != cell.owner:
            return f"containers of pod {cell.kind} run on {cell.owner}, and the pod is bound to {pod.spec.node_name}"
    return None


def node_becomes_ready(cluster: Cluster) -> str | None:
    """A node whose kubelet is up is Ready, and has no taint that says otherwise."""
    for node in cluster.objects("nodes"):
        name = node.metadata.name
        if cluster[up_cell(f"kubelet-{name}")] != UP or cluster[Cell("link", name)] is not None:
            continue
        ready = get_condition(node.status.conditions, "Ready")
        if ready is not None and ready.status != "True":
            return f"the kubelet of {name} is up, and its condition Ready is {ready.status}"
        taint = next((each for each in node.spec.taints if each.key == UNREACHABLE.key), None)
        if taint is not None:
            return f"the kubelet of {name} is up, and the node has the taint {taint.key}:{taint.effect}"
    return None


def service_account_appears(cluster: Cluster) -> str | None:
    """Every namespace that is not ending has its default ServiceAccount."""
    for namespace in cluster.objects("namespaces"):
        name = namespace.metadata.name
        if namespace.metadata.deletion_timestamp is None and cluster.get("serviceaccounts", f"{name}/default") is None:
            return f"namespace {name} has no ServiceAccount default"
    return None


def some_service_account_exists(cluster: Cluster) -> str | None:
    """A namespace has its default ServiceAccount."""
    for account in cluster.objects("serviceaccounts"):
        if account.metadata.name == "default":
            return f"namespace {account.metadata.namespace} has its ServiceAccount"
    return None


PROPERTIES = (
    Property(
        "no_orphaned_containers",
        EVENTUALLY,
        "what runs without a pod takes room that the scheduler gives away",
        no_orphaned_containers,
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection",
        sibling="some_container_runs",
        needs=("kubelet",),
        where=every(has_pods, binds_pods),
    ),
    Property(
        "node_becomes_ready",
        EVENTUALLY,
        "a node that came back must be used again",
        node_becomes_ready,
        "https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller",
        sibling="some_node_is_unknown",
        needs=("kubelet", LIFECYCLE),
        where=loses_nodes,
    ),
    Property(
        "service_account_appears",
        EVENTUALLY,
        "no pod can be created in a namespace without it",
        service_account_appears,
        "https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts",
        sibling="some_service_account_exists",
        needs=("serviceaccount-controller",),
        where=holds(Namespace),
    ),
    Property(
        "some_service_account_exists",
        SOMETIMES,
        "the premise of accounts",
        some_service_account_exists,
        reads=objects("serviceaccounts"),
    ),
)
