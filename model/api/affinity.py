"""Where pods of core/v1 want to be placed; mirrors staging/src/k8s.io/api/core/v1/types.go.

Release 1.36, all fields: affinity to nodes, pod affinity and anti-affinity, topology spread constraints.
"""

import attrs

from seatrial.model.api.meta import LabelSelector
from seatrial.model.api.wire import many, number, one, optional, optional_number, text, texts


@attrs.frozen(cache_hash=True)
class SelectorRequirement:
    """One requirement of a node selector term."""

    key: str = text("key", keep=True)
    operator: str = text("operator", keep=True)
    values: tuple[str, ...] = texts("values")


@attrs.frozen(cache_hash=True)
class NodeSelectorTerm:
    """Requirements on a node's labels and fields; all must hold."""

    match_expressions: tuple[SelectorRequirement, ...] = many("matchExpressions", SelectorRequirement)
    match_fields: tuple[SelectorRequirement, ...] = many("matchFields", SelectorRequirement)


@attrs.frozen(cache_hash=True)
class NodeSelector:
    """Terms of which one must hold."""

    node_selector_terms: tuple[NodeSelectorTerm, ...] = many("nodeSelectorTerms", NodeSelectorTerm)


@attrs.frozen(cache_hash=True)
class PreferredSchedulingTerm:
    """A term that adds to a node's score."""

    weight: int = number("weight", keep=True)
    preference: NodeSelectorTerm = one("preference", NodeSelectorTerm, keep=True)


@attrs.frozen(cache_hash=True)
class NodeAffinity:
    """Required and preferred node terms."""

    required: NodeSelector | None = optional("requiredDuringSchedulingIgnoredDuringExecution", NodeSelector)
    preferred: tuple[PreferredSchedulingTerm, ...] = many("preferredDuringSchedulingIgnoredDuringExecution",
                                                         PreferredSchedulingTerm)


@attrs.frozen(cache_hash=True)
class PodAffinityTerm:
    """Other pods, by their labels and namespaces, and the node label whose values are the domains."""

    label_selector: LabelSelector | None = optional("labelSelector", LabelSelector)
    namespaces: tuple[str, ...] = texts("namespaces")
    topology_key: str = text("topologyKey", keep=True)
    namespace_selector: LabelSelector | None = optional("namespaceSelector", LabelSelector)
    match_label_keys: tuple[str, ...] = texts("matchLabelKeys")
    mismatch_label_keys: tuple[str, ...] = texts("mismatchLabelKeys")


@attrs.frozen(cache_hash=True)
class WeightedPodAffinityTerm:
    """A term that adds to a node's score, or takes from it."""

    weight: int = number("weight", keep=True)
    pod_affinity_term: PodAffinityTerm = one("podAffinityTerm", PodAffinityTerm, keep=True)


@attrs.frozen(cache_hash=True)
class PodAffinity:
    """Pods that this one must, or would like to, share a domain with."""

    required: tuple[PodAffinityTerm, ...] = many("requiredDuringSchedulingIgnoredDuringExecution", PodAffinityTerm)
    preferred: tuple[WeightedPodAffinityTerm, ...] = many("preferredDuringSchedulingIgnoredDuringExecution",
                                                         WeightedPodAffinityTerm)


@attrs.frozen(cache_hash=True)
class PodAntiAffinity:
    """Pods that this one must not, or would rather not, share a domain with."""

    required: tuple[PodAffinityTerm, ...] = many("requiredDuringSchedulingIgnoredDuringExecution", PodAffinityTerm)
    preferred: tuple[WeightedPodAffinityTerm, ...] = many("preferredDuringSchedulingIgnoredDuringExecution",
                                                         WeightedPodAffinityTerm)


@attrs.frozen(cache_hash=True)
class Affinity:
    """Which nodes, and which other pods, a pod wants to be on, with, or away from."""

    node_affinity: NodeAffinity | None = optional("nodeAffinity", NodeAffinity)
    pod_affinity: PodAffinity | None = optional("podAffinity", PodAffinity)
    pod_anti_affinity: PodAntiAffinity | None = optional("podAntiAffinity", PodAntiAffinity)


@attrs.frozen(cache_hash=True)
class TopologySpreadConstraint:
    """How unevenly the pods that it selects may be spread over the domains of a node label."""

    max_skew: int = number("maxSkew", keep=True)
    topology_key: str = text("topologyKey", keep=True)
    when_unsatisfiable: str = text("whenUnsatisfiable", keep=True)
    label_selector: LabelSelector | None = optional("labelSelector", LabelSelector)
    min_domains: int | None = optional_number("minDomains")
    node_affinity_policy: str = text("nodeAffinityPolicy")
    node_taints_policy: str = text("nodeTaintsPolicy")
    match_label_keys: tuple[str, ...] = texts("matchLabelKeys")
