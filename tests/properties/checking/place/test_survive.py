"""What may be lost: any few nodes, or any zone."""

import attrs

from seatrial.model.api.affinity import Affinity, NodeAffinity, NodeSelector, NodeSelectorTerm, SelectorRequirement
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import OwnerReference
from seatrial.model.frozen import FrozenMap
from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE, UNKNOWN
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.survive import after_loss, losing_sets, survives, zones_of
from tests.strategies.placements import HOST, ZONE, batch, with_anti_affinity, zone_nodes
from tests.strategies.scheduler_objects import new_node, new_pod

FOUR = zone_nodes(4, 2)


def test_as_many_as_there_is_room_without_may_be_lost() -> None:
    """Eight pods of one cpu on four nodes of four: two may go, three may not; the smallest losing set is named."""
    question = Question(FOUR, batches=(batch("web", 8),))
    assert FEASIBLE == survives(question, losing_sets(question, 2)).verdict
    found = survives(question, losing_sets(question, 3))
    assert (INFEASIBLE, ("n0", "n1", "n2")) == (found.verdict, found.lost)
    assert found.answer is not None
    assert ["8 pods of 1 cpu each ask for 8 cpu; the 1 node has 4 cpu left, which is room for 4"] == [
        need.sentence for need in found.answer.core]


def test_one_node_that_alone_has_something_may_not_be_lost() -> None:
    """The losing set is the smallest, whichever node it is."""
    nodes = (*zone_nodes(3), new_node("ssd", labels={"disk": "ssd"}))
    question = Question(nodes, batches=(batch("db", 1, node_selector=FrozenMap({"disk": "ssd"})),))
    found = survives(question, losing_sets(question, 2))
    assert (INFEASIBLE, ("ssd",)) == (found.verdict, found.lost)


def test_equal_nodes_are_counted_not_tried() -> None:
    """Nodes in one zone stand for each other, unless a pod asks for one by name or a pod is bound to one."""
    assert [("n0",), ("n1",), ("n0", "n1"), ("n0", "n2"), ("n1", "n3")] == list(losing_sets(Question(FOUR), 2))
    bound = Question(FOUR, (new_pod("x", "n2"),))
    assert [("n0",), ("n1",), ("n2",)] == list(losing_sets(bound, 1))
    choosy = Question(FOUR, batches=(batch("web", 1, node_selector=FrozenMap({HOST: "n3"})),))
    assert 4 == len(list(losing_sets(choosy, 1)))


def test_zones_are_lost_whole() -> None:
    """Two zones with one pod in each by anti-affinity: neither may be lost; without it either may."""
    apart = Question(FOUR, batches=(batch("web", 2, affinity=with_anti_affinity(ZONE, app="web")),))
    assert {("n0", "n2"): "z0", ("n1", "n3"): "z1"} == zones_of(apart)
    found = survives(apart, zones_of(apart))
    assert (INFEASIBLE, ("n0", "n2")) == (found.verdict, found.lost)
    found = survives(Question(FOUR, batches=(batch("web", 8),)), zones_of(apart))
    assert (FEASIBLE, 2) == (found.verdict, found.tried)
    assert {} == zones_of(Question((new_node("n0"),)))


def owned_by(pod: Pod, kind: str) -> Pod:
    """The pod with a controller of this kind."""
    owner = OwnerReference("apps/v1", kind, "owner", "uid-owner", controller=True)
    return attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, owner_references=(owner,)))


def test_bound_pods_of_lost_nodes_are_placed_anew() -> None:
    """All others stay, and what belongs to a node goes with it."""
    pinned = NodeAffinity(NodeSelector((NodeSelectorTerm(match_fields=(
        SelectorRequirement("metadata.name", "In", ("n0",)),)),)))
    daemon = batch("pinned", 1, affinity=Affinity(pinned))
    daemon = attrs.evolve(daemon, pod=owned_by(daemon.pod, "DaemonSet"))
    mirror = new_pod("mirror", "n0")
    mirror = attrs.evolve(mirror, metadata=attrs.evolve(
        mirror.metadata, annotations=FrozenMap({"kubernetes.io/config.mirror": "x"})))
    question = Question(FOUR, (
        new_pod("web", "n0"), owned_by(new_pod("daemon", "n0"), "DaemonSet"), owned_by(new_pod("owned", "n0"), "Job"),
        mirror, new_pod("stays", "n1")), (daemon, batch("new", 1)))
    left = after_loss(question, ("n0",))
    assert ["n1", "n2", "n3"] == [node.metadata.name for node in left.nodes]
    assert ["stays"] == [pod.metadata.name for pod in left.placed]
    assert ["Pod default/web", "Pod default/owned", "Deployment default/new"] == [each.name for each in left.batches]
    assert {""} == {each.pod.spec.node_name for each in left.batches}


def test_a_pod_that_names_the_lost_node_has_no_place() -> None:
    """It belongs to a workload, not to the node: nobody made it for that node but its author."""
    pinned = NodeAffinity(NodeSelector((NodeSelectorTerm(match_fields=(
        SelectorRequirement("metadata.name", "In", ("n0",)),)),)))
    question = Question(FOUR, batches=(batch("pinned", 1, affinity=Affinity(pinned)),))
    found = survives(question, losing_sets(question, 1))
    assert (INFEASIBLE, ("n0",)) == (found.verdict, found.lost)


def test_time_that_is_out_is_not_survival() -> None:
    """What was not looked at is not known."""
    question = Question(FOUR, batches=(batch("web", 1),))
    found = survives(question, losing_sets(question, 1), seconds=0)
    assert (UNKNOWN, ("n0",), 0) == (found.verdict, found.lost, found.tried)
