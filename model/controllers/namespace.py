"""The namespace controller: empties a namespace in deletion, pods first, and then lets it go.

Mirrors pkg/controller/namespace/namespace_controller.go and deletion/namespaced_resources_deleter.go (release 1.36,
with OrderedNamespaceDeletion, which is on). Every resource is deleted as a collection, or one by one where the server
has no such verb, and then listed live; what is left is waited for, by an estimate. Upstream takes the resources other
than pods in the order of a map, here it is that of the registry: they do not depend on each other. Left out:
discovery as a call; its failure is a setting (a broken aggregated API keeps every namespace from going).
"""

from functools import partial
from typing import Any

import attrs

from seatrial.model.api.core import Namespace, NamespaceStatus, Pod
from seatrial.model.api.meta import key_of
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.api.registry import KINDS
from seatrial.model.client.calls import Call, DeleteOptions, Done, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import say_errors
from seatrial.model.controllers.namespace_conditions import Findings, count_finalizers, get_bad_news, update_conditions
from seatrial.model.controllers.pods import is_pod_terminal

FINALIZER = "kubernetes"
GRACE_SECONDS = 5
FINALIZER_ESTIMATE_SECONDS = 15
BACKGROUND = DeleteOptions(propagation_policy="Background")
UNSUPPORTED = ("MethodNotAllowed", "NotFound")


@attrs.frozen
class Deletable:
    """A namespaced resource, as discovery describes it."""

    api_version: str
    resource: str
    verbs: tuple[str, ...] = ("delete", "deletecollection", "list")

    @property
    def group(self) -> str:
        """Its API group."""
        return self.api_version.rpartition("/")[0]

    def say(self) -> str:
        """Group, version and resource in Go's words."""
        return f"{self.group}/{self.api_version.rpartition('/')[2]}, Resource={self.resource}"


@attrs.frozen
class Settings:
    """What discovery shows, and why it does not show all of it."""

    resources: tuple[Deletable, ...] = tuple(Deletable(kind.api_version, kind.resource) for kind in KINDS
                                             if kind.namespaced)
    discovery_error: str = ""


# Decisions: pure functions of numbers.


def estimate_graceful_termination(graces: tuple[int, ...], passed: int) -> int:
    """Seconds until pods with these grace periods should be gone, `passed` after the namespace's deletion."""
    longest = max(graces, default=0)
    return 0 if passed >= longest else longest


def get_estimate(estimate: int, finalizers: int) -> int:
    """Seconds to wait for objects that are left: for their grace, or for whoever has put a finalizer on them."""
    return estimate or (FINALIZER_ESTIMATE_SECONDS if finalizers else 0)


# What a plan remembers between two calls.


@attrs.frozen
class Reading:
    """The namespace is being read: at first, or after a conflict, to try again what `then` names."""

    then: str = ""
    uid: str = ""


@attrs.frozen
class Marking:
    """The phase Terminating is being written."""

    namespace: Namespace


@attrs.frozen
class Emptying:
    """The resources still to empty, which call of the first one is in flight, the names still to delete one by one."""

    namespace: Namespace
    resources: tuple[Deletable, ...]
    doing: str = ""
    estimate: int = 0
    names: tuple[str, ...] = ()
    findings: Findings = attrs.field(factory=Findings)


@attrs.frozen
class Concluding:
    """The conditions are being written; then the findings decide."""

    namespace: Namespace
    findings: Findings


@attrs.frozen
class Finalizing:
    """The controller's finalizer is being removed."""

    namespace: Namespace


# Sync.


def sync(settings: Settings, local: Local, key: str, choice: str) -> Call | Done:
    """Syncs one namespace: it is read live, the cache only says that it is there."""
    del settings, choice
    return read(key, Reading()) if local.has("namespaces", key) else Done()


def read(key: str, memo: Reading) -> Call:
    """Reads the namespace."""
    return Call("get", "namespaces", key, memo=memo)


def after_read(settings: Settings, local: Local, memo: Reading, reply: Reply) -> Call | Done:
    """The namespace is gone, not in deletion, or goes on to the next stage."""
    if not reply.ok:
        return Done(error="" if reply.is_reason("NotFound") else reply.message)
    namespace: Namespace = reply.body
    if memo.uid and namespace.metadata.uid != memo.uid:
        return Done(error="namespace uid has changed across retries")
    if memo.then == "finalize":
        return finalize(namespace)
    if namespace.metadata.deletion_timestamp is None:
        return Done()
    if namespace.status.phase != "Terminating":
        marked = attrs.evolve(namespace, status=attrs.evolve(namespace.status, phase="Terminating"))
        return Call("update", "namespaces", key_of(marked.metadata), marked, "status", memo=Marking(namespace))
    return delete_all_content(settings, local, namespace)


def after_mark(settings: Settings, local: Local, memo: Marking, reply: Reply) -> Call | Done:
    """The phase is written, or the namespace has changed."""
    if reply.is_reason("Conflict"):
        return read(memo.namespace.metadata.name, Reading("mark", memo.namespace.metadata.uid))
    if not reply.ok:
        return Done(error="" if reply.is_reason("NotFound") else reply.message)
    return delete_all_content(settings, local, reply.body)


def delete_all_content(settings: Settings, local: Local, namespace: Namespace) -> Call | Done:
    """Begins to empty the namespace, unless it was let go already."""
    if not namespace.spec.finalizers:
        return Done()
    deletable = tuple(each for each in settings.resources if "delete" in each.verbs)
    pods = tuple(each for each in deletable if is_pods(each))
    others = tuple(each for each in deletable if each not in pods)
    return empty_next(settings, local, Emptying(namespace, pods + others))


def is_pods(resource: Deletable) -> bool:
    """Pods go first, and wait for their grace."""
    return (resource.api_version, resource.resource) == ("v1", "pods")


def empty_next(settings: Settings, local: Local, memo: Emptying) -> Call | Done:
    """The next resource; after the last one, what was found."""
    if not memo.resources:
        return conclude(settings, local, memo, complete=True)
    if is_pods(memo.resources[0]):
        return ask(memo, "list", "estimate")
    return delete_collection(memo)


def ask(memo: Emptying, verb: str, doing: str) -> Call:
    """A call for all objects of the first resource."""
    options = BACKGROUND if verb == "deletecollection" else DeleteOptions()
    return Call(verb, memo.resources[0].resource, f"{memo.namespace.metadata.name}/", options=options,
                memo=attrs.evolve(memo, doing=doing))


def delete_collection(memo: Emptying) -> Call:
    """Deletes all objects at once, or lists them to delete each."""
    if "deletecollection" in memo.resources[0].verbs:
        return ask(memo, "deletecollection", "collection")
    return ask(memo, "list", "names")


def delete_next(memo: Emptying) -> Call:
    """Deletes the next object; after the last one, looks whether any is left."""
    if not memo.names:
        return ask(memo, "list", "verify")
    key = f"{memo.namespace.metadata.name}/{memo.names[0]}"
    return Call("delete", memo.resources[0].resource, key, options=BACKGROUND, memo=attrs.evolve(memo, doing="name"))


def after_ask(settings: Settings, local: Local, memo: Emptying, reply: Reply) -> Call | Done:
    """What each call on a resource means."""
    unsupported = reply.is_reason(*UNSUPPORTED)
    if not reply.ok and (memo.doing == "estimate" or not unsupported):
        return fail(settings, local, memo, reply.message)
    if memo.doing == "estimate":
        estimate = estimate_pods(memo.namespace, reply.body, local.now)
        return delete_collection(attrs.evolve(memo, estimate=estimate))
    if memo.doing == "collection":
        return ask(memo, "list", "names") if unsupported else delete_next(memo)
    if memo.doing == "names":
        names = () if unsupported else tuple(each.metadata.name for each in reply.body)
        return delete_next(attrs.evolve(memo, names=names))
    if memo.doing == "name":
        return delete_next(attrs.evolve(memo, names=memo.names[1:]))
    return verify(settings, local, memo, () if unsupported else reply.body)


def estimate_pods(namespace: Namespace, pods: tuple[Pod, ...], now: int) -> int:
    """Seconds until the last of these pods should be gone."""
    graces = tuple(pod.spec.termination_grace_period_seconds or 0 for pod in pods if not is_pod_terminal(pod))
    return estimate_graceful_termination(graces, now - (namespace.metadata.deletion_timestamp or 0))


def fail(settings: Settings, local: Local, memo: Emptying, error: str) -> Call | Done:
    """A resource could not be emptied: the others are, all the same."""
    return next_resource(settings, local, memo, add_error(memo, memo.findings, error), memo.estimate)


def add_error(memo: Emptying, findings: Findings, error: str) -> Findings:
    """The findings with what went wrong with the first resource; of pods the controller says so, the condition not."""
    said = error
    if is_pods(memo.resources[0]):
        said = f"failed to delete pods for namespace: {memo.namespace.metadata.name}, err: {error}"
    return attrs.evolve(findings, problems=(*findings.problems, error), errors=(*findings.errors, said))


def verify(settings: Settings, local: Local, memo: Emptying, left: tuple[Any, ...]) -> Call | Done:
    """Nothing is left of a resource; or what is left has grace, a finalizer, or no business to be there."""
    first, findings = memo.resources[0], memo.findings
    if not left:
        return next_resource(settings, local, memo, findings, 0)
    finalizers = tuple(finalizer for each in left for finalizer in each.metadata.finalizers)
    estimate = get_estimate(memo.estimate, len(finalizers))
    if not estimate:
        findings = add_error(memo, findings, "unexpected items still remain in namespace: "
                                             f"{memo.namespace.metadata.name} for gvr: {first.say()}")
    findings = attrs.evolve(findings, remaining=(*findings.remaining, (f"{first.resource}.{first.group}", len(left))),
                            finalizers=count_finalizers(findings.finalizers, finalizers))
    return next_resource(settings, local, memo, findings, estimate)


def next_resource(settings: Settings, local: Local, memo: Emptying, findings: Findings, estimate: int) -> Call | Done:
    """Goes on with the next resource; while pods are left, nothing else is touched."""
    findings = attrs.evolve(findings, estimate=max(findings.estimate, estimate))
    if is_pods(memo.resources[0]) and findings.remaining:
        return conclude(settings, local, attrs.evolve(memo, findings=findings), complete=False)
    return empty_next(settings, local, Emptying(memo.namespace, memo.resources[1:], findings=findings))


def conclude(settings: Settings, local: Local, memo: Emptying, *, complete: bool) -> Call | Done:
    """Writes the conditions, if they have changed."""
    namespace, findings = memo.namespace, memo.findings
    bad_news = get_bad_news(findings, settings.discovery_error, complete=complete)
    status = update_conditions(namespace.status, bad_news, local.now)
    if settings.discovery_error:
        findings = attrs.evolve(findings, errors=(settings.discovery_error, *findings.errors))
    if status == namespace.status:
        return after_conditions(Concluding(namespace, findings))
    updated = attrs.evolve(namespace, status=status)
    return Call("update", "namespaces", key_of(namespace.metadata), updated, "status",
                memo=Concluding(updated, findings))


def after_conditions(memo: Concluding) -> Call | Done:
    """Whether they could be written or not: reports errors, waits for what is left, or lets the namespace go."""
    if memo.findings.errors:
        return Done(error=say_errors(memo.findings.errors))
    if memo.findings.estimate:
        return Done(after=memo.findings.estimate // 2 + 1)
    return finalize(memo.namespace)


def finalize(namespace: Namespace) -> Call:
    """Takes this controller's finalizer out of the namespace's spec."""
    left = tuple(sorted({each for each in namespace.spec.finalizers if each != FINALIZER}))
    body = attrs.evolve(namespace, spec=attrs.evolve(namespace.spec, finalizers=left), status=NamespaceStatus())
    return Call("update", "namespaces", key_of(namespace.metadata), body, "finalize", memo=Finalizing(namespace))


def after_finalize(memo: Finalizing, reply: Reply) -> Call | Done:
    """The namespace may go, or it has changed."""
    if reply.is_reason("Conflict"):
        return read(memo.namespace.metadata.name, Reading("finalize", memo.namespace.metadata.uid))
    return Done(error="" if reply.ok or reply.is_reason("NotFound") else reply.message)


def resume(settings: Settings, local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
    """What each reply means."""
    match memo:
        case Reading():
            return after_read(settings, local, memo, reply)
        case Marking():
            return after_mark(settings, local, memo, reply)
        case Emptying():
            return after_ask(settings, local, memo, reply)
        case Concluding():
            return after_conditions(memo)
        case Finalizing():
            return after_finalize(memo, reply)
    message = f"the namespace controller has no plan for {key} with the memo {memo!r}"
    raise TypeError(message)


def handle_namespace(local: Local, key: str, old: Namespace | None, new: Namespace | None) -> None:
    """A namespace in deletion is queued, after a while in which its last objects become visible."""
    del old
    if new is not None and new.metadata.deletion_timestamp is not None:
        local.enqueue_after(key, GRACE_SECONDS)


def controller(settings: Settings | None = None) -> Controller:
    """The controller that empties namespaces of these resources."""
    settings = settings or Settings()
    return Controller(
        "namespace-controller",
        watches=(Watch("namespaces", handle_namespace),),
        sync=partial(sync, settings),
        resume=partial(resume, settings),
        grants=(
            PolicyRule(("delete", "get", "list", "watch"), ("",), ("namespaces",)),
            PolicyRule(("update",), ("",), ("namespaces/finalize", "namespaces/status")),
            PolicyRule(("delete", "deletecollection", "get", "list", "watch"), ("*",), ("*",)),
        ),
        user="system:serviceaccount:kube-system:namespace-controller",
        binary="kube-controller-manager",
        workers=None,
    )


CONTROLLER = controller()
