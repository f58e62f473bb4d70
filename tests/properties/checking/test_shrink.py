"""A shrunk counterexample is no longer than the one found, still one, and none of its actions can go."""

from typing import Any

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, is_environment
from seatrial.properties.checking import shrink as shrinking
from seatrial.properties.checking.replay import confirm
from seatrial.properties.checking.shrink import follow_liveness, follow_safety, shrink
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.checking.walk import Budget, Walker
from seatrial.properties.property import Property
from tests.properties.checking.scenarios import (
    COMPLETE,
    EXCEEDED,
    FORGETFUL,
    PAINTED,
    RED,
    careless,
    cluster_with,
    fight,
    painter,
)


def find(initial: Cluster, *properties: Property, seed: int = 1) -> Counterexample:
    """The counterexample that a walk finds for the first of these."""
    return Walker(initial, properties, seed, Budget(steps=6000, walk_length=80)).run().found[properties[0].name]


@pytest.mark.parametrize("seed", range(6))
def test_the_missing_expectations_shrink_to_the_race(seed: int) -> None:
    """Two syncs, two creates, and no delivery between them: eight steps, whatever was found, and no fault is needed."""
    initial = cluster_with(FORGETFUL, refused=2, crash=1, drop=1)
    found = find(initial, EXCEEDED, COMPLETE, seed=seed)
    short = shrink(initial, EXCEEDED, found)
    confirm(initial, EXCEEDED, short)
    assert 8 == short.stem
    assert 2 == sum(action.step == "Sync" for action in short.actions)
    assert not any(is_environment(action) for action in short.actions)


def test_no_single_action_can_go() -> None:
    """Leaving out any one of them leaves no violation."""
    initial = cluster_with(FORGETFUL, refused=2, crash=1)
    short = shrink(initial, EXCEEDED, find(initial, EXCEEDED, COMPLETE))
    for at in range(short.stem):
        rest = follow_safety(initial, EXCEEDED, short.actions[:at] + short.actions[at + 1:])
        assert rest is None or rest.stem >= short.stem


def test_a_liveness_stem_shrinks_to_the_fault() -> None:
    """A sync, its refused call, and the answer; the fair suffix is run anew."""
    initial = fight(careless("painter-red", "red"), refused=1, crash=1)
    short = shrink(initial, RED, find(initial, RED, PAINTED))
    assert short.stem <= 3
    assert 1 == sum(action.choice == "refused" for action in short.actions)
    assert None is follow_liveness(initial, RED, ())


def test_a_livelock_keeps_its_loop() -> None:
    """The stem goes, the loop stays."""
    initial = fight(painter("painter-red", "red"), painter("painter-blue", "blue"))
    short = shrink(initial, RED, find(initial, RED, PAINTED))
    assert 0 == short.stem
    assert short.loop is not None


def test_what_cannot_be_followed_is_no_counterexample() -> None:
    """Negative control: the real controller does not break along the same actions."""
    found = find(cluster_with(FORGETFUL, refused=2), EXCEEDED, COMPLETE)
    assert None is follow_safety(cluster_with("replicaset", refused=2), EXCEEDED, found.actions)


@pytest.mark.parametrize("tries", [0, 3])
def test_few_tries_still_give_a_counterexample(tries: int) -> None:
    """It is confirmed, if not short."""
    initial = cluster_with(FORGETFUL)
    found = find(initial, EXCEEDED, COMPLETE)
    best = shrink(initial, EXCEEDED, found, most_tries=tries)
    confirm(initial, EXCEEDED, best)
    assert best.stem <= found.stem
    assert attrs.evolve(best, actions=()) != found


def test_a_fault_that_is_not_needed_goes() -> None:
    """A call that fails and is repeated is made to succeed, or an event comes instead: the run depends on less."""
    initial = cluster_with(FORGETFUL, refused=2)
    of_web = ("replicaset-controller", "default/web")
    sync, reply = Action("Sync", *of_web), Action("Reply", *of_web)
    fine, refused = Action("Request", *of_web, "ok"), Action("Request", *of_web, "refused")
    actions = (sync, fine, reply, refused, reply, refused, reply, sync, fine)
    found = follow_safety(initial, EXCEEDED, actions)
    assert found is not None
    assert 9 == found.stem
    short = shrink(initial, EXCEEDED, found)
    assert (8, 0) == (short.stem, sum(action.choice == "refused" for action in short.actions))


def test_the_empty_stem_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong without any fault is shown without one, at the price of a single suffix."""
    initial = fight(painter("painter-red", "red"), painter("painter-blue", "blue"), refused=2)
    found = find(initial, RED, PAINTED)
    stem = tuple(found.actions[: found.stem]) or (Action("Sync", "painter-red", "default/web"),)
    long = follow_liveness(initial, RED, stem)
    assert long is not None
    tried: list[int] = []
    follow = shrinking.follow_liveness

    def followed(*given: Any) -> Counterexample | None:
        tried.append(len(given[2]))
        return follow(*given)

    monkeypatch.setattr(shrinking, "follow_liveness", followed)
    assert 0 == shrink(initial, RED, long).stem
    assert [0] == tried


def test_shrinking_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock costs a second here: a long suffix is given up, and what was found stays confirmed."""
    initial = fight(careless("painter-red", "red"), refused=1, crash=1)
    found = find(initial, RED, PAINTED)
    seconds = iter(range(10_000))
    monkeypatch.setattr(shrinking, "monotonic", lambda: next(seconds))
    assert found == shrink(initial, RED, found, seconds=5)
    assert next(seconds) < 20


def test_no_time_at_all_leaves_what_was_found() -> None:
    """Negative control of the clock: with all the time it is shorter."""
    initial = cluster_with(FORGETFUL, refused=2, crash=1, drop=1)
    found = find(initial, EXCEEDED, COMPLETE)
    assert shrink(initial, EXCEEDED, found, seconds=0).stem == found.stem > shrink(initial, EXCEEDED, found).stem
