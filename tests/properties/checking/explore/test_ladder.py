"""The ladder climbs from the smallest scope, skips what must be too large, predicts, and stops at a violation."""

import attrs
import pytest

from seatrial.model.api.core import Node
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.properties.checking.check import Options, check_cluster, select
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.ladder import (
    Check,
    Climbed,
    Rung,
    climb,
    predict_rung,
    rungs,
    scope_of,
    summary,
)
from seatrial.properties.checking.explore.statistics import Statistics
from seatrial.properties.checking.verdict import HOLDS, UNKNOWN, VIOLATED, Report, Verdict
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import Property
from tests.properties.checking.explore.samples import SAFETY
from tests.properties.checking.scenarios import COMPLETE, EXCEEDED, FORGETFUL

TWO_NODES = tuple(attrs.evolve(node(), metadata=attrs.evolve(node().metadata, name=f"node-{at}")) for at in (1, 2))
WIDE = Scope(controllers=("replicaset",), objects=(*NAMESPACE, *TWO_NODES, replicaset(3)), versions=8, names=3,
             budgets=FrozenMap({"crash": 1, "drop": 2, "scale": 0}))


def figures(states: int, *, complete: bool = True) -> Statistics:
    """The figures of a search that found so many states."""
    return Statistics(states, 2 * states, 1, 5, 0 if complete else 7, complete, 1.0, 3, 1000, 128, (),
                      stopped="" if complete else "out of time")


def report_of(states: int, verdict: str = HOLDS, *, complete: bool = True) -> Report:
    """What a scope may say."""
    return Report((Verdict("p", verdict, "as asked"),), (), (), "explore", 2 * states, 1,
                  statistics=figures(states, complete=complete))


def explore(properties: tuple[Property, ...]) -> Check:
    """Exhausts one scope."""
    def check(scope: Scope, seconds: float) -> Report:
        initial = start(scope)
        return check_cluster(initial, select(initial, properties, asked=False),
                             Options("explore", budget=Budget(seconds=seconds), first=True))
    return check


def test_the_rungs_go_up() -> None:
    """One replica, one node, no fault; each fault alone; more replicas, then nodes; faults together; at last all."""
    found = list(rungs(WIDE))
    assert ["1 replica, 1 node, no faults", "1 replica, 1 node, crash", "1 replica, 1 node, drop",
            "2 replicas, 1 node, no faults", "2 replicas, 1 node, crash", "2 replicas, 1 node, drop",
            "1 replica, 2 nodes, no faults"] == [each.words for each in found[:7]]
    assert "1 replica, 1 node, crash and drop" == found[18].words
    assert "the whole scope: 3 replicas, 2 nodes, crash and drop" == found[-1].words
    assert len(found) == len(set(found))


def test_no_rung_comes_before_one_that_it_holds() -> None:
    """So what is found first is found in a smallest configuration."""
    found = list(rungs(WIDE))
    assert not [(one, two) for at, one in enumerate(found) for two in found[at + 1:] if one.holds(two)]


def test_a_rung_is_a_part_of_the_scope() -> None:
    """With its nodes, its replicas and each of its faults once; the last one is the scope."""
    found = scope_of(WIDE, Rung(2, 1, ("drop",)))
    assert (1, 2) == (sum(isinstance(each, Node) for each in found.objects), found.objects[-1].spec.replicas)
    assert {"drop": 1} == dict(found.budgets)
    assert 5 == len(scope_of(WIDE, Rung(9, 9)).objects)
    assert WIDE == scope_of(WIDE, list(rungs(WIDE))[-1])


def test_a_scope_without_workloads_has_rungs_of_faults_alone() -> None:
    """Nothing is invented."""
    scope = Scope(controllers=("scheduler",), objects=NAMESPACE, budgets=FrozenMap({"crash": 1}))
    assert ["no faults", "the whole scope: crash"] == [each.words for each in rungs(scope)]


def test_the_first_violation_ends_the_climb_in_the_smallest_scope_that_has_it() -> None:
    """A controller without expectations: two pods of one, found where there is one replica and no fault."""
    scope = explorable(Scope(controllers=(FORGETFUL,), objects=(*NAMESPACE, *TWO_NODES, replicaset(2)),
                             budgets=FrozenMap({"crash": 1}), secured=False))
    done = list(climb(scope, explore((EXCEEDED, COMPLETE)), 60))
    assert [("1 replica, 1 node, no faults", VIOLATED)] == [(step.holds, step.verdict) for _, step in done]
    report = summary(tuple(each for each, _ in done), tuple(step for _, step in done))
    assert (1, VIOLATED) == (report.exit_code, report.verdicts[0].verdict)
    assert report.verdicts[0].counterexample is not None


def test_a_correct_controller_is_climbed_to_the_top() -> None:
    """And then what holds holds in the scope that was asked for; each step tells by what it is larger."""
    scope = explorable(Scope(controllers=("replicaset",), objects=(*NAMESPACE, replicaset(2)), secured=False, names=3,
                             versions=8, budgets=FrozenMap({"refused": 1})))
    done = list(climb(scope, explore(SAFETY), 120))
    assert ["1 replica, no faults", "1 replica, refused", "2 replicas, no faults",
            "the whole scope: 2 replicas, refused"] == [step.holds for _, step in done]
    states = [step.states for _, step in done]
    assert (None, states[1] / states[0], states[2] / states[0], states[3] / states[1]) == tuple(
        step.factor for _, step in done)
    report = summary(tuple(each for each, _ in done), tuple(step for _, step in done))
    held = {each.property: each.verdict for each in report.verdicts}
    assert (HOLDS, 4) == (held["replicas_not_exceeded"], report.runs)


def test_what_could_not_be_finished_stops_what_holds_more() -> None:
    """A rung with drop is too large: no larger rung with drop is tried."""
    tried = []

    def check(scope: Scope, seconds: float) -> Report:
        del seconds
        tried.append(tuple(scope.budgets))
        heavy = "drop" in scope.budgets
        return report_of(10, UNKNOWN if heavy else HOLDS, complete=not heavy)

    done = list(climb(WIDE, check, 60))
    assert 1 == tried.count(("drop",))
    assert ("crash", "drop") not in tried
    assert 13 == len(done)
    report = summary(tuple(each for each, _ in done), tuple(step for _, step in done))
    assert ("BOUNDED", 0) == (report.verdicts[0].verdict, report.exit_code)
    assert "holds in 12 exhausted scopes; the largest: " in report.verdicts[0].reason


def test_the_climb_ends_with_its_time() -> None:
    """A rung never gets more than is left, and a first rung is always tried."""
    given = []

    def check(scope: Scope, seconds: float) -> Report:
        del scope
        given.append(seconds)
        return report_of(10)

    assert 1 == len(list(climb(WIDE, check, 0.5)))
    assert given[0] <= 0.5


@pytest.mark.parametrize("interrupted", [False, True])
def test_ctrl_c_ends_the_climb(interrupted: bool) -> None:
    """What was climbed is reported."""
    done = list(climb(WIDE, lambda *_: attrs.evolve(report_of(10), interrupted=interrupted), 60))
    assert interrupted == (1 == len(done))


def test_what_a_rung_needs_is_predicted_from_the_ones_below() -> None:
    """A fault costs what it cost elsewhere; nothing is said of what was never tried, or not finished."""
    def climbed(states: int, rung: Rung, *, complete: bool = True) -> Climbed:
        return Climbed(rung, WIDE, report_of(states, complete=complete), 1.0)

    done = [climbed(100, Rung(1, 1)), climbed(300, Rung(1, 1, ("crash",))), climbed(1000, Rung(2, 1)),
            climbed(50, Rung(1, 1, ("drop",)), complete=False)]
    assert 3000 == predict_rung(Rung(2, 1, ("crash",)), done)
    assert 10_000 == predict_rung(Rung(3, 1), done)
    assert None is predict_rung(Rung(2, 1, ("drop",)), done)
    assert None is predict_rung(Rung(1, 2), done)
