"""Assumed pods, and what the scheduler reads of pods and nodes."""

import attrs
from hypothesis import given

from seatrial.model.api.core import Pod, PodStatus
from seatrial.model.api.meta import Condition
from seatrial.model.client.local import Local
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.scheduler import cache
from seatrial.model.scheduler.requests import pod_requests
from seatrial.model.view import Cell, View
from tests.strategies.pod_relations import apart, blue, spread, term
from tests.strategies.scheduler_objects import new_node, new_pod, pods

NAME = "kube-scheduler"


def local_with(*held: Pod) -> Local:
    """A scheduler whose informers show these pods, and one node."""
    cells = {Cell("copy", NAME, "pods", f"default/{pod.metadata.name}"): pod for pod in held}
    return Local(View(FrozenMap(cells | {Cell("copy", NAME, "nodes", "n1"): new_node()})), NAME)


@given(pods("a"), pods("b"))
def test_an_assumed_pod_counts_like_a_bound_one(one: Pod, two: Pod) -> None:
    """The totals are the same whether the informer shows the binding or the scheduler assumes it."""
    assumed, bound = local_with(one, two), local_with(cache.place(one, "n1"), two)
    cache.assume(assumed, "default/a", one, "n1")
    totals = [dict(cache.snapshot(local).nodes[0].requested) for local in (assumed, bound)]
    assert totals[0] == totals[1] == dict(pod_requests(one))


def test_only_the_pod_that_was_assumed_is_forgotten() -> None:
    """A pod recreated under the name keeps its own assumption; forgetting returns the pod with its place."""
    pod = new_pod("a")
    local = local_with(pod)
    cache.assume(local, "default/a", pod, "n1")
    assert cache.forget(local, "default/a", "another uid") is None
    assert cache.is_assumed(local, "default/a")
    assert cache.place(pod, "n1") == cache.forget(local, "default/a", pod.metadata.uid)
    assert cache.forget(local, "default/a", pod.metadata.uid) is None


def test_pods_that_ended_are_not_there() -> None:
    """Neither Succeeded nor Failed pods take room; running ones do."""
    phases = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
    seen = [cache.project_pod(attrs.evolve(new_pod(node="n1"), status=PodStatus(phase=phase))) for phase in phases]
    assert [True, True, False, False, True] == [pod is not None for pod in seen]


def test_reading_less_changes_no_total() -> None:
    """The projection keeps what a waiting pod's condition and every pod's requests depend on."""
    conditions = (Condition("PodScheduled", "False"), Condition("Ready", "False"))
    waiting = attrs.evolve(new_pod(), status=PodStatus(conditions=conditions))
    seen = cache.project_pod(waiting)
    assert seen is not None
    assert conditions[:1] == seen.status.conditions
    assert seen.spec == waiting.spec
    assert cache.project_pod(seen) == seen
    node = new_node(labels={"a": "b"})
    meta = attrs.evolve(node.metadata, annotations=FrozenMap({"x": "y"}), resource_version=7)
    busy = attrs.evolve(node, metadata=meta)
    assert cache.project_node(node) == cache.project_node(busy)
    assert EMPTY == cache.project_node(busy).metadata.annotations


def test_nominated_pods_wait_without_a_place() -> None:
    """Neither a bound pod nor one that is assumed to be somewhere counts as nominated."""
    status = PodStatus(nominated_node_name="n1")
    waiting, bound, assumed = (attrs.evolve(pod, status=status) for pod in (new_pod("a"), new_pod("b", "n1"),
                                                                            new_pod("c")))
    local = local_with(waiting, bound, assumed, new_pod("d"))
    cache.assume(local, "default/c", assumed, "n1")
    assert (waiting,) == cache.snapshot(local).nominated


def test_what_spread_reads_of_a_bound_pod_is_kept() -> None:
    """Labels and affinity always, that it is being deleted if it is spread itself; that makes no event of others."""
    spread_out = blue("a", "n1", topology_spread_constraints=(spread(),), affinity=apart(term()))
    for pod, expected in ((spread_out, 7), (blue("b", "n1"), None)):
        meta = attrs.evolve(pod.metadata, deletion_timestamp=7)
        seen = cache.project_pod(attrs.evolve(pod, metadata=meta))
        assert seen is not None
        assert expected == seen.metadata.deletion_timestamp
        assert (pod.spec, pod.metadata.labels) == (seen.spec, seen.metadata.labels)
