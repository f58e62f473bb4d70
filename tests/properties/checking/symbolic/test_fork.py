"""The executor that forks gives the same as lifting, and would see a difference."""

from typing import Any

import pytest
import z3

from seatrial.model.controllers.deployment_scaling import cleanup_unhealthy_replicas, scale_proportionally
from seatrial.properties.checking.symbolic import fork
from seatrial.properties.checking.symbolic.fork import TooManyPathsError, disagreement, paths
from seatrial.properties.checking.symbolic.models import deployment, node_lifecycle, replicaset
from seatrial.properties.checking.symbolic.states import symbolic
from seatrial.properties.checking.symbolic.terms import DECIDER, SInt

X, Y, Z = (SInt(z3.Int(name)) for name in "xyz")
STEPS = [(model.state, each) for model in (replicaset.MODEL, deployment.MODEL, node_lifecycle.MODEL)
         for each in model.transitions if not each.choices]


@pytest.mark.parametrize(("kind", "each"), STEPS, ids=[each.name for _, each in STEPS])
def test_every_step_without_choices_is_the_same_both_ways(kind: Any, each: Any) -> None:
    """Proved by Z3, path by path."""
    assert None is disagreement(each.step, symbolic(kind))


def test_the_controllers_decisions_are_the_same_both_ways() -> None:
    """At small size."""
    assert None is disagreement(lambda a, b, c: cleanup_unhealthy_replicas(((a, b), (c, a)), b), X, Y, Z)
    assert None is disagreement(lambda a, b, c: scale_proportionally((a, b), (c, a), b), X, Y, Z)


def test_a_wrong_lifting_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: another function in the place of the lifted one."""
    monkeypatch.setattr(fork, "lift", lambda function: lambda x: function(x) + (1 if X is not x else 2))
    assert None is not disagreement(lambda x: x + 1, X)


def test_each_possible_path_is_run_once() -> None:
    """And none that is not possible; a native min forks too."""
    found = list(paths(lambda x, y: min(x, y) if x > 3 else 0, X, Y))
    assert 3 == len(found)
    assert 1 == len(list(paths(lambda x: 1 if x * 0 == 0 else 2, X)))
    assert None is DECIDER.get()


def test_too_many_paths_are_an_error() -> None:
    """Not a comparison of some of them."""
    with pytest.raises(TooManyPathsError, match="more than 3 paths"):
        list(paths(lambda x, y: (1 if y > 0 else 2) + (1 if x > 7 else 0) + (1 if y > 9 else 3), X, Y, most=3))
