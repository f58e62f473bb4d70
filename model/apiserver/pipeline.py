"""The way of a request through the API server, stage by stage, in upstream's order.

authentication → authorization → defaulting → mutating admission → validation → validating admission (quota last) →
compare-and-swap in etcd → event → answer. Each stage answers the request as the next one should see it, or a refusal;
the first refusal ends it. Mirrors staging/src/k8s.io/apiserver/pkg/server (handler chain) and pkg/endpoints/handlers
(release 1.36). Priority and fairness is left out: it delays, and every request may be delayed here.
"""

from collections.abc import Callable

import attrs

from seatrial.model.apiserver import verbs
from seatrial.model.client.calls import Call, Reply
from seatrial.model.system import System
from seatrial.model.view import View


@attrs.frozen
class Request:
    """A request on its way: who asks (user and groups, once authenticated) and for what."""

    user: str
    groups: tuple[str, ...]
    call: Call


Stage = Callable[[View, System, Request], Request | Reply]
VERBS: dict[tuple[str, str], Callable[[View, System, Call], Reply]] = {
    ("create", ""): verbs.create,
    ("create", "binding"): verbs.bind,
    ("get", ""): verbs.get,
    ("list", ""): verbs.list_all,
    ("update", ""): verbs.update,
    ("update", "status"): verbs.update,
    ("patch", ""): verbs.patch,
    ("patch", "status"): verbs.patch,
    ("delete", ""): verbs.delete,
}
STAGES: tuple[Stage, ...] = ()


def serve(view: View, system: System, user: str, groups: tuple[str, ...], call: Call) -> Reply:
    """Serves one request; what it changes is in the view, what the client is told is the reply."""
    request: Request | Reply = Request(user, groups, call)
    if system.scope.secured:
        for stage in STAGES:
            request = stage(view, system, request)
            if isinstance(request, Reply):
                return request
    assert isinstance(request, Request)  # noqa: S101 -- narrows the type
    verb = VERBS.get((call.verb, call.subresource))
    if verb is None:
        return Reply(405, reason="MethodNotAllowed",
                     message=f"the server does not allow this method on the requested resource: {call.verb} "
                             f"{call.resource}/{call.subresource}")
    return verb(view, system, request.call)
