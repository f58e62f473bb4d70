"""Loops that never end in the real model: a fight, a ReplicaSet that forgets, an autoscaler without tolerance."""

import attrs
import pytest

from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.expectations import delete_expectations
from seatrial.model.controllers.replicaset import CONTROLLER, sync
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.b02_expired_expectations import GATE
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.properties.checking.explore.again import as_far_as_it_goes, renumbered, shows_unbounded, unbounded
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


# An autoscaler, as a user would write it, of a ReplicaSet with its real controller. Each change of the size is another
# generation, so that such a loop comes back only because they are counted up to a bound; the counterexample is of a
# scope without one.


LOAD, TARGET = 3.0, 2.0


def autoscaler(tolerance: float) -> Controller:
    """Adds a replica while each carries too much, takes one away while each carries too little."""
    def scale(local: Local, key: str, choice: str) -> Call | Done:
        del choice
        found = local.get("replicasets", key)
        if found is None or not found.status.replicas:
            return Done()
        replicas = found.status.replicas
        ratio = LOAD / replicas / TARGET
        wanted = replicas if abs(ratio - 1) <= tolerance else replicas + (1 if ratio > 1 else -1)
        if wanted == found.spec.replicas:
            return Done()
        return Call("update", "replicasets", key, attrs.evolve(
            found, spec=attrs.evolve(found.spec, replicas=wanted)))

    return Controller("autoscaler", (Watch("replicasets"),), scale)


def usage(cluster: Cluster) -> float:
    """What each pod carries: no number of them carries exactly the target."""
    return LOAD / max(1, len(cluster.objects("pods")))


def is_overloaded(cluster: Cluster) -> str | None:
    """No pod carries more than the target."""
    return f"the load of each pod is {usage(cluster):g}, not {TARGET:g}" if usage(cluster) > TARGET else None


def is_relieved(cluster: Cluster) -> str | None:
    """None does now."""
    return "relieved" if is_overloaded(cluster) is None else None


SETTLES = Property("settles", EVENTUALLY, "whoever waits for an answer waits again and again", is_overloaded,
                   sibling="relieved")
RELIEVED = Property("relieved", "sometimes", "a test", is_relieved)
KNOWN = (RED, EXCEEDED, CONVERGE, SETTLES, AGAIN, ANSWERED)


def scaled_by(tolerance: float, versions: int = 4) -> Cluster:
    """A ReplicaSet of one pod under that autoscaler."""
    return finite(Scope(controllers=(autoscaler(tolerance), "replicaset"), objects=(*NAMESPACE, replicaset(1)),
                        generations=8, hypotheses=("lag_below_expectation_ttl",)), versions)


def test_an_autoscaler_without_tolerance_never_settles() -> None:
    """Up and down for ever, and the text says why nobody may complain."""
    initial = scaled_by(0)
    verdict = explored(initial, SETTLES, RELIEVED)
    found, loop = loop_of(verdict)
    assert (VIOLATED, 0) == (verdict.verdict, found.stem)
    states = replay(initial, found.actions)[loop:]
    assert [1, 2] == sorted({len(state.objects("pods")) for state in states})
    assert [1, 2] == sorted({state.get("replicasets", KEY).spec.replicas for state in states})
    assert {f"{who}'s {what} of default/web" for who in ("autoscaler", "replicaset-controller")
            for what in ("Sync", "Request", "Reply")} <= {each.partition(" is ")[0] for each in verdict.because}
    text = text_of(initial, verdict)
    assert "for ever, and again and again the load of each pod is 3, not 2." in text
    assert all(f"spec.replicas: {change}" in text for change in ("1 → 2", "2 → 1"))
    assert "status.observedGeneration: 4 → 5" in text
    assert "status.observedGeneration: 8 → 1" not in text


def test_its_loop_comes_back_where_nothing_is_bounded() -> None:
    """Generations and versions go on there; they are all that is different after a round."""
    initial = scaled_by(0)
    found, loop = loop_of(explored(initial, SETTLES, RELIEVED))
    assert shows_unbounded(initial, SETTLES, found)
    states = as_far_as_it_goes(unbounded(initial), found.actions)
    assert states[loop] != states[-1]
    assert renumbered(states[loop]) == renumbered(states[-1])
    assert states[loop].get("replicasets", KEY).metadata.generation < states[-1].get(
        "replicasets", KEY).metadata.generation
    assert not shows_unbounded(initial, SETTLES, attrs.evolve(found, actions=found.actions[:-1]))


def test_with_a_tolerance_it_settles() -> None:
    """Negative control: the same loop leaves two pods alone, which carry 1.5 of 2."""
    verdict = explored(scaled_by(0.25, versions=8), SETTLES, RELIEVED)
    assert (HOLDS, ()) == (verdict.verdict, verdict.because)
    assert "autoscaler's Sync of default/web is weakly fair" in verdict.reason


def test_a_bound_on_generations_that_is_felt_is_said() -> None:
    """Nothing is said to hold then; a violation that needs the bound is none."""
    bounded = finite(attrs.evolve(scaled_by(0.25).system.scope, generations=2), 8)
    verdict = explored(bounded, SETTLES, RELIEVED)
    reason = "a bound was felt that Kubernetes does not have: replicasets default/web had 2 generations: raise "
    assert ("UNKNOWN", f"{reason}Scope.generations (--generations)") == (verdict.verdict, verdict.reason)
    falls = Property("falls", "always", "a test", fallen)
    verdict = explored(finite(attrs.evolve(scaled_by(0).system.scope, generations=2), 8), falls)
    assert "UNKNOWN" == verdict.verdict
    assert "without it the run found shows nothing" in verdict.reason


def fallen(cluster: Cluster) -> str | None:
    """A status never speaks of a later generation than its object has: so it is where none begins anew."""
    held = cluster.get("replicasets", KEY)
    return "it is ahead" if held.status.observed_generation > held.metadata.generation else None
