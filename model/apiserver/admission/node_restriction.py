"""NodeRestriction: a kubelet may touch its own Node, and the pods bound to it, and no others.

Mirrors plugin/pkg/admission/noderestriction/admission.go (release 1.36) for pods, their status and eviction, and
nodes. Left out: labels that a kubelet may not set on its Node, the dynamic configuration of old releases, claims,
tokens, leases and CSI nodes: no modelled kubelet writes them.
"""

from seatrial.model.api.core import Node, Pod
from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.admission.service_account import MIRROR_ANNOTATION
from seatrial.model.apiserver.request import CREATE, DELETE, UPDATE, Request
from seatrial.model.apiserver.status import forbidden
from seatrial.model.client.calls import Reply
from seatrial.model.system import System
from seatrial.model.view import View

USER_PREFIX, NODES_GROUP = "system:node:", "system:nodes"
PATHS = ("nodes", "nodes/status", "pods", "pods/eviction", "pods/status")


def node_identity(request: Request) -> str | None:
    """The name of the node that asks, "" for one without a name; None for anybody else."""
    if NODES_GROUP not in request.groups or not request.user.startswith(USER_PREFIX):
        return None
    return request.user.removeprefix(USER_PREFIX)


def admit(view: View, system: System, request: Request) -> Request | Reply:
    """Looks at requests of kubelets only."""
    del view, system
    node = node_identity(request)
    if node is None:
        return request
    why = problem(request, node) if node else f'could not determine node from user "{request.user}"'
    return forbidden(request.kind, request.shown_name, why) if why else request


def problem(request: Request, node: str) -> str:
    """Why this node may not do this, or ""."""
    call = request.call
    if call.resource == "nodes":
        return node_problem(request, node)
    if call.subresource == "status":
        return status_problem(request, node)
    if call.subresource == "eviction":
        return "" if request.old.spec.node_name == node else (
            f"node {node} can only evict pods with spec.nodeName set to itself")
    return pod_problem(request, node)


def pod_problem(request: Request, node: str) -> str:
    """A node creates mirror pods of its own, and deletes pods that are bound to it."""
    if request.operation == CREATE:
        return mirror_pod_problem(request.new, node)
    if request.operation == DELETE:
        return "" if request.old.spec.node_name == node else (
            f'node "{node}" can only delete pods with spec.nodeName set to itself')
    return f'unexpected operation "{request.operation}", node "{node}" can only create and delete mirror pods'


def mirror_pod_problem(pod: Pod, node: str) -> str:
    """The mirror of a static pod says so, is bound to its node, and belongs to it."""
    if MIRROR_ANNOTATION not in pod.metadata.annotations:
        return f'pod does not have "{MIRROR_ANNOTATION}" annotation, node "{node}" can only create mirror pods'
    if pod.spec.node_name != node:
        return f'node "{node}" can only create pods with spec.nodeName set to itself'
    if not pod.metadata.owner_references:
        return f'node "{node}" can only create pods with an owner reference set to itself'
    if pod.spec.service_account_name:
        return f'node "{node}" can not create pods that reference serviceaccounts'
    return ""


def status_problem(request: Request, node: str) -> str:
    """A node reports on its own pods, and changes no labels with it."""
    if request.operation != UPDATE:
        return f'unexpected operation "{request.operation}"'
    if request.old.spec.node_name != node:
        return (f'node "{node}" can only update pod status for pods '  # noqa: S608 -- a message, not SQL
                "with spec.nodeName set to itself")
    if request.old.metadata.labels != request.new.metadata.labels:
        return f'node "{node}" cannot update labels through pod status'
    return ""


def node_problem(request: Request, node: str) -> str:
    """A node writes its own Node, and neither taints nor owners of it once it is there."""
    name = request.name or request.new.metadata.name
    if name != node:
        return f'node "{node}" is not allowed to modify node "{name}"'
    return node_update_problem(request.old, request.new, node) if request.operation == UPDATE else ""


def node_update_problem(old: Node, new: Node, node: str) -> str:
    """What an update by the node itself may not change."""
    if old.spec.taints != new.spec.taints:
        return f'node "{node}" is not allowed to modify taints'
    if old.metadata.owner_references != new.metadata.owner_references:
        return f'node "{node}" is not allowed to modify ownerReferences'
    return ""


PLUGIN = Plugin("NodeRestriction", (CREATE, UPDATE, DELETE), PATHS, mutate=admit)
