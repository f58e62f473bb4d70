"""The engine: verdicts with their figures, limits that hold within a level, and steps that cheat."""

import os
import signal
from time import monotonic
from typing import Any

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.cluster import take as honestly
from seatrial.model.start import start
from seatrial.model.system import System
from seatrial.model.view import Cell, View
from seatrial.properties.checking.check import select
from seatrial.properties.checking.explore import asked, engine
from seatrial.properties.checking.explore.engine import Explored, Limits, explorable, explore_cluster
from seatrial.properties.checking.explore.refusals import Impure, Refused
from seatrial.properties.checking.reference import explore
from seatrial.properties.checking.replay import confirm
from seatrial.properties.property import ALWAYS, Property
from tests.properties.checking.explore.samples import CARELESS, SAFETY, Counter, small_cluster, small_scope
from tests.properties.checking.scenarios import (
    COMPLETE,
    CONVERGE,
    EXCEEDED,
    FORGETFUL,
    PAINTED,
    RED,
    RUNS,
    painter,
)
from tests.properties.checking.scenarios import fight as fight_of


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


def test_two_threads_come_to_the_same_answers() -> None:
    """Whatever is searched: with reductions, and with a graph, which has one thread."""
    cluster, properties = small_cluster(crash=1)
    one, two = (explore_cluster(cluster, properties, Limits(threads=threads)) for threads in (1, 2))
    assert [(each.property, each.verdict) for each in one.verdicts] == [
        (each.property, each.verdict) for each in two.verdicts]
    assert (one.statistics.states, one.statistics.transitions) == (two.statistics.states, two.statistics.transitions)


def test_endless_runs_are_not_looked_for_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The graph was complete; what is not decided in as much time again is not known, and the reason says so."""
    cluster = cluster_of_one()
    held, = explore_cluster(cluster, (CONVERGE, RUNS), Limits(seconds=60)).verdicts
    clock = iter(range(10**9))
    monkeypatch.setattr(asked, "monotonic", lambda: 10**9 + next(clock))
    found, = explore_cluster(cluster, (CONVERGE, RUNS), Limits(seconds=60)).verdicts
    assert ("HOLDS", "UNKNOWN") == (held.verdict, found.verdict)
    assert "the time was over before endless runs were looked for in the graph of" in found.reason


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


def test_what_must_come_about_has_its_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of it where safety takes all it can get, else what safety left; without a limit there is none."""
    given: list[float | None] = []
    took = [0.0]
    honest = engine.explore_once

    def once(initial: Cluster, properties: tuple[Property, ...], limits: Limits, **rest: Any) -> Explored:
        given.append(limits.seconds)
        found = honest(initial, properties, Limits(), **rest)
        return attrs.evolve(found, statistics=attrs.evolve(found.statistics, seconds=took[0]))

    monkeypatch.setattr(engine, "explore_once", once)
    cluster = cluster_of_one()
    for spent, seconds, expected in ((60.0, 90.0, [60.0, 30.0]), (9.0, 90.0, [60.0, 81.0]), (9.0, None, [None, None])):
        given.clear()
        took[0] = spent
        explore_cluster(cluster, (EXCEEDED, COMPLETE, CONVERGE, RUNS), Limits(seconds=seconds))
        assert pytest.approx(expected) == given if seconds else expected == given


def cluster_of_one() -> Cluster:
    """One ReplicaSet and its controller, made finite."""
    return start(small_scope(controllers=("replicaset",)))


def test_deciding_has_figures_of_its_own() -> None:
    """States, steps and components of the graph; none where nothing must come about."""
    told = explore_cluster(cluster_of_one(), (EXCEEDED, COMPLETE, CONVERGE, RUNS), Limits()).statistics
    assert told.graph is not None
    assert told.graph.decided is not None
    assert (None, told.graph.states, 0) == (told.decided, told.graph.decided.components, told.graph.decided.loops)
    fight = start(explorable(attrs.evolve(two_painters().system.scope, versions=8)))
    alone = explore_cluster(fight, (RED, PAINTED), Limits()).statistics
    assert alone.graph is None
    assert alone.decided is not None
    assert alone.states > alone.decided.components > 0
    assert alone.decided.components > alone.decided.loops > 0


def two_painters() -> Cluster:
    """Two controllers that never agree."""
    return fight_of(painter("red", "red"), painter("blue", "blue"))


@pytest.mark.usefixtures("in_the_foreground")
def test_ctrl_c_ends_both_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one is not begun when the first was interrupted."""
    def press(*_: object) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return ""

    monkeypatch.setattr(engine, "reached", press)
    found = explore_cluster(cluster_of_one(), (EXCEEDED, COMPLETE, CONVERGE, RUNS), Limits())
    said = {each.property: each.reason for each in found.verdicts}
    assert (True, None) == (found.interrupted, found.statistics.graph)
    assert "interrupted before what must come about was looked at" == said["converge"]
    assert "the search stopped interrupted" in said["no_surplus"]


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
