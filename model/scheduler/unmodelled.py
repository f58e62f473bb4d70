"""The fields of a pod that the real scheduler would look at and the model does not.

A verdict lists them as assumptions. Everything else in a pod is either modelled or read by no default plugin of
release 1.36. A field of *another* pod can matter too (its anti-affinity keeps this one away), so a caller asks for
all pods of its input.

Of pod affinity and topology spread these are left:

- A namespaceSelector that asks for a label other than the namespace's name. The scheduler of the model does not watch
  namespaces: that would cost a state per order of events, for labels that hardly ever change.
- A spread constraint that the pod does not match itself. A pod that is being deleted counts until it is gone, unless
  it has spread constraints of its own: only of these the scheduler's informer keeps that they are being deleted.
"""

from collections.abc import Iterator

from seatrial.model.api.affinity import Affinity, PodAffinityTerm, TopologySpreadConstraint
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import LabelSelector
from seatrial.model.meta.labels import SelectorError, matches_selector
from seatrial.model.scheduler.plugins.affinity_terms import NAME_LABEL

CONSTRAINING_VOLUMES = (
    "awsElasticBlockStore", "azureDisk", "cinder", "csi", "ephemeral", "gcePersistentDisk", "iscsi",
    "persistentVolumeClaim", "portworxVolume", "rbd", "vsphereVolume",
)
SPEC_FIELDS = ("resourceClaims", "schedulingGroup", "workloadRef")
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def unmodelled_constraints(pod: Pod) -> tuple[str, ...]:
    """The JSON paths of the pod's fields that could change where it goes, and that the model ignores."""
    return tuple(_paths(pod))


def _paths(pod: Pod) -> Iterator[str]:
    spec = pod.spec
    if spec.affinity is not None:
        for path, term in affinity_terms(spec.affinity):
            yield from (f"spec.affinity.{path}.{name}" for name in unmodelled_in_term(term))
    if spec.priority or spec.priority_class_name:
        # Pods of unequal priority may preempt each other.
        yield "spec.priority"
    yield from (f"spec.{name}" for name in SPEC_FIELDS if spec.unmodelled.get(name))
    for at, constraint in enumerate(spec.topology_spread_constraints):
        if spreads_others(constraint, pod):
            yield f"spec.topologySpreadConstraints[{at}].labelSelector"
    for volume in spec.unmodelled.get("volumes") or ():
        yield from (f"spec.volumes[{volume.get('name', '')}].{kind}" for kind in CONSTRAINING_VOLUMES if kind in volume)


def affinity_terms(affinity: Affinity) -> Iterator[tuple[str, PodAffinityTerm]]:
    """All terms about other pods, with their paths."""
    for name, held in (("podAffinity", affinity.pod_affinity), ("podAntiAffinity", affinity.pod_anti_affinity)):
        if held is not None:
            for at, term in enumerate(held.required):
                yield f"{name}.{REQUIRED}[{at}]", term
            for at, weighted in enumerate(held.preferred):
                yield f"{name}.{PREFERRED}[{at}].podAffinityTerm", weighted.pod_affinity_term


def unmodelled_in_term(term: PodAffinityTerm) -> Iterator[str]:
    """The fields of a term that the model cannot heed."""
    selector = term.namespace_selector
    if selector is not None and any(key != NAME_LABEL for key in keys_of(selector)):
        yield "namespaceSelector"


def keys_of(selector: LabelSelector) -> tuple[str, ...]:
    """The labels that a selector asks for."""
    return (*selector.match_labels, *(each.key for each in selector.match_expressions))


def spreads_others(constraint: TopologySpreadConstraint, pod: Pod) -> bool:
    """Does the constraint select pods, but not the pod that has it?"""
    try:
        return constraint.label_selector is not None \
            and not matches_selector(constraint.label_selector, pod.metadata.labels)
    except SelectorError:
        return False
