"""Label and field selectors."""

from collections.abc import Mapping
from typing import Any

from seatrial.model.api.meta import LabelSelector
from seatrial.model.api.wire import from_json
from seatrial.model.meta.labels import (
    Requirement,
    SelectorError,
    format_requirements,
    matches_labels,
    matches_requirements,
    matches_selector,
    requirement_problems,
    requirements_of,
)
from seatrial.model.meta.selectors import (
    FieldRequirement,
    matches_fields,
    parse_field_selector,
    parse_label_selector,
    split_field_term,
)
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import exactly, reported


def load_requirement(tree: Mapping[str, Any]) -> Requirement:
    """The requirement of one of upstream's internal ones."""
    return Requirement(tree["key"], tree["operator"], tuple(tree["strValues"] or ()))


def load_requirements(trees: list[Mapping[str, Any]] | None) -> tuple[Requirement, ...]:
    """The requirements of a list of them."""
    return tuple(load_requirement(tree) for tree in trees or ())


def run_label_selector_text(case: Case) -> dict[str, Any]:
    """A selector's text parsed, written back, and matched against each set of labels."""
    try:
        requirements = parse_label_selector(case.input["selector"])
    except SelectorError as error:
        return {"error": str(error)}
    return {
        "canonical": format_requirements(requirements),
        "empty": not requirements,
        "matches": [matches_requirements(requirements, labels) for labels in case.input["labels"]],
    }


def run_label_selector_tree(case: Case) -> dict[str, Any]:
    """A LabelSelector validated, written as text, and matched against each set of labels."""
    tree = case.input["selector"]
    selector = None if tree is None else from_json(LabelSelector, tree)
    try:
        requirements = requirements_of(selector)
    except SelectorError as error:
        return {"error": str(error)}
    return {
        "canonical": format_requirements(requirements or ()),
        "matches": [matches_selector(selector, labels) for labels in case.input["labels"]],
    }


def run_field_selector(case: Case) -> dict[str, Any]:
    """A field selector parsed, written back, and matched."""
    try:
        requirements = parse_field_selector(case.input["selector"])
    except SelectorError as error:
        return {"error": str(error)}
    return {
        "canonical": ",".join(map(say_field_requirement, requirements)),
        "matches": matches_fields(requirements, case.input["fields"]),
    }


def say_field_requirement(requirement: FieldRequirement) -> str:
    """A requirement as the table writes it, with backslash, comma and equals sign escaped in its value."""
    escaped = "".join(f"\\{character}" if character in "\\,=" else character for character in requirement.value)
    return f"{requirement.field}{requirement.operator}{escaped}"


def run_split_term(case: Case) -> dict[str, Any]:
    """A field selector's term cut at its operator."""
    found = split_field_term(case.input["term"])
    left, operator, right = found or ("", "", "")
    return {"lhs": left, "op": operator, "rhs": right, "ok": found is not None}


def compare_problems(expected: Mapping[str, Any], actual: Any) -> str:
    """Upstream's test asserts the fields at fault, not the texts."""
    fields = [problem["Field"] for problem in expected["WantErr"] or ()]
    return "" if fields == actual else f"expected problems of {fields}, got {actual}"


def run_requirement_constructor(case: Case) -> list[str]:
    """The fields at fault in a requirement."""
    given = case.input
    problems = requirement_problems(given["Key"], given["Op"], tuple(given["Vals"] or ()))
    return [problem.partition(":")[0] for problem in problems]


def run_requirement_equal(case: Case) -> dict[str, Any]:
    """Whether two requirements are the same."""
    return {"want": load_requirement(case.input["x"]) == load_requirement(case.input["y"])}


def run_requirement_matching(case: Case) -> dict[str, Any]:
    """Whether labels meet requirements."""
    return {"Match": matches_requirements(load_requirements(case.input["Sel"]), case.input["Set"])}


def run_selector_matches(case: Case) -> dict[str, Any]:
    """Whether a selector's text matches labels."""
    return {"match": matches_requirements(parse_label_selector(case.input["selector"]), case.input["labels"])}


def run_set_matches(case: Case) -> dict[str, Any]:
    """Whether labels hold all pairs of a set."""
    return {"match": matches_labels(case.input["selector"], case.input["labels"])}


def run_selector_to_string(case: Case) -> dict[str, Any]:
    """A selector's text."""
    return {"Out": format_requirements(load_requirements(case.input["In"]))}


def compare_text(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> str:
    """Upstream's test asserts the text whether it calls it valid or not."""
    return exactly(expected["Out"], actual["Out"])


def run_set_selector_parser(case: Case) -> str:
    """A selector's text parsed into the expected requirements, or refused."""
    try:
        requirements = parse_label_selector(case.input["In"])
    except SelectorError as error:
        return f"refused: {error}" if case.expect["Valid"] else ""
    if not case.expect["Valid"]:
        return f"expected an error, got {requirements}"
    agrees = (requirements == load_requirements(case.expect["Out"])) == case.expect["Match"]
    return "" if agrees else f"got {requirements}"


ADAPTERS = (
    Adapter("api", "selectors_fields", run_field_selector),
    Adapter("api", "selectors_labels", run_label_selector_text),
    Adapter("api", "selectors_labelselector", run_label_selector_tree),
    Adapter("selectors", "field_split_term", run_split_term),
    Adapter("selectors", "requirement_constructor", run_requirement_constructor, compare_problems),
    Adapter("selectors", "requirement_equal", run_requirement_equal),
    Adapter("selectors", "requirement_selector_matching", run_requirement_matching),
    Adapter("selectors", "selector_matches", run_selector_matches),
    Adapter("selectors", "selector_to_string", run_selector_to_string, compare_text),
    Adapter("selectors", "set_as_selector_matches", run_set_matches),
    Adapter("selectors", "set_selector_parser", run_set_selector_parser, reported),
)
