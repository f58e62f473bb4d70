"""Role-based access control: what a user may do, by the roles bound to it.

Rules come from two places: Role, ClusterRole and their bindings in the store, and what is built in: the group
`system:masters` may do everything, and every modelled process has its own least grant (`Controller.grants`), which
stands for its bootstrap ClusterRole and binding without taking room in the store. Mirrors
plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac/validation (release 1.36). Left out: aggregated ClusterRoles
(their rules count as stored) and the check that nobody grants more than he has, which matters only to users without
full rights who write roles: none is modelled.
"""

from collections.abc import Iterator
from functools import lru_cache

import attrs

from seatrial.model.api.rbac import ClusterRoleBinding, PolicyRule, RoleBinding, RoleRef, Subject
from seatrial.model.apiserver.auth.authentication import MASTERS, SERVICE_ACCOUNT_PREFIX
from seatrial.model.apiserver.implied import SYSTEMS
from seatrial.model.etcd.store import read
from seatrial.model.system import System
from seatrial.model.view import View

ALL = "*"
GROUP = "rbac.authorization.k8s.io"
CLUSTER_ADMIN = (PolicyRule((ALL,), (ALL,), (ALL,)), PolicyRule((ALL,), non_resource_urls=(ALL,)))
BOOTSTRAP_CLUSTER_ROLES = {"cluster-admin": CLUSTER_ADMIN}


@attrs.frozen
class Attributes:
    """What is asked: a verb on a resource, or on a path when `path` is given."""

    verb: str
    api_group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""


@attrs.frozen
class Decision:
    """Allowed, or no opinion (nobody else allows it then), and why."""

    allowed: bool
    reason: str = ""


@attrs.frozen
class Source:
    """Where a rule comes from: the binding, and the subject of it that fits; or what went wrong."""

    binding: str = ""
    error: str = ""


def rule_allows(asked: Attributes, rule: PolicyRule) -> bool:
    """Does one rule allow it?"""
    if ALL not in rule.verbs and asked.verb not in rule.verbs:
        return False
    if asked.path:
        return any(_path_matches(url, asked.path) for url in rule.non_resource_urls)
    if ALL not in rule.api_groups and asked.api_group not in rule.api_groups:
        return False
    if not _resource_matches(rule.resources, asked.resource, asked.subresource):
        return False
    return not rule.resource_names or asked.name in rule.resource_names


def _path_matches(url: str, path: str) -> bool:
    return url in (ALL, path) or (url.endswith(ALL) and path.startswith(url.rstrip(ALL)))


def _resource_matches(resources: tuple[str, ...], resource: str, subresource: str) -> bool:
    if ALL in resources:
        return True
    if not subresource:
        return resource in resources
    return f"{resource}/{subresource}" in resources or f"*/{subresource}" in resources


def applies_to(subject: Subject, user: str, groups: tuple[str, ...], namespace: str) -> bool:
    """Is this subject the user? A ServiceAccount without a namespace is of the binding's."""
    if subject.kind == "User":
        return subject.name == user
    if subject.kind == "Group":
        return subject.name in groups
    if subject.kind == "ServiceAccount":
        home = subject.namespace or namespace
        return bool(home) and user == f"{SERVICE_ACCOUNT_PREFIX}{home}:{subject.name}"
    return False


def describe_subject(subject: Subject, namespace: str) -> str:
    """A subject as the authorizer's reasons name it."""
    if subject.kind == "ServiceAccount":
        return f'ServiceAccount "{subject.name}/{subject.namespace or namespace}"'
    return f'{subject.kind} "{subject.name}"'


def bound_rules(
    view: View, user: str, groups: tuple[str, ...], namespace: str,
) -> Iterator[tuple[Source, tuple[PolicyRule, ...]]]:
    """The rules of every binding that fits, cluster-wide ones first (VisitRulesFor)."""
    for name, binding in view.scan("object", "", "clusterrolebindings"):
        yield from _bound(view, binding, (user, groups), "", f'ClusterRoleBinding "{name}"')
    if not namespace:
        return
    for key, binding in view.scan("object", "", "rolebindings"):
        if key.startswith(f"{namespace}/"):
            yield from _bound(view, binding, (user, groups), namespace,
                              f'RoleBinding "{binding.metadata.name}/{namespace}"')


def _bound(
    view: View, binding: RoleBinding | ClusterRoleBinding, who: tuple[str, tuple[str, ...]], namespace: str, said: str,
) -> Iterator[tuple[Source, tuple[PolicyRule, ...]]]:
    subject = next((each for each in binding.subjects if applies_to(each, *who, namespace)), None)
    if subject is None:
        return
    ref = binding.role_ref
    rules = rules_of(view, ref, namespace)
    if rules is None:
        yield Source(error=f'{ref.kind.lower()}.{GROUP} "{ref.name}" not found'), ()
        return
    words = f'{said} of {ref.kind} "{ref.name}" to {describe_subject(subject, namespace)}'
    yield Source(words), rules


def rules_of(view: View, ref: RoleRef, namespace: str) -> tuple[PolicyRule, ...] | None:
    """The rules of the role that a binding names; None when there is no such role."""
    if ref.kind == "Role":
        role = read(view, "roles", f"{namespace}/{ref.name}")
    else:
        role = read(view, "clusterroles", ref.name)
    if role is None:
        return BOOTSTRAP_CLUSTER_ROLES.get(ref.name) if ref.kind == "ClusterRole" else None
    return tuple(role.rules)


def authorize(view: View, user: str, groups: tuple[str, ...], asked: Attributes) -> Decision:
    """Asks the stored roles (RBACAuthorizer.Authorize)."""
    errors = []
    for source, rules in bound_rules(view, user, groups, asked.namespace):
        if source.error:
            errors.append(source.error)
        elif any(rule_allows(asked, rule) for rule in rules):
            return Decision(allowed=True, reason=f"RBAC: allowed by {source.binding}")
    return Decision(allowed=False, reason=f"RBAC: {aggregate(tuple(errors))}" if errors else "")


def aggregate(errors: tuple[str, ...]) -> str:
    """Several errors as one text, without repeats."""
    texts = tuple(dict.fromkeys(errors))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


@lru_cache(maxsize=SYSTEMS)
def built_in_grants(system: System) -> dict[str, tuple[PolicyRule, ...]]:
    """The least grant of every process of a system, by its user."""
    found: dict[str, tuple[PolicyRule, ...]] = {}
    for process in system.processes.values():
        if process.user:
            found[process.user] = (*found.get(process.user, ()), *process.grants)
    return found


@lru_cache(maxsize=SYSTEMS)
def users_with_named_rules(system: System) -> tuple[str, ...]:
    """The processes whose grants look at names: only their answers depend on the name asked about."""
    grants = built_in_grants(system)
    return tuple(user for user, rules in grants.items() if any(rule.resource_names for rule in rules))


@lru_cache(maxsize=1024)
def is_granted(system: System, user: str, verb: str, path: tuple[str, str, str], name: str) -> bool:
    """Does a process's own least grant allow it? `path` is group, resource and subresource."""
    asked = Attributes(verb, *path, name)
    return any(rule_allows(asked, rule) for rule in built_in_grants(system).get(user, ()))


def is_master(groups: tuple[str, ...]) -> bool:
    """May this user do everything, whatever is stored?"""
    return MASTERS in groups
