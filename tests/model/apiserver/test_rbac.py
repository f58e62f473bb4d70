"""Role-based access control and the least grants of the processes."""

from typing import Any

import pytest

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.rbac import (
    ClusterRole,
    ClusterRoleBinding,
    PolicyRule,
    Role,
    RoleBinding,
    RoleRef,
    Subject,
)
from seatrial.model.apiserver.auth.authorization import check_authorization
from seatrial.model.apiserver.auth.rbac import Attributes, applies_to, rule_allows
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller

GROUP = "rbac.authorization.k8s.io"
READ_PODS = (PolicyRule(("get", "list"), ("",), ("pods",)),)
ROBOT = "system:serviceaccount:default:default"
LIST = Call("list", "pods", "default/")


def nothing(local: object, key: str, choice: str) -> Done:
    """A process that has nothing to do."""
    del local, key, choice
    return Done()


def binding(kind: str, name: str) -> RoleBinding:
    """Binds a role to the default account, in namespace default."""
    return RoleBinding(ObjectMeta(name="b", namespace="default"), (Subject("ServiceAccount", name="default"),),
                       RoleRef(GROUP, kind, name))


def test_without_a_role_the_answer_is_403_in_upstreams_words(serving: Any, pod: Any) -> None:
    """The 403 names user, verb, resource, group and namespace; without the stage the list goes through."""
    server = serving(pod())
    expected = (f'pods is forbidden: User "{ROBOT}" cannot list resource "pods" in API group "" '
                'in the namespace "default"')
    assert (403, expected) == (server.ask(LIST, ROBOT).code, server.ask(LIST, ROBOT).message)
    assert 200 == server.ask_without(check_authorization, LIST, ROBOT).code


def test_a_role_counts_in_its_namespace_only(serving: Any, pod: Any) -> None:
    """A RoleBinding allows what its role says in its own namespace, and nothing elsewhere."""
    role = Role(ObjectMeta(name="reader", namespace="default"), READ_PODS)
    server = serving(pod(), role, binding("Role", "reader"))
    assert 200 == server.ask(LIST, ROBOT).code
    assert 403 == server.ask(Call("list", "pods", "other/"), ROBOT).code
    assert 403 == server.ask(Call("delete", "pods", "default/p"), ROBOT).code


def test_a_cluster_role_binding_counts_everywhere(serving: Any, pod: Any) -> None:
    """A ClusterRoleBinding allows it in every namespace and for the cluster."""
    role = ClusterRole(ObjectMeta(name="reader"), READ_PODS)
    subject = Subject("ServiceAccount", name="default", namespace="default")
    bound = ClusterRoleBinding(ObjectMeta(name="b"), (subject,), RoleRef(GROUP, "ClusterRole", "reader"))
    server = serving(pod(), role, bound)
    assert 200 == server.ask(Call("list", "pods", ""), ROBOT).code


def test_a_binding_to_a_missing_role_is_named(serving: Any) -> None:
    """A binding whose role is gone allows nothing, and the 403 says so."""
    reply = serving(binding("Role", "gone")).ask(LIST, ROBOT)
    assert 403 == reply.code
    assert reply.message.endswith(': RBAC: role.rbac.authorization.k8s.io "gone" not found')


def test_a_process_may_do_what_its_grant_says_and_no_more(serving: Any, pod: Any) -> None:
    """A process's own grant stands for its bootstrap role: least privilege without anything stored."""
    process = Controller("thing", (), nothing, user="thing", grants=READ_PODS)
    server = serving(pod(), processes=(process,))
    assert 200 == server.ask(LIST, "thing").code
    assert 403 == server.ask(Call("delete", "pods", "default/p"), "thing").code
    assert 403 == server.ask(Call("update", "pods", "default/p", pod(), "status"), "thing").code


def test_what_is_asked_of_a_namespace_is_asked_in_it(serving: Any) -> None:
    """A request for a namespace counts as one in that namespace, as a RoleBinding there grants it."""
    role = Role(ObjectMeta(name="reader", namespace="default"), (PolicyRule(("get",), ("",), ("namespaces",)),))
    server = serving(role, binding("Role", "reader"))
    assert 404 == server.ask(Call("get", "namespaces", "default"), ROBOT).code
    assert 403 == server.ask(Call("get", "namespaces", "other"), ROBOT).code


@pytest.mark.parametrize(
    "resources, subresource, allowed",
    [(("pods",), "", True), (("pods",), "status", False), (("pods/status",), "status", True),
     (("*/status",), "status", True), (("*",), "status", True), (("pods/*",), "status", False)],
)
def test_subresources_are_resources_of_their_own(
    resources: tuple[str, ...], subresource: str, *, allowed: bool,
) -> None:
    """A rule for pods does not cover pods/status; "*/status" and "*" do, and "pods/*" is no pattern at all."""
    asked = Attributes("get", "", "pods", subresource)
    assert allowed == rule_allows(asked, PolicyRule(("get",), ("",), resources))


def test_resource_names_restrict_a_rule() -> None:
    """A rule with names allows these only, so no list and no create."""
    rule = PolicyRule(("*",), ("",), ("pods",), ("a",))
    assert rule_allows(Attributes("get", "", "pods", name="a"), rule)
    assert not rule_allows(Attributes("get", "", "pods", name="b"), rule)
    assert not rule_allows(Attributes("list", "", "pods"), rule)


def test_paths_match_by_prefix_only_with_a_star() -> None:
    """A path is granted exactly, or by a prefix that ends in a star."""
    asked = Attributes("get", path="/healthz/etcd")
    assert rule_allows(asked, PolicyRule(("get",), non_resource_urls=("/healthz/*",)))
    assert not rule_allows(asked, PolicyRule(("get",), non_resource_urls=("/healthz",)))


def test_an_account_without_a_namespace_is_of_the_bindings() -> None:
    """A ServiceAccount subject without a namespace is one of the binding's; a cluster-wide binding has none."""
    subject = Subject("ServiceAccount", name="default")
    assert applies_to(subject, ROBOT, (), "default")
    assert not applies_to(subject, ROBOT, (), "")
