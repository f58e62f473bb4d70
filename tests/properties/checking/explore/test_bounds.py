"""A scope made finite: what is bounded, what is left out, and that this is said."""

import attrs
import pytest

from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Delete
from seatrial.model.users_list import List
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.properties.checking.explore.bounds import GENERATIONS, NAMES, VERSIONS, explorable, left_out
from seatrial.properties.checking.explore.engine import Limits, explore_cluster

LISTED = List("pods", chunk_size=1)
DELETED = Delete("pods", "default/web")
WILD = Scope(controllers=("replicaset",), objects=(*NAMESPACE, replicaset(1)), timed=True, history=8,
             users=(LISTED, DELETED), budgets=FrozenMap({"compaction": 1, "crash": 1, "delete": 1, "list": 1}))


def test_a_scope_becomes_finite() -> None:
    """Names, versions, generations are bounded, timers fire when they like, nobody reads the past; all else stays."""
    found = explorable(WILD)
    assert (NAMES, VERSIONS, GENERATIONS, False, 0) == (
        found.names, found.versions, found.generations, found.timed, found.history)
    assert ((DELETED,), {"crash": 1, "delete": 1}) == (
        found.users, {kind: count for kind, count in found.budgets.items() if count})
    assert (WILD.objects, WILD.controllers) == (found.objects, found.controllers)
    assert found == explorable(found)


def test_ones_own_bounds_are_kept() -> None:
    """They were chosen for a reason."""
    found = explorable(attrs.evolve(WILD, names=3, versions=9, generations=4))
    assert (3, 9, 4) == (found.names, found.versions, found.generations)


@pytest.mark.parametrize("replicas, names", [(1, NAMES), (NAMES, NAMES + 2), (9, 11)])
def test_a_beginning_at_rest_has_names_for_what_is_there(replicas: int, names: int) -> None:
    """And some for what comes next; elsewhere the supply is what it always is."""
    scope = attrs.evolve(WILD, objects=(*NAMESPACE, replicaset(replicas)))
    assert (names, NAMES) == (explorable(attrs.evolve(scope, at_rest=True)).names, explorable(scope).names)


def test_what_is_left_out_is_said() -> None:
    """And nothing is said of a scope that was finite."""
    assert ("the clock: a timer may fire at any step once it is armed",
            "lists in pages and compaction: they need a history, which has no end") == left_out(WILD)
    assert () == left_out(explorable(WILD))


FINITE = explorable(WILD)


@pytest.mark.parametrize("scope", [attrs.evolve(FINITE, names=0), attrs.evolve(FINITE, versions=0),
                                   attrs.evolve(FINITE, timed=True)])
def test_a_scope_without_bounds_is_no_scope_to_exhaust(scope: Scope) -> None:
    """It would never end."""
    with pytest.raises(ValueError, match="this scope is not finite: explore `explorable"):
        explore_cluster(start(scope), (), Limits(states=10))
