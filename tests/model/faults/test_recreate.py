"""Recreation under the same name: another object, another UID."""

from seatrial.model.cluster import Cluster, enabled
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Recreate
from tests.model.node.clusters import offers, take
from tests.model.samples import make_pod, make_replicaset
from tests.model.schedules import settle


def cluster_with(*users: Recreate, budget: int = 1) -> Cluster:
    """A settled ReplicaSet that may be recreated."""
    scope = Scope(("replicaset",), (make_replicaset(), make_pod("lonely", owner="")), users=users,
                  budgets=FrozenMap({"recreate": budget}), secured=False)
    return settle(start(scope))


def test_the_new_object_has_another_uid() -> None:
    """Deleted, then created under the same name when that is free: the UID differs."""
    cluster = cluster_with()
    deleted = take(cluster, "Recreate")
    assert deleted.get("replicasets", "default/web") is None
    again = take(deleted, "CreateAgain")
    first, second = (each.get("replicasets", "default/web") for each in (cluster, again))
    assert first.metadata.uid != second.metadata.uid
    assert not offers(again, "CreateAgain")


def test_the_name_must_be_free() -> None:
    """A foreground deletion holds the name until its dependents are gone: nothing is created meanwhile."""
    deleted = take(cluster_with(Recreate(make_replicaset(), propagation_policy="Foreground")), "Recreate")
    assert deleted.get("replicasets", "default/web").metadata.deletion_timestamp is not None
    assert not offers(deleted, "CreateAgain")


def test_what_may_be_recreated() -> None:
    """Without records in the scope: the workloads that were given, not single pods; without budget nothing."""
    assert ["replicasets/default/web"] == [each.key for each in enabled(cluster_with()) if each.step == "Recreate"]
    assert not offers(cluster_with(budget=0), "Recreate")


def test_another_manifest_may_come_back() -> None:
    """A record's manifest is what is created."""
    again = take(take(cluster_with(Recreate(make_replicaset(3))), "Recreate"), "CreateAgain")
    assert 3 == again.get("replicasets", "default/web").spec.replicas
