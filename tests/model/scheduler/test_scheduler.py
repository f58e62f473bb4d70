"""The scheduler in a small cluster, driven through `start`, `enabled` and `step`."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.actions import Action
from seatrial.model.api.apps import ReplicaSet, ReplicaSetSpec
from seatrial.model.api.core import Node, NodeSpec, Pod, PodSchedulingGate, PodStatus, PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta, get_condition
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.etcd.store import erase, write
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler import cache, scheduler
from seatrial.model.scheduler.plugins.spread_constraints import HOSTNAME
from seatrial.model.scheduler.scheduler import CONTROLLER, Binding
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import View
from tests.strategies.pod_relations import apart, blue, term
from tests.strategies.scheduler_objects import new_container, new_node, new_pod

NAME = "kube-scheduler"
LIMIT = 5_000


def new_replicaset(replicas: int) -> ReplicaSet:
    """A ReplicaSet of pods that ask for one cpu each."""
    labels = FrozenMap({"app": "web"})
    template = PodTemplateSpec(TemplateMeta(labels), new_pod().spec)
    return ReplicaSet(ObjectMeta(name="web", namespace="default"),
                      ReplicaSetSpec(replicas=replicas, selector=LabelSelector(labels), template=template))


def scope_of(*objects: Any, controller: Controller = CONTROLLER, faults: tuple[str, ...] = ()) -> Scope:
    """The scheduler alone with these objects, and each of these faults once."""
    return Scope(controllers=(controller,), objects=objects, budgets=FrozenMap(dict.fromkeys(faults, 1)), versions=8)


def moves(cluster: Cluster) -> tuple[Action, ...]:
    """What can happen, but for timers."""
    return tuple(action for action in enabled(cluster) if action.step != "Fire")


def run(cluster: Cluster, choose: Callable[[tuple[Action, ...]], Action] = lambda actions: actions[0]) -> Cluster:
    """Runs until nothing but a timer is left."""
    for _ in range(LIMIT):
        actions = moves(cluster)
        if not actions:
            return cluster
        cluster = step(cluster, choose(actions))
    pytest.fail(f"still moving after {LIMIT} steps")


def reachable(first: Cluster, *, timers: bool = True) -> Iterator[tuple[Cluster, Action, Cluster]]:
    """Every step that can be taken from anywhere, breadth first."""
    seen, waiting = {first.cells}, [first]
    while waiting:
        cluster = waiting.pop(0)
        for action in enabled(cluster) if timers else moves(cluster):
            after = step(cluster, action)
            yield cluster, action, after
            if after.cells not in seen:
                assert len(seen) < LIMIT
                seen.add(after.cells)
                waiting.append(after)


def overfull_nodes(cluster: Cluster) -> list[str]:
    """Nodes to which the store has bound more pods of one cpu than they have cpus."""
    bound = [pod.spec.node_name for pod in cluster.objects("pods")]
    return [node.metadata.name for node in cluster.objects("nodes")
            if bound.count(node.metadata.name) > int(node.status.allocatable["cpu"])]


def overfull_in_cache(cluster: Cluster) -> list[str]:
    """The same by what the scheduler itself counts, assumed pods included."""
    infos = cache.snapshot(Local(View(cluster.cells), NAME)).nodes
    return [info.name for info in infos if info.requested.get("cpu", 0) > info.allocatable["cpu"]]


def bindings(cluster: Cluster) -> dict[str, str]:
    """Pod to node."""
    return {pod.metadata.name: pod.spec.node_name for pod in cluster.objects("pods")}


def notes(cluster: Cluster, name: str) -> dict[str, Any]:
    """The scheduler's notes of one name."""
    return dict(Local(View(cluster.cells), NAME).notes(name))


def update_node(cluster: Cluster, node: Node) -> Cluster:
    """A user changes a node."""
    view = View(cluster.cells)
    held = view.scan("object", "", "nodes")
    meta = next(each.metadata for _, each in held if each.metadata.name == node.metadata.name)
    write(view, cluster.system, "nodes", node.metadata.name, attrs.evolve(node, metadata=meta))
    return Cluster(cluster.system, view.commit())


def without_pod(cluster: Cluster, name: str) -> Cluster:
    """A pod is gone."""
    view = View(cluster.cells)
    erase(view, cluster.system, "pods", f"default/{name}")
    return Cluster(cluster.system, view.commit())


@given(st.data())
def test_a_small_cluster_comes_to_rest_with_all_pods_bound(data: st.DataObject) -> None:
    """Whatever the order of steps and ties, four pods on two nodes of two cpus each all get a place, two a node."""
    cluster = start(Scope(controllers=("replicaset", CONTROLLER), objects=(
        new_replicaset(4), new_node("n1", cpu="2"), new_node("n2", cpu="2"))))
    end = run(cluster, lambda actions: data.draw(st.sampled_from(actions)))
    assert ["n1", "n1", "n2", "n2"] == sorted(bindings(end).values())


TWO_PODS = (new_pod("a"), new_pod("b"), new_node("n1", cpu="1"), new_node("n2", cpu="1"))


@pytest.mark.parametrize("fault", ["none", "refused", "crash", "drop", "gone"])
def test_no_node_is_ever_overfull(fault: str) -> None:
    """In every reachable state, with any one of these faults, no node has more pods than it has room for."""
    for _, _, after in reachable(start(scope_of(*TWO_PODS, faults=(fault,)))):
        assert [] == overfull_nodes(after)


@pytest.mark.parametrize("fault", ["none", "refused", "lost", "crash", "drop", "gone"])
def test_no_decision_overfills_a_node_as_far_as_the_scheduler_knows(fault: str) -> None:
    """Right after each decision what the scheduler counts, assumed pods included, fits every node."""
    decided = 0
    for _, action, after in reachable(start(scope_of(*TWO_PODS, faults=(fault,)))):
        if action.step == "Sync":
            decided += 1
            assert [] == overfull_in_cache(after)
    assert decided


def test_without_assumptions_a_node_gets_overfull() -> None:
    """Negative control: a scheduler that forgets what it has just decided binds two pods to one place."""
    def forgetful(local: Local, key: str, choice: str) -> Call | Done:
        result = scheduler.sync(local, key, choice)
        cache.confirm(local, key)
        return result

    first = start(scope_of(*TWO_PODS, controller=attrs.evolve(CONTROLLER, sync=forgetful)))
    assert any(overfull_nodes(after) for _, _, after in reachable(first))


def test_a_lost_answer_can_overfill_a_node() -> None:
    """As upstream: a binding that was applied, but whose answer was lost, is forgotten before it is seen."""
    found = [after for _, _, after in reachable(start(scope_of(*TWO_PODS, faults=("lost",)))) if overfull_nodes(after)]
    assert found


def test_whoever_fits_is_bound_in_the_end() -> None:
    """Where nothing but a timer can move any more, no pod waits that a node has room for."""
    for fault in ("none", "refused", "drop", "gone", "crash"):
        for _, _, after in reachable(start(scope_of(*TWO_PODS, faults=(fault,))), timers=False):
            if not moves(after):
                assert ["n1", "n2"] == sorted(bindings(after).values())


def points_of(first: Cluster) -> list[Cluster]:
    """Every state of one run to rest."""
    points = [first]
    while actions := moves(points[-1]):
        points.append(step(points[-1], actions[0]))
    return points


def closed_node(controller: Controller = CONTROLLER) -> Cluster:
    """One pod, and one node that is cordoned."""
    return start(scope_of(new_pod("a"), new_node("n1", spec=NodeSpec(unschedulable=True)), controller=controller))


def test_an_event_in_flight_is_not_lost() -> None:
    """At whatever point of a failing cycle the node is opened, the pod is bound without waiting for the flush."""
    points = points_of(closed_node())
    assert any(moves(point)[0].step == "Request" for point in points[:-1])
    for point in points:
        assert {"a": "n1"} == bindings(run(update_node(point, new_node("n1"))))


def test_losing_events_in_flight_leaves_the_pod_waiting() -> None:
    """Negative control: a scheduler deaf to nodes while a status is being written leaves the pod parked."""
    def deaf(local: Local, key: str, old: Node | None, new: Node | None) -> None:
        if not any(local.view.keys("plan", NAME)):
            scheduler.handle_node(local, key, old, new)

    watches = (Watch("nodes", deaf, cache.project_node), CONTROLLER.watches[1])
    ends = [run(update_node(point, new_node("n1")), prefer_deliveries)
            for point in points_of(closed_node(attrs.evolve(CONTROLLER, watches=watches)))]
    assert {"a": ""} in [bindings(end) for end in ends]


def prefer_deliveries(actions: tuple[Action, ...]) -> Action:
    """Events first."""
    return min(actions, key=lambda action: action.step != "Deliver")


def test_a_pod_without_a_place_says_why_once() -> None:
    """The condition is written once, in upstream's words; the pod is parked with the plugin that rejected it."""
    end = run(closed_node())
    pod = end.get("pods", "default/a")
    condition = get_condition(pod.status.conditions, "PodScheduled")
    assert condition is not None
    assert ("False", "Unschedulable") == (condition.status, condition.reason)
    assert (
        "0/1 nodes are available: 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/1 nodes are "
        "available: 1 Preemption is not helpful for scheduling."
    ) == condition.message
    assert {"default/a": ("NodeUnschedulable",)} == notes(end, "unschedulable")
    timer = next(action for action in enabled(end) if action.step == "Fire")
    again = run(step(end, timer))
    assert pod == again.get("pods", "default/a")
    assert notes(end, "unschedulable") == notes(again, "unschedulable")


def test_a_deleted_pod_makes_room() -> None:
    """The pod that did not fit is bound once another one that did is gone."""
    end = run(start(scope_of(new_pod("a"), new_pod("b"), new_node("n1", cpu="1"))))
    assert ["", "n1"] == sorted(bindings(end).values())
    bound = next(name for name, node in bindings(end).items() if node)
    view = View(end.cells)
    held = end.get("pods", f"default/{bound}")
    ended = attrs.evolve(held, status=attrs.evolve(held.status, phase="Succeeded"))
    write(view, end.system, "pods", f"default/{bound}", ended)
    after = run(Cluster(end.system, view.commit()))
    assert {"a": "n1", "b": "n1"} == bindings(after)


def alone(name: str) -> Pod:
    """A pod that will have none of its kind on its node."""
    return blue(name, affinity=apart(term(HOSTNAME)))


def hosts(*names: str) -> tuple[Node, ...]:
    """Nodes that know their names."""
    return tuple([new_node(name, labels={HOSTNAME: name}) for name in names])


def test_pods_that_avoid_each_other_are_never_together() -> None:
    """In every reachable state: an assumed pod keeps others away as a bound one does."""
    rested = 0
    for _, _, after in reachable(start(scope_of(alone("a"), alone("b"), *hosts("n1", "n2")))):
        places = [node for node in bindings(after).values() if node]
        assert len(set(places)) == len(places)
        rested += len(places) == 2
    assert rested


def test_without_anti_affinity_pods_can_be_together() -> None:
    """The control: the same pods, without the term."""
    found = [set(bindings(after).values()) for _, _, after in reachable(
        start(scope_of(blue("a"), blue("b"), *hosts("n1", "n2"))))]
    assert {"n1", "n2"} in found
    small = new_node("n1", labels={HOSTNAME: "n1"}, cpu="4")
    assert {"a": "n1", "b": "n1"} == bindings(run(start(scope_of(blue("a"), blue("b"), small))))


def test_a_pod_that_was_avoided_leaves() -> None:
    """The one that found no place says why, and is woken when the other is gone."""
    end = run(start(scope_of(alone("a"), alone("b"), *hosts("n1"))))
    bound, left = sorted(bindings(end), key=lambda name: not bindings(end)[name])
    condition = get_condition(end.get("pods", f"default/{left}").status.conditions, "PodScheduled")
    assert condition is not None
    assert condition.message.startswith("0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.")
    assert {f"default/{left}": ("InterPodAffinity",)} == notes(end, "unschedulable")
    assert {left: "n1"} == bindings(run(without_pod(end, bound)))


def test_a_place_is_kept_until_the_nomination_ends() -> None:
    """A pod that found the only room kept for another one is woken when it is kept no more."""
    gated = attrs.evolve(
        new_pod("a", scheduling_gates=(PodSchedulingGate("g"),)), status=PodStatus(nominated_node_name="n1"))
    end = run(start(scope_of(gated, new_pod("b"), new_node("n1", cpu="1"))))
    assert {"a": "", "b": ""} == bindings(end)
    assert {"b": "n1"} == bindings(run(without_pod(end, "a")))
    view = View(end.cells)
    held = end.get("pods", "default/a")
    write(view, end.system, "pods", "default/a", attrs.evolve(held, status=PodStatus()))
    assert {"a": "", "b": "n1"} == bindings(run(Cluster(end.system, view.commit())))


def test_a_crash_forgets_assumptions() -> None:
    """A crashed scheduler remembers nothing; restarted, it counts only what the server shows."""
    crashes = 0
    for before, action, after in reachable(start(scope_of(*TWO_PODS, faults=("crash",)))):
        if action.step == "Crash" and notes(before, "assumed"):
            crashes += 1
            assert {} == notes(after, "assumed")
            restarted = step(after, Action("Restart", NAME))
            assert {} == notes(restarted, "assumed")
    assert crashes


def test_a_refused_binding_is_tried_again() -> None:
    """The pod is told of the error, queued again, and bound in the end."""
    cluster = start(scope_of(new_pod("a"), new_node("n1"), faults=("refused",)))
    cluster = step(cluster, next(action for action in moves(cluster) if action.step == "Sync"))
    cluster = step(cluster, Action("Request", NAME, "default/a", "refused"))
    cluster = step(cluster, Action("Reply", NAME, "default/a"))
    assert {} == notes(cluster, "assumed")
    plan = next(value for _, value in cluster.view().scan("plan", NAME))
    message = plan.call.body.tree["status"]["conditions"][0]["message"]
    assert message.startswith('running Bind plugin "DefaultBinder": ')
    assert {"a": "n1"} == bindings(run(cluster))


def test_a_gated_pod_waits_for_its_gates() -> None:
    """It is not queued, and no timer runs for it; without gates it is bound."""
    first = start(scope_of(new_pod("a", scheduling_gates=(PodSchedulingGate("g"),)), new_node("n1")))
    assert () == enabled(first)
    view = View(first.cells)
    held: Pod = first.get("pods", "default/a")
    free = attrs.evolve(held, spec=attrs.evolve(held.spec, scheduling_gates=()))
    write(view, first.system, "pods", "default/a", free)
    assert {"a": "n1"} == bindings(run(Cluster(first.system, view.commit())))


def test_pods_of_other_schedulers_are_left_alone() -> None:
    """But counted once they are bound."""
    pods = [new_pod(name, node, scheduler_name="other") for name, node in (("a", ""), ("b", "n1"))]
    first = start(scope_of(*pods, new_node("n1")))
    assert () == enabled(first)
    assert [1000] == [info.requested["cpu"] for info in cache.snapshot(Local(View(first.cells), NAME)).nodes]


def test_a_pod_is_in_one_place_only() -> None:
    """In every reachable state a pod is queued, parked, or assumed: never two of these, and never once it is bound."""
    pods = (new_pod("a"), new_pod("b", containers=(new_container(cpu="2"),)))
    for _, _, after in reachable(start(scope_of(*pods, new_node("n1", cpu="1"), faults=("refused", "gone")))):
        view = View(after.cells)
        queued = set(view.keys("queue", NAME))
        parked, assumed = set(notes(after, "unschedulable")), set(notes(after, "assumed"))
        seen_bound = {f"default/{pod.metadata.name}" for pod in Local(view, NAME).list("pods") if pod.spec.node_name}
        assert not queued & parked
        assert not (queued | parked) & assumed
        assert not (queued | parked | assumed) & seen_bound


def test_the_same_actions_give_the_same_cells() -> None:
    """Replaying a run replays it, cell by cell; ties are offered in the order of the nodes' names."""
    first = start(scope_of(*TWO_PODS))
    offered = [action.choice for action in moves(first) if action.key == "default/a"]
    assert ["n1", "n2"] == offered
    actions, cluster = [], first
    while left := moves(cluster):
        actions.append(left[-1])
        cluster = step(cluster, left[-1])
    again = first
    for action in actions:
        again = step(again, action)
    assert cluster.cells == again.cells


def test_a_binding_names_the_pod_that_was_meant() -> None:
    """The UID goes with the binding, so that a pod recreated under the name is not bound by mistake."""
    first = start(scope_of(new_pod("a"), new_node("n1")))
    after = step(first, moves(first)[0])
    call = next(value for _, value in after.view().scan("plan", NAME)).call
    uid = first.get("pods", "default/a").metadata.uid
    assert ("binding", (uid, "n1")) == (call.subresource, call.body)
    assert Binding(uid, "n1", 1).uid == call.memo.uid
