"""Compaction: of the whole store at once; who asked for it decides what the API server still shows."""

import pytest

from seatrial.model.cluster import Cluster, enabled
from seatrial.model.etcd import history
from seatrial.model.etcd.history import Compacted
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from tests.model.node.clusters import offers, take
from tests.model.samples import make_replicaset
from tests.model.schedules import settle


def grown(room: int = 16, compactions: int = 1) -> Cluster:
    """A ReplicaSet has made its three pods."""
    scope = Scope(("replicaset",), (make_replicaset(3),), secured=False, history=room,
                  budgets=FrozenMap({"compaction": compactions, "apiserver": 1}))
    return settle(start(scope))


def test_it_is_one_moment_for_all_resources() -> None:
    """The floor of every resource is where it stands; before (control) they stood at the beginning."""
    before = grown()
    after = take(before, "Compact", choice="etcdctl")
    for resource in ("pods", "replicasets"):
        current = history.current_revision(before.view(), resource)
        assert current > history.mark_of(before.view(), resource, history.FLOOR)
        assert current == history.mark_of(after.view(), resource, history.FLOOR)


def test_an_operators_compaction_shows_only_after_a_restart() -> None:
    """Until then the watch cache has it all (recorded)."""
    cluster = take(grown(), "Compact", choice="etcdctl")
    assert 1 == len(history.list_at(cluster.view(), "pods", 1))
    cluster = take(take(cluster, "StopAPIServer"), "StartAPIServer")
    with pytest.raises(Compacted):
        history.list_at(cluster.view(), "pods", 1)


def test_the_api_servers_own_compaction_shows_in_lists_only() -> None:
    """Old states are gone at once; the events that a watch resumes with are not."""
    cluster = take(grown(), "Compact", choice="kube-apiserver")
    with pytest.raises(Compacted):
        history.list_at(cluster.view(), "pods", 1)
    assert 2 == len(history.events_after(cluster.view(), "pods", 1))


def test_the_compactor_of_a_server_that_is_down_does_nothing() -> None:
    """An operator still can."""
    down = take(grown(), "StopAPIServer")
    assert ["etcdctl"] == [each.choice for each in enabled(down) if each.step == "Compact"]


def test_it_needs_a_budget_a_history_and_something_to_forget() -> None:
    """Twice in a row there is nothing left to forget; without a history nobody would notice."""
    assert offers(grown(), "Compact")
    assert not offers(grown(compactions=0), "Compact")
    assert not offers(grown(room=0), "Compact")
    assert not offers(take(grown(compactions=2), "Compact"), "Compact")
