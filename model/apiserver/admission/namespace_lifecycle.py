"""NamespaceLifecycle: nothing is created in a namespace that is not there or on its way out.

Mirrors staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle (release 1.36). Upstream looks in an
informer first and asks the store only for a namespace that is not in it, or that this very server deleted a moment
ago; here the answer is always the store's. Left out, then: content that another API server still lets into a
namespace whose deletion its informer has not seen; the namespace controller deletes that as well.
"""

from seatrial.model.api.registry import kind_of
from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.implied import namespace_phase
from seatrial.model.apiserver.request import CREATE, DELETE, UPDATE, Request
from seatrial.model.apiserver.status import forbidden, not_found
from seatrial.model.client.calls import Reply
from seatrial.model.system import System
from seatrial.model.view import View

NAMESPACES = kind_of("namespaces")
IMMORTAL = ("default", "kube-public", "kube-system")
ACCESS_REVIEWS = ("localsubjectaccessreviews",)
CAUSE = "NamespaceTerminating"


def admit(view: View, system: System, request: Request) -> Request | Reply:
    """Protects the namespaces that must stay, and those that are going from new content."""
    resource = request.call.resource
    if resource == "namespaces":
        return check_namespace(request)
    if not request.namespace or request.operation == DELETE or resource in ACCESS_REVIEWS:
        return request
    return check_content(request, namespace_phase(view, system, request.namespace))


def check_namespace(request: Request) -> Request | Reply:
    """Refuses to delete a namespace that the cluster needs."""
    if request.operation == DELETE and request.name in IMMORTAL:
        return forbidden(request.kind, request.name, "this namespace may not be deleted")
    return request


def check_content(request: Request, phase: str | None) -> Request | Reply:
    """Refuses what is in no namespace, and what is new in one that is going."""
    if phase is None:
        return not_found(NAMESPACES, request.namespace)
    if request.operation != CREATE or phase != "Terminating":
        return request
    why = f"unable to create new content in namespace {request.namespace} because it is being terminated"
    return forbidden(request.kind, request.shown_name, why, CAUSE)


PLUGIN = Plugin("NamespaceLifecycle", (CREATE, UPDATE, DELETE), mutate=admit)
