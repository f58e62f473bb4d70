"""From manifests to a Scope: the objects as an API server would have stored them, and what is assumed about them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from seatrial.model.api.core import Namespace, Node, NodeSpec, NodeStatus, Pod, PodTemplateSpec
from seatrial.model.api.meta import Condition, ObjectMeta, key_of
from seatrial.model.api.registry import BY_NAME as KIND_BY_NAME
from seatrial.model.api.registry import KINDS, kind_of_object, plural
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.api.wire import DecodeError, from_json, list_unmodelled
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import Call
from seatrial.model.client.controller import Controller
from seatrial.model.cluster import Cluster
from seatrial.model.faults import FAULTS, compaction
from seatrial.model.frozen import FrozenMap
from seatrial.model.hypotheses import HYPOTHESES
from seatrial.model.loops import LOOPS
from seatrial.model.scheduler.unmodelled import unmodelled_constraints
from seatrial.model.scope import Scope
from seatrial.model.start import put, start, system_of
from seatrial.model.users import GROUPS, USER, UserAction
from seatrial.model.users_list import List
from seatrial.model.variants import VARIANTS
from seatrial.model.view import Cell, View
from seatrial.traces.importers.errors import ManifestError, Problem
from seatrial.traces.importers.manifests import Document, Manifests, load_manifests

DEFAULT_NODES = 3
DEFAULT_NODE = {"cpu": "8", "memory": "32Gi", "pods": "110", "ephemeral-storage": "100Gi"}
READY = Condition("Ready", "True", last_transition_time=0)
LIFTS_NOTHING = ("status", "metadata")
HISTORY = 8
"""Events that the watch cache holds in a check: upstream's hundred at least, of a cluster as many times larger."""
READERS = (List("pods", chunk_size=1), List("pods", chunk_size=1, full_list_if_expired=True))


@attrs.frozen
class Prepared:
    """A scope made from manifests, the kinds in it, and in words what the input holds that the model does not."""

    scope: Scope
    kinds: tuple[str, ...]
    not_modelled: tuple[str, ...]
    assumptions: tuple[str, ...]


def default_nodes(count: int) -> tuple[Node, ...]:
    """`count` equal nodes in zones a, b, c by turns: 8 cpu, 32Gi, 110 pods."""
    return tuple(_default_node(number) for number in range(1, count + 1))


def _default_node(number: int) -> Node:
    name, zone = f"node-{number}", "abc"[(number - 1) % 3]
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
              "topology.kubernetes.io/zone": zone}
    return Node(ObjectMeta(name=name, labels=FrozenMap(labels)), NodeSpec(pod_cidr=f"10.244.{number}.0/24"),
                NodeStatus(FrozenMap(DEFAULT_NODE), FrozenMap(DEFAULT_NODE), (READY,)))


def decode(document: Document) -> Any:  # noqa: ANN401 -- each kind has a type of its own
    """A document as the model's type of its kind; raises ManifestError where it does not fit."""
    kind = KIND_BY_NAME.get(document.kind)
    rest = {key: value for key, value in document.tree.items() if kind is None or key not in ("apiVersion", "kind")}
    try:
        value = from_json(Unstructured if kind is None else kind.type, rest)
    except DecodeError as error:
        where = document.location
        raise ManifestError([Problem(where.file, where.line, error.path, error.expected, str(error.found),
                                     "write a value of that form")]) from error
    namespace = (document.namespace or "default") if kind is None or kind.namespaced else ""
    meta = attrs.evolve(value.metadata, namespace=namespace, resource_version=None, uid="")
    return attrs.evolve(value, metadata=meta)


def is_modelled(document: Document, controllers: tuple[str | Controller, ...] = ()) -> bool:
    """Does the model have this kind, or does one of these controllers watch it?"""
    if (document.api_version, document.kind) in {(kind.api_version, kind.name) for kind in KINDS}:
        return True
    watched = {watch.resource for each in controllers if isinstance(each, Controller) for watch in each.watches}
    return not document.resource and plural(document.kind) in watched


def prepare(manifests: Manifests, nodes: tuple[Node, ...], *, faults: tuple[str, ...],
            controllers: tuple[str | Controller, ...] = ()) -> Prepared:
    """The scope of a set of manifests; raises ManifestError for what an API server would refuse."""
    known = [document for document in manifests.objects if is_modelled(document, controllers)]
    pairs = [(document, decode(document)) for document in known]
    own_nodes = tuple(value for _, value in pairs if isinstance(value, Node))
    machines = tuple(ready(node) for node in own_nodes or nodes)
    names = dict.fromkeys(["default", "kube-system", *(value.metadata.namespace for _, value in pairs
                                                       if value.metadata.namespace)])
    given = {value.metadata.name for _, value in pairs if isinstance(value, Namespace)}
    namespaces = tuple(Namespace(ObjectMeta(name=name)) for name in names if name not in given)
    scope = Scope(
        controllers=(*(each.name for each in LOOPS), *controllers), objects=(*namespaces, *machines),
        kubelets=True, proxies=any(type(value).__name__ == "Service" for _, value in pairs),
        budgets=budgets_of(faults), hypotheses=tuple(each.name for each in HYPOTHESES), timed=True)
    scope = with_reader(scope)
    stored = admit(scope, pairs)
    unmodelled = [f"{document.kind} {document.namespace + '/' if document.namespace else ''}{document.name}"
                  for document in manifests.objects if not is_modelled(document, controllers)]
    kinds = tuple(sorted({document.kind for document in known}))
    return Prepared(attrs.evolve(scope, objects=stored), kinds, tuple(unmodelled),
                    tuple(dict.fromkeys(assumption for _, value in pairs for assumption in assumptions_of(value))))


def with_reader(scope: Scope) -> Scope:
    """The scope with a history, and a user who reads it, where etcd may be compacted: else nobody would notice."""
    if not scope.budgets.get(compaction.BUDGET):
        return scope
    return attrs.evolve(scope, history=HISTORY, users=(*scope.users, *READERS),
                        budgets=scope.budgets.set(List.verb, 1))


def ready(node: Node) -> Node:
    """A node as its kubelet has reported it: ready, with what is allocatable."""
    status = node.status
    if not any(each.type == "Ready" for each in status.conditions):
        status = attrs.evolve(status, conditions=(*status.conditions, READY))
    if not status.allocatable:
        status = attrs.evolve(status, allocatable=status.capacity or FrozenMap(DEFAULT_NODE))
    return attrs.evolve(node, status=status)


def admit(scope: Scope, pairs: list[tuple[Document, Any]]) -> tuple[Any, ...]:
    """The objects as `kubectl create` would have them stored, defaults and all; raises ManifestError for refusals."""
    system = system_of(scope)
    view = View(FrozenMap())
    view[Cell("clock")] = 0
    for each in scope.objects:
        put(view, each)
    problems = []
    order = {"Namespace": 0, "PriorityClass": 1, "ServiceAccount": 1, "ResourceQuota": 3}
    for name in dict.fromkeys(value.metadata.namespace for _, value in pairs if value.metadata.namespace):
        _default_service_account(view, system, name)
    for document, value in sorted(pairs, key=lambda pair: order.get(pair[0].kind, 2)):
        if isinstance(value, Node):
            continue
        kind = kind_of_object(value)
        reply = serve(view, system, USER, GROUPS, Call("create", kind.resource, key_of(value.metadata), value))
        if not reply.ok and not (reply.reason == "AlreadyExists" and kind.name in ("Namespace", "ServiceAccount")):
            where = document.location
            problems.append(Problem(
                where.file, where.line, where.path, f"a {document.kind} that the API server accepts",
                f"{reply.code} {reply.reason}: {reply.message}", "correct what the message names"))
    if problems:
        raise ManifestError(problems)
    return tuple(unstamped(view[cell]) for cell in view.cells("object"))


def unstamped(value: Any) -> Any:  # noqa: ANN401 -- any object
    """An object without the identity that the server gave it: the run gives its own, and can create it again."""
    return attrs.evolve(value, metadata=attrs.evolve(value.metadata, uid="", resource_version=None))


def _default_service_account(view: View, system: Any, namespace: str) -> None:  # noqa: ANN401 -- a System
    from seatrial.model.api.core import ServiceAccount  # noqa: PLC0415

    account = ServiceAccount(ObjectMeta(name="default", namespace=namespace))
    serve(view, system, USER, GROUPS, Call("create", "serviceaccounts", f"{namespace}/default", account))


def budgets_of(faults: tuple[str, ...], count: int = 1) -> FrozenMap[str, int]:
    """A budget for each of these faults; raises ValueError for a name that no fault has."""
    named = {fault.name: fault.budgets for fault in FAULTS}
    kinds = {kind for fault in FAULTS for kind in fault.budgets}
    found: dict[str, int] = {}
    for name in faults:
        if name == "all":
            found.update(dict.fromkeys(sorted(kinds), count))
        elif name in named:
            found.update(dict.fromkeys(named[name], count))
        elif name in kinds:
            found[name] = count
        elif name != "none":
            message = f"there is no fault {name!r}; the faults are {', '.join(sorted({*named, *kinds}))}, all, none"
            raise ValueError(message)
    return FrozenMap(found)


def assumptions_of(value: Any) -> Iterator[str]:  # noqa: ANN401 -- any object
    """Fields that are set, not modelled, and could change a verdict; a custom resource is its controller's to read."""
    if isinstance(value, Unstructured):
        return
    kind = kind_of_object(value)
    spec = getattr(getattr(value, "spec", None), "template", value)
    if isinstance(spec, Pod | PodTemplateSpec):
        pod = Pod(ObjectMeta(labels=spec.metadata.labels), spec.spec)
        yield from (f"{kind.name} {key_of(value.metadata)}: {path} does not count in scheduling"
                    for path in unmodelled_constraints(pod))
    for path in list_unmodelled(value):
        if path.split(".")[0] in LIFTS_NOTHING or any(path.endswith(f".{name}") or path == name for name in HARMLESS):
            continue
        yield f"{kind.name} {key_of(value.metadata)}: {path} is not modelled"


# What a container runs, mounts and says when it ends is the machine's business: the model takes it to start, and to
# pass its probes, unless a fault says otherwise.
HARMLESS = ("terminationMessagePath", "terminationMessagePolicy", "dnsPolicy", "securityContext", "env", "command",
            "args", "volumeMounts", "creationTimestamp", "managedFields", "enableServiceLinks", "workingDir", "envFrom",
            "httpGet", "exec", "tcpSocket", "grpc", "progressDeadlineSeconds", "automountServiceAccountToken", "stdin",
            "tty", "data", "binaryData", "immutable", "hostPID", "hostIPC", "shareProcessNamespace",
            "imagePullSecrets", "selfLink")


@cache
def _variants() -> dict[str, Any]:
    return {variant.id: variant for variant in VARIANTS}


def with_variant(scope: Scope, name: str) -> Scope:
    """The scope with a seeded bug; raises ValueError for a variant that does not exist."""
    if name not in _variants():
        message = f"there is no variant {name!r}; the variants are {', '.join(sorted(_variants()))}"
        raise ValueError(message)
    return attrs.evolve(scope, variant=name)


def objects_in(path: Path) -> tuple[Any, ...]:
    """The objects of a manifest that the model has kinds for; raises ManifestError."""
    return tuple(decode(each) for each in load_manifests([path]).objects if is_modelled(each))


def with_users(scope: Scope, users: tuple[UserAction, ...]) -> Scope:
    """The scope with users who may do each of this once more."""
    budgets = scope.budgets
    for each in users:
        budgets = budgets.set(each.verb, (budgets.get(each.verb) or 0) + 1)
    return attrs.evolve(scope, users=(*scope.users, *users), budgets=budgets)


def initial_of(scope: Scope) -> Cluster:
    """The first cluster of a scope, its variant applied."""
    if not scope.variant:
        return start(scope)
    variant = _variants()[scope.variant]
    return start(attrs.evolve(variant.apply(scope), variant=scope.variant))
