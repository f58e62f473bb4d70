"""May this user do this: the authorizers, one after the other, and the 403 when none allows it.

Mirrors staging/src/k8s.io/apiserver/pkg/endpoints/filters/authorization.go (release 1.36). The authorizers are the
group `system:masters`, the processes' own least grants, then the stored roles. Left out: the Node authorizer, which
lets a kubelet read only what its pods use; a kubelet has the grant of its process here, and NodeRestriction keeps its
writes to its own node.
"""

from seatrial.model.apiserver.auth.rbac import (
    Attributes,
    Decision,
    authorize,
    built_in_grants,
    is_granted,
    is_master,
    users_with_named_rules,
)
from seatrial.model.apiserver.request import Request
from seatrial.model.apiserver.status import forbidden
from seatrial.model.client.calls import Reply
from seatrial.model.system import System
from seatrial.model.view import View


def attributes_of(request: Request) -> Attributes:
    """What is asked, as authorizers see it: a request for a namespace is one in that namespace."""
    call, name = request.call, request.name
    namespace = name if call.resource == "namespaces" else request.namespace
    return Attributes(call.verb, request.kind.group, call.resource, call.subresource, name, namespace)


def has_grant(system: System, request: Request) -> bool:
    """Does the grant of the process that asks allow it?"""
    call, user = request.call, request.user
    if user not in built_in_grants(system):
        return False
    name = request.name if user in users_with_named_rules(system) else ""
    return is_granted(system, user, call.verb, (request.kind.group, call.resource, call.subresource), name)


def decide(view: View, system: System, request: Request, asked: Attributes) -> Decision:
    """The first authorizer that allows it decides."""
    if is_master(request.groups) or has_grant(system, request):
        return Decision(allowed=True)
    return authorize(view, request.user, request.groups, asked)


def check_authorization(view: View, system: System, request: Request) -> Request | Reply:
    """Lets a request through if one authorizer allows it, or answers 403."""
    if is_master(request.groups) or has_grant(system, request):
        return request
    asked = attributes_of(request)
    decision = decide(view, system, request, asked)
    if decision.allowed:
        return request
    name = "" if request.call.verb == "create" else asked.name
    return forbidden(request.kind, name, refusal(request.user, asked, decision.reason))


def refusal(user: str, asked: Attributes, reason: str) -> str:
    """Who cannot do what, where, and what the authorizer says of it."""
    resource = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    place = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    text = f'User "{user}" cannot {asked.verb} resource "{resource}" in API group "{asked.api_group}" {place}'
    return f"{text}: {reason}" if reason else text
