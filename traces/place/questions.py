"""From documents to a placement question: nodes, pods that stand, pods to place, and what is assumed besides.

A pod that is bound to one of the nodes stands there, and counts for the workload that owns it; one that is bound to a
node which is not given is placed anew, unless it belongs to its node (a DaemonSet's, a static pod). Replicas stay
within the bounds of a HorizontalPodAutoscaler. Batches come in the order in which the scheduler takes waiting pods: by
priority, then as in the files (pkg/scheduler/framework/plugins/queuesort, release 1.36).
"""

from collections.abc import Iterator, Mapping

import attrs

from seatrial.model.api.core import Node, Pod, PodStatus, Taint
from seatrial.model.api.defaulting_pod import default_pod
from seatrial.model.api.meta import OwnerReference, key_of
from seatrial.model.controllers.node_taints import add_or_update_taint
from seatrial.model.controllers.nodelifecycle import UNSCHEDULABLE
from seatrial.properties.checking.place.check import PlaceError, check_question
from seatrial.properties.checking.place.question import Batch, Question
from seatrial.properties.checking.place.survive import goes_with_node
from seatrial.traces.importers.errors import ManifestError, Problem
from seatrial.traces.importers.manifests import Document, Manifests
from seatrial.traces.place.assumptions import OF_KINDS, Assumption, assumptions_of_document, assumptions_of_pod
from seatrial.traces.place.daemon_pods import (
    add_or_update_daemon_pod_tolerations,
    node_should_run_daemon_pod,
    replace_node_name_node_affinity,
)
from seatrial.traces.place.fixed_pods import Named, fixed_pods
from seatrial.traces.place.pod_admission import Server, admitted, missing_classes, server_for
from seatrial.traces.place.workloads import (
    Key,
    Workload,
    by_key,
    counted_kinds,
    is_finished,
    key_of_document,
    maker_of,
    name_of,
    part,
    root_of,
    stored_pod,
    workload_of,
)
from seatrial.traces.scopes import decode

USED = ("HorizontalPodAutoscaler", "Node", "PriorityClass")
"""Kinds without pods of which something counts."""


@attrs.frozen
class Asked:
    """A question, and what the documents said besides.

    `question` has the daemon pods that fit on their nodes as placed: they can go nowhere else. `in_order` has them
    among the batches, in the order in which the scheduler takes them. `owners` and `owners_in_order` name the workload
    of each batch of these two, `standing` that of each placed pod, and `fixed` counts those at the end of the placed
    that do not stand yet. `ignored` are the kinds of the objects that have no pods.
    """

    question: Question
    in_order: Question
    owners: tuple[str, ...] = ()
    owners_in_order: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    fixed: int = 0
    assumptions: tuple[Assumption, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def waiting(self) -> int:
        """How many pods are to be placed."""
        return self.fixed + sum(each.count for each in self.question.batches)


@attrs.frozen
class Standing:
    """A pod that is bound, its document, and the one that wants it: itself, or the workload that owns it."""

    pod: Pod
    document: Document
    root: Document


@attrs.frozen
class Found:
    """What documents hold: workloads, pods that stay where they are bound, and others that are placed anew."""

    workloads: tuple[Workload, ...]
    here: tuple[Standing, ...]
    moved: tuple[Standing, ...]


@attrs.frozen
class Made:
    """What a workload makes: batches, pods that its template binds itself, and what to say of it."""

    batches: Named = ()
    forced: tuple[tuple[str, Pod], ...] = ()
    assumptions: tuple[Assumption, ...] = ()


def ask(manifests: Manifests, nodes: tuple[Node, ...], drained: tuple[str, ...] = ()) -> Asked:
    """The question that documents ask of these nodes; raises ManifestError for what an API server would refuse.

    From drained nodes, which stay in the cluster without taking new pods, all go that do not belong to their node.
    Raises PlaceError for what cannot be asked.
    """
    documents = manifests.objects
    nodes = tuple(cordoned(node) if node.metadata.name in drained else node for node in nodes)
    found = found_in(documents, nodes, drained)
    if not found.workloads and not found.here:
        raise ManifestError([nothing_to_place(documents)])
    classes = tuple(decode(each) for each in documents if each.kind == "PriorityClass")
    pods = [each.pod for each in found.workloads]
    server = server_for(pods, classes)
    made = tuple(made_by(each, server, nodes, found.here) for each in found.workloads)
    said = dict.fromkeys(assumptions(documents, found, made, missing_classes(pods, classes)))
    return assembled(nodes, found, made, Asked(Question(()), Question(()), assumptions=tuple(said),
                                               ignored=ignored(documents)))


def found_in(documents: tuple[Document, ...], nodes: tuple[Node, ...], drained: tuple[str, ...]) -> Found:
    """The workloads of the documents, scaled, and the pods that are bound."""
    known = by_key(documents)
    names = {node.metadata.name for node in nodes}
    bound = tuple(standing_pods(documents, known))
    here = tuple(each for each in bound if each.pod.spec.node_name in names
                 and (each.pod.spec.node_name not in drained or goes_with_node(each.pod)))
    workloads = workloads_of(documents, known, {each.document for each in here})
    return Found(tuple(attrs.evolve(each, wanted=clamped(each, documents)) for each in workloads), here,
                 tuple(each for each in bound if each not in here and not goes_with_node(each.pod)))


def assembled(nodes: tuple[Node, ...], found: Found, made: tuple[Made, ...], asked: Asked) -> Asked:
    """The question, with what was asked besides."""
    batches = in_queue_order(tuple(pair for each in made for pair in each.batches))
    forced = tuple(pair for each in made for pair in each.forced)
    stands = (*((name_of(each.root), each.pod) for each in found.here), *forced)
    placed = tuple(pod for _, pod in stands)
    in_order = Question(nodes, placed, tuple(batch for _, batch in batches))
    documents = (*(each.document for each in found.here), *(each.document for each in found.workloads))
    places = {name_of(document): document for document in documents}
    check_located(in_order, {**places, **{batch.name: places[name] for name, batch in batches}})
    fixed, open_ = fixed_pods(nodes, placed, batches)
    return attrs.evolve(
        asked, question=Question(nodes, (*placed, *(pod for _, pod in fixed)), tuple(batch for _, batch in open_)),
        in_order=in_order, owners=tuple(name for name, _ in open_), owners_in_order=tuple(name for name, _ in batches),
        standing=(*(name for name, _ in stands), *(name for name, _ in fixed)), fixed=len(fixed))


def check_located(question: Question, places: Mapping[str, Document]) -> None:
    """Raises PlaceError for what cannot be asked, with file and line where the object was read from one."""
    try:
        check_question(question)
    except PlaceError as error:
        document = places.get(error.object)
        if document is None:
            raise
        where = document.location
        problem = str(error).removeprefix(f"{error.object}: {error.field}: ")
        raise PlaceError(f"{where.file}:{where.line}: {error.object}", error.field, problem) from error


def in_queue_order(batches: Named) -> Named:
    """The batches by priority, and those of one priority as they are."""
    return tuple(sorted(batches, key=lambda pair: -(pair[1].pod.spec.priority or 0)))


def nothing_to_place(documents: tuple[Document, ...]) -> Problem:
    """The problem of documents that ask for no pods at all."""
    kinds = counted_kinds(each.kind for each in documents)
    files = ", ".join(dict.fromkeys(each.location.file for each in documents))
    return Problem(files, 0, "", "at least one object that makes pods", f"only {kinds}" if kinds else "nothing",
                   "pass a Deployment, StatefulSet, DaemonSet, Job, CronJob, ReplicaSet, ReplicationController or Pod")


def standing_pods(documents: tuple[Document, ...], known: Mapping[Key, Document]) -> Iterator[Standing]:
    """The pods of the documents that are bound to a node and have not ended."""
    for each in documents:
        if each.kind == "Pod" and part(each.tree, "spec").get("nodeName"):
            pod = default_pod(stored_pod(each))
            if not is_finished(pod):
                yield Standing(pod, each, root_of(each, known))


def cordoned(node: Node) -> Node:
    """The node as `kubectl cordon` and the node lifecycle controller leave it."""
    taints = add_or_update_taint(node.spec.taints, Taint(UNSCHEDULABLE, effect="NoSchedule"))
    return attrs.evolve(node, spec=attrs.evolve(node.spec, unschedulable=True, taints=taints))


def workloads_of(documents: tuple[Document, ...], known: Mapping[Key, Document],
                 stay: set[Document]) -> Iterator[Workload]:
    """What makes pods that may have to be placed; an object that is owned by another of the files makes none itself."""
    for each in documents:
        maker = maker_of(each)
        if maker is None or root_of(each, known) is not each:
            continue
        if each.kind != "Pod":
            yield workload_of(each, maker)
        elif each not in stay and is_waiting(pod := stored_pod(each)):
            yield as_new(workload_of(each, maker), pod)


def is_waiting(pod: Pod) -> bool:
    """Is this a pod to be placed, if it does not stand on one of the nodes: not ended, not going, not gone with one?"""
    if is_finished(pod) or pod.metadata.deletion_timestamp:
        return False
    return not (pod.spec.node_name and goes_with_node(pod))


def as_new(workload: Workload, pod: Pod) -> Workload:
    """A pod as if it had not been bound to a node that is not there."""
    return attrs.evolve(workload, pod=attrs.evolve(pod, spec=attrs.evolve(pod.spec, node_name="")))


def clamped(workload: Workload, documents: tuple[Document, ...]) -> int:
    """How many pods it wants once its HorizontalPodAutoscaler, if it has one, has seen it; none stay none."""
    wanted = workload.wanted
    for each in scalers_of(workload.document, documents) if wanted else ():
        spec = part(each.tree, "spec")
        wanted = min(max(wanted, int(spec.get("minReplicas") or 1)), int(spec.get("maxReplicas") or wanted))
    return wanted


def scalers_of(document: Document, documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """The HorizontalPodAutoscalers that scale a document."""
    return tuple(each for each in documents if each.kind == "HorizontalPodAutoscaler"
                 and target_of(each) == key_of_document(document))


def target_of(scaler: Document) -> Key:
    """What a HorizontalPodAutoscaler scales."""
    target = part(scaler.tree, "spec", "scaleTargetRef")
    return str(target.get("kind")), scaler.namespace, str(target.get("name"))


# What a workload makes.


def made_by(workload: Workload, server: Server, nodes: tuple[Node, ...], here: tuple[Standing, ...]) -> Made:
    """Its batches: the pods that it wants and does not have."""
    own = tuple(each for each in here if each.root is workload.document and not each.pod.metadata.deletion_timestamp)
    if workload.per_node:
        return made_per_node(workload, server, nodes, {each.pod.spec.node_name for each in own})
    pod = new(admitted(server, workload.pod, workload.document))
    said = (*assumptions_of_pod(workload.name, pod),
            *((Assumption(workload.name, "", workload.note),) if workload.note else ()))
    count = workload.wanted - len(own)
    if count <= 0:
        return Made((), (), said)
    if not pod.spec.node_name:
        return Made(((workload.name, Batch(workload.name, pod, count)),), (), said)
    if all(node.metadata.name != pod.spec.node_name for node in nodes):
        return Made((), (), (*said, Assumption(
            workload.name, "spec.nodeName", f"binds its pods to {pod.spec.node_name}: no such node is given")))
    copies = tuple((workload.name, renamed(pod, number)) for number in range(count))
    return Made((), copies, (*said, Assumption(workload.name, "spec.nodeName", "binds its pods without a scheduler")))


def made_per_node(workload: Workload, server: Server, nodes: tuple[Node, ...], taken: set[str]) -> Made:
    """A DaemonSet's pods: one for each node that suits it and has none."""
    spec = add_or_update_daemon_pod_tolerations(workload.pod.spec)
    pod = new(admitted(server, attrs.evolve(workload.pod, spec=spec), workload.document))
    suited = tuple(node for node in nodes if node_should_run_daemon_pod(node, workload.pod))
    owner = OwnerReference("apps/v1", "DaemonSet", workload.document.name, controller=True)
    pod = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, owner_references=(owner,)))
    batches = tuple((workload.name, Batch(f"{workload.name} on {name}", pinned(pod, name), 1))
                    for node in suited if (name := node.metadata.name) not in taken)
    others = [node.metadata.name for node in nodes if node not in suited and node.metadata.name not in taken]
    said = assumptions_of_pod(workload.name, pod)
    if others:
        where = "none of the nodes" if len(others) == len(nodes) else f"no pod on {listed(others)}"
        said = (*said, Assumption(workload.name, "", f"{'suits' if len(others) == len(nodes) else 'has'} {where}: "
                                  "its node selector, its affinity or a taint rules that out"))
    return Made(batches, (), said)


def new(pod: Pod) -> Pod:
    """The pod without what a cluster has written about it since."""
    meta = attrs.evolve(pod.metadata, uid="", resource_version=None, creation_timestamp=None)
    return attrs.evolve(pod, metadata=meta, status=PodStatus())


def pinned(pod: Pod, node: str) -> Pod:
    """A daemon pod for this node."""
    return attrs.evolve(pod, spec=attrs.evolve(
        pod.spec, affinity=replace_node_name_node_affinity(pod.spec.affinity, node)))


def renamed(pod: Pod, number: int) -> Pod:
    """One of several pods of a template."""
    return attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, name=f"{pod.metadata.name}-{number}"))


# What to say besides.


def assumptions(documents: tuple[Document, ...], found: Found, made: tuple[Made, ...],
                missing: tuple[str, ...]) -> Iterator[Assumption]:
    """Everything that the answer takes for granted."""
    for workload, each in zip(found.workloads, made, strict=True):
        yield from each.assumptions
        for scaler in scalers_of(workload.document, documents):
            most = part(scaler.tree, "spec").get("maxReplicas", "more")
            yield Assumption(name_of(scaler), "spec.minReplicas", f"lets {workload.name} have {workload.wanted} pods "
                             f"here; it may scale it to {most}")
    for name in missing:
        yield Assumption(f"PriorityClass {name}", "", "is not in the files: its pods count as of priority 0, which "
                         "matters only to the order in which pods are tried")
    if found.moved:
        pods = listed([key_of(each.pod.metadata) for each in found.moved])
        yield Assumption("", "", f"{pods}: bound to a node that is drained or not given, and placed anew")
    for document in documents:
        yield from assumptions_of_document(document)


def ignored(documents: tuple[Document, ...]) -> tuple[str, ...]:
    """The kinds of the objects that have no pods, and that nothing was said of."""
    return tuple(each.kind for each in documents
                 if maker_of(each) is None and each.resource and each.kind not in (*USED, *OF_KINDS))


def listed(names: list[str], most: int = 4) -> str:
    """Some names, and how many more there are."""
    if len(names) <= most:
        return " and ".join(each for each in (", ".join(names[:-1]), names[-1]) if each)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
