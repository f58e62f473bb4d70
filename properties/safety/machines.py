"""What never happens on a machine: two runs of one container, one address for two pods, a foreign kubelet's writes."""

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.node.machine import RUNNING, ip_of, sandboxes
from seatrial.model.scope import Scope
from seatrial.properties.changes import changed_cells, changed_objects, served
from seatrial.properties.premises import binds_pods, every, has_pods, pod_specs
from seatrial.properties.property import SOMETIMES, STEP, Property, objects

SANDBOXES = (("sandbox", ""),)


def one_running_container(before: Cluster, action: Action, after: Cluster) -> str | None:
    """Of each container of a pod one run at most is running."""
    del action
    for cell, _, sandbox in changed_cells(before, after, "sandbox"):
        running = [each.name for each in sandbox.containers if each.state == RUNNING] if sandbox is not None else []
        twice = next((name for name in running if running.count(name) > 1), None)
        if twice is not None:
            return f"container {twice} of pod {cell.kind} runs {running.count(twice)} times on {cell.owner}"
    return None


def pod_ip_unique(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No two live pods have one address, unless it is their node's."""
    del action
    for cell, old, new in changed_cells(before, after, "sandbox"):
        address = ip_of(new)
        if not address or address == ip_of(old):
            continue
        for other, sandbox in sandboxes(after.view()):
            if other != cell and ip_of(sandbox) == address:
                one, two = (f"pod {each.kind} on {each.owner}" for each in (cell, other))
                return f"{address} is the address of {one} and of {two}"
    return None


def node_isolation(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A kubelet changes its own Node and the pods bound to it, and nothing else of these."""
    if served(before, action) is None:
        return None
    node = after.system.processes[action.process].node
    if not action.process.startswith("kubelet-"):
        return None
    for cell, old, new in changed_objects(before, after, "nodes", "pods"):
        theirs = cell.key if cell.kind == "nodes" else (old or new).spec.node_name
        if theirs != node:
            return f"the kubelet of {node} changed {cell.kind[:-1]} {cell.key}" + (
                "" if cell.kind == "nodes" else f" of {theirs or 'no node'}"
            )
    return None


def some_container_runs(cluster: Cluster) -> str | None:
    """A container runs."""
    for cell, sandbox in sandboxes(cluster.view()):
        if sandbox.is_running:
            return f"pod {cell.kind} runs on {cell.owner}"
    return None


def some_pod_has_an_address(cluster: Cluster) -> str | None:
    """A pod has an address of its own."""
    for cell, sandbox in sandboxes(cluster.view()):
        if ip_of(sandbox):
            return f"pod {cell.kind} has the address {sandbox.ip}"
    return None


def some_kubelet_reports(cluster: Cluster) -> str | None:
    """A kubelet has reported a pod's phase."""
    for pod in cluster.objects("pods"):
        if pod.status.phase == "Running":
            return f"the kubelet of {pod.spec.node_name} reports pod {pod.metadata.name}"
    return None


def has_a_pod_network(scope: Scope) -> bool:
    """Scopes in which pods get addresses of their own."""
    return any(not spec.host_network for spec in pod_specs(scope))


RUNS = every(has_pods, binds_pods)
PROPERTIES = (
    Property(
        "one_running_container",
        STEP,
        "two runs of one container share its volumes and its identity",
        one_running_container,
        "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
        restrictions="the runtime starts nothing that its kubelet has given up (kubernetes/kubernetes#98520)",
        sibling="some_container_runs",
        reads=SANDBOXES,
        needs=("kubelet",),
        where=RUNS,
    ),
    Property(
        "pod_ip_unique",
        STEP,
        "traffic for one pod would reach another one",
        pod_ip_unique,
        "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model",
        restrictions="live sandboxes only (a status may still show an address that was given on), not hostNetwork, "
        "and pod ranges of nodes that do not overlap",
        sibling="some_pod_has_an_address",
        reads=SANDBOXES,
        needs=("kubelet",),
        where=every(RUNS, has_a_pod_network),
    ),
    Property(
        "node_isolation",
        STEP,
        "a stolen kubelet credential must not reach beyond its node",
        node_isolation,
        "https://kubernetes.io/docs/reference/access-authn-authz/node/",
        sibling="some_kubelet_reports",
        reads=objects("nodes", "pods"),
        needs=("kubelet",),
        where=RUNS,
    ),
    Property("some_container_runs", SOMETIMES, "the premise of running", some_container_runs, reads=SANDBOXES),
    Property(
        "some_kubelet_reports",
        SOMETIMES,
        "the premise of a kubelet's writes",
        some_kubelet_reports,
        reads=objects("pods"),
    ),
    Property(
        "some_pod_has_an_address", SOMETIMES, "the premise of addresses", some_pod_has_an_address, reads=SANDBOXES
    ),
)
