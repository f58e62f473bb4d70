"""Validation of what steers a pod to nodes: affinity, tolerations, topology spread, gates.

Mirrors validateAffinity, ValidateTolerations and validateTopologySpreadConstraints of
pkg/apis/core/validation/validation.go, release 1.36. Label values in preferred node affinity are not looked
at, as upstream. Left out: matchLabelKeys that also stand in the selector.
"""

from collections.abc import Callable
from typing import Final

from seatrial.model.api.field_errors import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    joined,
    not_supported,
    required,
)
from seatrial.model.api.trees import Tree, indexed, items, part, text
from seatrial.model.api.validation_formats import dns_label, dns_subdomain
from seatrial.model.api.validation_meta import label_name, validate_label_selector
from seatrial.model.meta.names import label_value_problems

_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_MATCH_ALL: Final = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
_UNSATISFIABLE: Final = ("DoNotSchedule", "ScheduleAnyway")
_INCLUSION: Final = ("Honor", "Ignore")


def validate_affinity(spec: Tree, field: str) -> Errors:
    """Node affinity, pod affinity and pod anti-affinity."""
    affinity = part(spec, "affinity")
    return _validate_node_affinity(part(affinity, "nodeAffinity"), f"{field}.nodeAffinity") + joined(
        _validate_pod_affinity(part(affinity, kind), f"{field}.{kind}")
        for kind in ("podAffinity", "podAntiAffinity")
    )


def _validate_node_affinity(affinity: Tree, field: str) -> Errors:
    errors: Errors = ()
    if affinity.get(_REQUIRED) is not None:
        errors += validate_node_selector(affinity[_REQUIRED], f"{field}.{_REQUIRED}")
    for path, term in indexed(affinity, _PREFERRED, field):
        errors += _weight(term, path)
        errors += _validate_term(part(term, "preference"), f"{path}.preference", with_values=False)
    return errors


def validate_node_selector(selector: Tree, field: str) -> Errors:
    """A required node selector: at least one term, each valid."""
    terms = indexed(selector, "nodeSelectorTerms", field)
    if not terms:
        return required(f"{field}.nodeSelectorTerms", "must have at least one node selector term")
    return joined(_validate_term(term, path, with_values=True) for path, term in terms)


def _weight(term: Tree, field: str) -> Errors:
    weight = term.get("weight") or 0
    return () if 1 <= weight <= 100 else invalid(f"{field}.weight", weight, "must be in the range 1-100")


def _validate_term(term: Tree, field: str, *, with_values: bool) -> Errors:
    labels = joined(
        _validate_node_requirement(entry, path, with_values=with_values)
        for path, entry in indexed(term, "matchExpressions", field)
    )
    return labels + joined(
        _validate_field_requirement(entry, path) for path, entry in indexed(term, "matchFields", field)
    )


def _validate_node_requirement(entry: Tree, field: str, *, with_values: bool) -> Errors:
    values = items(entry, "values")
    errors = _validate_node_operator(text(entry, "operator"), len(values), field)
    errors += label_name(f"{field}.key", text(entry, "key"))
    if not with_values:
        return errors
    return errors + joined(
        invalid(f"{field}.values[{at}]", value, *label_value_problems(value))
        for at, value in enumerate(values)
    )


def _validate_node_operator(operator: str, count: int, field: str) -> Errors:
    match operator:
        case "In" | "NotIn":
            detail = "must be specified when `operator` is 'In' or 'NotIn'"
            return () if count else required(f"{field}.values", detail)
        case "Exists" | "DoesNotExist":
            detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            return forbidden(f"{field}.values", detail) if count else ()
        case "Gt" | "Lt":
            detail = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            return () if count == 1 else required(f"{field}.values", detail)
        case _:
            return invalid(f"{field}.operator", operator, "not a valid selector operator")


def _validate_field_requirement(entry: Tree, field: str) -> Errors:
    operator, key, values = text(entry, "operator"), text(entry, "key"), items(entry, "values")
    errors: Errors = ()
    if operator not in {"In", "NotIn"}:
        errors = invalid(f"{field}.operator", operator, "not a valid selector operator")
    elif len(values) != 1:
        detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors = required(f"{field}.values", detail)
    if key != "metadata.name":
        return errors + invalid(f"{field}.key", key, "not a valid field selector key")
    return errors + joined(dns_subdomain(f"{field}.values[{at}]", value) for at, value in enumerate(values))


def _validate_pod_affinity(affinity: Tree, field: str) -> Errors:
    errors = joined(
        validate_pod_affinity_term(term, path) for path, term in indexed(affinity, _REQUIRED, field)
    )
    for path, term in indexed(affinity, _PREFERRED, field):
        errors += _weight(term, path)
        errors += validate_pod_affinity_term(part(term, "podAffinityTerm"), f"{path}.podAffinityTerm")
    return errors


def validate_pod_affinity_term(term: Tree, field: str) -> Errors:
    """One term: selectors, namespaces, topology key (an empty key breaks two rules, as upstream)."""
    key = text(term, "topologyKey")
    return joined((
        validate_label_selector(term.get("labelSelector"), f"{field}.labelSelector"),
        validate_label_selector(term.get("namespaceSelector"), f"{field}.namespaceSelector"),
        joined(dns_label(f"{field}.namespace", name) for name in items(term, "namespaces")),
        () if key else required(f"{field}.topologyKey", "can not be empty"),
        label_name(f"{field}.topologyKey", key),
    ))  # fmt: skip


def validate_tolerations(spec: Tree, field: str) -> Errors:
    """A pod's tolerations."""
    return joined(_validate_toleration(entry, path) for path, entry in indexed(spec, "tolerations", field))


def _validate_toleration(entry: Tree, field: str) -> Errors:
    key, operator, effect = text(entry, "key"), text(entry, "operator"), text(entry, "effect")
    errors = label_name(f"{field}.key", key) if key else ()
    if not key and operator != "Exists":
        errors += invalid(f"{field}.operator", operator, _MATCH_ALL)
    if entry.get("tolerationSeconds") is not None and effect != "NoExecute":
        detail = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        errors += invalid(f"{field}.effect", effect, detail)
    errors += _validate_toleration_value(operator, text(entry, "value"), f"{field}.operator")
    return errors + validate_taint_effect(effect, f"{field}.effect")


def _validate_toleration_value(operator: str, value: str, field: str) -> Errors:
    match operator:
        case "" | "Equal":
            problems = label_value_problems(value)
            return invalid(field, value, ";".join(problems)) if problems else ()
        case "Exists":
            return invalid(field, value, "value must be empty when `operator` is 'Exists'") if value else ()
        case "Lt" | "Gt":
            return not_supported(field, operator, ("Equal", "Exists", "Lt", "Gt"))
        case _:
            return not_supported(field, operator, ("Equal", "Exists"))


def validate_taint_effect(effect: str, field: str) -> Errors:
    """NoSchedule, PreferNoSchedule or NoExecute; empty means all of them."""
    return () if not effect or effect in _EFFECTS else not_supported(field, effect, _EFFECTS)


def validate_topology_spread(spec: Tree, field: str) -> Errors:
    """Topology spread constraints, no two with the same key and action."""
    constraints = indexed(spec, "topologySpreadConstraints", field)
    pairs = [_spread_kind(constraint) for _, constraint in constraints]
    errors: Errors = ()
    for at, (path, constraint) in enumerate(constraints):
        errors += _validate_constraint(constraint, path, repeated=pairs[at] in pairs[at + 1 :])
    return errors


def _spread_kind(constraint: Tree) -> tuple[str, str]:
    return text(constraint, "topologyKey"), text(constraint, "whenUnsatisfiable")


def _positive(field: str, value: int) -> Errors:
    return () if value > 0 else invalid(field, value, "must be greater than zero")


def _validate_constraint(constraint: Tree, field: str, *, repeated: bool) -> Errors:
    key, action = _spread_kind(constraint)
    domains = constraint.get("minDomains")
    return joined((
        _positive(f"{field}.maxSkew", constraint.get("maxSkew") or 0),
        () if key else required(f"{field}.topologyKey", "can not be empty"),
        () if action in _UNSATISFIABLE
        else not_supported(f"{field}.whenUnsatisfiable", action, _UNSATISFIABLE),
        duplicate(f"{field}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}") if repeated else (),
        () if domains is None else _validate_domains(domains, action, f"{field}.minDomains"),
        _inclusion(constraint, "nodeAffinityPolicy", field),
        _inclusion(constraint, "nodeTaintsPolicy", field),
        validate_label_selector(constraint.get("labelSelector"), f"{field}.labelSelector"),
    ))  # fmt: skip


def _validate_domains(domains: int, action: str, field: str) -> Errors:
    errors = _positive(field, domains)
    if action != "DoNotSchedule":
        detail = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        errors += invalid(field, domains, detail)
    return errors


def _inclusion(constraint: Tree, key: str, field: str) -> Errors:
    value = constraint.get(key)
    return () if value is None or value in _INCLUSION else not_supported(f"{field}.{key}", value, _INCLUSION)


def validate_named(spec: Tree, key: str, field: str, name: str, rule: Callable[[str, str], Errors]) -> Errors:
    """A list of mappings whose entry name follows a rule."""
    return joined(rule(f"{path}.{name}", text(entry, name)) for path, entry in indexed(spec, key, field))
