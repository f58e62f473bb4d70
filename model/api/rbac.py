"""Roles and bindings; mirrors staging/src/k8s.io/api/rbac/v1/types.go (release 1.36)."""

import attrs

from seatrial.model.api.meta import Json, ObjectMeta
from seatrial.model.api.wire import many, one, text, texts, unmodelled


@attrs.frozen
class PolicyRule:
    """What may be done with what; "*" stands for all."""

    verbs: tuple[str, ...] = texts("verbs")
    api_groups: tuple[str, ...] = texts("apiGroups")
    resources: tuple[str, ...] = texts("resources")
    resource_names: tuple[str, ...] = texts("resourceNames")
    non_resource_urls: tuple[str, ...] = texts("nonResourceURLs")


@attrs.frozen
class Role:
    """Rules within a namespace."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    rules: tuple[PolicyRule, ...] = many("rules", PolicyRule)


@attrs.frozen
class ClusterRole:
    """Rules for the whole cluster; aggregation is kept, unmodelled."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    rules: tuple[PolicyRule, ...] = many("rules", PolicyRule)
    unmodelled: Json = unmodelled()


@attrs.frozen
class Subject:
    """Who a binding speaks of."""

    kind: str = text("kind", keep=True)
    api_group: str = text("apiGroup")
    name: str = text("name", keep=True)
    namespace: str = text("namespace")


@attrs.frozen
class RoleRef:
    """The role that a binding grants."""

    api_group: str = text("apiGroup", keep=True)
    kind: str = text("kind", keep=True)
    name: str = text("name", keep=True)


@attrs.frozen
class RoleBinding:
    """Grants a role within a namespace."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    subjects: tuple[Subject, ...] = many("subjects", Subject)
    role_ref: RoleRef = one("roleRef", RoleRef, keep=True)


@attrs.frozen
class ClusterRoleBinding:
    """Grants a cluster role everywhere."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    subjects: tuple[Subject, ...] = many("subjects", Subject)
    role_ref: RoleRef = one("roleRef", RoleRef, keep=True)
