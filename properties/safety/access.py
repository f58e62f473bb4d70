"""What never gets into the store: a write that nobody allowed, an object that admission has not seen."""

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.apiserver.admission import mutating
from seatrial.model.apiserver.auth.authentication import authenticate
from seatrial.model.apiserver.auth.authorization import check_authorization
from seatrial.model.apiserver.request import CREATE, request_of
from seatrial.model.client.calls import WRITES, Call, Reply, Waiting
from seatrial.model.cluster import Cluster
from seatrial.properties.changes import changed_objects, served
from seatrial.properties.premises import every, has_pods, holds, is_secured, runs, some
from seatrial.properties.property import SOMETIMES, STEP, Property, objects

DOCS = "https://kubernetes.io/docs/reference/access-authn-authz/"


def authorized_before_persisted(before: Cluster, action: Action, after: Cluster) -> str | None:
    """What a process writes, its user may write."""
    call = served(before, action)
    if call is None or call.verb not in WRITES or not any(True for _ in changed_objects(before, after, call.resource)):
        return None
    controller = before.system.processes[action.process]
    view = before.view()
    request = authenticate(view, before.system, request_of(controller.user, controller.groups, call))
    if isinstance(request, Reply):
        return f"{action.process} may not say that it is {controller.user}, and its {in_words(call)} was stored"
    if not isinstance(check_authorization(view, before.system, request), Reply):
        return None
    return f"user {request.user} may not {call.verb} {subject(call)}, and its {in_words(call)} was stored"


def subject(call: Call) -> str:
    """What a call is about, as a role names it."""
    return f"{call.resource}/{call.subresource}" if call.subresource else call.resource


def in_words(call: Call) -> str:
    """A call as "create of pods default/web"."""
    return f"{call.verb} of {subject(call)} {call.key}"


def admitted_before_persisted(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A new object is one that mutating admission would let through, and not change any more."""
    del action
    view = before.view()
    for cell, old, new in changed_objects(before, after):
        if old is not None:
            continue
        request = request_of("", (), Call("create", cell.kind, cell.key, new)).with_new(new)
        for admit in mutating(CREATE, cell.kind, ""):
            answer = admit(view, before.system, request)
            if isinstance(answer, Reply):
                return f"{cell.kind} {cell.key} was created, which admission refuses: {answer.message}"
            request = answer
        if request.new != new:
            return f"{cell.kind} {cell.key} was created without what admission adds to it"
    return None


def some_write_is_on_its_way(cluster: Cluster) -> str | None:
    """A process is about to write."""
    view = cluster.view()
    for cell in view.cells("plan"):
        plan = view[cell]
        if isinstance(plan, Waiting) and plan.call.verb in WRITES:
            return f"{cell.owner} is about to {plan.call.verb} {plan.call.resource} {plan.call.key}"
    return None


def some_pod_is_made(cluster: Cluster) -> str | None:
    """A controller has made a pod."""
    found = next((pod for pod in cluster.objects("pods") if pod.metadata.owner_references), None)
    return f"pod {found.metadata.name} was made by {found.metadata.owner_references[0].name}" if found else None


WRITTEN = every(is_secured, holds(Deployment, ReplicaSet), some(runs("replicaset"), runs("deployment")))
PROPERTIES = (
    Property(
        "admitted_before_persisted",
        STEP,
        "what admission forbids or adds must hold for all that is stored",
        admitted_before_persisted,
        DOCS + "admission-controllers/",
        sibling="some_pod_is_made",
        reads=(("object", ""),),
        needs=("replicaset-controller",),
        where=every(WRITTEN, has_pods),
    ),
    Property(
        "authorized_before_persisted",
        STEP,
        "a stolen credential must not do more than it was granted",
        authorized_before_persisted,
        DOCS + "authorization/",
        restrictions="judged by the grants at the time of the write",
        sibling="some_write_is_on_its_way",
        reads=(("object", ""),),
        where=WRITTEN,
    ),
    Property("some_pod_is_made", SOMETIMES, "the premise of admission", some_pod_is_made, reads=objects("pods")),
    Property(
        "some_write_is_on_its_way",
        SOMETIMES,
        "the premise of authorization",
        some_write_is_on_its_way,
        reads=(("plan", ""),),
    ),
)
