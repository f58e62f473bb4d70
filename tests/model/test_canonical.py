"""canonical(c) stands for every cluster that behaves like c: nothing is lost, in both directions."""

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model import canonical as canonical_module
from seatrial.model.canonical import canonical
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.start import start
from seatrial.model.view import Cell
from tests.strategies.clusters import HISTORY_SCOPES, SCOPES, Walk, walks


def successors(cluster: Cluster, *, symmetric: bool) -> set[Cluster]:
    """The canonical clusters one step on."""
    return {canonical(step(cluster, action), symmetric=symmetric) for action in enabled(cluster)}


@settings(max_examples=40, derandomize=True, database=None, deadline=None)
@given(walks(most=120), st.booleans())
def test_nothing_is_lost(walk: Walk, symmetric: bool) -> None:
    """For every enabled a of c some enabled b of canonical(c) leads to the same canonical cluster, and back."""
    for cluster in walk.sample():
        same = canonical(cluster, symmetric=symmetric)
        assert successors(cluster, symmetric=symmetric) == successors(same, symmetric=symmetric)


@settings(max_examples=40, derandomize=True, database=None, deadline=None)
@given(walks(*HISTORY_SCOPES, most=120))
def test_nothing_is_lost_of_a_history(walk: Walk) -> None:
    """Logs, marks and lists under way are renumbered like everything else: both sides go on alike."""
    for cluster in walk.sample():
        same = canonical(cluster)
        assert same == canonical(same)
        assert successors(cluster, symmetric=False) == successors(same, symmetric=False)


def test_pods_of_a_history_are_not_sorted() -> None:
    """A page ends at a name, so a renaming that changes the order of names is refused."""
    with pytest.raises(ValueError, match="pods cannot change places"):
        canonical(start(HISTORY_SCOPES["replicaset, a log of 1"]), symmetric=True)


@settings(max_examples=50, derandomize=True, database=None, deadline=None)
@given(walks(most=140), st.booleans())
def test_it_is_idempotent(walk: Walk, symmetric: bool) -> None:
    """The canonical cluster of a canonical cluster is itself."""
    for cluster in walk.sample():
        once = canonical(cluster, symmetric=symmetric)
        assert once == canonical(once, symmetric=symmetric)


def test_versions_and_names_matter_only_by_order() -> None:
    """A cluster whose pods were given later numbers, by a longer history, is the same one."""
    cluster = Walk("replicaset, undisturbed", 3, 200).run().cluster
    first, second = (pod.metadata.name for pod in cluster.objects("pods"))
    moved = canonical_module.Renaming(
        f"web-{canonical_module.SUFFIX}", FrozenMap({first: "web-bbcbb", second: "web-bbcbc"}),
        FrozenMap({("pods", version): version + 7 for version in range(100)}), 0, 1200)
    shifted = Cluster(cluster.system, FrozenMap({
        cell._replace(key=moved.text(cell.key)):
            value if cell.table in canonical_module.COUNTERS else canonical_module.rename(value, cell.kind, moved)
        for cell, value in cluster.cells.items()}))
    assert shifted != cluster
    assert canonical(cluster) == canonical(shifted)


def test_different_clusters_stay_different() -> None:
    """Negative control: the clusters along a run without faults that differ in more than names are told apart."""
    seen = [canonical(cluster) for cluster, _ in Walk("replicaset, undisturbed", 3, 200).states()]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(("table", "scope"), [
    ("events", "replicaset, users and every fault"), ("timer", "replicaset, users and every fault"),
    ("late", "replicaset, users and every fault"), ("log", "replicaset, a log of 4"),
    ("history", "replicaset, a log of 4"), ("pages", "replicaset, a log of 4")])
def test_a_canonical_that_forgets_is_found(table: str, scope: str) -> None:
    """Negative control: with one kind of cell left out, some cluster of a few walks has other successors."""
    different = 0
    for seed in range(60):
        cluster = Walk(scope, seed, seed % 30).run().cluster
        kept = FrozenMap({cell: value for cell, value in cluster.cells.items() if cell.table != table})
        lossy = canonical(Cluster(cluster.system, kept))
        different += successors(cluster, symmetric=False) != successors(lossy, symmetric=False)
    assert different > 0


def is_seen(cluster: Cluster, table: str) -> bool:
    """Is there a cell of this table?"""
    return any(cell.table == table for cell in cluster.cells)


def test_symmetric_clusters_become_one() -> None:
    """Which of two equal pods an informer has seen first does not matter once `symmetric` is on."""
    cluster = Walk("replicaset, versions bounded", 0, 0).run().cluster
    while len(cluster.objects("pods")) < 2 or is_seen(cluster, "events") or is_seen(cluster, "plan"):
        cluster = step(cluster, next(each for each in enabled(cluster) if not is_environment(each)))
    copies = [cell for cell in cluster.cells if cell.table == "copy" and cell.kind == "pods"]
    assert 2 == len(copies)
    without = [Cluster(cluster.system, cluster.cells.delete(cell)) for cell in copies]
    assert canonical(without[0]) != canonical(without[1])
    assert canonical(without[0], symmetric=True) == canonical(without[1], symmetric=True)


def test_the_clock_is_where_times_are_counted_from() -> None:
    """A cluster in which everything is an hour later, the clock included, is the same one."""
    cluster = start(SCOPES["replicaset, timed"])
    hour = 3600

    def later(value: Any) -> Any:
        if value is None or not hasattr(value, "metadata"):
            return value
        meta = value.metadata
        return attrs.evolve(value, metadata=attrs.evolve(meta, creation_timestamp=meta.creation_timestamp + hour))

    shifted = FrozenMap({cell: later(value) for cell, value in cluster.cells.items()}).set(Cell("clock"), hour)
    assert canonical(cluster) == canonical(Cluster(cluster.system, shifted))
