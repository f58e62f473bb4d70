"""Every run of the corpus can be replayed, and is still told in the same words."""

from collections.abc import Iterator
from contextlib import suppress

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.client.calls import Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import Cluster
from seatrial.properties.checking.check import select
from seatrial.properties.checking.replay import ReplayDisagrees, judge, replay
from seatrial.properties.property import SOMETIMES
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.cli import main
from seatrial.traces.codec import property_of
from seatrial.traces.scopes import initial_of
from tests.traces.corpus import CORPUS, NAMES, kept, states_of, trace_of
from tests.traces.found import compare

COUNTEREXAMPLES = tuple(each for each in NAMES if each != "ten-steps")
TEN_STEPS = (
    "kubectl applies the Deployment, and the API server stores it",
    "deployment-controller sees deployments",
    "deployment-controller: create replicasets",
    "replicaset-controller sees replicasets",
    "replicaset-controller: create pods",
    "kube-scheduler sees pods",
    "kube-scheduler: create pods/binding",
    "kubelet-node-1 sees pods",
    "node-1 runs the pod",
    "kubelet-node-1: patch pods/status",
)


def milestones(states: tuple[Cluster, ...], actions: tuple[Action, ...]) -> Iterator[str]:
    """What each step of a run is, by its kind of request and who moves, as far as the ten steps speak of it."""
    for before, action, after in zip(states, actions, states[1:], strict=False):
        if action.step == "Apply" and before.objects("deployments") != after.objects("deployments"):
            yield TEN_STEPS[0]
        elif action.step == "Deliver":
            yield f"{action.process} sees {action.key}"
        elif action.step == "Request":
            plan = before[plan_cell(action.process, action.key)]
            if isinstance(plan, Waiting):
                sub = f"/{plan.call.subresource}" if plan.call.subresource else ""
                yield f"{action.process}: {plan.call.verb} {plan.call.resource}{sub}"
        if any(cell.table == "sandbox" for cell in before.cells.changed_keys(after.cells)):
            yield TEN_STEPS[8]


def missing(told: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the ten steps that do not follow the ones before them, in their order of first appearance."""
    first = [told.index(step) if step in told else len(told) for step in TEN_STEPS]
    return tuple(step for at, step in enumerate(TEN_STEPS)
                 if first[at] == len(told) or (at and first[at] <= first[at - 1]))


def test_the_ten_published_steps_happen_in_their_order() -> None:
    """From the request of the user to the status in etcd; negative control: without any one of them, it is missed."""
    told = tuple(milestones(states_of("ten-steps"), trace_of("ten-steps").found.actions))
    assert () == missing(told)
    for step in TEN_STEPS:
        assert step in missing(tuple(each for each in told if each != step))
    assert TEN_STEPS[1:] == missing(tuple(reversed(TEN_STEPS)))


def test_the_status_is_in_etcd_at_its_end() -> None:
    """Pod, ReplicaSet and Deployment all say that the pod is ready."""
    last = states_of("ten-steps")[-1]
    pod, = last.objects("pods")
    assert "Running" == pod.status.phase
    assert [1, 1] == [last.objects(each)[0].status.ready_replicas for each in ("replicasets", "deployments")]


def test_the_corpus_is_the_one_that_is_tested() -> None:
    """No trace is kept that nobody replays."""
    assert NAMES == tuple(sorted(path.parent.name for path in CORPUS.glob("*/trace.json")))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_replayed(name: str) -> None:
    """The property says at its end what the trace says."""
    trace = trace_of(name)
    assert trace.found.sentence == judge(property_of(trace), states_of(name), trace.found)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_with_its_first_step_left_out_is_refused(name: str) -> None:
    """Negative control: what follows needs it."""
    trace = trace_of(name)
    with pytest.raises(ReplayDisagrees, match="is not enabled"):
        replay(initial_of(trace.scope), trace.found.actions[1:])


@pytest.mark.parametrize("name", COUNTEREXAMPLES)
def test_a_counterexample_needs_each_step_of_its_stem(name: str) -> None:
    """Negative control: without any one of them the run is refused, or the property has nothing to say."""
    trace = trace_of(name)
    for at in range(trace.found.stem):
        actions = trace.found.actions[:at] + trace.found.actions[at + 1:]
        with suppress(ReplayDisagrees):
            states = replay(initial_of(trace.scope), actions)
            assert judge(property_of(trace), states, attrs.evolve(trace.found, actions=actions)) is None


@pytest.mark.parametrize("name", COUNTEREXAMPLES)
def test_a_real_cluster_breaks_it_there(name: str) -> None:
    """The property says so itself: it is left out of such a scope unless somebody asks for it."""
    trace = trace_of(name)
    assert property_of(trace).broken_by(initial_of(trace.scope))
    assert property_of(trace) not in select(initial_of(trace.scope), PROPERTIES, asked=False)


def test_proportional_scaling_keeps_three_of_two() -> None:
    """The share of each of the four is rounded to what it has; only the largest gives what is left to take."""
    found = trace_of("proportional-scaling").found
    assert "which leaves 3 replicas in all, 2 allowed" in found.sentence
    assert ["Scale"] == [action.step for action in found.actions if action.process == "kubectl"]


def test_pods_of_the_first_owner_are_left() -> None:
    """The collector relists after 410 and sees one update of one name: nobody tells it that the first one went."""
    last = states_of("recreated-unseen")[-1]
    replicaset, = last.objects("replicasets")
    owners = {owner.uid for pod in last.objects("pods") for owner in pod.metadata.owner_references}
    assert len(owners - {replicaset.metadata.uid}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_beside_it_is_what_the_exporters_print(name: str) -> None:
    """Text and diagram, byte for byte."""
    for each in kept(name):
        compare(CORPUS / name / each.file, each.text)


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_shows_and_replays_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that reaches its property is told as reached, a counterexample as a violation; both are reproduced."""
    path = str(CORPUS / name / "trace.json")
    with pytest.raises(SystemExit) as shown:
        main(["trace", "show", path])
    assert shown.value.code in (0, None)
    told = "REACHED {} after " if trace_of(name).kind == SOMETIMES else "VIOLATED {}"
    assert capsys.readouterr().out.startswith(told.format(trace_of(name).found.property))
    with pytest.raises(SystemExit) as replayed:
        main(["trace", "replay", path])
    assert 1 == replayed.value.code
