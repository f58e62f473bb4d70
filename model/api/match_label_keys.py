"""matchLabelKeys and mismatchLabelKeys: the API server makes them part of the selector when a pod is created.

Mirrors mutatePodAffinity and mutateTopologySpreadConstraints of pkg/registry/core/pod/strategy.go (release 1.36; the
gates MatchLabelKeysInPodAffinity, MatchLabelKeysInPodTopologySpread and ...SelectorMerge are on by default). A key that
the pod has no label for adds nothing, and a term without a selector, which matches no pod, stays as it is.
"""

from collections.abc import Mapping
from typing import TypeVar

from seatrial.model.api.affinity import Affinity, PodAffinity, PodAffinityTerm, PodAntiAffinity
from seatrial.model.api.core import Pod, PodSpec
from seatrial.model.api.meta import LabelSelector, LabelSelectorRequirement
from seatrial.model.evolve import evolve

Labels = Mapping[str, str]
Terms = TypeVar("Terms", PodAffinity, PodAntiAffinity)


def merge_label_keys(pod: Pod) -> PodSpec:
    """The pod's spec with its label keys as expressions of the selectors."""
    spec, labels = pod.spec, pod.metadata.labels
    if spec.affinity is not None:
        spec = evolve(spec, affinity=merged_affinity(spec.affinity, labels))
    if any(each.match_label_keys for each in spec.topology_spread_constraints):
        spec = evolve(spec, topology_spread_constraints=tuple([
            evolve(each, label_selector=merged(each.label_selector, each.match_label_keys, (), labels))
            for each in spec.topology_spread_constraints]))
    return spec


def merged_affinity(affinity: Affinity, labels: Labels) -> Affinity:
    """An affinity with the keys of its terms in their selectors."""
    near, apart = affinity.pod_affinity, affinity.pod_anti_affinity
    return evolve(affinity, pod_affinity=None if near is None else merged_terms(near, labels),
                  pod_anti_affinity=None if apart is None else merged_terms(apart, labels))


def merged_terms(held: Terms, labels: Labels) -> Terms:
    """All terms, the required and the preferred ones."""
    return evolve(held, required=tuple([merged_term(each, labels) for each in held.required]),
                  preferred=tuple([evolve(each, pod_affinity_term=merged_term(each.pod_affinity_term, labels))
                                   for each in held.preferred]))


def merged_term(term: PodAffinityTerm, labels: Labels) -> PodAffinityTerm:
    """A term with its keys in its selector."""
    if not term.match_label_keys and not term.mismatch_label_keys:
        return term
    return evolve(term, label_selector=merged(term.label_selector, term.match_label_keys, term.mismatch_label_keys,
                                              labels))


def merged(selector: LabelSelector | None, same: tuple[str, ...], other: tuple[str, ...],
           labels: Labels) -> LabelSelector | None:
    """A selector that also wants the pod's own values of some labels, and not its values of others."""
    if selector is None:
        return None
    found = [LabelSelectorRequirement(key, operator, (labels[key],))
             for keys, operator in ((same, "In"), (other, "NotIn")) for key in keys if key in labels]
    return evolve(selector, match_expressions=(*selector.match_expressions, *found)) if found else selector
