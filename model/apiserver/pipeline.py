"""The way of a request through the API server, stage by stage, in upstream's order.

authentication → authorization → decoding and defaulting → mutating admission → the strategy of the kind → validation →
validating admission (quota last) → compare-and-swap in etcd → event → answer. Each stage answers the request as the
next one should see it, or a refusal; the first refusal ends it. Mirrors staging/src/k8s.io/apiserver/pkg/server
(handler chain) and pkg/endpoints/handlers (release 1.36). Priority and fairness is left out: it delays, and every
request may be delayed here.
"""

from collections.abc import Callable

from seatrial.model.apiserver import subresources, verbs
from seatrial.model.apiserver.admission import mutating, validating
from seatrial.model.apiserver.auth.authentication import authenticate
from seatrial.model.apiserver.auth.authorization import check_authorization
from seatrial.model.apiserver.request import Request, request_of
from seatrial.model.apiserver.validating import validate
from seatrial.model.client.calls import Call, Reply
from seatrial.model.system import System
from seatrial.model.view import View

Stage = Callable[[View, System, Request], Request | Reply]
VERBS: dict[tuple[str, str], verbs.Verb] = {
    ("create", ""): verbs.CREATE_VERB,
    ("create", "binding"): subresources.BINDING_VERB,
    ("create", "eviction"): subresources.EVICTION_VERB,
    ("get", ""): verbs.GET_VERB,
    ("get", "scale"): subresources.GET_SCALE_VERB,
    ("get", "status"): verbs.GET_VERB,
    ("list", ""): verbs.LIST_VERB,
    ("watch", ""): verbs.WATCH_VERB,
    ("update", ""): verbs.UPDATE_VERB,
    ("update", "finalize"): subresources.FINALIZE_VERB,
    ("update", "scale"): subresources.SCALE_VERB,
    ("update", "status"): verbs.UPDATE_VERB,
    ("patch", ""): verbs.PATCH_VERB,
    ("patch", "scale"): subresources.SCALE_VERB,
    ("patch", "status"): verbs.PATCH_VERB,
    ("delete", ""): verbs.DELETE_VERB,
    ("deletecollection", ""): verbs.DELETE_COLLECTION_VERB,
}


def verb_of(request: Request) -> verbs.Verb | None:
    """What serves a request, if its resource has this verb."""
    call = request.call
    if call.subresource == "scale" and not request.kind.has_scale:
        return None
    return VERBS.get((call.verb, call.subresource))


def prepare(view: View, system: System, request: Request) -> Request | Reply:
    """Decodes, patches and defaults; a verb that the resource does not have is 405."""
    verb = verb_of(request)
    if verb is None:
        return Reply(405, reason="MethodNotAllowed",
                     message=f"the server does not allow this method on the requested resource: {request.call.verb} "
                             f"{request.call.resource}/{request.call.subresource}")
    return verb.prepare(view, system, request)


def admit_mutating(view: View, system: System, request: Request) -> Request | Reply:
    """Asks the admission plugins that may change the object."""
    call = request.call
    for admit in mutating(request.operation, call.resource, call.subresource):
        answer = admit(view, system, request)
        if isinstance(answer, Reply):
            return answer
        request = answer
    return request


def begin(view: View, system: System, request: Request) -> Request | Reply:
    """Applies the strategy of the kind: what the server sets, what a client cannot change, the generation."""
    return VERBS[request.call.verb, request.call.subresource].begin(view, system, request)


def admit_validating(view: View, system: System, request: Request) -> Request | Reply:
    """Asks the admission plugins that may refuse the object as it will be stored."""
    call = request.call
    for admit in validating(request.operation, call.resource, call.subresource):
        answer = admit(view, system, request)
        if isinstance(answer, Reply):
            return answer
    return request


STAGES: tuple[Stage, ...] = (
    authenticate, check_authorization, prepare, admit_mutating, begin, validate, admit_validating)
UNSECURED: tuple[Stage, ...] = (prepare, begin)


def serve(view: View, system: System, user: str, groups: tuple[str, ...], call: Call) -> Reply:
    """Serves one request; what it changes is in the view, what the client is told is the reply."""
    stages = STAGES if system.scope.secured else UNSECURED
    return pass_through(view, system, request_of(user, groups, call), stages)


def pass_through(view: View, system: System, request: Request, stages: tuple[Stage, ...]) -> Reply:
    """Takes a request through stages and, if none refuses it, to the store."""
    for stage in stages:
        answer = stage(view, system, request)
        if isinstance(answer, Reply):
            return answer
        request = answer
    return VERBS[request.call.verb, request.call.subresource].store(view, system, request)
