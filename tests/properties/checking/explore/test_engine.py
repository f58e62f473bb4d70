"""The engine: verdicts with their figures, limits that hold within a level, and steps that cheat."""

from time import monotonic

import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.cluster import take as honestly
from seatrial.model.start import start
from seatrial.model.system import System
from seatrial.model.view import Cell, View
from seatrial.properties.checking.check import select
from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.checking.explore.refusals import Impure, Refused
from seatrial.properties.checking.reference import explore
from seatrial.properties.checking.replay import confirm
from seatrial.properties.property import ALWAYS, Property
from tests.properties.checking.explore.samples import CARELESS, SAFETY, Counter, small_cluster, small_scope
from tests.properties.checking.scenarios import COMPLETE, EXCEEDED, FORGETFUL


def test_a_scope_that_is_exhausted_says_what_holds() -> None:
    """In as many states as the reference counts, with every figure."""
    cluster, properties = small_cluster()
    found = explore_cluster(cluster, properties, Limits(), reduction=False)
    counted = explore(cluster)
    told = found.statistics
    assert (counted.states, counted.transitions, counted.quiet, counted.depth) == (
        told.states, told.transitions, told.quiet, told.depth)
    assert (True, 0, "", told.states) == (told.complete, told.waiting, told.stopped, told.predicted)
    assert (told.states, counted.depth + 1) == (sum(told.levels), len(told.levels))
    assert "HOLDS" in {each.verdict for each in found.verdicts}
    assert {"HOLDS", "UNKNOWN"} >= {each.verdict for each in found.verdicts}
    assert told.transitions / told.states == told.out_degree
    assert 0 < told.collision < 1e-30


def test_the_figures_say_what_was_never_tried() -> None:
    """Steps that the scope allows, and each `sometimes` that was not reached; with a crash there is one less."""
    cluster, properties = small_cluster()
    calm = explore_cluster(cluster, properties, Limits())
    crashed = explore_cluster(*small_cluster(crash=1), Limits())
    assert ("Sync" in calm.statistics.taken, "PullImage" in calm.statistics.never_taken) == (True, True)
    assert not {"Crash", "Advance"} & {*calm.statistics.taken, *calm.statistics.never_taken}
    assert "Crash" in crashed.statistics.taken
    assert () == calm.statistics.never_reached
    assert not {*calm.seen} & {*calm.statistics.never_reached}


def test_a_violation_is_the_shortest_run_and_replays() -> None:
    """Surplus pods of a controller without expectations; the reference needs as many steps."""
    cluster = start(small_scope(controllers=(FORGETFUL,)))
    found = explore_cluster(cluster, (EXCEEDED, COMPLETE), Limits(), reduction=False)
    counterexample = found.verdicts[0].counterexample
    assert counterexample is not None
    confirm(cluster, EXCEEDED, counterexample)
    assert len(explore(cluster, always=(EXCEEDED.predicate,)).trace) == len(counterexample.actions)
    assert "with each property violated" == found.statistics.stopped


def test_one_violation_may_be_enough() -> None:
    """The others are then unknown."""
    cluster, _ = small_cluster()
    restless = Property("restless", ALWAYS, "it never rests", lambda state: None if enabled(state) else "it rests")
    properties = (restless, Property("calm", ALWAYS, "it is calm", lambda _: None))
    one = explore_cluster(cluster, properties, Limits(first=True), reduction=False)
    every = explore_cluster(cluster, properties, Limits(), reduction=False)
    assert ["VIOLATED", "UNKNOWN"] == [each.verdict for each in one.verdicts]
    assert ["VIOLATED", "HOLDS"] == [each.verdict for each in every.verdicts]
    assert ("at the first violation", "") == (one.statistics.stopped, every.statistics.stopped)


@pytest.mark.parametrize("limit, words", [(Limits(states=500), "at its limit of 500 states"),
                                          (Limits(seconds=1e-9), "out of time")])
def test_a_limit_ends_in_unknown_and_says_how_far_it_came(limit: Limits, words: str) -> None:
    """Never in HOLDS."""
    cluster, properties = small_cluster(crash=1)
    found = explore_cluster(cluster, properties, limit)
    assert {"UNKNOWN"} == {each.verdict for each in found.verdicts}
    assert words == found.statistics.stopped
    states, waiting = found.statistics.states, found.statistics.waiting
    for each in found.verdicts:
        assert f"the search stopped {words} after {states:,} states" in each.reason
        assert f"{waiting:,} of them not expanded" in each.reason


def test_time_is_kept_within_a_level_and_while_situations_are_learnt() -> None:
    """Also where a level takes longer than that: here each new situation of a property needs its time."""
    cluster, _ = small_cluster(crash=1)

    def slow(state: Cluster) -> str | None:
        until = monotonic() + 0.05
        while monotonic() < until:
            pass
        return None if enabled(state) else "it rests"

    properties = (Property("slow", ALWAYS, "it takes its time", slow),)
    explore_cluster(cluster, (), Limits(states=10))
    began = monotonic()
    found = explore_cluster(cluster, properties, Limits(seconds=1.0))
    assert "out of time" == found.statistics.stopped
    assert monotonic() - began < 2.5


def test_progress_is_told_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """With counts that never shrink."""
    monkeypatch.setattr("seatrial.properties.checking.explore.engine.OFTEN", 0.0)
    said: list[int] = []
    cluster, properties = small_cluster()
    found = explore_cluster(cluster, properties, Limits(), lambda told: said.append(told.states), reduction=False)
    assert said == sorted(said)
    assert found.statistics.states == said[-1]


def test_a_controller_that_remembers_elsewhere_is_refused_by_name() -> None:
    """A module variable is no part of the state: the step is executed twice and does not do the same."""
    cluster = start(small_scope(controllers=(CARELESS, "replicaset")))
    with pytest.raises(Refused, match=r"controller careless-painter: .*Sync.*default/web.* is not a function of the "
                                      r"cells that it reads: it left Cell\(table='plan'.*second time"):
        explore_cluster(cluster, select(cluster, SAFETY, asked=False), Limits())


def test_a_controller_that_does_not_is_not() -> None:
    """The same one, with its variable held still."""
    cluster = start(small_scope(controllers=(CARELESS,)))

    class Still:
        """Never counts."""

        count = property(lambda _: 3, lambda *_: None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.properties.checking.explore.samples.Counter", Still())
        assert explore_cluster(cluster, (), Limits()).statistics.complete
    assert isinstance(Counter.count, int)


def test_a_cheating_step_of_our_own_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not blamed on a user: the command line reports it as an internal error. The cell is named."""
    count = iter(range(1 << 30))

    def take(view: View, system: System, action: Action) -> None:
        honestly(view, system, action)
        if action.step == "Sync":
            view[Cell("plan", "elsewhere")] = next(count)

    monkeypatch.setattr("seatrial.properties.checking.explore.transitions.take", take)
    with pytest.raises(Impure, match=r"Sync.*: it left Cell\(table='plan', owner='elsewhere'.*second time") as caught:
        explore_cluster(start(small_scope()), (), Limits())
    assert not isinstance(caught.value, Refused)
