"""Validation of ResourceQuotas: names, amounts, and the scopes that say which pods and claims they count.

Mirrors ValidateResourceQuotaSpec of pkg/apis/core/validation/validation.go, release 1.36. Where Go walks a
map, names are taken in order.
"""

from typing import Final

from seatrial.model.api.field_errors import Errors, invalid, joined, required
from seatrial.model.api.trees import Tree, items, part, text
from seatrial.model.api.validation_resources import STANDARD_RESOURCES, validate_quantity
from seatrial.model.meta.names import label_key_problems

_COMPUTE: Final = ("cpu", "limits.cpu", "limits.memory", "memory", "pods", "requests.cpu", "requests.memory")
_CLAIMS: Final = ("persistentvolumeclaims", "requests.storage")
_EXISTING: Final = (
    "BestEffort",
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "Terminating",
)
_SCOPES: Final = (*_EXISTING, "PriorityClass", "VolumeAttributesClass")
_PAIRS: Final = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_UNSUPPORTED: Final = "unsupported scope applied to resource"
_MUST_EXIST: Final = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
    "ResourceQuotaScopeCrossNamespacePodAffinity"
)


def validate_resource_quota(quota: Tree) -> Errors:
    """A ResourceQuota's limits and scopes."""
    spec = part(quota, "spec")
    hard = part(spec, "hard")
    amounts = joined(_validate_amount(name, hard[name], f"spec.hard[{name}]") for name in sorted(hard))
    return amounts + _validate_scopes(spec) + _validate_selector(spec)


def _validate_amount(name: str, value: object, field: str) -> Errors:
    problems = label_key_problems(name)
    errors = invalid(field, name, *problems)
    if "/" not in name and not _is_huge(name):
        if not problems and name not in STANDARD_RESOURCES:
            errors += invalid(field, name, "must be a standard resource type or fully qualified")
        if not _is_quota_resource(name):
            errors += invalid(field, name, "must be a standard resource for quota")
    return errors + validate_quantity(field, name, value)


def _is_huge(name: str) -> bool:
    return name.startswith(("hugepages-", "requests.hugepages-"))


def _is_quota_resource(name: str) -> bool:
    return _is_huge(name) or (name in STANDARD_RESOURCES and name != "storage")


def _suits(scope: str, name: str) -> bool:
    """Whether a scope can be applied to a resource."""
    if scope == "BestEffort":
        return name == "pods"
    if scope == "VolumeAttributesClass":
        return name in _CLAIMS
    return scope not in _SCOPES or name in _COMPUTE


def _misfits(spec: Tree, scope: str) -> int:
    """How many of the limited resources a scope cannot be applied to."""
    return sum(_is_quota_resource(name) and not _suits(scope, name) for name in part(spec, "hard"))


def _validate_scopes(spec: Tree) -> Errors:
    scopes = [scope or "" for scope in items(spec, "scopes")]
    errors: Errors = ()
    for scope in scopes:
        errors += () if scope in _SCOPES else invalid("spec.scopes", scopes, "unsupported scope")
        errors += invalid("spec.scopes", scopes, *[_UNSUPPORTED] * _misfits(spec, scope))
    return errors + _validate_pairs(scopes, scopes, "spec.scopes")


def _validate_pairs(scopes: list[str], shown: list[str] | None, field: str) -> Errors:
    both = [pair for pair in _PAIRS if pair[0] in scopes and pair[1] in scopes]
    return joined(invalid(field, shown, "conflicting scopes") for _ in both)


def _validate_selector(spec: Tree) -> Errors:
    entries = items(part(spec, "scopeSelector"), "matchExpressions")
    field = "spec.scopeSelector.matchExpressions"
    errors = joined(_validate_expression(spec, entry, entries, field) for entry in entries)
    scopes = [text(entry, "scopeName") for entry in entries]
    return errors + _validate_pairs(scopes, list(items(spec, "scopes")) or None, field)


def _validate_expression(spec: Tree, entry: Tree, entries: tuple[Tree, ...], field: str) -> Errors:
    scope, operator, values = text(entry, "scopeName"), text(entry, "operator"), items(entry, "values")
    shown = {"MatchExpressions": [_expression_shown(one) for one in entries]}
    errors = () if scope in _SCOPES else invalid(f"{field}.scopeName", scope, "unsupported scope")
    errors += invalid(field, shown, *[_UNSUPPORTED] * _misfits(spec, scope))
    if scope in _EXISTING and operator != "Exists":
        errors += invalid(f"{field}.operator", operator, _MUST_EXIST)
    if operator in {"In", "NotIn"}:
        detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
        return errors + (() if values else required(f"{field}.values", detail))
    if operator in {"Exists", "DoesNotExist"}:
        detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
        return errors + (invalid(f"{field}.values", values, detail) if values else ())
    return errors + invalid(f"{field}.operator", operator, "not a valid selector operator")


def _expression_shown(entry: Tree) -> dict[str, object]:
    return {
        "ScopeName": text(entry, "scopeName"),
        "Operator": text(entry, "operator"),
        "Values": entry.get("values"),
    }
