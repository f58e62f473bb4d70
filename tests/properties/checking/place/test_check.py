"""What cannot be asked is refused with the object and the field."""

import attrs
import pytest

from seatrial.model.frozen import FrozenMap
from seatrial.properties.checking.place.check import PlaceError, check_question
from seatrial.properties.checking.place.question import Question
from tests.strategies.placements import HOST, ZONE, batch, spreading, with_affinity, with_anti_affinity, zone_nodes
from tests.strategies.scheduler_objects import new_container, new_pod

NODES = zone_nodes(2)
HUGE = str(2**62)


def with_allocatable(**amounts: str) -> Question:
    """One node that has only this."""
    (node,) = zone_nodes(1)
    return Question((attrs.evolve(node, status=attrs.evolve(node.status, allocatable=FrozenMap(amounts))),))


BAD = [
    (with_allocatable(), "Node n0", "status.allocatable", "is missing"),
    (with_allocatable(cpu="1"), "Node n0", "status.allocatable.pods", "110 by default"),
    (with_allocatable(pods="10", cpu="many"), "Node n0", "status.allocatable.cpu", "is no quantity"),
    (with_allocatable(pods="10", cpu=HUGE), "Node n0", "status.allocatable.cpu", "exceeds 2\\*\\*63-1 thousandths"),
    (Question(NODES[:1] * 2), "Node n0", "metadata.name", "two nodes"),
    (Question(NODES, batches=(batch("web", 3, containers=(new_container(memory=HUGE),)),)),
     "Deployment default/web", "spec.containers[].resources.requests[memory]", "of 3 pods together"),
    (Question(NODES, (new_pod("old", "n0", containers=(new_container(memory=HUGE),)),),
              (batch("web", 1, containers=(new_container(memory=HUGE),)),)),
     "Deployment default/web", "spec.containers[].resources.requests[memory]", "all pods' requests of memory"),
    (Question(NODES, batches=(batch("web", 3, overhead=FrozenMap({"cpu": "x"})),)),
     "Deployment default/web", "spec.overhead[cpu]", "write one such as 500m"),
    (Question(NODES, batches=(batch("web", 1, topology_spread_constraints=spreading("rack", app="web")),)),
     "Deployment default/web", "spec.topologySpreadConstraints[0].topologyKey", "no node has the label rack"),
    (Question(NODES, batches=(batch("web", 1, affinity=with_affinity("rack", app="web")),)), "Deployment default/web",
     "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey", "label the nodes"),
]


@pytest.mark.parametrize(("question", "object_", "field", "problem"), BAD)
def test_the_object_and_the_field_are_named(question: Question, object_: str, field: str, problem: str) -> None:
    """In the sentence, and for whoever wants to point at the line."""
    with pytest.raises(PlaceError, match=problem) as raised:
        check_question(question)
    assert (object_, field) == (raised.value.object, raised.value.field)
    assert str(raised.value).startswith(f"{object_}: {field}: ")


def test_what_can_be_asked_passes() -> None:
    """Labels that only some nodes have, anti-affinity on a label that none has, no nodes at all, nothing to place."""
    check_question(Question(NODES, batches=(
        batch("web", 3, topology_spread_constraints=spreading(ZONE, app="web")),
        batch("db", 3, affinity=with_affinity(HOST, app="db")),
        batch("lone", 3, affinity=with_anti_affinity("rack", app="lone")))))
    check_question(Question((), batches=(batch("web", 1, topology_spread_constraints=spreading("rack", app="web")),)))
    check_question(Question(NODES))
