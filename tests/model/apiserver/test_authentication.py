"""Who asks: credentials to users and groups."""

from typing import Any

import attrs

from seatrial.model.api.core import ServiceAccount
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.auth.authentication import ANONYMOUS, authenticate, groups_of
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller

GET = Call("get", "pods", "default/p")


def nothing(local: object, key: str, choice: str) -> Done:
    """A process that has nothing to do."""
    del local, key, choice
    return Done()


def test_a_credential_that_nobody_issued_is_401(serving: Any, pod: Any) -> None:
    """An unknown certificate or token is refused before anything is looked at; without the stage it is not."""
    server = serving(pod())
    assert (401, "Unauthorized") == (server.ask(GET, "mallory").code, server.ask(GET, "mallory").message)
    assert 403 == server.ask_without(authenticate, GET, "mallory").code


def test_no_credential_is_anonymous_and_may_not_read(serving: Any, pod: Any) -> None:
    """A request without a credential gets 403, in the name of system:anonymous."""
    reply = serving(pod()).ask(GET, ANONYMOUS)
    assert 403 == reply.code
    assert 'User "system:anonymous" cannot get resource "pods"' in reply.message


def test_a_token_is_good_as_long_as_its_account_exists(serving: Any) -> None:
    """A ServiceAccount's token is 401 once the account is gone; before that it is 403 for want of a role."""
    server = serving(ServiceAccount(ObjectMeta(name="robot", namespace="shop")))
    user = "system:serviceaccount:shop:robot"
    assert 403 == server.ask(GET, user).code
    server.delete("serviceaccounts", "shop/robot")
    assert 401 == server.ask(GET, user).code


def test_a_client_cannot_choose_its_groups(serving: Any, pod: Any) -> None:
    """The groups are those of the identity, whatever the request claims."""
    process = Controller("thing", (), nothing, user="thing")
    reply = serving(pod(), processes=(process,)).ask(GET, "thing", ("system:masters",))
    assert 403 == reply.code


def test_a_process_without_an_identity_is_the_administrator(serving: Any, pod: Any) -> None:
    """A controller under development that states no user runs with the administrator's kubeconfig."""
    assert 200 == serving(pod()).ask(GET, "").code


def test_a_service_account_is_in_the_groups_of_its_namespace() -> None:
    """Accounts are in system:serviceaccounts and in the group of their namespace; everybody is authenticated."""
    expected = ("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated")
    assert expected == groups_of("system:serviceaccount:shop:robot", ())
    assert ("dev", "system:authenticated") == groups_of("alice", ("dev",))


def test_people_of_the_scope_are_known(serving: Any, pod: Any) -> None:
    """A user of the scope with a name of its own holds a certificate: known, but without rights."""

    @attrs.frozen
    class Person:
        user: str = "alice"
        groups: tuple[str, ...] = ("dev",)

    assert 403 == serving(pod(), users=(Person(),)).ask(GET, "alice").code
