"""The score of InterPodAffinity: preferred terms of the pod and of those that are there, both ways.

Mirrors pkg/scheduler/framework/plugins/interpodaffinity/scoring.go (release 1.36). A pod that is there and requires
the new one near it counts as if it preferred that, by a weight of the plugin's configuration. Left out: nothing.
"""

from collections.abc import Callable, Mapping

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import (
    ERROR,
    MAX_NODE_SCORE,
    PASSED,
    SKIPPED,
    Nodes,
    PreScoreResult,
    Status,
)
from seatrial.model.scheduler.node_info import NodeInfo
from seatrial.model.scheduler.plugins.affinity_terms import (
    NO_LABELS,
    NamespaceLabels,
    WeightedTerms,
    get_weighted_terms,
    matches_term,
    parsing_problems,
    preferred_affinity,
    preferred_anti_affinity,
    required_affinity,
    speaks_of_others,
    terms_held,
    weighted_terms_held,
)

Labels = Mapping[str, str]
Scores = dict[tuple[str, str], int]
"""What each domain, by its label's key and value, is worth."""


@attrs.frozen
class AffinityArgs:
    """InterPodAffinityArgs: what a required term of another pod weighs, and whether others' preferences count."""

    hard_pod_affinity_weight: int = 1
    ignore_preferred_terms_of_existing_pods: bool = False


DEFAULT_ARGS = AffinityArgs()


@attrs.frozen(eq=False)
class Liked:
    """A pod with its preferred terms, those of anti-affinity with weights below zero."""

    pod: Pod
    terms: WeightedTerms
    own_labels: Labels
    namespaces: NamespaceLabels


def negated(terms: WeightedTerms) -> WeightedTerms:
    """The terms with the opposite weights."""
    return tuple([(-weight, term) for weight, term in terms])


def terms_for_score(pod: Pod, hard_weight: int) -> WeightedTerms:
    """What a pod that is there thinks of others: its required affinity and all that it prefers."""
    if pod.spec.affinity is None:
        return ()
    hard = terms_held(pod, required_affinity(pod)) if hard_weight > 0 else ()
    return (*[(hard_weight, term) for term in hard], *weighted_terms_held(pod, preferred_affinity(pod)),
            *negated(weighted_terms_held(pod, preferred_anti_affinity(pod))))


def process_terms(scores: Scores, terms: WeightedTerms, pod: Pod, labels: Labels | None, info: NodeInfo) -> None:
    """Adds the weight of each term that speaks of the pod to the node's domain."""
    held = info.node.metadata.labels
    for weight, term in terms:
        value = held.get(term.topology_key)
        if value is not None and matches_term(term, pod, labels):
            pair = (term.topology_key, value)
            scores[pair] = scores.get(pair, 0) + weight


def process_existing_pod(scores: Scores, liked: Liked, pod: Pod, info: NodeInfo, hard_weight: int) -> None:
    """What the new pod thinks of one that is there, and that one of it."""
    if liked.terms:
        process_terms(scores, liked.terms, pod, liked.namespaces(pod.metadata.namespace), info)
    process_terms(scores, terms_for_score(pod, hard_weight), liked.pod, liked.own_labels, info)


def pre_scorer(args: AffinityArgs, namespaces: NamespaceLabels) -> Callable[[Pod, Nodes, Nodes], PreScoreResult]:
    """PreScore with this configuration."""

    def pre_score(pod: Pod, feasible: Nodes, nodes: Nodes) -> PreScoreResult:
        """What each domain is worth; nothing to score where no term speaks of anybody."""
        del feasible
        if pod.spec.affinity is None and not speaks_of_others(nodes):
            return PreScoreResult(SKIPPED)
        problems = parsing_problems(pod)
        if problems:
            return PreScoreResult(Status(ERROR, (f"failed to parse pod: {', '.join(problems)}",), "InterPodAffinity"))
        terms = (*get_weighted_terms(pod, preferred_affinity(pod)),
                 *negated(get_weighted_terms(pod, preferred_anti_affinity(pod))))
        if args.ignore_preferred_terms_of_existing_pods and not terms:
            return PreScoreResult(SKIPPED)
        liked = Liked(pod, terms, namespaces(pod.metadata.namespace) or NO_LABELS, namespaces)
        scores: Scores = {}
        for info in nodes:
            for each in info.pods:
                process_existing_pod(scores, liked, each, info, args.hard_pod_affinity_weight)
        return PreScoreResult(PASSED, scores) if scores else PreScoreResult(SKIPPED)

    return pre_score


def score(state: Scores, pod: Pod, info: NodeInfo) -> int:
    """The sum of what the node's domains are worth."""
    del pod
    labels = info.node.metadata.labels
    return sum(worth for (key, value), worth in state.items() if labels.get(key) == value)


def normalize(scores: tuple[int, ...]) -> tuple[int, ...]:
    """The best node gets 100, the worst 0; all get 0 when there is no difference."""
    least, greatest = min(scores, default=0), max(scores, default=0)
    spread = greatest - least
    if spread == 0:
        return tuple(0 for _ in scores)
    # In floating point, as upstream: what is just below a whole number is cut off.
    return tuple([int(float(MAX_NODE_SCORE) * ((score - least) / spread)) for score in scores])
