"""The pods that documents ask for: of every kind with a pod template, one pod as its controller sends it, and how many.

Counts follow the controllers: spec.replicas of a ReplicationController, ReplicaSet, Deployment or StatefulSet
(pkg/apis/apps/v1/defaults.go: 1 unless said), what of a Job runs at once (manageJob of
pkg/controller/job/job_controller.go, release 1.36), one run of a CronJob; a DaemonSet has a pod per node
(`seatrial.traces.place.daemon_pods`). An object whose controlling owner is among the documents counts only through its
owner.
Left out: what a rollout adds for a while (maxSurge), and the labels in which the pods of one StatefulSet or indexed Job
differ: a constraint that selects by them is about single pods, which nobody writes into a template.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from seatrial.model.api.core import Pod, PodSpec, PodTemplateSpec
from seatrial.model.api.defaulting_pod import default_template
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.wire import DecodeError, from_json
from seatrial.model.controllers.deployment_templates import compute_hash
from seatrial.model.frozen import freeze
from seatrial.traces.importers.errors import ManifestError, Problem
from seatrial.traces.importers.manifests import Document

Tree = Mapping[str, Any]
Key = tuple[str, str, str]
HASH_LABEL = "pod-template-hash"
JOB_LABELS = ("batch.kubernetes.io/job-name", "job-name")
FINISHED = ("Succeeded", "Failed")
OVER = ("Complete", "Failed", "FailureTarget", "SuccessCriteriaMet")


@attrs.frozen
class Maker:
    """A kind whose objects make pods: the path to its template, how many pods it wants, and why, where that is none."""

    template: tuple[str, ...]
    wanted: Callable[[Tree], int]
    says: Callable[[Tree], str] = lambda tree: ""  # noqa: ARG005 -- most kinds have nothing to say


@attrs.frozen
class Workload:
    """A document that makes pods: its name as users say it, one of its pods, how many it wants, what to say of that."""

    name: str
    document: Document
    pod: Pod
    wanted: int
    note: str = ""

    @property
    def per_node(self) -> bool:
        """Is it a DaemonSet, which wants a pod on each node that suits it?"""
        return self.document.kind == "DaemonSet"


def part(tree: Tree, *path: str) -> Tree:
    """What stands at a path, empty if nothing does."""
    for step in path:
        tree = tree.get(step) or {}
    return tree


def replicas(tree: Tree) -> int:
    """spec.replicas, 1 unless it says otherwise."""
    found = part(tree, "spec").get("replicas")
    return 1 if found is None else int(found)


def wanted_of_job(tree: Tree) -> int:
    """How many pods of a Job run at once: `parallelism`, but no more than its completions leave.

    Without `completions` the first success ends it: then only what runs already counts. Source: manageJob of
    pkg/controller/job/job_controller.go and SetDefaults_Job of pkg/apis/batch/v1/defaults.go, release 1.36.
    """
    spec, status = part(tree, "spec"), part(tree, "status")
    if spec.get("suspend") or is_over(status):
        return 0
    given, completions = spec.get("parallelism"), spec.get("completions")
    parallelism = 1 if given is None else int(given)
    if completions is None and given is None:
        completions = 1
    succeeded = int(status.get("succeeded") or 0)
    if completions is None:
        return int(status.get("active") or 0) if succeeded else parallelism
    return min(parallelism, max(int(completions) - succeeded, 0))


def is_over(status: Tree) -> bool:
    """Has the Job succeeded or failed, or is that settled?"""
    return any(each.get("type") in OVER and each.get("status") == "True"
               for each in status.get("conditions") or ())


def say_job(tree: Tree) -> str:
    """Why a Job wants no pods."""
    if part(tree, "spec").get("suspend"):
        return "is suspended: it asks for no pods"
    return "is over: it asks for no pods" if is_over(part(tree, "status")) else ""


def wanted_of_cron_job(tree: Tree) -> int:
    """The pods of one run, whether its schedule is suspended or not."""
    return wanted_of_job({"spec": part(tree, "spec", "jobTemplate", "spec")})


def say_cron_job(tree: Tree) -> str:
    """That runs do not add up."""
    suspended = ", although it is suspended" if part(tree, "spec").get("suspend") else ""
    return f"counts as one run{suspended}: runs that overlap need more"


TEMPLATE = ("spec", "template")
MAKERS: dict[tuple[str, str], Maker] = {
    ("apps/v1", "DaemonSet"): Maker(TEMPLATE, lambda _: 0),
    ("apps/v1", "Deployment"): Maker(TEMPLATE, replicas),
    ("apps/v1", "ReplicaSet"): Maker(TEMPLATE, replicas),
    ("apps/v1", "StatefulSet"): Maker(TEMPLATE, replicas),
    ("batch/v1", "CronJob"): Maker(("spec", "jobTemplate", "spec", "template"), wanted_of_cron_job, say_cron_job),
    ("batch/v1", "Job"): Maker(TEMPLATE, wanted_of_job, say_job),
    ("v1", "Pod"): Maker((), lambda _: 1),
    ("v1", "ReplicationController"): Maker(TEMPLATE, replicas),
}
"""The kinds that make pods, by apiVersion and kind."""


def maker_of(document: Document) -> Maker | None:
    """How the document makes pods, or None."""
    return MAKERS.get((document.api_version, document.kind))


def name_of(document: Document) -> str:
    """An object as users say it: kind, namespace and name."""
    return f"{document.kind} {document.namespace + '/' if document.namespace else ''}{document.name}"


def workload_of(document: Document, maker: Maker) -> Workload:
    """What the document makes; raises ManifestError for a template that does not have the form of one."""
    return Workload(name_of(document), document, pod_of(document, maker), maker.wanted(document.tree),
                    maker.says(document.tree))


def pod_of(document: Document, maker: Maker) -> Pod:
    """One of its pods, as its controller sends it to the API server."""
    if document.kind == "Pod":
        return stored_pod(document)
    found: PodTemplateSpec = read(PodTemplateSpec, part(document.tree, *maker.template), ".".join(maker.template),
                                  document)
    labels = found.metadata.labels
    if document.kind == "Deployment":
        labels = labels.set(HASH_LABEL, compute_hash(default_template(found), None))
    if document.kind in ("CronJob", "Job"):
        labels = labels.update(dict.fromkeys(JOB_LABELS, document.name))
    meta = ObjectMeta(name=document.name, namespace=document.namespace, labels=labels,
                      annotations=found.metadata.annotations)
    return Pod(meta, with_claims(found.spec, document) if document.kind == "StatefulSet" else found.spec)


def with_claims(spec: PodSpec, document: Document) -> PodSpec:
    """The spec with a volume for each claim template, in the place of one of its name.

    Source: updateStorage of pkg/controller/statefulset/stateful_set_utils.go, release 1.36; the claim of ordinal 0
    stands for all.
    """
    templates = part(document.tree, "spec").get("volumeClaimTemplates") or ()
    names = [str(part(each, "metadata").get("name", "")) for each in templates]
    kept = tuple(each for each in spec.unmodelled.get("volumes") or () if each.get("name") not in names)
    added = tuple(freeze({"name": name, "persistentVolumeClaim": {"claimName": f"{name}-{document.name}-0"}})
                  for name in names)
    return attrs.evolve(spec, unmodelled=spec.unmodelled.set("volumes", (*added, *kept))) if added else spec


def stored_pod(document: Document) -> Pod:
    """The pod that a document is, in its namespace."""
    rest = {key: value for key, value in document.tree.items() if key not in ("apiVersion", "kind")}
    pod: Pod = read(Pod, rest, "", document)
    return attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, namespace=document.namespace, name=document.name))


def read(kind: type[Any], tree: Tree, path: str, document: Document) -> Any:  # noqa: ANN401 -- a value of that type
    """A part of a document as the model's type; raises ManifestError where it does not fit."""
    try:
        return from_json(kind, tree)
    except DecodeError as error:
        where = document.location
        whole = ".".join(each for each in (where.path, path, error.path) if each)
        raise ManifestError([Problem(where.file, where.line, whole, error.expected, str(error.found),
                                     "write a value of that form")]) from error


def counted_kinds(kinds: Iterable[str]) -> str:
    """How many objects of which kinds, in words: the most frequent first."""
    counted = sorted(Counter(kinds).items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count} {kind if count == 1 else several(kind)}" for kind, count in counted)


def several(kind: str) -> str:
    """A kind as one speaks of several of its objects."""
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    if kind == "Endpoints":
        return kind
    return f"{kind}es" if kind.endswith(("s", "x", "ch", "sh")) else f"{kind}s"


# Whose pods stand already.


def key_of_document(document: Document) -> Key:
    """Kind, namespace and name."""
    return document.kind, document.namespace, document.name


def controller_of(document: Document) -> Key | None:
    """The controlling owner that the object names, if any."""
    for each in part(document.tree, "metadata").get("ownerReferences") or ():
        if each.get("controller"):
            return str(each.get("kind")), document.namespace, str(each.get("name"))
    return None


def root_of(document: Document, by_key: Mapping[Key, Document]) -> Document:
    """The topmost controlling owner that is among the documents; the document itself if there is none."""
    seen = [document]
    while (key := controller_of(seen[-1])) in by_key:
        owner = by_key[key] if key is not None else document
        if owner in seen:
            break
        seen.append(owner)
    return seen[-1]


def by_key(documents: Iterable[Document]) -> dict[Key, Document]:
    """The documents that make pods, by kind, namespace and name."""
    return {key_of_document(each): each for each in documents if maker_of(each) is not None}


def is_finished(pod: Pod) -> bool:
    """Has the pod ended? It takes nothing from its node then."""
    return pod.status.phase in FINISHED
