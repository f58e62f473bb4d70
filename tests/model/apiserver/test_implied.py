"""What is there without being stored."""

from typing import Any

from seatrial.model.api.core import Namespace, NamespaceStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.implied import (
    SERVICE_ACCOUNT_CONTROLLER,
    get_service_account,
    implied_namespaces,
    namespace_phase,
)
from seatrial.model.client.calls import Done
from seatrial.model.client.controller import Controller


def nothing(local: object, key: str, choice: str) -> Done:
    """A process that has nothing to do."""
    del local, key, choice
    return Done()


def test_namespaces_of_objects_are_implied_unless_listed(serving: Any, pod: Any) -> None:
    """What the scope's objects live in is there; a Namespace that the scope lists is as it is stored."""
    going = Namespace(ObjectMeta(name="shop", deletion_timestamp=0), status=NamespaceStatus("Terminating"))
    server = serving(pod(namespace="shop"), pod(namespace="team"), going)
    implied = implied_namespaces(server.system)
    assert ("team" in implied, "shop" in implied, "default" in implied) == (True, False, True)
    phases = [namespace_phase(server.view, server.system, name) for name in ("shop", "team", "nowhere")]
    assert ["Terminating", "Active", None] == phases


def test_the_default_account_is_implied_while_nobody_makes_it(serving: Any) -> None:
    """In a stored namespace it is there until a service account controller runs; in an implied one always."""
    shop = Namespace(ObjectMeta(name="shop"))
    alone = serving(shop)
    made = serving(shop, processes=(Controller(SERVICE_ACCOUNT_CONTROLLER, (), nothing),))
    found = [get_service_account(each.view, each.system, "shop", "default") is not None for each in (alone, made)]
    assert [True, False] == found
    assert None is not get_service_account(made.view, made.system, "default", "default")
    assert None is get_service_account(alone.view, alone.system, "shop", "other")
