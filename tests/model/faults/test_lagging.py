"""A restarted program sees the past of an API server that lags, if the gate WatchListClient is off."""

from seatrial.model.apiserver.lagging import LAGGING, lagging_server
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.replicaset import CONTROLLER
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import Cell
from tests.model.node.clusters import offers, take
from tests.model.samples import make_replicaset
from tests.model.schedules import settle

BUDGETS = FrozenMap({"crash": 1, "lagging": 1, "gone": 1})


def crashed(*, gate: bool = False, caught_up: bool = False, expired: bool = False) -> Cluster:
    """The pod is there, the lagging server has not heard of it, and the controller manager has just crashed."""
    scope = Scope((CONTROLLER, lagging_server((CONTROLLER,))), (make_replicaset(),), budgets=BUDGETS,
                  gates=FrozenMap({"WatchListClient": gate}), secured=False)
    cluster = take(take(take(take(start(scope), "Sync"), "Request"), "Reply"), "Request", choice="ok")
    assert 1 == len(cluster.objects("pods"))
    if caught_up:
        cluster = settle(cluster)
    if expired:
        cluster = take(cluster, "ExpireWatch", process=LAGGING, key="pods")
    return take(cluster, "Crash", process="kube-controller-manager")


def seen(cluster: Cluster) -> list[str]:
    """The pods that the controller knows."""
    return list(cluster.view().keys("copy", "replicaset-controller", "pods"))


def test_it_sees_the_past_and_the_rest_follows() -> None:
    """After a stale restart the controller does not know the pod; its event arrives later."""
    stale = take(crashed(), "RestartStale")
    assert [] == seen(stale)
    assert stale[Cell("events", "replicaset-controller", "pods")]
    assert 1 == len(seen(take(stale, "Deliver", process="replicaset-controller", key="pods")))


def test_a_plain_restart_sees_the_present() -> None:
    """Control: a fresh list shows the pod, and so does a server that has caught up."""
    assert 1 == len(seen(take(crashed(), "Restart")))
    assert 1 == len(seen(take(crashed(caught_up=True), "RestartStale")))


def test_not_with_the_gate_and_not_while_the_server_lists_again() -> None:
    """The default of 1.36 lists fresh; a server without its window can promise no events, and serves no such list."""
    assert offers(crashed(), "RestartStale")
    assert not offers(crashed(gate=True), "RestartStale")
    assert not offers(crashed(expired=True), "RestartStale")


def test_the_server_has_nothing_of_its_own_to_do() -> None:
    """It delivers to itself, and never syncs or asks."""
    cluster = settle(take(crashed(), "Restart"))
    assert not list(cluster.view().cells("queue", LAGGING))
    assert 1 == len(list(cluster.view().keys("copy", LAGGING, "pods")))
