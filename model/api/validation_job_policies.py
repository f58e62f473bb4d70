"""Validation of a Job's pod failure policy and success policy.

Mirrors validatePodFailurePolicy and validateSuccessPolicy of pkg/apis/batch/validation/validation.go, release
1.36.
"""

from itertools import pairwise
from typing import Final

from seatrial.model.api.field_errors import (
    Errors,
    duplicate,
    invalid,
    invalid_without_value,
    joined,
    nonnegative,
    not_supported,
    required,
    too_long,
    too_many,
)
from seatrial.model.api.trees import Tree, indexed, items, part, text
from seatrial.model.api.validation_meta import label_name
from seatrial.model.meta.go_format import GoNumberError, parse_int64, quote

_ACTIONS: Final = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS: Final = ("In", "NotIn")
_STATUSES: Final = ("False", "True", "Unknown")
_MAX_RULES: Final = 20
_MAX_EXIT_CODES: Final = 255
_MAX_INDEXES_BYTES: Final = 64 * 1024


class IndexesError(ValueError):
    """A list of index intervals that cannot be read; str() is upstream's message."""


def _valid_values(names: tuple[str, ...]) -> str:
    return f"valid values: [{' '.join(quote(name) for name in names)}]"


def _one_of(field: str, value: str, names: tuple[str, ...]) -> Errors:
    if not value:
        return required(field, _valid_values(names))
    return () if value in names else not_supported(field, value, names)


def validate_pod_failure_policy(spec: Tree, field: str) -> Errors:
    """The rules by which a failed pod fails the Job, counts, or is ignored."""
    rules = indexed(part(spec, "podFailurePolicy"), "rules", field)
    pod = part(spec, "template", "spec")
    names = tuple(text(c, "name") for key in ("containers", "initContainers") for c in items(pod, key))
    errors = too_many(f"{field}.rules", len(rules), _MAX_RULES) if len(rules) > _MAX_RULES else ()
    per_index = spec.get("backoffLimitPerIndex") is not None
    return errors + joined(_validate_rule(rule, path, names, per_index=per_index) for path, rule in rules)


def _validate_rule(rule: Tree, field: str, names: tuple[str, ...], *, per_index: bool) -> Errors:
    action, codes, conditions = text(rule, "action"), rule.get("onExitCodes"), items(rule, "onPodConditions")
    if action == "FailIndex" and not per_index:
        errors = invalid(f"{field}.action", action, "requires the backoffLimitPerIndex to be set")
    else:
        errors = _one_of(f"{field}.action", action, _ACTIONS)
    if codes is not None:
        errors += _validate_exit_codes(codes, f"{field}.onExitCodes", names)
    errors += _validate_conditions(rule, field)
    if codes is not None and conditions:
        errors += invalid_without_value(
            field, "specifying both OnExitCodes and OnPodConditions is not supported"
        )
    if codes is None and not conditions:
        errors += invalid_without_value(
            field, "specifying one of OnExitCodes and OnPodConditions is required"
        )
    return errors


def _validate_exit_codes(codes: Tree, field: str, names: tuple[str, ...]) -> Errors:
    operator, name, values = text(codes, "operator"), codes.get("containerName"), items(codes, "values")
    errors = _one_of(f"{field}.operator", operator, _OPERATORS)
    if name is not None and name not in names:
        detail = "must be one of the container or initContainer names in the pod template"
        errors += invalid(f"{field}.containerName", name, detail)
    if not values:
        errors += invalid(
            f"{field}.values", [] if codes.get("values") == [] else None, "at least one value is required"
        )
    elif len(values) > _MAX_EXIT_CODES:
        errors += too_many(f"{field}.values", len(values), _MAX_EXIT_CODES)
    for at, value in enumerate(values):
        if operator == "In" and value == 0:
            errors += invalid(f"{field}.values[{at}]", value, "must not be 0 for the In operator")
        errors += duplicate(f"{field}.values[{at}]", value) if value in values[:at] else ()
    ordered = all(first <= second for first, second in pairwise(values))
    return errors + (() if ordered else invalid(f"{field}.values", list(values), "must be ordered"))


def _validate_conditions(rule: Tree, field: str) -> Errors:
    conditions = indexed(rule, "onPodConditions", field)
    errors: Errors = ()
    if len(conditions) > _MAX_RULES:
        errors = too_many(f"{field}.onPodConditions", len(conditions), _MAX_RULES)
    for path, condition in conditions:
        errors += label_name(f"{path}.type", text(condition, "type"))
        errors += _one_of(f"{path}.status", text(condition, "status", "True"), _STATUSES)
    return errors


def validate_success_policy(policy: Tree, completions: int, field: str) -> Errors:
    """The rules by which some succeeded indexes are enough; completions is the Job's number of indexes."""
    rules = indexed(policy, "rules", field)
    errors: Errors = ()
    if not rules:
        detail = "at least one rules must be specified when the successPolicy is specified"
        errors = required(f"{field}.rules", detail)
    elif len(rules) > _MAX_RULES:
        errors = too_many(f"{field}.rules", len(rules), _MAX_RULES)
    return errors + joined(_validate_success_rule(rule, path, completions) for path, rule in rules)


def _validate_success_rule(rule: Tree, field: str, completions: int) -> Errors:
    count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    errors: Errors = ()
    total = 0
    if count is None and indexes is None:
        detail = "at least one of succeededCount or succeededIndexes must be specified"
        errors = required(field, detail)
    if indexes is not None:
        path = f"{field}.succeededIndexes"
        errors += too_long(path, _MAX_INDEXES_BYTES) if len(indexes) > _MAX_INDEXES_BYTES else ()
        try:
            total = count_indexes(indexes, completions)
        except IndexesError as error:
            errors += invalid(path, indexes, f"error parsing succeededIndexes: {error}")
    if count is None:
        return errors
    path = f"{field}.succeededCount"
    errors += nonnegative(path, count)
    if count > completions:
        errors += invalid(
            path, count, f"must be less than or equal to {completions} (the number of specified completions)"
        )
    if indexes is not None and count > total:
        where = "the number of indexes in the specified succeededIndexes field"
        errors += invalid(path, count, f"must be less than or equal to {total} ({where})")
    return errors


def count_indexes(text_of: str, completions: int) -> int:
    """How many indexes a list of intervals such as `0,2-4` names; raises IndexesError if it is not one."""
    total, last = 0, -1
    for interval in text_of.split(",") if text_of else ():
        first, end = _interval(interval, completions)
        if last >= first and total:
            raise IndexesError(f"non-increasing order, previous: {last}, current: {first}")
        total, last = total + end - first + 1, end
    return total


def _interval(interval: str, completions: int) -> tuple[int, int]:
    parts = interval.split("-")
    if len(parts) > 2:
        detail = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise IndexesError(f"the fragment {quote(interval)} {detail}")
    first = _index(parts[0], completions)
    if len(parts) == 1:
        return first, first
    end = _index(parts[1], completions)
    if first >= end:
        raise IndexesError(f"non-increasing order, previous: {first}, current: {end}")
    return first, end


def _index(text_of: str, completions: int) -> int:
    try:
        number = parse_int64(text_of, "Atoi")
    except GoNumberError as error:
        raise IndexesError(f"cannot convert string to integer for index: {quote(text_of)}") from error
    if number >= completions:
        raise IndexesError(f"too large index: {quote(text_of)}")
    return number
