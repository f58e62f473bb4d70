"""In runs of a cluster the solver agrees with each scheduling cycle."""

import attrs
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from seatrial.model.actions import Action
from seatrial.model.api.affinity import Affinity, PodAffinityTerm, PodAntiAffinity, TopologySpreadConstraint
from seatrial.model.api.core import Pod, Taint
from seatrial.model.api.meta import LabelSelector
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.run import Run
from seatrial.model.scheduler import cache
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import LABELS, NAMESPACE, node, pod
from seatrial.model.view import Cell
from seatrial.properties.checking.machine import machine_for, settings_for
from seatrial.properties.checking.place.cycles import SCHEDULER_AGREES, cycle_disagrees
from seatrial.properties.checking.walk import Tally
from seatrial.properties.property import STEP, Property

SCHEDULER = "kube-scheduler"
HOST = "kubernetes.io/hostname"
FEW = settings(settings_for("dev"), max_examples=8)


def apart(name: str) -> Pod:
    """A pod that shares no node with one of its like."""
    plain = pod(name, FrozenMap({"cpu": "1"}))
    term = PodAffinityTerm(LabelSelector(LABELS), topology_key=HOST)
    return attrs.evolve(plain, spec=attrs.evolve(
        plain.spec, affinity=Affinity(pod_anti_affinity=PodAntiAffinity((term,)))))


def spread(name: str) -> Pod:
    """A pod that is spread over the nodes."""
    plain = pod(name, FrozenMap({"cpu": "2"}))
    rule = TopologySpreadConstraint(max_skew=1, topology_key=HOST, when_unsatisfiable="DoNotSchedule",
                                    label_selector=LabelSelector(LABELS))
    return attrs.evolve(plain, spec=attrs.evolve(plain.spec, topology_spread_constraints=(rule,)))


def crowded() -> Cluster:
    """Three nodes, one of them tainted, and more pods than have room; the scheduler may crash once."""
    closed = node("node-3")
    closed = attrs.evolve(closed, spec=attrs.evolve(closed.spec, taints=(Taint(key="gpu", effect="NoSchedule"),)))
    return start(Scope(
        controllers=("scheduler",), secured=False, budgets=FrozenMap({"crash": 1}),
        objects=(*NAMESPACE, node("node-1"), node("node-2", cpu="3"), closed, apart("a"), apart("b"), apart("c"),
                 spread("d"), spread("e"), pod("big", FrozenMap({"cpu": "9"})))))


def test_each_cycle_of_a_run_agrees() -> None:
    """Both kinds of cycle occur: those that choose a node, and those that find none."""
    seen = dict[bool, int]()

    def counted(before: Cluster, action: Action, after: Cluster) -> str | None:
        if (action.process, action.step) == (SCHEDULER, "Sync"):
            chose = after[note(action.key)] is not None
            seen[chose] = seen.get(chose, 0) + 1
        return cycle_disagrees(before, action, after)

    watched = Property(SCHEDULER_AGREES.name, STEP, SCHEDULER_AGREES.why, counted)
    tally = Tally()
    run_state_machine_as_test(machine_for(crowded(), (watched,), tally), settings=FEW)
    assert {True, False} == set(seen)


def note(key: str) -> Cell:
    """Where the scheduler keeps what it assumes of a pod."""
    return Cell("note", SCHEDULER, cache.NOTE, key)


def cycle_that(wanted: bool) -> tuple[Cluster, Action, Cluster]:
    """A step of a fair run in which the scheduler chose a node, or found none."""
    run = Run(crowded())
    while True:
        action = next(each for each in run.enabled if each.step != "Crash")
        before = run.cluster
        run.take(action)
        chose = run.cluster[note(action.key)] is not None
        if (action.process, action.step) == (SCHEDULER, "Sync") and chose == wanted:
            return before, action, run.cluster


@pytest.mark.parametrize(("chose", "said"), [
    (True, "goes to node-3, which the solver's constraints do not allow"),
    (False, "goes to node-1, which the solver's constraints do not allow"),
])
def test_another_node_is_found_out(chose: bool, said: str) -> None:
    """Negative control: as if the cycle had chosen a node that is closed, or too small."""
    before, action, after = cycle_that(chose)
    assert cycle_disagrees(before, action, after) is None
    wrong = cache.Assumed("node-3" if chose else "node-1", "")
    view = after.view()
    view[note(action.key)] = wrong
    assert said in (cycle_disagrees(before, action, attrs.evolve(after, cells=view.commit())) or "")


def test_a_node_that_was_overlooked_is_found_out() -> None:
    """Negative control: as if the cycle that chose one had found none."""
    before, action, after = cycle_that(wanted=True)
    view = after.view()
    view[note(action.key)] = None
    said = cycle_disagrees(before, action, attrs.evolve(after, cells=view.commit()))
    assert f"pod {action.key} is told that 0/3 nodes are available, yet the solver finds one" == said
