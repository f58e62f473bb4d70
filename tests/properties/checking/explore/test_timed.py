"""Timers that run out early: what rests on one and is not found by the clock is not called a violation."""

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.start import start
from seatrial.model.variants import VARIANTS
from seatrial.properties.checking.check import select
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.checking.explore.timed import early_timers, is_there_in_time, shows_again, with_clock
from seatrial.properties.checking.verdict import HOLDS, UNKNOWN, VIOLATED, Verdict
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import ALWAYS, EVENTUALLY, Property
from seatrial.properties.registry import BY_NAME
from seatrial.traces.scopes import initial_of, with_variant
from tests.properties.checking.scenarios import KEY, PAINTED, fight

B02 = next(each for each in VARIANTS if each.id == "B02")
SHORT = Budget(steps=2_000, seconds=1.0)


def annotated(local: Local, key: str, colour: str) -> Call:
    """Writes a colour on the ReplicaSet."""
    held = local.get("replicasets", key)
    return Call("update", "replicasets", key, attrs.evolve(held, metadata=attrs.evolve(
        held.metadata, annotations=held.metadata.annotations.set("colour", colour))))


def patient(seconds: int) -> Controller:
    """Waits so long, and then writes down when it was that it no longer did."""
    def wait(local: Local, key: str, choice: str) -> Call | Done:
        del choice
        if local.note("waits", key) is None:
            local.set_note("waits", key, True)  # noqa: FBT003 -- a note's value
            local.arm("patience", key, seconds)
        return Done()

    def fire(local: Local, timer: str, key: str) -> None:
        del timer
        local.set_note("over", key, local.now)
        local.enqueue(key)

    def write(local: Local, key: str, choice: str) -> Call | Done:
        over = local.note("over", key)
        held = local.get("replicasets", key)
        if over is None or "colour" in held.metadata.annotations:
            return wait(local, key, choice)
        return annotated(local, key, str(over))

    return Controller("patient", (Watch("replicasets"),), write, fire=fire)


def blinker(seconds: int) -> Controller:
    """Paints red and blue by turns, with a pause in between."""
    def blink(local: Local, key: str, choice: str) -> Call | Done:
        del choice
        colour = local.get("replicasets", key).metadata.annotations.get("colour", "blue")
        return annotated(local, key, "red" if colour == "blue" else "blue")

    def rest(local: Local, key: str, memo: object, reply: Reply) -> Done:
        del local, key, memo, reply
        return Done(after=seconds)

    def begin(local: Local, key: str, old: object, new: object) -> None:
        if old is None and new is not None:
            local.enqueue(key)

    return Controller("blinker", (Watch("replicasets", begin),), blink, rest)


def colour_of(cluster: Cluster) -> str:
    """The colour of the ReplicaSet, or nothing."""
    return str(cluster.get("replicasets", KEY).metadata.annotations.get("colour", ""))


def waited_too_little(cluster: Cluster) -> str | None:
    """It waited for five minutes."""
    colour = colour_of(cluster)
    return f"it waited for {colour} seconds" if colour and int(colour) < 300 else None


def is_not_red(cluster: Cluster) -> str | None:
    """The ReplicaSet is painted red."""
    return None if colour_of(cluster) == "red" else f"the ReplicaSet is painted {colour_of(cluster) or 'nothing'}"


PATIENT = Property("patience", ALWAYS, "a test", waited_too_little, sibling="painted")
STEADY = Property("steady", EVENTUALLY, "a test", is_not_red, sibling="painted")


def finite(controller: Controller) -> Cluster:
    """The first cluster of a ReplicaSet under this controller."""
    return start(explorable(attrs.evolve(fight(controller).system.scope, versions=8)))


def explored(initial: Cluster, prop: Property) -> Verdict:
    """The verdict of a property."""
    return explore_cluster(initial, (prop, PAINTED), Limits(seconds=60.0)).verdicts[0]


@pytest.fixture(autouse=True)
def _short_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not there is not looked for that long."""
    monkeypatch.setattr(is_there_in_time, "__defaults__", ((), SHORT))


def test_what_needs_a_timer_to_fire_early_is_unknown_and_names_it() -> None:
    """Five minutes that were none are a matter of the untimed scope."""
    verdict = explored(finite(patient(300)), PATIENT)
    assert (UNKNOWN, None) == (verdict.verdict, verdict.counterexample)
    assert ("needs a timer to fire early: patient's timer patience:default/web; with the clock modelled it was not "
            "found") == verdict.reason


def test_what_is_there_with_the_clock_too_stays_violated() -> None:
    """Negative control: who waits for less than five minutes does so by the clock as well."""
    initial = finite(patient(200))
    verdict = explored(initial, PATIENT)
    assert (VIOLATED, "it waited for 0 seconds") == (verdict.verdict, verdict.reason)
    found = verdict.counterexample
    assert found is not None
    timed = start(attrs.evolve(initial.system.scope, timed=True))
    taken = with_clock(timed, found.actions)
    assert taken is not None
    assert [*found.actions] == [action for action in taken if action.step != "Advance"]
    assert shows_again(timed, PATIENT, found)


def test_the_variant_that_needs_its_timer_stays_violated() -> None:
    """B02: expectations that expire; and with the hypothesis that they do not before their time, nothing is found."""
    broken = BY_NAME[B02.breaks]
    initial = initial_of(explorable(with_variant(B02.scenario, "B02")))
    properties = select(initial, (broken, BY_NAME[broken.sibling]), asked=True)
    (verdict,) = explore_cluster(initial, properties, Limits()).verdicts
    assert verdict.counterexample is not None
    assert (VIOLATED, ("replicaset-controller's timer expectations:default/web",)) == (
        verdict.verdict, early_timers(verdict.counterexample.actions))
    kept = start(attrs.evolve(initial.system.scope, hypotheses=("lag_below_expectation_ttl",)))
    assert [HOLDS] == [each.verdict for each in explore_cluster(kept, properties, Limits()).verdicts]


def test_a_loop_with_a_timer_is_taken_by_the_clock() -> None:
    """Round after round the clock moves on to the same deadline: no walk is needed to see it."""
    initial = finite(blinker(60))
    verdict = explored(initial, STEADY)
    found = verdict.counterexample
    assert (VIOLATED, False) == (verdict.verdict, found is None)
    assert found is not None
    assert "blinker's Fire of requeue:default/web is taken at step" in " ".join(verdict.because)
    assert shows_again(start(attrs.evolve(initial.system.scope, timed=True, versions=0)), STEADY, found)


def test_a_run_that_cannot_be_taken_by_the_clock_is_none() -> None:
    """Nothing is due, so the clock does not help."""
    initial = finite(patient(300))
    fired = Action("Fire", "patient", "patience:default/web")
    assert None is with_clock(start(attrs.evolve(initial.system.scope, timed=True)), (fired,))
