"""The API server goes down and comes back: requests are unreachable, and every watch lists again."""

from seatrial.model.client.informer import CONNECTED, EXPIRED
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import Cell
from tests.model.node.clusters import offers, take
from tests.model.samples import make_replicaset
from tests.model.schedules import settle

OWNER = "replicaset-controller"
WATCHES = tuple(Cell("watch", OWNER, resource) for resource in ("pods", "replicasets"))


def begun(apiserver: int = 1) -> Cluster:
    """A ReplicaSet is being synced."""
    scope = Scope(("replicaset",), (make_replicaset(2),), budgets=FrozenMap({"apiserver": apiserver}), secured=False)
    return take(start(scope), "Sync")


def test_requests_are_unreachable_while_it_is_down() -> None:
    """A call that waits is not applied; before (control) it would be."""
    assert "ok" in {each.choice for each in enabled(begun()) if each.step == "Request"}
    down = take(begun(), "StopAPIServer")
    assert {"unreachable"} == {each.choice for each in enabled(down) if each.step == "Request"}
    assert down.cells == take(down, "Request").cells.update({
        Cell("plan", OWNER, "", "default/web"): down[Cell("plan", OWNER, "", "default/web")]})


def test_every_watch_lists_again() -> None:
    """No watch resumes after a restart: all are expired, and list only when the server is up."""
    down = take(begun(), "StopAPIServer")
    assert [EXPIRED, EXPIRED] == [down[cell] for cell in WATCHES]
    assert not offers(down, "Relist")
    up = take(down, "StartAPIServer")
    assert offers(up, "Relist")
    assert [CONNECTED, CONNECTED] == [settle(up)[cell] for cell in WATCHES]


def test_the_goal_is_reached_after_the_restart() -> None:
    """The repair is free and fair: a run without further faults ends with both pods."""
    end = settle(take(begun(), "StopAPIServer"))
    assert 2 == len(end.objects("pods"))
    assert not offers(end, "StopAPIServer")


def test_without_budget_it_stays_up() -> None:
    """The fault strikes as often as its budget allows; with none (control) never."""
    assert offers(begun(), "StopAPIServer")
    assert not offers(begun(0), "StopAPIServer")
