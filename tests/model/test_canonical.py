"""canonical(c) stands for every cluster that behaves like c: nothing is lost, in both directions."""

from itertools import pairwise
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model import canonical as canonical_module
from seatrial.model.alike import alike_nodes
from seatrial.model.canonical import canonical, exchange, permutations_of, permuted
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
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


TWO_NODES = Scope(
    controllers=("replicaset", "scheduler"), objects=(*NAMESPACE, node("node-1"), node("node-2"), replicaset(2)),
    kubelets=True, names=4, versions=64, secured=False,
    budgets=FrozenMap({"crash": 1, "exit": 1, "node-down": 1, "partition": 1, "lost": 1}))


def walked(seed: int, steps: int) -> Cluster:
    """A cluster of two nodes after a random walk."""
    chance, cluster = Random(seed), start(TWO_NODES)  # noqa: S311 -- a walk, not a secret
    for _ in range(steps):
        offered = enabled(cluster)
        cluster = step(cluster, chance.choice(offered)) if offered else cluster
    return cluster


@settings(max_examples=25, derandomize=True, database=None, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 90))
def test_nothing_is_lost_of_nodes(seed: int, steps: int) -> None:
    """Whichever node takes whose place, what can happen next is the same; and it is idempotent."""
    cluster, alike = walked(seed, steps), alike_nodes(start(TWO_NODES))
    same = canonical(cluster, symmetric=True, alike=alike)
    assert same == canonical(same, symmetric=True, alike=alike)
    mine, its = ({canonical(step(each, action), symmetric=True, alike=alike) for action in enabled(each)}
                 for each in (cluster, same))
    assert mine == its


@settings(max_examples=25, derandomize=True, database=None, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 90))
def test_nodes_that_changed_places_become_one(seed: int, steps: int) -> None:
    """The cluster in which node-1 is called node-2 and the other way round is another one, and means the same."""
    cluster, alike = walked(seed, steps), alike_nodes(start(TWO_NODES))
    _, way = permutations_of(alike)
    other = permuted(cluster, way)
    assert cluster == permuted(other, way)
    assert canonical(cluster, symmetric=True, alike=alike) == canonical(other, symmetric=True, alike=alike)


def test_nodes_are_kept_apart_unless_they_are_alike() -> None:
    """Negative control: some cluster of a walk is not the same as the one in which its nodes changed places."""
    _, way = permutations_of(alike_nodes(start(TWO_NODES)))
    pairs = [(cluster, permuted(cluster, way)) for cluster in (walked(1, steps) for steps in range(0, 60, 10))]
    assert any(canonical(one, symmetric=True) != canonical(other, symmetric=True) for one, other in pairs)


def test_a_name_within_a_longer_word_is_left_alone() -> None:
    """Only where it stands by itself is it a name."""
    renaming = exchange(FrozenMap({"node-1": "node-2", "node-2": "node-1", "10.0.0.1": "10.0.0.2"}))
    texts = {"kubelet-node-1": "kubelet-node-2", "nodes:node-2": "nodes:node-1", "node-10": "node-10",
             "mynode-1": "mynode-1", "10.0.0.1:80": "10.0.0.2:80", "10.0.0.11": "10.0.0.11"}
    assert list(texts.values()) == [renaming.text(text) for text in texts]


def test_every_permutation_is_there_once() -> None:
    """Of each group by itself: three times two of three and two names, the first of which changes nothing."""
    ways = permutations_of(((("a",), ("b",), ("c",)), (("x", "1"), ("y", "2"))))
    assert 12 == len(set(ways))
    assert not ways[0]
    assert all(one != other for one, other in pairwise(ways))
    assert {"x": "y", "1": "2", "y": "x", "2": "1"} == dict(ways[1])
