"""NodeAffinity: the pod's node selector and required node affinity filter nodes, the preferred one scores them.

Mirrors pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go and
staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go (release 1.36). A required term
that cannot be parsed matches nothing; a preferred one fails the cycle.
"""

from collections.abc import Mapping
from functools import lru_cache

import attrs

from seatrial.model.api.affinity import NodeAffinity, NodeSelectorTerm, PreferredSchedulingTerm, SelectorRequirement
from seatrial.model.api.core import Node, Pod
from seatrial.model.meta.go_format import quote
from seatrial.model.meta.labels import (
    DOES_NOT_EXIST,
    EXISTS,
    GREATER_THAN,
    IN,
    LESS_THAN,
    NOT_IN,
    Requirement,
    matches_labels,
    matches_requirements,
    requirement_problems,
)
from seatrial.model.scheduler.framework import (
    ERROR,
    PASSED,
    SKIPPED,
    UNRESOLVABLE,
    Nodes,
    Plugin,
    PreFilterResult,
    PreScoreResult,
    Registration,
    Status,
    default_normalize_score,
)
from seatrial.model.scheduler.node_info import NodeInfo

NAME = "NodeAffinity"
REJECTED = Status(UNRESOLVABLE, ("node(s) didn't match Pod's node affinity/selector",), NAME)
NOT_ENFORCED = Status(UNRESOLVABLE, ("node(s) didn't match scheduler-enforced node affinity",), NAME)
CONFLICT = Status(UNRESOLVABLE, ("pod affinity terms conflict",), NAME)
NAME_FIELD = "metadata.name"
OPERATORS = {
    "In": IN, "NotIn": NOT_IN, "Exists": EXISTS, "DoesNotExist": DOES_NOT_EXIST, "Gt": GREATER_THAN, "Lt": LESS_THAN,
}
NO_AFFINITY = NodeAffinity()


@attrs.frozen
class ParsedTerm:
    """A node selector term ready for matching, or what is wrong with it."""

    labels: tuple[Requirement, ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[str, ...] = ()


@attrs.frozen
class Required:
    """What a node must be: hold the selector's labels and, if there are terms, match one of them."""

    selector: Mapping[str, str]
    terms: tuple[ParsedTerm, ...] | None


Weighted = tuple[tuple[int, ParsedTerm], ...]


@lru_cache(maxsize=1024)
def parse_term(term: NodeSelectorTerm) -> ParsedTerm:
    """Validates a term's requirements; the problems carry their path inside the term."""
    labels, fields, problems = [], [], []
    for at, each in enumerate(term.match_expressions):
        found = _expression_problems(each)
        problems += [f".matchExpressions[{at}].{problem}" for problem in found]
        if not found:
            labels.append(Requirement(each.key, OPERATORS[each.operator], each.values))
    for at, each in enumerate(term.match_fields):
        if each.operator not in ("In", "NotIn"):
            problems.append(f".matchFields[{at}].operator: Unsupported value: {quote(each.operator)}: supported "
                            'values: "In", "NotIn"')
        elif len(each.values) != 1:
            problems.append(f".matchFields[{at}].values: Invalid value: must have one element")
        else:
            fields.append((each.key, each.operator, each.values[0]))
    return ParsedTerm(tuple(labels), tuple(fields), tuple(problems))


def _expression_problems(requirement: SelectorRequirement) -> tuple[str, ...]:
    operator = OPERATORS.get(requirement.operator)
    if operator is None:
        return (f"operator: Unsupported value: {quote(requirement.operator)}: supported values: "
                + ", ".join(quote(name) for name in sorted(OPERATORS)),)
    return requirement_problems(requirement.key, operator, requirement.values, nil_when_empty=True)


def is_empty(term: NodeSelectorTerm) -> bool:
    """A term without requirements matches nothing."""
    return not term.match_expressions and not term.match_fields


def matches_term(term: ParsedTerm, name: str, labels: Mapping[str, str]) -> bool:
    """Does a node of this name, with these labels, meet all requirements of the term?"""
    return (not term.problems and matches_requirements(term.labels, labels)
            and all(((name if key == NAME_FIELD else "") == value) == (operator == "In")
                    for key, operator, value in term.fields))


def matches_any_term(terms: tuple[ParsedTerm, ...], name: str, labels: Mapping[str, str]) -> bool:
    """Does it meet one of the terms?"""
    return any(matches_term(term, name, labels) for term in terms)


def matches_required(required: Required, name: str, labels: Mapping[str, str]) -> bool:
    """Does a node of this name, with these labels, meet all that the pod requires?"""
    return matches_labels(required.selector, labels) and (
        required.terms is None or matches_any_term(required.terms, name, labels))


def affinity_of(pod: Pod) -> NodeAffinity:
    """The pod's node affinity, empty if it has none."""
    affinity = pod.spec.affinity
    return NO_AFFINITY if affinity is None or affinity.node_affinity is None else affinity.node_affinity


def required_of(pod: Pod) -> Required:
    """What the pod requires of its node (upstream: GetRequiredNodeAffinity)."""
    return Required(pod.spec.node_selector, parse_required(affinity_of(pod)))


def parse_required(affinity: NodeAffinity) -> tuple[ParsedTerm, ...] | None:
    """The required terms that are not empty, or None when nothing is required."""
    if affinity.required is None:
        return None
    return tuple([parse_term(term) for term in affinity.required.node_selector_terms if not is_empty(term)])


def eligible_names(affinity: NodeAffinity) -> tuple[str, ...] | None:
    """The names that the required terms allow; None if some term allows any."""
    terms = () if affinity.required is None else affinity.required.node_selector_terms
    names: list[str] = []
    for term in terms:
        wanted = [each.values for each in term.match_fields if each.key == NAME_FIELD and each.operator == "In"]
        if not wanted:
            return None
        names += [name for name in wanted[0] if all(name in values for values in wanted)]
    return tuple(sorted(dict.fromkeys(names))) if terms else None


def preferred_terms(preferred: tuple[PreferredSchedulingTerm, ...]) -> tuple[Weighted, tuple[str, ...]]:
    """The weighted terms that can match, and the problems of those that cannot be parsed."""
    counted = [(at, each) for at, each in enumerate(preferred) if each.weight and not is_empty(each.preference)]
    parsed = [(at, each.weight, parse_term(each.preference)) for at, each in counted]
    problems = tuple([f"[{at}]{problem}" for at, _, term in parsed for problem in term.problems])
    return tuple([(weight, term) for _, weight, term in parsed]), problems


def sum_weights(terms: Weighted, name: str, labels: Mapping[str, str]) -> int:
    """The weights of the preferred terms that a node meets."""
    return sum(weight for weight, term in terms if matches_term(term, name, labels))


def node_affinity(added: NodeAffinity = NO_AFFINITY) -> Plugin:
    """The plugin, with the affinity that the scheduler's configuration adds to every pod's."""
    enforced = parse_required(added)
    added_terms, _ = preferred_terms(added.preferred)

    def pre_filter(pod: Pod, nodes: Nodes) -> PreFilterResult:
        """What is required; names in a required term narrow the nodes before any filter runs."""
        del nodes
        affinity = affinity_of(pod)
        if affinity.required is None and enforced is None and not pod.spec.node_selector:
            return PreFilterResult(SKIPPED)
        names = eligible_names(affinity)
        if names == ():
            return PreFilterResult(CONFLICT)
        return PreFilterResult(state=required_of(pod), node_names=names)

    def filter_node(state: Required, pod: Pod, info: NodeInfo) -> Status:
        """The node meets what the configuration and what the pod requires."""
        del pod
        labels = info.node.metadata.labels
        if enforced is not None and not matches_any_term(enforced, info.name, labels):
            return NOT_ENFORCED
        return PASSED if matches_required(state, info.name, labels) else REJECTED

    def pre_score(pod: Pod, feasible: Nodes, nodes: Nodes) -> PreScoreResult:
        """The preferred terms; one that cannot be parsed fails the cycle."""
        del feasible, nodes
        preferred = affinity_of(pod).preferred
        if not preferred and not added.preferred:
            return PreScoreResult(SKIPPED)
        terms, problems = preferred_terms(preferred)
        if problems:
            text = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
            return PreScoreResult(Status(ERROR, (text,), NAME))
        return PreScoreResult(state=terms)

    def score(state: Weighted, pod: Pod, info: NodeInfo) -> int:
        """The weights of what the node meets."""
        del pod
        labels = info.node.metadata.labels
        return sum_weights(added_terms, info.name, labels) + sum_weights(state, info.name, labels)

    def is_schedulable_after_node_change(pod: Pod, old: Node | None, new: Node) -> bool:
        """Does the node match now, and did it not before?"""
        required = required_of(pod)
        if enforced is not None and not matches_any_term(enforced, new.metadata.name, new.metadata.labels):
            return False
        if not matches_required(required, new.metadata.name, new.metadata.labels):
            return False
        return old is None or not matches_required(required, old.metadata.name, old.metadata.labels)

    return Plugin(
        NAME, filter_node, pre_filter, score, pre_score, normalize, weight=2,
        events=(Registration("Node", ("Add", "UpdateNodeLabel"), is_schedulable_after_node_change),),
    )


def normalize(scores: tuple[int, ...]) -> tuple[int, ...]:
    """The greatest sum of weights is 100."""
    return default_normalize_score(scores, reverse=False)


PLUGIN = node_affinity()
