"""What a placement takes for granted: fields and objects that could matter and that no filter here looks at.

The scheduler's own are `seatrial.model.scheduler.unmodelled`; priorities are left out of them, since who preempts whom
does not change whether all pods fit. The others belong to the API server and to controllers: a LimitRange would change
requests, a RuntimeClass add overhead, a custom resource make pods.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.unmodelled import unmodelled_constraints
from seatrial.traces.importers.manifests import Document
from seatrial.traces.place.workloads import name_of

DEFAULT_SCHEDULER = "default-scheduler"
IRRELEVANT = ("spec.priority", "status.nominatedNodeName")
VOLUME = "is a volume: where it can be reached, and how many a node takes, is not looked at"
OF_KINDS = {
    "LimitRange": "its defaults and bounds are not applied to the pods",
    "ResourceQuota": "limits what may be created, not where it goes: it is not looked at",
}


@attrs.frozen
class Assumption:
    """An object, one of its fields if it is about one, and what is assumed."""

    object: str
    field: str
    sentence: str

    @property
    def words(self) -> str:
        """As one line."""
        return ": ".join(part for part in (self.object, " ".join(p for p in (self.field, self.sentence) if p)) if part)


def assumptions_of_pod(owner: str, pod: Pod) -> tuple[Assumption, ...]:
    """What is assumed of the pods of a workload."""
    return tuple(Assumption(owner, field, sentence) for field, sentence in _of_pod(pod))


def _of_pod(pod: Pod) -> Iterator[tuple[str, str]]:
    for path in unmodelled_constraints(pod):
        if path in IRRELEVANT:
            continue
        if path.startswith("spec.volumes"):
            yield path, VOLUME
        else:
            yield path, "is not looked at"
    if pod.spec.unmodelled.get("runtimeClassName"):
        yield "spec.runtimeClassName", "may add overhead and a node selector, which do not count"
    if pod.spec.scheduler_name not in ("", DEFAULT_SCHEDULER):
        yield "spec.schedulerName", "names another scheduler: placed as kube-scheduler would"
    if pod.spec.scheduling_gates:
        yield "spec.schedulingGates", "keep the pods waiting: taken as removed"


def assumptions_of_document(document: Document) -> Iterator[Assumption]:
    """What is assumed of an object, whether it makes pods or not."""
    name = name_of(document)
    if document.kind in OF_KINDS:
        yield Assumption(name, "", OF_KINDS[document.kind])
    if not document.resource:
        yield Assumption(name, "", "is a custom resource: pods that its controller makes do not count")
