"""Hypotheses: named, known, and each forbids what its sentence says."""

import pytest

from seatrial.model.client.informer import DROPPED
from seatrial.model.hypotheses import HYPOTHESES, hypotheses_of, is_forbidden, lag_below_expectation_ttl
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import Cell
from tests.model.node.clusters import change
from tests.model.samples import make_replicaset
from tests.model.schedules import settle

OWNER = "replicaset-controller"
TIMER = Cell("timer", OWNER, "expectations", "default/web")


@pytest.mark.parametrize("cell, value", [
    (Cell("events", OWNER, "pods"), ("an event",)),
    (Cell("watch", OWNER, "pods"), DROPPED),
    (Cell("plan", OWNER, "", "default/web"), "a plan"),
])
def test_each_kind_of_lag_forbids_the_timer(cell: Cell, value: object) -> None:
    """A waiting event, a broken watch and a plan in flight hold the timer back; rest (control) does not."""
    scope = Scope(("replicaset",), (make_replicaset(),), hypotheses=("lag_below_expectation_ttl",), secured=False)
    rest = settle(start(scope))
    assert not is_forbidden(rest.view(), rest.system, TIMER)
    lagging = change(rest, lambda view: view.__setitem__(cell, value))
    assert is_forbidden(lagging.view(), lagging.system, TIMER)
    assert not lag_below_expectation_ttl(lagging.view(), lagging.system, Cell("timer", OWNER, "requeue", "default/web"))


def test_names_are_unique_and_unknown_ones_are_refused() -> None:
    """A scope that names no known hypothesis is told which there are."""
    assert len(HYPOTHESES) == len({each.name for each in HYPOTHESES})
    with pytest.raises(ValueError, match="no hypothesis 'lag_below_ttl': write one of lag_below_expectation_ttl"):
        hypotheses_of(Scope(hypotheses=("lag_below_ttl",)))
