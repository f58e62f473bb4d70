"""Labels, and the selectors that choose objects by them.

A label selector is written as a LabelSelector tree (matchLabels, matchExpressions) or as text (`app in (a,
b),tier!=c`); both become a tuple of requirements, all of which an object's labels must meet. Mirrors
k8s.io/apimachinery/pkg/labels/selector.go and pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector), release
1.36. Left out: nothing; where Go looks at the entries of matchLabels in map order they are looked at in key
order, so of two wrong ones the first is named.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import attrs

from seatrial.model.meta.go_format import GoNumberError, format_json, parse_int64, quote
from seatrial.model.meta.names import label_key_problems, label_value_problems

IN: Final = "in"
NOT_IN: Final = "notin"
EQUALS: Final = "="
DOUBLE_EQUALS: Final = "=="
NOT_EQUALS: Final = "!="
EXISTS: Final = "exists"
DOES_NOT_EXIST: Final = "!"
GREATER_THAN: Final = "gt"
LESS_THAN: Final = "lt"

_SIGNS: Final[Mapping[str, str]] = {
    EQUALS: "=", DOUBLE_EQUALS: "==", NOT_EQUALS: "!=", IN: " in ", NOT_IN: " notin ", GREATER_THAN: ">",
    LESS_THAN: "<",
}  # fmt: skip
_SELECTOR_OPERATORS: Final[Mapping[str, str]] = {
    "In": IN, "NotIn": NOT_IN, "Exists": EXISTS, "DoesNotExist": DOES_NOT_EXIST,
}  # fmt: skip
_VALIDATED_OPERATORS: Final = (
    IN, NOT_IN, EQUALS, DOUBLE_EQUALS, NOT_EQUALS, EXISTS, DOES_NOT_EXIST, GREATER_THAN, LESS_THAN,
)  # fmt: skip


class SelectorError(ValueError):
    """A selector that upstream refuses; str() is upstream's message."""


@attrs.frozen
class Requirement:
    """One condition on one label: `operator` is a constant of this module, `values` in the order given."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


class SelectorExpression(Protocol):
    """What is read of an entry of matchExpressions; `operator` is In, NotIn, Exists or DoesNotExist."""

    @property
    def key(self) -> str:
        """The label's key."""

    @property
    def operator(self) -> str:
        """In, NotIn, Exists or DoesNotExist."""

    @property
    def values(self) -> tuple[str, ...]:
        """The values, in the order given."""


class Selector(Protocol):
    """What is read of a metav1.LabelSelector. Both fields empty: everything; a None in its place: nothing."""

    @property
    def match_labels(self) -> Mapping[str, str]:
        """The pairs that the labels must hold."""

    @property
    def match_expressions(self) -> Sequence[SelectorExpression]:
        """The conditions that the labels must meet."""


def matches_selector(selector: Selector | None, labels: Mapping[str, str]) -> bool:
    """Tell whether `labels` meet every condition of `selector`; None selects nothing, an empty one all.

    Raises SelectorError for an operator that is none. Values are not validated: admission did that.
    Source: LabelSelectorAsSelector, release 1.36.
    """
    if selector is None:
        return False
    for key, wanted in selector.match_labels.items():
        if labels.get(key) != wanted:
            return False
    return all(_matches_expression(expression, labels) for expression in selector.match_expressions)


def _matches_expression(expression: SelectorExpression, labels: Mapping[str, str]) -> bool:
    operator = _SELECTOR_OPERATORS.get(expression.operator)
    if operator is None:
        raise _unknown_operator(expression.operator)
    return matches_requirement(Requirement(expression.key, operator, expression.values), labels)


def _unknown_operator(operator: str) -> SelectorError:
    return SelectorError(f"{quote(operator)} is not a valid label selector operator")


def matches_labels(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Tell whether `labels` hold every pair of `selector` (a Service's or ReplicationController's)."""
    return all(labels.get(key) == wanted for key, wanted in selector.items())


def matches_requirements(requirements: tuple[Requirement, ...], labels: Mapping[str, str]) -> bool:
    """Tell whether `labels` meet every requirement."""
    return all(matches_requirement(requirement, labels) for requirement in requirements)


def matches_requirement(requirement: Requirement, labels: Mapping[str, str]) -> bool:
    """Tell whether `labels` meet one requirement. Source: Requirement.Matches, release 1.36."""
    operator, held = requirement.operator, labels.get(requirement.key)
    if operator in {IN, EQUALS, DOUBLE_EQUALS}:
        return held is not None and held in requirement.values
    if operator in {NOT_IN, NOT_EQUALS}:
        return held is None or held not in requirement.values
    if operator == EXISTS:
        return held is not None
    if operator == DOES_NOT_EXIST:
        return held is None
    if operator in {GREATER_THAN, LESS_THAN}:
        return held is not None and _matches_order(requirement, held)
    return False


def _matches_order(requirement: Requirement, held: str) -> bool:
    if len(requirement.values) != 1:
        return False
    try:
        number, bound = parse_int64(held), parse_int64(requirement.values[0])
    except GoNumberError:
        return False
    return number > bound if requirement.operator == GREATER_THAN else number < bound


def requirements_of(selector: Selector | None) -> tuple[Requirement, ...] | None:
    """Return `selector` as validated requirements sorted by key; None, which selects nothing, stays None.

    Raises SelectorError for a bad key, value, operator or number of values. Source:
    LabelSelectorAsSelector, release 1.36.
    """
    if selector is None:
        return None
    pairs = selector.match_labels
    found = [new_requirement(key, EQUALS, (pairs[key],)) for key in sorted(pairs)]
    for expression in selector.match_expressions:
        operator = _SELECTOR_OPERATORS.get(expression.operator)
        if operator is None:
            raise _unknown_operator(expression.operator)
        found.append(new_requirement(expression.key, operator, expression.values, nil_when_empty=True))
    return sort_requirements(tuple(found))


def sort_requirements(requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """Return the requirements sorted by key, equal keys in the order given."""
    return tuple(sorted(requirements, key=lambda requirement: requirement.key))


def new_requirement(
    key: str, operator: str, values: tuple[str, ...], *, nil_when_empty: bool = False
) -> Requirement:
    """Return a requirement after validating it; raises SelectorError naming every problem.

    `nil_when_empty` says that an empty list of values is Go's nil, which prints as null. Source:
    labels.NewRequirement, release 1.36.
    """
    problems = requirement_problems(key, operator, values, nil_when_empty=nil_when_empty)
    if problems:
        texts = [text for position, text in enumerate(problems) if text not in problems[:position]]
        raise SelectorError(texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]")
    return Requirement(key, operator, values)


def requirement_problems(
    key: str, operator: str, values: tuple[str, ...], *, nil_when_empty: bool = False
) -> tuple[str, ...]:
    """Return what is wrong with a requirement, each as `field: Invalid value: ...`, in upstream's order."""
    shown = "null" if nil_when_empty and not values else format_json(list(values))
    problems = [
        _invalid("key", quote(key), "; ".join(found)) for found in (label_key_problems(key),) if found
    ]
    count = _count_problem(operator, len(values))
    if count:
        problems.append(_invalid("values", shown, count))
    if operator in {GREATER_THAN, LESS_THAN}:
        wrong = [(at, text) for at, text in enumerate(values) if not _is_integer(text)]
        problems += [_invalid(f"values[{at}]", quote(text), _NOT_INTEGER) for at, text in wrong]
    if operator not in _VALIDATED_OPERATORS:
        supported = ", ".join(quote(name) for name in sorted(_VALIDATED_OPERATORS))
        problems.append(f"operator: Unsupported value: {quote(operator)}: supported values: {supported}")
    for at, text in enumerate(values):
        found = label_value_problems(text)
        if found:
            problems.append(_invalid(f"values[{at}][{key}]", quote(text), "; ".join(found)))
    return tuple(problems)


_NOT_INTEGER: Final = "for 'Gt', 'Lt' operators, the value must be an integer"


def _invalid(field: str, shown: str, detail: str) -> str:
    return f"{field}: Invalid value: {shown}: {detail}"


def _is_integer(text: str) -> bool:
    try:
        parse_int64(text)
    except GoNumberError:
        return False
    return True


def _count_problem(operator: str, count: int) -> str:
    if operator in {IN, NOT_IN} and count == 0:
        return "for 'in', 'notin' operators, values set can't be empty"
    if operator in {EQUALS, DOUBLE_EQUALS, NOT_EQUALS} and count != 1:
        return "exact-match compatibility requires one single value"
    if operator in {EXISTS, DOES_NOT_EXIST} and count != 0:
        return "values set must be empty for exists and does not exist"
    if operator in {GREATER_THAN, LESS_THAN} and count != 1:
        return "for 'Gt', 'Lt' operators, exactly one value is required"
    return ""


def format_requirements(requirements: tuple[Requirement, ...]) -> str:
    """Return the selector's text; values of a set are sorted. Source: Selector.String, release 1.36."""
    return ",".join(format_requirement(requirement) for requirement in requirements)


def format_requirement(requirement: Requirement) -> str:
    """Return one requirement's text, as `kubectl get -l` takes it."""
    key, operator = requirement.key, requirement.operator
    if operator == EXISTS:
        return key
    if operator == DOES_NOT_EXIST:
        return f"!{key}"
    joined = ",".join(sorted(requirement.values))
    return f"{key}{_SIGNS.get(operator, '')}" + (f"({joined})" if operator in {IN, NOT_IN} else joined)
