"""Leases: held while the kubelet is heard, expired after the grace period, held again."""

import pytest

from seatrial.model.client.calls import Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.node.heartbeat import EXPIRED, GRACE_SECONDS, WATCHER, lease_cell
from seatrial.model.view import Cell
from tests.model.node.clusters import NODE, change, make_cluster, offers, settle, take


def ignore(local: Local, key: str, choice: str) -> Done:
    """A watcher that only clears its queue."""
    del local, key, choice
    return Done()


def watched(*, timed: bool = False, budgets: dict[str, int] | None = None) -> Cluster:
    """A cluster at rest, with somebody to watch Leases."""
    watcher = Controller(WATCHER, (Watch("nodes"),), ignore)
    return settle(make_cluster(controllers=(watcher,), budgets=budgets or {"crash": 1}, timed=timed))


@pytest.mark.parametrize("fault", ["crash", "node-down", "partition"])
def test_a_silent_kubelet_loses_its_lease_and_gets_it_back(fault: str) -> None:
    """Whatever silences a kubelet, its Lease expires; once it is heard again the Lease is held."""
    cluster = watched(budgets={fault: 1})
    step = {"crash": "Crash", "node-down": "NodeDown", "partition": "Partition"}[fault]
    process = f"kubelet-{NODE}" if fault == "crash" else NODE
    cluster = settle(take(cluster, step, process=process), avoid=("Restart", "NodeUp", "Heal"))
    assert cluster[lease_cell(NODE)] == EXPIRED
    assert cluster[Cell("queue", WATCHER, "", NODE)] is None
    assert settle(cluster)[lease_cell(NODE)] is None


def test_a_lease_that_is_held_takes_no_steps() -> None:
    """While the kubelet is up nothing about its Lease can happen."""
    cluster = watched()
    assert not any(offers(cluster, name) for name in ("LeaseStops", "LeaseExpires", "LeaseRenews"))


def test_the_grace_period_is_40_seconds() -> None:
    """In a timed scope the Lease expires when the clock reaches the end of the grace period, not before."""
    cluster = take(watched(timed=True), "Crash", process=f"kubelet-{NODE}")
    cluster = take(cluster, "LeaseStops")
    assert cluster[lease_cell(NODE)] == GRACE_SECONDS == 40
    assert not offers(cluster, "LeaseExpires")
    late = change(cluster, lambda view: view.__setitem__(Cell("clock"), 40))
    assert take(late, "LeaseExpires")[lease_cell(NODE)] == EXPIRED


def test_nobody_watches_no_steps() -> None:
    """Without a node lifecycle controller Leases take no part in a scope."""
    cluster = take(settle(make_cluster(budgets={"crash": 1})), "Crash")
    assert not offers(cluster, "LeaseStops")
    assert not offers(cluster, "LeaseExpires")
