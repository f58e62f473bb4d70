"""Where a premise can be reached: in small scopes exactly where a search of all states reaches it."""

import attrs
import pytest

from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Delete, Scale
from seatrial.model.variants.scenarios import NAMESPACE, node, pod, replicaset
from seatrial.properties.checking.check import select
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.premises import binds_pods, may_hold_two, replaces_pods, schedules_pods
from seatrial.properties.registry import BY_NAME, PROPERTIES


def scope_of(replicas: int, *users: Scale | Delete, **budgets: int) -> Scope:
    """A ReplicaSet, what users may do with it once, and faults."""
    return explorable(Scope(
        controllers=("replicaset",), objects=(*NAMESPACE, replicaset(replicas)), secured=False, users=users,
        budgets=FrozenMap({user.verb: 1 for user in users} | budgets), hypotheses=("lag_below_expectation_ttl",)))


SCOPES = {
    "one": (False, scope_of(1)),
    "two": (True, scope_of(2)),
    "refused": (False, scope_of(1, refused=1)),
    "crash": (False, scope_of(1, crash=1)),
    "lost": (False, scope_of(1, lost=1)),
    "lost create": (True, scope_of(1, **{"lost-create": 1})),
    "late create": (True, scope_of(1, **{"late-create": 1})),
    "recreated": (True, scope_of(1, recreate=1)),
    "scaled up": (True, scope_of(1, Scale("replicasets", "default/web", 2))),
    "scaled to the same": (False, scope_of(1, Scale("replicasets", "default/web", 1))),
    "deleted": (False, scope_of(1, Delete("replicasets", "default/web"))),
    "two pods": (True, attrs.evolve(scope_of(0), objects=(*NAMESPACE, pod("a"), pod("b")))),
}


@pytest.mark.parametrize("name", SCOPES)
def test_two_of_a_kind_are_expected_where_there_may_be_two(name: str) -> None:
    """Neither left out where it could be asked, nor asked where its premise is beyond reach."""
    expected, scope = SCOPES[name]
    found = explore_cluster(start(scope), (BY_NAME["some_objects_are_alike"],), Limits(states=20_000))
    assert (expected, ("some_objects_are_alike",) if expected else ()) == (may_hold_two(scope), found.seen)


@pytest.mark.parametrize("name", ["one", "two", "refused", "crash", "lost", "scaled up", "deleted"])
def test_no_property_that_is_asked_lacks_its_premise(name: str) -> None:
    """Each ends in HOLDS, none in UNKNOWN."""
    cluster = start(SCOPES[name][1])
    asked = select(cluster, tuple(each for each in PROPERTIES if each.kind != "eventually"), asked=False)
    assert {"HOLDS"} == {each.verdict for each in explore_cluster(cluster, asked, Limits()).verdicts}


@pytest.mark.parametrize(("expected", "users"), [
    (False, ()), (False, (3,)), (False, (2,)), (True, (1,)), (True, (0,)), (True, (4, 3)), (True, (3, 4)),
])
def test_a_scale_deletes_pods_where_fewer_are_asked_for(expected: bool, users: tuple[int, ...]) -> None:
    """Than the workload asks for, or than another scale does, which may come first."""
    scope = scope_of(2, *(Scale("replicasets", "default/web", size) for size in users))
    spent = attrs.evolve(scope, budgets=FrozenMap())
    assert (expected, False) == (replaces_pods(scope), replaces_pods(spent))


def test_nothing_is_bound_without_a_node() -> None:
    """A scheduler needs somewhere to put a pod, unless the pod says so itself."""
    bare = Scope(controllers=("replicaset", "scheduler"), objects=(*NAMESPACE, replicaset(1)))
    placed = attrs.evolve(bare, objects=(*NAMESPACE, pod("a", node="node-1")))
    whole = attrs.evolve(bare, objects=(*NAMESPACE, replicaset(1), node()))
    assert [(False, False), (True, False), (True, True)] == [
        (binds_pods(each), schedules_pods(each)) for each in (bare, placed, whole)]
