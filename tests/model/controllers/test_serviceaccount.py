"""The ServiceAccount controller at work."""

import pytest

from seatrial.model.api.core import Namespace, NamespaceStatus, ServiceAccount
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.controllers.serviceaccount import Creating, controller, resume
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import Cell
from tests.model.controllers.schedules import FAULTS, ask, settle

TEAM = Namespace(ObjectMeta(name="team"), status=NamespaceStatus("Active"))
GONE = Namespace(ObjectMeta(name="old"), status=NamespaceStatus("Terminating"))
LATER = Namespace(ObjectMeta(name="new"), status=NamespaceStatus("Active"))


@pytest.mark.parametrize("seed", range(12))
def test_every_active_namespace_ends_with_its_service_account(seed: int) -> None:
    """Under every kind of fault, active namespaces have "default" in the end, others nothing."""
    scope = Scope(controllers=("serviceaccount",), objects=(TEAM, GONE), budgets=FAULTS, secured=False)
    cluster, reply = ask(start(scope), Call("create", "namespaces", "new", LATER))
    assert reply.ok
    cluster = settle(cluster, seed)
    assert ["new/default", "team/default"] == [
        f"{each.metadata.namespace}/{each.metadata.name}" for each in cluster.objects("serviceaccounts")]


@pytest.mark.parametrize("seed", range(6))
def test_a_deleted_service_account_comes_back(seed: int) -> None:
    """The deletion of the ServiceAccount alone is enough to have it made again."""
    held = ServiceAccount(ObjectMeta(name="default", namespace="team"))
    cluster = settle(start(Scope(controllers=("serviceaccount",), objects=(TEAM, held), secured=False)), seed)
    cluster, _ = ask(cluster, Call("delete", "serviceaccounts", "team/default"))
    assert cluster.get("serviceaccounts", "team/default") is None
    cluster = settle(cluster, seed)
    assert "serviceaccounts:team/default#2" == cluster.get("serviceaccounts", "team/default").metadata.uid


def test_without_the_controller_there_is_none() -> None:
    """The property above is not true by itself: without the controller nothing is created."""
    cluster = settle(start(Scope(objects=(TEAM,), secured=False)), 1)
    assert () == cluster.objects("serviceaccounts")
    assert cluster[Cell("object", "", "namespaces", "team")] is not None


@pytest.mark.parametrize(("reply", "error"), [
    (Reply(409, reason="AlreadyExists", message="taken"), ""),
    (Reply(403, reason="Forbidden", message="going", cause="NamespaceTerminating"), ""),
    (Reply(500, reason="InternalError", message="broken"), "broken"),
])
def test_what_a_failed_creation_means(reply: Reply, error: str) -> None:
    """A taken name and a namespace on its way out are no errors; anything else is one."""
    assert Done(error=error) == resume(None, "team", Creating(("default",)), reply)  # type: ignore[arg-type]


def test_other_names_are_kept_too() -> None:
    """Each of the names wanted is created, one call after the other."""
    scope = Scope(controllers=(controller(("builder", "default")),), objects=(TEAM,), secured=False)
    cluster = settle(start(scope), 3)
    assert ["builder", "default"] == [each.metadata.name for each in cluster.objects("serviceaccounts")]
