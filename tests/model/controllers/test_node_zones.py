"""Zones of nodes: their states, and how fast their nodes are tainted."""

import pytest

from seatrial.model.api.core import Node
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.controllers.node_zones import (
    FULL,
    NORMAL,
    PARTIAL,
    Zone,
    add_node,
    compute_rate,
    compute_zone_state,
    drop_node,
    get_zone_key,
    has_work,
)
from seatrial.model.frozen import FrozenMap


@pytest.mark.parametrize("ready, not_ready, expected", [
    (0, 0, NORMAL), (0, 1, FULL), (1, 1, NORMAL), (0, 9, FULL), (1, 2, NORMAL), (2, 3, PARTIAL), (3, 3, NORMAL),
    (9, 11, PARTIAL),
])
def test_the_state_of_a_zone(ready: int, not_ready: int, expected: str) -> None:
    """No node ready: full. More than two not ready and at least 55 %: partial. Else normal."""
    assert expected == compute_zone_state(ready, not_ready)


@pytest.mark.parametrize("state, size, expected", [
    (NORMAL, 3, 100), (FULL, 3, 100), (PARTIAL, 50, 0), (PARTIAL, 51, 10),
])
def test_the_rate_of_a_zone(state: str, size: int, expected: int) -> None:
    """A partly disrupted zone is slowed down when it is large, and stopped when it is not."""
    assert expected == compute_rate(state, size, 50)


def test_the_key_of_a_zone() -> None:
    """Region and zone, by the present labels or the old ones; nothing for a node without."""
    new = FrozenMap({"topology.kubernetes.io/region": "r", "topology.kubernetes.io/zone": "a"})
    old = FrozenMap({"failure-domain.beta.kubernetes.io/zone": "a"})
    assert ["r:\0:a", ":\0:a", ""] == [get_zone_key(Node(ObjectMeta(labels=each))) for each in (new, old, FrozenMap())]


def test_a_node_is_queued_once() -> None:
    """A node that was queued is not queued again, unless it lost its taint; a reachable one is forgotten."""
    once = add_node(Zone(), "n", again=False)
    assert ("n",) == once.queue == add_node(once, "n", again=True).queue
    tainted = Zone(known=("n",))
    assert () == add_node(tainted, "n", again=False).queue
    assert ("n",) == add_node(tainted, "n", again=True).queue
    assert Zone() == drop_node(once, "n")
    assert [True, False] == [has_work(once), has_work(Zone(queue=("n",), rate=0))]
