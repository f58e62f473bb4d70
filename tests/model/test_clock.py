"""Logical time: the clock moves to the next deadline, and only when no hypothesis forbids it."""

from seatrial.model.actions import Action
from seatrial.model.clock import CLOCK, next_due
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.controllers.expectations import TTL_SECONDS
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import Cell
from tests.model.node.clusters import change, offers, take
from tests.model.samples import make_replicaset
from tests.model.schedules import settle

HYPOTHESIS = "lag_below_expectation_ttl"
WAITING = Cell("events", "replicaset-controller", "pods")


def created(*, timed: bool, hypotheses: tuple[str, ...] = ()) -> Cluster:
    """A pod was created and its answer received; its event waits, and expectations run."""
    cluster = start(Scope(("replicaset",), (make_replicaset(),), timed=timed, hypotheses=hypotheses, secured=False))
    return take(take(take(take(cluster, "Sync"), "Request"), "Reply"), "Request", choice="ok")


def without_plans(cluster: Cluster) -> Cluster:
    """The cluster with every plan given up, so that only the waiting event is left."""
    plan = Cell("plan", "replicaset-controller", "", "default/web")
    return change(cluster, lambda view: view.__setitem__(plan, None))


def test_the_clock_moves_to_the_next_deadline() -> None:
    """Advance goes to the nearest deadline that lies ahead; then its timer is due, and not before."""
    cluster = created(timed=True)
    assert not offers(cluster, "Fire")
    later = take(cluster, "Advance")
    assert TTL_SECONDS == later[CLOCK]
    assert offers(later, "Fire")


def test_the_nearest_of_several_deadlines_comes_first() -> None:
    """With two deadlines the clock stops at both; one that is past is not waited for."""
    cluster = change(created(timed=True), lambda view: view.__setitem__(Cell("timer", "someone", "requeue", "x"), 7))
    first = take(cluster, "Advance")
    assert (7, (Cell("timer", "someone", "requeue", "x"),)) == next_due(cluster.view())
    assert [7, TTL_SECONDS] == [first[CLOCK], take(first, "Advance")[CLOCK]]


def test_a_lease_is_a_deadline() -> None:
    """The end of a silent kubelet's grace period stops the clock; an expired Lease does not."""
    cluster = change(created(timed=True), lambda view: view.__setitem__(Cell("lease", "node-a"), 40))
    assert 40 == take(cluster, "Advance")[CLOCK]
    expired = change(cluster, lambda view: view.__setitem__(Cell("lease", "node-a"), "expired"))
    assert TTL_SECONDS == take(expired, "Advance")[CLOCK]


def test_without_a_deadline_or_in_an_untimed_scope_the_clock_stands() -> None:
    """Nothing is due in a cluster at rest, and untimed scopes never move the clock."""
    assert not offers(settle(created(timed=True)), "Advance")
    assert not offers(created(timed=False), "Advance")


def test_advance_is_fair() -> None:
    """The passing of time is nobody's fault: it is no environment action."""
    assert not is_environment(Action("Advance", "clock"))


def test_the_hypothesis_holds_the_clock_back_while_an_event_waits() -> None:
    """Under the hypothesis time may not pass the expectations' deadline; without it (control) it may."""
    assert offers(without_plans(created(timed=True)), "Advance")
    held = without_plans(created(timed=True, hypotheses=(HYPOTHESIS,)))
    assert held[WAITING]
    assert not offers(held, "Advance")


def test_the_hypothesis_holds_an_untimed_timer_back() -> None:
    """In an untimed scope the expectations may not expire while an event waits; without it (control) they may."""
    assert offers(without_plans(created(timed=False)), "Fire")
    held = without_plans(created(timed=False, hypotheses=(HYPOTHESIS,)))
    assert not offers(held, "Fire")
    assert all(each.step != "Fire" for each in enabled(step(held, enabled(held)[0])))
