"""The fair schedule: everybody gets their turn, users and faults are quiet, and it ends in rest or repetition."""

from collections import Counter
from random import Random

from seatrial.model.cluster import is_environment
from seatrial.model.run import Run
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.properties.checking.fair import CUT_OFF, FIXPOINT, PATIENCE, REPEATED, Suffix, run_fairly, unit_of
from tests.properties.checking.scenarios import cluster_with, fight, is_red, painter, poller


def fairly(run: Run, limit: int = 3000) -> Suffix:
    """The fair suffix of this run."""
    return run_fairly(run, Random(0), limit, lambda _: None)  # noqa: S311 -- a search, not a secret


def test_a_controller_that_is_done_rests() -> None:
    """The pods are there, no Action but the environment's is left."""
    run = Run(cluster_with("replicaset", 2, crash=3, refused=3))
    assert Suffix(FIXPOINT) == fairly(run)
    assert 2 == len(run.cluster.objects("pods"))
    assert [] == [action for action in run.enabled if not is_environment(action)]


def test_the_environment_takes_no_step() -> None:
    """Whatever budget is left, nothing adverse happens any more."""
    run = Run(cluster_with("replicaset", 2, crash=3, refused=3, lost=3))
    fairly(run)
    assert [] == [action for action in run.actions if is_environment(action)]


def test_two_controllers_that_fight_repeat_themselves() -> None:
    """The state at the beginning of the loop comes again, and every unit that could always move has moved in it."""
    run = Run(fight(painter("painter-red", "red"), painter("painter-blue", "blue")))
    suffix = fairly(run)
    assert REPEATED == suffix.end
    assert suffix.loop is not None
    movers = {action.process for action in run.actions[suffix.loop:]}
    assert {"painter-red", "painter-blue"} == movers


def test_nobody_is_kept_waiting_by_a_busy_loop() -> None:
    """A poller that is always ready does not starve the painter: the loop comes after the work is done."""
    run = Run(fight(poller("a-poller"), painter("painter-red", "red")))
    suffix = fairly(run)
    assert (REPEATED, None) == (suffix.end, is_red(run.cluster))


def test_units_take_turns() -> None:
    """Of two pollers, neither is ahead of the other by more than one turn."""
    run = Run(fight(poller("a-poller"), poller("b-poller")))
    counts: Counter[str] = Counter()
    for action in range_of(run):
        counts[action] += 1
        assert abs(counts["a-poller"] - counts["b-poller"]) <= 1


def range_of(run: Run) -> list[str]:
    """Who moved, in order."""
    fairly(run)
    return [action.process for action in run.actions]


def test_a_limit_cuts_it_off() -> None:
    """Neither rest nor repetition: said so."""
    assert Suffix(CUT_OFF) == fairly(Run(cluster_with("replicaset", 3)), 4)


def test_the_clock_advances_even_while_somebody_is_busy() -> None:
    """A poller always has something to do; the timer of another controller runs out all the same, if late."""
    run = Run(start(Scope(controllers=(poller("a-poller"), "replicaset"), objects=(*NAMESPACE, replicaset(1)),
                          timed=True, secured=False)))
    view = run.cluster.view()
    due = next(iter(view.cells("clock")))._replace(table="timer", owner="a-poller", kind="requeue", key="default/x")
    view[due] = 60
    run = Run(type(run.cluster)(run.cluster.system, view.commit()))
    fairly(run, 2 * PATIENCE + 100)
    assert "Advance" in [action.step for action in run.actions]


def test_the_unit_of_fairness_leaves_the_choice_out() -> None:
    """Which tie, which outcome: never owed to anybody."""
    run = Run(cluster_with("replicaset"))
    assert ("Sync", "replicaset-controller", "default/web") == unit_of(run.enabled[0])
