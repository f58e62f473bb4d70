"""Terms of pod affinity, ready for matching: which pods of which namespaces, and the node label that makes the domains.

Mirrors AffinityTerm, newAffinityTerm and GetAffinityTerms of staging/src/k8s.io/kube-scheduler/framework/types.go, and
mergeAffinityTermNamespacesIfNotEmpty of pkg/scheduler/framework/plugins/interpodaffinity/plugin.go (release 1.36).
`matchLabelKeys` and `mismatchLabelKeys` are not looked at: the API server has made them part of the selector when the
pod was created (pkg/registry/core/pod/strategy.go), and a scheduler does not do it again.

Namespaces come as a function from a name to labels (None: there is no such namespace). Without a list of them,
`labels_by_name` gives a namespace the one label that the API server keeps on each.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import attrs

from seatrial.model.api.affinity import PodAffinityTerm, WeightedPodAffinityTerm
from seatrial.model.api.core import Pod
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.meta.labels import Requirement, SelectorError, matches_requirements, requirements_of
from seatrial.model.scheduler.node_info import NodeInfo

NAME_LABEL = "kubernetes.io/metadata.name"
Labels = Mapping[str, str]
NamespaceLabels = Callable[[str], Labels | None]
NO_LABELS: Labels = EMPTY


@attrs.frozen
class Term:
    """A term that can be matched; a selector of None selects nothing, an empty one everything."""

    topology_key: str
    selector: tuple[Requirement, ...] | None
    namespaces: tuple[str, ...]
    namespace_selector: tuple[Requirement, ...] | None


Terms = tuple[Term, ...]
WeightedTerms = tuple[tuple[int, Term], ...]


@lru_cache(maxsize=1024)
def labels_by_name(namespace: str) -> Labels:
    """The label that the API server keeps on every namespace: its name."""
    return FrozenMap({NAME_LABEL: namespace})


@lru_cache(maxsize=1024)
def parse_term(term: PodAffinityTerm, namespace: str) -> Term:
    """A term of a pod of this namespace, which is meant when it names none; raises SelectorError."""
    named = bool(term.namespaces) or term.namespace_selector is not None
    return Term(term.topology_key, requirements_of(term.label_selector),
                term.namespaces if named else (namespace,), requirements_of(term.namespace_selector))


def get_affinity_terms(pod: Pod, terms: tuple[PodAffinityTerm, ...]) -> Terms:
    """The terms, parsed; raises SelectorError if one of them cannot be."""
    return tuple([parse_term(term, pod.metadata.namespace) for term in terms])


def get_weighted_terms(pod: Pod, terms: tuple[WeightedPodAffinityTerm, ...]) -> WeightedTerms:
    """The preferred terms, parsed, with their weights; raises SelectorError if one of them cannot be."""
    return tuple([(each.weight, parse_term(each.pod_affinity_term, pod.metadata.namespace)) for each in terms])


def required_affinity(pod: Pod) -> tuple[PodAffinityTerm, ...]:
    """The terms of which every one must be met."""
    affinity = pod.spec.affinity
    return () if affinity is None or affinity.pod_affinity is None else affinity.pod_affinity.required


def required_anti_affinity(pod: Pod) -> tuple[PodAffinityTerm, ...]:
    """The terms of which none may be met."""
    affinity = pod.spec.affinity
    return () if affinity is None or affinity.pod_anti_affinity is None else affinity.pod_anti_affinity.required


def preferred_affinity(pod: Pod) -> tuple[WeightedPodAffinityTerm, ...]:
    """The terms that make a node better."""
    affinity = pod.spec.affinity
    return () if affinity is None or affinity.pod_affinity is None else affinity.pod_affinity.preferred


def preferred_anti_affinity(pod: Pod) -> tuple[WeightedPodAffinityTerm, ...]:
    """The terms that make a node worse."""
    affinity = pod.spec.affinity
    return () if affinity is None or affinity.pod_anti_affinity is None else affinity.pod_anti_affinity.preferred


def terms_held(pod: Pod, terms: tuple[PodAffinityTerm, ...]) -> Terms:
    """The terms of a pod that has a place; if one of a list cannot be parsed, the list counts as empty."""
    try:
        return get_affinity_terms(pod, terms)
    except SelectorError:
        return ()


def weighted_terms_held(pod: Pod, terms: tuple[WeightedPodAffinityTerm, ...]) -> WeightedTerms:
    """The preferred terms of a pod that has a place, in the same way."""
    try:
        return get_weighted_terms(pod, terms)
    except SelectorError:
        return ()


def parsing_problems(pod: Pod) -> tuple[str, ...]:
    """What of the pod's terms cannot be parsed, as upstream says it."""
    if pod.spec.affinity is None:
        return ()
    lists = (
        ("requiredAffinityTerms", required_affinity(pod)),
        ("requiredAntiAffinityTerms", required_anti_affinity(pod)),
        ("preferredAffinityTerms", tuple([each.pod_affinity_term for each in preferred_affinity(pod)])),
        ("preferredAntiAffinityTerms", tuple([each.pod_affinity_term for each in preferred_anti_affinity(pod)])),
    )
    problems = []
    for name, terms in lists:
        try:
            get_affinity_terms(pod, terms)
        except SelectorError as error:
            problems.append(f"{name}: {error}")
    return tuple(problems)


def is_in_namespaces(term: Term, namespace: str, labels: Labels | None) -> bool:
    """Does the term speak of this namespace? One that is not known has no labels to select it by."""
    if namespace in term.namespaces or term.namespace_selector == ():
        return True
    return labels is not None and term.namespace_selector is not None \
        and matches_requirements(term.namespace_selector, labels)


def matches_term(term: Term, pod: Pod, labels: Labels | None) -> bool:
    """Does the term speak of this pod, whose namespace has these labels?"""
    return (term.selector is not None and is_in_namespaces(term, pod.metadata.namespace, labels)
            and matches_requirements(term.selector, pod.metadata.labels))


def matches_all_terms(terms: Terms, pod: Pod, labels: Labels | None) -> bool:
    """Does every term speak of this pod? Where there is none, none does."""
    return bool(terms) and all(matches_term(term, pod, labels) for term in terms)


def speaks_of_others(nodes: tuple[NodeInfo, ...]) -> bool:
    """Has any pod on any node an affinity? Mostly none has, and then a pod without one has nothing to count."""
    for info in nodes:
        for pod in info.pods:
            if pod.spec.affinity is not None:
                return True
    return False
