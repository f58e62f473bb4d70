"""Upstream's own tables of what the scheduler's plugins share: node selectors, taints, normalisation."""

from typing import Any

from seatrial.model.api.affinity import NodeAffinity, NodeSelectorTerm, PreferredSchedulingTerm
from seatrial.model.api.core import Pod, Taint
from seatrial.model.api.wire import from_json
from seatrial.model.scheduler.framework import default_normalize_score
from seatrial.model.scheduler.plugins.node_affinity import (
    is_empty,
    matches_any_term,
    matches_required,
    parse_required,
    parse_term,
    preferred_terms,
    required_of,
    sum_weights,
)
from seatrial.model.scheduler.plugins.taint_toleration import find_untolerated_taint
from tests.conformance.adapters.scheduler_cases import Tree, node_of
from tests.conformance.cases import Case
from tests.conformance.compare import exactly


def matches_selector(selector: Tree | None, node: Tree | None) -> bool:
    """Does a node match one of the terms?"""
    required = parse_required(from_json(NodeAffinity, {"requiredDuringSchedulingIgnoredDuringExecution": selector}))
    if node is None or required is None:
        return False
    held = node_of(node).metadata
    return matches_any_term(required, held.name, held.labels)


def run_match_node_selector_terms(case: Case) -> Tree:
    """A node against the terms of a selector."""
    given = case.input["args"]
    return {"want": matches_selector(given["nodeSelector"], given["node"])}


def run_node_selector_match(case: Case) -> Tree:
    """The same, with what cannot be parsed."""
    terms = [from_json(NodeSelectorTerm, each) for each in case.input["nodeSelector"].get("nodeSelectorTerms") or ()]
    problems = [f"nodeSelectorTerms[{at}]{problem}" for at, each in enumerate(terms) if not is_empty(each)
                for problem in parse_term(each).problems]
    return {"wantErr": problems, "wantMatch": matches_selector(case.input["nodeSelector"], case.input["node"])}


def run_preferred_terms(case: Case) -> Tree:
    """The weights of the preferred terms that a node meets; nothing when one cannot be parsed."""
    terms, problems = preferred_terms(tuple([from_json(PreferredSchedulingTerm, each)
                                             for each in case.input["prefSchedTerms"]]))
    node = case.input["node"]
    held = None if node is None or problems else node_of(node).metadata
    return {"wantErr": list(problems), "wantScore": 0 if held is None else sum_weights(terms, held.name, held.labels)}


def compare_errors(expected: Any, actual: Any) -> str:
    """Exactly; of each error the field and what is wrong with it."""
    problems = actual["wantErr"]
    wanted = [(each["Field"], each["Detail"]) for each in expected["wantErr"] or ()]
    told = len(problems) == len(wanted) and all(
        problem.startswith(f"{field}: ") and problem.endswith(detail)
        for problem, (field, detail) in zip(problems, wanted, strict=True))
    rest = exactly({**expected, "wantErr": None}, {**actual, "wantErr": None})
    return rest if told else f"errors: expected {wanted}, got {problems}"


def run_pod_matches(case: Case) -> Tree:
    """A pod's selector and required affinity against a node's labels."""
    pod = from_json(Pod, {"metadata": {}, **case.input["pod"]})
    return {"want": matches_required(required_of(pod), case.input["nodeName"], case.input["labels"] or {})}


def run_helper(case: Case) -> Tree:
    """Normalisation of scores; which taints keep a pod away."""
    if case.input["phase"] == "normalize":
        scores = default_normalize_score(tuple(case.input["input_scores"]), reverse=case.input["args"]["reverse"])
        return {"scores": list(scores)}
    taint = from_json(Taint, case.input["taint"])
    return {"matches": find_untolerated_taint((taint,), ()) is not None}
