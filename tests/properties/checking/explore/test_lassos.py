"""Loops that never end in the real model: a fight, a ReplicaSet that forgets, an autoscaler without tolerance."""

import attrs
import pytest

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.expectations import delete_expectations
from seatrial.model.controllers.replicaset import CONTROLLER, sync
from seatrial.model.frozen import FrozenMap, freeze
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.b02_expired_expectations import GATE
from seatrial.model.variants.scenarios import NAMESPACE
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.checking.replay import confirm, replay
from seatrial.properties.checking.turns import because
from seatrial.properties.checking.verdict import HOLDS, VIOLATED, Counterexample, Verdict
from seatrial.properties.property import ALWAYS_EVENTUALLY, EVENTUALLY, LEADS_TO, Property
from seatrial.traces.codec import Trace
from seatrial.traces.exporters.text import export_text
from tests.properties.checking.scenarios import (
    COMPLETE,
    CONVERGE,
    EXCEEDED,
    KEY,
    PAINTED,
    RED,
    RUNS,
    fight,
    is_red,
    painter,
    scope_with,
    was_painted,
)


def finite(scope: Scope, versions: int = 8) -> Cluster:
    """The first cluster of a scope, with small bounds: a livelock has as many copies as there are versions."""
    return start(explorable(attrs.evolve(scope, versions=versions, names=3, secured=False)))


def explored(initial: Cluster, *properties: Property, states: int | None = None) -> Verdict:
    """The verdict of the first property."""
    return explore_cluster(initial, properties, Limits(states=states)).verdicts[0]


def text_of(initial: Cluster, verdict: Verdict) -> str:
    """A counterexample as a reader sees it, after it was replayed once more."""
    found = verdict.counterexample
    assert found is not None
    prop = next(each for each in KNOWN if each.name == found.property)
    confirm(initial, prop, found)
    return export_text(Trace(initial.system.scope, found, verdict.kind), replay(initial, found.actions), "-")


def loop_of(verdict: Verdict) -> tuple[Counterexample, int]:
    """The counterexample, and after how many actions its loop begins."""
    found = verdict.counterexample
    assert found is not None
    assert found.loop is not None
    return found, found.loop


# Two controllers fight over one field.


FIGHT = finite(fight(painter("red", "red"), painter("blue", "blue")).system.scope)
WHY_FIGHT = """\
Why nobody may complain: in each round, whoever can move all the time gets a turn.
  blue's Deliver of replicasets is taken at step 10
  blue's Sync of default/web is taken at step 11
  blue's Request of default/web is taken at step 12
  blue's Reply of default/web is taken at step 13
  red's Deliver of replicasets is taken at step 14
  red's Sync of default/web is taken at step 15
  red's Request of default/web is taken at step 16
  red's Reply of default/web is taken at step 17
"""


def test_a_fight_over_one_field_is_a_loop() -> None:
    """Each painter writes once in each round of ten steps, and every obligation is said, in the text too."""
    verdict = explored(FIGHT, RED, PAINTED)
    found, loop = loop_of(verdict)
    assert (VIOLATED, 0, 9, 19) == (verdict.verdict, found.stem, loop, len(found.actions))
    assert because(replay(FIGHT, found.actions), found.actions, loop) == verdict.because
    text = text_of(FIGHT, verdict)
    assert ("VIOLATED red: left alone, the cluster repeats steps 10 to 19 for ever, and again and again the ReplicaSet "
            "is painted blue.\n") == text[:text.index("\n") + 1]
    assert WHY_FIGHT in text
    assert ["blue asks to update", "red asks to update"] == [
        line[4:].partition(" replicaset")[0] for line in text[text.index("repeats for ever --"):].splitlines()
        if " asks to " in line]


def test_the_loop_is_cut_where_it_first_comes_back() -> None:
    """More versions make more states, and the same counterexample: no bound on them is at work in it."""
    counterexamples = [explored(finite(FIGHT.system.scope, versions), RED, PAINTED).counterexample
                       for versions in (4, 8, 16)]
    assert counterexamples[0] is not None
    assert [counterexamples[0]] * 3 == counterexamples


def test_who_fights_alone_wins() -> None:
    """Negative control: the red painter by itself, and two who agree."""
    for painters in ((painter("red", "red"),), (painter("red", "red"), painter("ruby", "red"))):
        assert HOLDS == explored(finite(fight(*painters).system.scope, 16), RED, PAINTED).verdict


AGAIN = Property("red_again", ALWAYS_EVENTUALLY, "a test", is_red, sibling="painted")
ANSWERED = Property("red_once_painted", LEADS_TO, "a test", is_red, premise=was_painted)


def test_a_fight_is_won_again_and_again() -> None:
    """What is asked to come back comes back, and what a colour must lead to is reached; but nothing is kept."""
    scope = attrs.evolve(FIGHT.system.scope, versions=0)
    verdicts = [explored(finite(scope, 16), prop, PAINTED) for prop in (AGAIN, ANSWERED)]
    assert ["a bound was felt"] * 2 == [each.reason[:16] for each in verdicts]
    blue = finite(fight(painter("blue", "blue")).system.scope)
    assert [VIOLATED] * 2 == [explored(blue, prop, PAINTED).verdict for prop in (AGAIN, ANSWERED)]
    red = finite(fight(painter("red", "red")).system.scope)
    assert [HOLDS] * 2 == [explored(red, prop, PAINTED).verdict for prop in (AGAIN, ANSWERED)]


# A ReplicaSet without expectations, under a stale cache.


def sync_and_forget(local: Local, key: str, choice: str) -> Call | Done:
    """Expects nothing of what it asks for."""
    call = sync(local, key, choice)
    delete_expectations(local, key)
    return call


FORGETTING = attrs.evolve(CONTROLLER, sync=sync_and_forget)


def forgetting(*, gate: bool, versions: int = 16, **budgets: int) -> Cluster:
    """One replica, made by that controller; with the gate it still waits to see its own writes."""
    return finite(attrs.evolve(scope_with(FORGETTING, **budgets), gates=FrozenMap({GATE: gate})), versions)


def test_without_expectations_there_are_surplus_pods() -> None:
    """A second pod is made before the first one is seen."""
    verdict = explored(forgetting(gate=False), EXCEEDED, COMPLETE)
    assert verdict.counterexample is not None
    assert (VIOLATED, "there are 2 pods, 1 desired", 8) == (
        verdict.verdict, verdict.reason, len(verdict.counterexample.actions))
    assert "replicaset-controller had not seen 2 events of pods (default/web-" in text_of(
        forgetting(gate=False), verdict)


def test_without_expectations_pods_are_made_and_deleted_for_ever() -> None:
    """Always one sync behind: too many are seen when they are gone, and too few when they are there."""
    initial = forgetting(gate=False, versions=4)
    verdict = explored(initial, CONVERGE, RUNS, states=300_000)
    found, loop = loop_of(verdict)
    assert VIOLATED == verdict.verdict
    states = replay(initial, found.actions)[loop:]
    assert {0, 1, 2} == {len(state.objects("pods")) for state in states}
    assert {"Deliver of pods", "Deliver of replicasets", "Sync of default/web", "Request of default/web",
            "Reply of default/web"} == {
        each.removeprefix("replicaset-controller's ").partition(" is taken")[0] for each in verdict.because}
    text = text_of(initial, verdict)
    assert "for ever, and again and again there are 2 pods, 1 desired." in text
    assert text.index("repeats for ever --") < text.index("asks to delete pod default/web-")


@pytest.mark.parametrize("budget", ["crash", "drop", "gone", "refused", "lost", "late"])
def test_its_own_writes_are_enough_to_wait_for(budget: str) -> None:
    """With the gate on, nothing is found in these scopes even without expectations."""
    initial = forgetting(gate=True, **{budget: 1})
    assert [HOLDS, HOLDS] == [explored(initial, EXCEEDED, COMPLETE).verdict, explored(initial, CONVERGE, RUNS).verdict]


@pytest.mark.parametrize("budget", ["lost-create", "late-create"])
def test_but_not_where_the_answer_to_a_create_is_missing(budget: str) -> None:
    """Nobody told it of a write to wait for; the surplus pod is deleted in the end."""
    initial = forgetting(gate=True, **{budget: 1})
    assert [VIOLATED, HOLDS] == [
        explored(initial, EXCEEDED, COMPLETE).verdict, explored(initial, CONVERGE, RUNS).verdict]


# An autoscaler, as a user would write it. What it scales is a custom resource, whose generation is not counted here:
# that of a ReplicaSet grows with each change of its spec, so that no state of such a loop ever comes back.


LOAD, TARGET = 3.0, 2.0
WORKERS = Unstructured(ObjectMeta(name="web", namespace="default"), freeze({
    "apiVersion": "example.com/v1", "kind": "Workload", "spec": {"replicas": 1}}))


def replicas_of(workload: Unstructured) -> int:
    """How many it asks for."""
    return int(workload.unmodelled["spec"]["replicas"])


def usage(replicas: int) -> float:
    """What each replica carries: no number of them carries exactly the target."""
    return LOAD / replicas


def autoscaler(tolerance: float) -> Controller:
    """Adds a replica while each carries too much, takes one away while each carries too little."""
    def scale(local: Local, key: str, choice: str) -> Call | Done:
        del choice
        found = local.get("workloads", key)
        if found is None:
            return Done()
        ratio = usage(replicas_of(found)) / TARGET
        if abs(ratio - 1) <= tolerance:
            return Done()
        wanted = replicas_of(found) + (1 if ratio > 1 else -1)
        content = found.unmodelled.set("spec", found.unmodelled["spec"].set("replicas", wanted))
        return Call("update", "workloads", key, attrs.evolve(found, unmodelled=content))

    return Controller("autoscaler", (Watch("workloads"),), scale)


def is_overloaded(cluster: Cluster) -> str | None:
    """No replica carries more than the target."""
    replicas = replicas_of(cluster.get("workloads", KEY))
    return f"the load of each replica is {usage(replicas):g}, not {TARGET:g}" if usage(replicas) > TARGET else None


def is_relieved(cluster: Cluster) -> str | None:
    """None does now."""
    return "relieved" if is_overloaded(cluster) is None else None


SETTLES = Property("settles", EVENTUALLY, "whoever waits for an answer waits again and again", is_overloaded,
                   sibling="relieved")
RELIEVED = Property("relieved", "sometimes", "a test", is_relieved)
KNOWN = (RED, EXCEEDED, CONVERGE, SETTLES, AGAIN, ANSWERED)


def scaled_by(tolerance: float) -> Cluster:
    """A workload of one replica under that autoscaler."""
    return finite(Scope(controllers=(autoscaler(tolerance),), objects=(*NAMESPACE, WORKERS)))


def test_an_autoscaler_without_tolerance_never_settles() -> None:
    """Up and down for ever, and the text says why nobody may complain."""
    initial = scaled_by(0)
    verdict = explored(initial, SETTLES, RELIEVED, states=100_000)
    found, loop = loop_of(verdict)
    assert (VIOLATED, 0) == (verdict.verdict, found.stem)
    assert [1, 2] == sorted({replicas_of(state.get("workloads", KEY))
                             for state in replay(initial, found.actions)[loop:]})
    assert ["autoscaler's Deliver of workloads", "autoscaler's Reply of default/web",
            "autoscaler's Request of default/web", "autoscaler's Sync of default/web"] == sorted(
        each.partition(" is ")[0] for each in verdict.because)
    text = text_of(initial, verdict)
    assert "for ever, and again and again the load of each replica is 3, not 2." in text
    assert all(f"spec.replicas: {change}" in text for change in ("1 → 2", "2 → 1"))


def test_with_a_tolerance_it_settles() -> None:
    """Negative control: the same loop leaves two replicas alone, which carry 1.5 of 2."""
    verdict = explored(scaled_by(0.25), SETTLES, RELIEVED, states=100_000)
    assert (HOLDS, ()) == (verdict.verdict, verdict.because)
    assert "autoscaler's Sync of default/web is weakly fair" in verdict.reason
