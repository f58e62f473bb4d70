"""Seeded walks find what is broken, replay it, and say of the rest no more than they know."""

import attrs
import pytest

from seatrial.properties.checking import walk
from seatrial.properties.checking.replay import confirm, replay
from seatrial.properties.checking.verdict import BOUNDED, UNKNOWN, VIOLATED
from seatrial.properties.checking.walk import Budget, Tally, Walker, verdicts_of
from tests.properties.checking.scenarios import (
    COMPLETE,
    CONVERGE,
    EXCEEDED,
    FORGETFUL,
    PAINTED,
    RED,
    RUNS,
    careless,
    cluster_with,
    counter,
    fight,
    painter,
    poller,
)

SMALL = Budget(steps=1500, walk_length=60)


def test_a_controller_without_expectations_is_found() -> None:
    """More pods than the ReplicaSet asks for, and the run that leads there replays."""
    initial = cluster_with(FORGETFUL)
    walker = Walker(initial, (EXCEEDED, COMPLETE), 0, SMALL)
    tally = walker.run()
    found = tally.found["no_surplus"]
    confirm(initial, EXCEEDED, found)
    assert "there are 2 pods, 1 desired" == found.sentence
    assert [VIOLATED] == [verdict.verdict for verdict in verdicts_of(walker)]


def test_the_real_controller_is_clean_in_the_same_scope() -> None:
    """BOUNDED, with what was searched, because the premise was seen."""
    walker = Walker(cluster_with("replicaset", refused=1, crash=1), (EXCEEDED, COMPLETE, CONVERGE, RUNS), 0, SMALL)
    tally = walker.run()
    assert {} == tally.found
    assert {"no_surplus": BOUNDED, "converge": BOUNDED} == {
        verdict.property: verdict.verdict for verdict in verdicts_of(walker)}


def test_a_controller_that_ignores_errors_never_gets_there() -> None:
    """A refused call, then quiet: the goal is not reached, and the stem ends where the quiet begins."""
    initial = fight(careless("painter-red", "red"), refused=1)
    found = Walker(initial, (RED, PAINTED), 0, SMALL).run().found["red"]
    assert found.stem <= len(found.actions)
    assert (None, "the ReplicaSet is painted nothing") == (found.loop, found.sentence)
    confirm(initial, RED, found)


def test_a_livelock_is_found() -> None:
    """Two controllers undo each other's work for ever: the state repeats, the loop is fair, the goal fails in it."""
    initial = fight(painter("painter-red", "red"), painter("painter-blue", "blue"))
    tally = Walker(initial, (RED, PAINTED), 0, Budget(steps=4000, walk_length=20)).run()
    found = tally.found["red"]
    assert found.loop is not None
    assert found.stem <= found.loop < len(found.actions)
    states = replay(initial, found.actions)
    assert any(RED.predicate(state) is None for state in states[found.loop:])


def test_a_loop_in_which_somebody_is_kept_waiting_is_none() -> None:
    """A poller turns for ever, but the painter gets its turn too: the goal is reached, and nothing is reported."""
    walker = Walker(fight(poller("a-poller"), painter("painter-red", "red")), (RED, PAINTED), 0, SMALL)
    assert {} == walker.run().found
    assert [BOUNDED] == [verdict.verdict for verdict in verdicts_of(walker)]


def test_a_premise_that_was_never_reached_is_unknown() -> None:
    """Nothing was seen to be broken, and nothing could have been."""
    walker = Walker(fight(poller("a-poller")), (attrs.evolve(RED, kind="always"), PAINTED), 0,
                    Budget(steps=50, walk_length=5))
    walker.run()
    assert VIOLATED == verdicts_of(walker)[0].verdict
    clean = Walker(fight(poller("a-poller")), (attrs.evolve(RED, kind="always", predicate=lambda _: None), PAINTED), 0,
                   Budget(steps=50, walk_length=5))
    clean.run()
    assert (UNKNOWN, "its premise was never reached (painted)") == (
        verdicts_of(clean)[0].verdict, verdicts_of(clean)[0].reason)


def test_the_same_seed_finds_the_same() -> None:
    """Same seed: same tally, to the last action. Another seed: another walk."""
    def search(seed: int) -> Tally:
        return Walker(cluster_with(FORGETFUL, refused=1), (EXCEEDED, COMPLETE), seed, SMALL).run()

    assert search(3) == search(3)
    assert search(3) != search(4)


def test_nothing_found_is_lost_by_an_interruption() -> None:
    """Ctrl-C ends the walks; the tally says so and keeps what was found."""
    def interrupt(tally: Tally) -> None:
        if tally.found:
            raise KeyboardInterrupt

    walker = Walker(cluster_with(FORGETFUL), (EXCEEDED, COMPLETE, CONVERGE, RUNS), 0, SMALL, interrupt)
    tally = walker.run_until_interrupted()
    assert (True, ["no_surplus"]) == (tally.interrupted, list(tally.found))


def test_a_bound_on_steps_is_kept() -> None:
    """No walk begins once the steps are used up."""
    tally = Walker(cluster_with("replicaset"), (EXCEEDED, COMPLETE), 0, Budget(steps=100, walk_length=30)).run()
    assert 100 <= tally.steps < 300
    assert tally.walks == tally.suffixes


@pytest.mark.parametrize("cut_off, verdict", [(2, UNKNOWN), (1, BOUNDED)])
def test_suffixes_that_are_cut_off_say_nothing(cut_off: int, verdict: str) -> None:
    """No suffix came to rest or repeated itself: UNKNOWN; one that did is enough for BOUNDED."""
    walker = Walker(fight(painter("painter-red", "red")), (RED, PAINTED), 0, Budget(steps=40, walk_length=4))
    walker.tally.seen["painted"] = None
    walker.tally.walks, walker.tally.suffixes, walker.tally.cut_off = 2, 2, cut_off
    assert verdict == verdicts_of(walker)[0].verdict


def test_a_cluster_in_which_nothing_can_happen_ends_the_search() -> None:
    """One walk of no steps says all there is to say; a bound on steps alone would never be reached."""
    walker = Walker(fight(), (RED, PAINTED), 0, SMALL)
    tally = walker.run()
    assert (1, 0) == (tally.walks, tally.steps)


def test_a_suffix_without_end_leaves_others_their_turn() -> None:
    """Who counts for ever never comes back to a state: the suffix is given up, a longer one is tried later."""
    walker = Walker(fight(counter("counter")), (RED, PAINTED), 0, Budget(steps=12_000, walk_length=20))
    tally = walker.run()
    assert (tally.walks, tally.walks) == (tally.suffixes, tally.cut_off)
    assert 2 == tally.walks
    assert [UNKNOWN] == [verdict.verdict for verdict in verdicts_of(walker)]


def test_what_others_needed_bounds_a_suffix() -> None:
    """Twice the longest that came to its end, within limits; while none did, twice the one before."""
    walker = Walker(fight(), (), 0, SMALL)
    assert walk.LONG_SUFFIX == walker._suffix_limit()
    walker.tally.cut_off = 1
    assert 2 * walk.LONG_SUFFIX == walker._suffix_limit()
    for longest, expected in ((3, walk.LONG_SUFFIX), (4_000, 8_000), (15_000, walk.LONGEST_SUFFIX)):
        walker._longest_suffix = longest
        assert expected == walker._suffix_limit()


def test_the_clock_ends_a_suffix_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock costs a second here; without it the suffix would take thousands of steps."""
    seconds = iter(range(100_000))
    monkeypatch.setattr(walk, "monotonic", lambda: next(seconds))
    tally = Walker(fight(counter("counter")), (RED, PAINTED), 0, Budget(seconds=50, walk_length=20)).run()
    assert (1, 1) == (tally.walks, tally.cut_off)
    assert tally.steps < 60


def test_what_was_found_leaves_time_to_shorten_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the seconds is kept back once there is something to shorten, and only then."""
    initial, properties = cluster_with(FORGETFUL), (EXCEEDED, COMPLETE, RED)
    walker = Walker(initial, properties, 0, Budget(seconds=100))
    now = walker._started
    monkeypatch.setattr(walk, "monotonic", lambda: now + 80)
    assert not walker._is_late()
    walker.tally.found["red"] = Walker(initial, properties[:2], 0, SMALL).run().found["no_surplus"]
    assert walker._is_late()
