"""The Hypothesis machine finds the same bugs, shrinks them, and registers nothing."""

import subprocess
import sys

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from seatrial.properties.checking.machine import (
    PROFILES,
    Violated,
    machine_for,
    search_with_hypothesis,
    settings_for,
)
from seatrial.properties.checking.replay import confirm
from seatrial.properties.checking.verdict import BOUNDED, UNKNOWN
from seatrial.properties.checking.walk import Budget, Tally
from tests.properties.checking.scenarios import (
    COMPLETE,
    CONVERGE,
    EXCEEDED,
    FORGETFUL,
    PAINTED,
    RED,
    careless,
    cluster_with,
    fight,
    painter,
)

FEW = settings(settings_for("dev"), max_examples=15)
UNSHRUNK = settings(settings_for("dev"), max_examples=250, phases=(Phase.generate,))


def test_the_missing_expectations_are_found_and_replay() -> None:
    """Safety is judged after every rule, and the counterexample is a run of plain steps."""
    initial = cluster_with(FORGETFUL)
    with pytest.raises(Violated, match="no_surplus: there are 2 pods, 1 desired") as caught:
        run_state_machine_as_test(machine_for(initial, (EXCEEDED, COMPLETE)), settings=UNSHRUNK)
    confirm(initial, EXCEEDED, caught.value.found)


def test_a_goal_that_is_missed_fails_the_machine() -> None:
    """As pytest runs it: the exception carries the counterexample."""
    machine = machine_for(fight(careless("painter-red", "red"), refused=1), (RED, PAINTED))
    with pytest.raises(Violated, match="red: the ReplicaSet is painted nothing"):
        run_state_machine_as_test(machine, settings=UNSHRUNK)


def test_the_real_controller_passes() -> None:
    """In the same scope, and steps were taken."""
    tally = Tally()
    machine = machine_for(cluster_with("replicaset", refused=1), (EXCEEDED, CONVERGE), tally)
    run_state_machine_as_test(machine, settings=FEW)
    assert tally.steps > 50


def test_verdicts_are_bounded_only_when_the_premise_was_seen() -> None:
    """The same rule as for walks."""
    small = Budget(steps=200)
    _, seen = search_with_hypothesis(cluster_with("replicaset"), (EXCEEDED, COMPLETE), 0, small)
    assert [BOUNDED] == [verdict.verdict for verdict in seen]
    never = fight(painter("painter-red", "red"))
    _, unseen = search_with_hypothesis(never, (COMPLETE, EXCEEDED), 0, small)
    assert [UNKNOWN] == [verdict.verdict for verdict in unseen]


def test_the_same_seed_finds_the_same() -> None:
    """Nothing is remembered between two searches."""
    first, second = (search_with_hypothesis(cluster_with(FORGETFUL), (EXCEEDED, COMPLETE), 5, Budget(steps=1500))
                     for _ in range(2))
    assert first == second


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_profiles_are_reproducible(profile: str) -> None:
    """Derandomised, without a database, without a deadline."""
    made = settings_for(profile)
    assert (True, None, None) == (made.derandomize, made.database, made.deadline)


def test_importing_it_registers_no_profile() -> None:
    """A user's own Hypothesis settings stay as they are."""
    code = ("import hypothesis; before = sorted(hypothesis.settings._profiles); "
            "import seatrial.properties.checking.machine, seatrial.traces.cli, seatrial.traces.pytest_plugin; "
            "assert before == sorted(hypothesis.settings._profiles); print(before)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert "seatrial" not in done.stdout


def test_a_fight_is_a_livelock_here_too() -> None:
    """The engines agree on what two controllers that undo each other's work break."""
    machine = machine_for(fight(painter("painter-red", "red"), painter("painter-blue", "blue")), (RED, PAINTED))
    with pytest.raises(Violated, match="red: the ReplicaSet is painted") as caught:
        run_state_machine_as_test(machine, settings=UNSHRUNK)
    assert caught.value.found.loop is not None
