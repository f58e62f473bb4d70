"""A replay that disagrees is an internal error, never a verdict."""

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.properties.checking.replay import ReplayDisagrees, confirm, judge, replay
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.checking.walk import Budget, Walker
from seatrial.properties.property import STEP, Property
from tests.properties.checking.scenarios import COMPLETE, EXCEEDED, FORGETFUL, RED, cluster_with, fight, painter

INITIAL = cluster_with(FORGETFUL)
FOUND = Walker(INITIAL, (EXCEEDED, COMPLETE), 0, Budget(steps=1500, walk_length=60)).run().found["no_surplus"]


def test_a_true_counterexample_is_confirmed() -> None:
    """And its states begin with the initial one and end in the violation."""
    confirm(INITIAL, EXCEEDED, FOUND)
    states = replay(INITIAL, FOUND.actions)
    assert (INITIAL, len(FOUND.actions) + 1) == (states[0], len(states))
    assert FOUND.sentence == EXCEEDED.predicate(states[-1])
    assert None is EXCEEDED.predicate(states[-2])


def test_an_action_that_is_not_enabled_disagrees() -> None:
    """The message names the step."""
    forged = attrs.evolve(FOUND, actions=(*FOUND.actions[:2], Action("Sync", "nobody", "nothing"), *FOUND.actions[2:]))
    with pytest.raises(ReplayDisagrees, match=r"step 3, Sync\(nobody, nothing\), is not enabled after the 2 steps"):
        confirm(INITIAL, EXCEEDED, forged)


@pytest.mark.parametrize("change", [{"sentence": "something else"}, {"actions": FOUND.actions[:-1]}])
def test_a_run_that_ends_otherwise_disagrees(change: dict[str, object]) -> None:
    """Another sentence, or a run that stops one step early."""
    with pytest.raises(ReplayDisagrees, match=r"the engine said .* the replay of its"):
        confirm(INITIAL, EXCEEDED, attrs.evolve(FOUND, **change))  # type: ignore[arg-type]


def test_a_step_property_is_judged_on_its_step() -> None:
    """Before, action, after; nothing can be said of no step."""
    prop = Property("syncs", STEP, "a test", lambda before, action, after: None if before == after else action.step)
    states = replay(INITIAL, FOUND.actions[:1])
    found = Counterexample("syncs", FOUND.actions[:1], "Sync", 1)
    assert "Sync" == judge(prop, states, found)
    assert None is judge(prop, (INITIAL,), attrs.evolve(found, actions=()))


def test_a_liveness_claim_needs_rest() -> None:
    """At a state where the system can still move, an unreached goal says nothing yet."""
    initial = fight(painter("painter-red", "red"))
    claim = Counterexample("red", (), "the ReplicaSet is painted nothing", 0)
    with pytest.raises(ReplayDisagrees, match="says None"):
        confirm(initial, RED, claim)


def test_a_livelock_is_judged_in_its_loop() -> None:
    """A goal that fails in some state of the loop is broken; one that holds in all of them is not."""
    initial = fight(painter("painter-red", "red"), painter("painter-blue", "blue"))
    tally = Walker(initial, (RED,), 0, Budget(steps=4000, walk_length=20)).run()
    found = tally.found["red"]
    states = replay(initial, found.actions)
    assert found.sentence == judge(RED, states, found)
    assert None is judge(attrs.evolve(RED, predicate=lambda _: None), states, found)
