"""Validation of roles and role bindings.

Mirrors pkg/apis/rbac/validation/validation.go, release 1.36. Left out: nothing.
"""

from typing import Final

from seatrial.model.api.field_errors import Errors, invalid, joined, not_supported, required
from seatrial.model.api.trees import Tree, indexed, items, part, text
from seatrial.model.api.validation_formats import dns_subdomain, path_segment_problems
from seatrial.model.api.validation_meta import selector_matches, validate_label_selector

_GROUP: Final = "rbac.authorization.k8s.io"


def validate_role(role: Tree) -> Errors:
    """A Role's rules."""
    return joined(_validate_rule(rule, path, namespaced=True) for path, rule in _rules(role))


def validate_cluster_role(role: Tree) -> Errors:
    """A ClusterRole's rules, which may name URLs as well."""
    rules = joined(_validate_rule(rule, path, namespaced=False) for path, rule in _rules(role))
    return rules + _validate_aggregation(role)


def _validate_aggregation(role: Tree) -> Errors:
    """The selectors of the ClusterRoles whose rules this one gathers."""
    if role.get("aggregationRule") is None:
        return ()
    field = "aggregationRule.clusterRoleSelectors"
    selectors = indexed(role["aggregationRule"], "clusterRoleSelectors", "aggregationRule")
    if not selectors:
        return required(field, "at least one clusterRoleSelector required if aggregationRule is non-nil")
    errors: Errors = ()
    for path, selector in selectors:
        errors += validate_label_selector(selector, path)
        errors += (
            invalid(path, None, "invalid label selector.") if selector_matches(selector, {}) is None else ()
        )
    return errors


def _rules(role: Tree) -> tuple[tuple[str, Tree], ...]:
    return tuple((f"rules[{at}]", rule) for at, rule in enumerate(items(role, "rules")))


def _validate_rule(rule: Tree, field: str, *, namespaced: bool) -> Errors:
    errors = (
        () if items(rule, "verbs") else required(f"{field}.verbs", "verbs must contain at least one value")
    )
    urls = items(rule, "nonResourceURLs")
    if urls:
        if namespaced:
            errors += invalid(
                f"{field}.nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs"
            )
        if any(items(rule, key) for key in ("apiGroups", "resources", "resourceNames")):
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            errors += invalid(f"{field}.nonResourceURLs", urls, detail)
        return errors
    if not items(rule, "apiGroups"):
        errors += required(f"{field}.apiGroups", "resource rules must supply at least one api group")
    if not items(rule, "resources"):
        errors += required(f"{field}.resources", "resource rules must supply at least one resource")
    return errors


def validate_role_binding(binding: Tree) -> Errors:
    """A RoleBinding's role and subjects."""
    return _validate_role_ref(part(binding, "roleRef"), ("Role", "ClusterRole")) + _validate_subjects(
        binding, namespaced=True
    )


def validate_cluster_role_binding(binding: Tree) -> Errors:
    """A ClusterRoleBinding's role and subjects."""
    return _validate_role_ref(part(binding, "roleRef"), ("ClusterRole",)) + _validate_subjects(
        binding, namespaced=False
    )


def _validate_role_ref(reference: Tree, kinds: tuple[str, ...]) -> Errors:
    group, kind, name = text(reference, "apiGroup", _GROUP), text(reference, "kind"), text(reference, "name")
    return joined((
        () if group == _GROUP else not_supported("roleRef.apiGroup", group, (_GROUP,)),
        () if kind in kinds else not_supported("roleRef.kind", kind, kinds),
        invalid("roleRef.name", name, *path_segment_problems(name)) if name else required("roleRef.name"),
    ))  # fmt: skip


def _validate_subjects(binding: Tree, *, namespaced: bool) -> Errors:
    return joined(
        _validate_subject(subject, f"subjects[{at}]", namespaced=namespaced)
        for at, subject in enumerate(items(binding, "subjects"))
    )


def _validate_subject(subject: Tree, field: str, *, namespaced: bool) -> Errors:
    kind, name, group = text(subject, "kind"), text(subject, "name"), text(subject, "apiGroup")
    errors = () if name else required(f"{field}.name")
    if kind == "ServiceAccount":
        errors += dns_subdomain(f"{field}.name", name) if name else ()
        errors += not_supported(f"{field}.apiGroup", group, ("",)) if group else ()
        return errors + (() if namespaced or text(subject, "namespace") else required(f"{field}.namespace"))
    if kind not in {"User", "Group"}:
        return errors + not_supported(f"{field}.kind", kind, ("ServiceAccount", "User", "Group"))
    if (group or _GROUP) != _GROUP:
        errors += not_supported(f"{field}.apiGroup", group, (_GROUP,))
    return errors
