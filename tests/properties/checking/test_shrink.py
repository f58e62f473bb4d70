"""A shrunk counterexample is no longer than the one found, still one, and none of its actions can go."""

import attrs
import pytest

from seatrial.model.cluster import Cluster
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


def find(initial: Cluster, *properties: Property) -> Counterexample:
    """The counterexample that a walk finds for the first of these."""
    return Walker(initial, properties, 1, Budget(steps=6000, walk_length=80)).run().found[properties[0].name]


def test_the_missing_expectations_shrink_to_the_race() -> None:
    """Two syncs, two creates, and no delivery between them: what is left is short, if not always the shortest run."""
    initial = cluster_with(FORGETFUL, refused=2, crash=1, drop=1)
    found = find(initial, EXCEEDED, COMPLETE)
    short = shrink(initial, EXCEEDED, found)
    confirm(initial, EXCEEDED, short)
    assert short.stem <= min(found.stem, 10)
    assert 2 == sum(action.step == "Sync" for action in short.actions)


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
