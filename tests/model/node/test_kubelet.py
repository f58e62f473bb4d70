"""The kubelet: containers follow pods, the API hears of it, and no fault makes it forget what runs."""

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.api.core import Container, Node, NodeStatus, Pod, Probe, Taint
from seatrial.model.api.meta import Condition, ObjectMeta, get_condition
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import Call, DeleteOptions
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.node.machine import RUNNING, sandboxes
from seatrial.model.view import View
from tests.model.node.clusters import (
    NODE,
    change,
    make_cluster,
    make_pod,
    offers,
    quiet_states,
    sandbox_of,
    settle,
    states,
    take,
    walk,
)

KEY = "default/web"
TERMINAL = ("Succeeded", "Failed")


def pod_of(cluster: Cluster, key: str = KEY) -> Pod:
    """The pod in the API."""
    found: Pod = cluster.get("pods", key)
    return found


def is_ready(pod: Pod) -> bool:
    """Is its Ready condition True?"""
    ready = get_condition(pod.status.conditions, "Ready")
    return ready is not None and ready.status == "True"


def delete(cluster: Cluster, grace: int | None = None, key: str = KEY) -> Cluster:
    """Deletes a pod as a user would."""
    call = Call("delete", "pods", key, options=DeleteOptions(grace_period_seconds=grace))

    def edit(view: View) -> None:
        assert serve(view, cluster.system, "kubernetes-admin", ("system:masters",), call).ok

    return change(cluster, edit)


def test_a_bound_pod_runs_and_is_reported_ready() -> None:
    """A pod bound to a node comes to run there, with address, phase and conditions in the API."""
    pod = pod_of(settle(make_cluster(make_pod())))
    assert "Running" == pod.status.phase
    assert is_ready(pod)
    assert ("10.244.0.2", "192.168.0.1") == (pod.status.pod_ip, pod.status.host_ip)
    assert ["Initialized", "Ready", "ContainersReady", "PodScheduled"] == [each.type for each in pod.status.conditions]


def test_a_pod_of_another_node_is_left_alone() -> None:
    """A kubelet sees only the pods that are bound to its node."""
    cluster = settle(make_cluster(make_pod(node="node-b")))
    assert "Pending" == pod_of(cluster).status.phase
    assert sandbox_of(cluster) is None


def test_a_kubelet_crash_stops_no_container() -> None:
    """No crash or restart of a kubelet changes a sandbox."""
    crashes = 0
    for before, action, after in states(make_cluster(make_pod(), budgets={"crash": 1, "exit": 1})):
        if action.step in ("Crash", "Restart"):
            crashes += 1
            assert tuple(sandboxes(before.view())) == tuple(sandboxes(after.view()))
    assert crashes > 0


def test_a_restarted_kubelet_starts_no_running_container_again() -> None:
    """After a crash at any point the container has run once, unless it ended."""
    for cluster in quiet_states(make_cluster(make_pod(), budgets={"crash": 2})):
        sandbox = sandbox_of(cluster)
        assert sandbox is not None
        assert [(0, RUNNING)] == [(each.attempt, each.state) for each in sandbox.containers]
        assert is_ready(pod_of(cluster))


@pytest.mark.parametrize("policy", ["Always", "OnFailure", "Never"])
def test_the_phase_never_leaves_succeeded_or_failed(policy: str) -> None:
    """Whatever fails, a pod whose phase was Succeeded or Failed keeps it."""
    ended = 0
    for before, _, after in states(make_cluster(make_pod(policy=policy), budgets={"crash": 1, "exit": 1})):
        was, now = pod_of(before), pod_of(after)
        if was.status.phase in TERMINAL:
            ended += 1
            assert was.status.phase == now.status.phase
    assert (ended > 0) == (policy != "Always")


@pytest.mark.parametrize(
    "policy, phases", [("Always", {"Running"}), ("OnFailure", {"Succeeded"}), ("Never", {"Succeeded", "Failed"})]
)
def test_the_restart_policy_decides_how_a_pod_ends(policy: str, phases: set[str]) -> None:
    """With one failure to spend, Always runs on, OnFailure succeeds in the end, Never may do either."""
    found = {
        pod_of(each).status.phase for each in quiet_states(make_cluster(make_pod(policy=policy), budgets={"exit": 1}))
    }
    assert phases == found


def test_an_exit_is_reported_before_the_restart() -> None:
    """The API shows a pod as not ready after its container ended, and ready again after the restart."""
    cluster = take(settle(make_cluster(make_pod(), budgets={"exit": 1})), "Exit")
    cluster = take(take(cluster, "Sync"), "Request", choice="ok")
    assert not is_ready(pod_of(cluster))
    pod = pod_of(settle(cluster))
    assert is_ready(pod)
    assert 1 == pod.status.container_statuses[0].restart_count


def test_the_second_exit_waits_for_the_back_off() -> None:
    """A container that ended twice is CrashLoopBackOff until its timer runs out, then it runs again."""
    cluster = settle(take(settle(make_cluster(make_pod(), budgets={"exit": 2})), "Exit"))
    cluster = settle(take(cluster, "Exit"), avoid=("Fire",))
    waiting = pod_of(cluster).status.container_statuses[0].state.waiting
    assert waiting is not None
    assert "CrashLoopBackOff" == waiting.reason
    assert "Running" == pod_of(cluster).status.phase
    assert offers(cluster, "Fire")
    cluster = settle(cluster)
    assert is_ready(pod_of(cluster))
    assert 2 == pod_of(cluster).status.container_statuses[0].restart_count


def test_graceful_deletion_ends_with_the_object_gone() -> None:
    """A pod that is deleted is gone in the end, and nothing of it is left on the machine, whatever crashes."""
    cluster = delete(settle(make_cluster(make_pod(), budgets={"crash": 1})))
    assert pod_of(cluster) is not None
    for quiet in quiet_states(cluster):
        assert pod_of(quiet) is None
        assert sandbox_of(quiet) is None


def test_a_pod_in_deletion_is_stopped_before_it_is_gone() -> None:
    """In every state, a pod that the API no longer holds after a graceful deletion has no running container."""
    cluster = delete(settle(make_cluster(make_pod())))
    gone = 0
    for _, _, after in states(cluster):
        if pod_of(after) is None:
            gone += 1
            sandbox = sandbox_of(after)
            assert sandbox is None or not sandbox.is_running
    assert gone > 0


def test_a_forced_deletion_leaves_a_running_container_for_a_while() -> None:
    """A DELETE with grace 0 removes the object first; the kubelet kills the container when it hears of it."""
    cluster = delete(settle(make_cluster(make_pod())), grace=0)
    assert pod_of(cluster) is None
    sandbox = sandbox_of(cluster)
    assert sandbox is not None
    assert sandbox.is_running
    assert sandbox_of(settle(cluster)) is None


def test_a_pod_deleted_before_it_started_is_let_go() -> None:
    """A bound pod that is deleted before its kubelet saw it ends without a container."""
    quiet = quiet_states(delete(make_cluster(make_pod())))
    assert quiet
    assert all(pod_of(each) is None for each in quiet)


def test_a_recreated_pod_gets_a_sandbox_of_its_own() -> None:
    """A pod of the same name and another UID does not take over the sandbox of the one before."""
    cluster = delete(settle(make_cluster(make_pod())), grace=0)

    def create(view: View) -> None:
        assert serve(
            view, cluster.system, "kubernetes-admin", ("system:masters",), Call("create", "pods", KEY, make_pod())
        ).ok

    cluster = settle(change(cluster, create))
    held = [cell.key for cell, _ in sandboxes(cluster.view())]
    assert [pod_of(cluster).metadata.uid] == held
    assert is_ready(pod_of(cluster))


def test_init_containers_run_one_after_the_other() -> None:
    """A regular container starts only when every init container has ended well."""
    pod = make_pod(init_containers=(Container("one", image="i:1"), Container("two", image="i:1")))
    for _, _, after in states(make_cluster(pod, budgets={"exit": 1})):
        sandbox = sandbox_of(after)
        app, two = (None, None) if sandbox is None else (sandbox.find("app"), sandbox.find("two"))
        if app is not None:
            assert two is not None
            assert two.ended is not None
            assert 0 == two.ended.exit_code
    assert is_ready(pod_of(settle(make_cluster(pod))))


def test_a_sidecar_runs_beside_the_containers() -> None:
    """An init container with restartPolicy Always does not end, and the others start beside it."""
    pod = make_pod(init_containers=(Container("side", image="i:1", restart_policy="Always"),))
    cluster = settle(make_cluster(pod))
    sandbox = sandbox_of(cluster)
    assert sandbox is not None
    assert [("side", RUNNING), ("app", RUNNING)] == [(each.name, each.state) for each in sandbox.containers]
    assert "Running" == pod_of(cluster).status.phase


def test_readiness_follows_the_probe() -> None:
    """A container with a readiness probe is ready only after it passed, and not after it failed."""
    pod = make_pod(containers=(Container("app", image="app:v1", readiness_probe=Probe()),))
    cluster = settle(make_cluster(pod, budgets={"probe": 1}), avoid=("ProbeSucceeds",))
    assert not is_ready(pod_of(cluster))
    cluster = settle(cluster)
    assert is_ready(pod_of(cluster))
    cluster = settle(take(cluster, "ProbeFails"), avoid=("ProbeSucceeds",))
    assert not is_ready(pod_of(cluster))
    assert is_ready(pod_of(settle(cluster)))


def test_a_ready_container_stays_ready_over_a_kubelet_restart() -> None:
    """The results of probes are lost with the kubelet; the API goes on showing a ready pod as ready."""
    pod = make_pod(containers=(Container("app", image="app:v1", readiness_probe=Probe()),))
    cluster = settle(make_cluster(pod, budgets={"crash": 1}))
    for _, _, after in states(take(cluster, "Crash")):
        assert is_ready(pod_of(after))


def test_a_failed_liveness_probe_restarts_the_container() -> None:
    """A container whose liveness probe fails is killed, and started again."""
    pod = make_pod(containers=(Container("app", image="app:v1", liveness_probe=Probe()),))
    cluster = settle(take(settle(make_cluster(pod, budgets={"probe": 1})), "ProbeFails"))
    sandbox = sandbox_of(cluster)
    assert sandbox is not None
    assert [(1, RUNNING)] == [(each.attempt, each.state) for each in sandbox.containers]


def test_an_image_that_does_not_arrive_is_asked_for_again() -> None:
    """After a failed pull the pod waits with ErrImagePull, and runs once the image came."""
    cluster = take(take(make_cluster(make_pod(), budgets={"pull": 1}), "Sync"), "PullFails")
    cluster = settle(cluster, avoid=("Fire",))
    waiting = pod_of(cluster).status.container_statuses[0].state.waiting
    assert waiting is not None
    assert "ErrImagePull" == waiting.reason
    assert is_ready(pod_of(settle(cluster)))


def test_a_pod_that_is_not_tolerated_is_rejected_for_good() -> None:
    """A NoExecute taint without a toleration fails the pod; its containers never start, even after a crash."""
    node = Node(ObjectMeta(name="node-b"))
    tainted = attrs.evolve(node, spec=attrs.evolve(node.spec, taints=(Taint("down", "", "NoExecute"),)))
    cluster = make_cluster(make_pod(node="node-b"), budgets={"crash": 1}, nodes=("node-a", "node-b"))

    def taint(view: View) -> None:
        for cell in [each for each in view.cells("copy", "kubelet-node-b") if each.kind == "nodes"]:
            view[cell] = tainted
        for cell in [each for each in view.cells("object") if each.key == "node-b"]:
            view[cell] = attrs.evolve(view[cell], spec=tainted.spec)

    for cluster_after in quiet_states(change(cluster, taint)):
        assert ("Failed", "TaintToleration") == (
            pod_of(cluster_after).status.phase,
            pod_of(cluster_after).status.reason,
        )
        assert sandbox_of(cluster_after) is None


def test_a_kubelet_says_that_its_node_is_ready_again() -> None:
    """A node that the control plane took for lost is Ready again once its kubelet hears of it."""
    lost = Node(ObjectMeta(name="node-z"), status=NodeStatus(conditions=(Condition("Ready", "Unknown"),)))
    cluster = make_cluster(nodes=("node-z",))

    def lose(view: View) -> None:
        call = Call("update", "nodes", "node-z", attrs.evolve(lost), "status")
        assert serve(view, cluster.system, "kubernetes-admin", ("system:masters",), call).ok

    node: Node = settle(change(cluster, lose)).get("nodes", "node-z")
    ready = get_condition(node.status.conditions, "Ready")
    assert ready is not None
    assert "True" == ready.status


@pytest.mark.parametrize("seed", range(10))
def test_pod_addresses_are_unique(seed: int) -> None:
    """No two live sandboxes hold one address, on any machine, at any time."""
    pods = [make_pod(f"web-{at}", node=node) for at in range(2) for node in (NODE, "node-b")]
    named = [
        attrs.evolve(each, metadata=attrs.evolve(each.metadata, name=f"{each.metadata.name}-{each.spec.node_name}"))
        for each in pods
    ]
    cluster = make_cluster(*named, nodes=(NODE, "node-b"), budgets={"exit": 2, "crash": 1, "node-down": 1})
    for after in walk(cluster, seed):
        held = [each.ip for _, each in sandboxes(after.view()) if each.ready]
        assert len(set(held)) == len(held)


def test_a_scope_of_one_pod_is_small() -> None:
    """Nothing is stepped through that nobody could see: one bound pod without faults has few states."""
    assert 10 > sum(1 for _ in states(make_cluster(make_pod(), versions=5)))
    assert enabled(settle(make_cluster(make_pod()))) == ()


def test_actions_name_the_container() -> None:
    """An exit's Action says on which machine, of which pod, which container."""
    cluster = settle(make_cluster(make_pod(), budgets={"exit": 1}))
    assert (Action("Exit", NODE, "default/web/app", "pods:default/web"),) == enabled(cluster)


FAULTS = (
    "exit",
    "oom",
    "cri-lost",
    "pull",
    "probe",
    "node-down",
    "refused",
    "lost",
    "late",
    "drop",
    "gone",
    "partition",
)


@pytest.mark.parametrize("seed", range(25))
def test_pods_recover_from_whatever_strikes(seed: int) -> None:
    """After any faults, once they are over, pods that are restarted run and are ready, the others have ended."""
    probed = Container("x", image="i:1", readiness_probe=Probe(), liveness_probe=Probe())
    sidecar = Container("s", image="i:3", restart_policy="Always", startup_probe=Probe())
    cluster = make_cluster(
        make_pod("a", containers=(probed, Container("y", image="i:2"))),
        make_pod("b", policy="OnFailure", init_containers=(Container("i", image="i:1"), sidecar)),
        make_pod("c", node="node-b"),
        nodes=(NODE, "node-b"),
        budgets=dict.fromkeys(FAULTS, 1) | {"crash": 2},
    )
    for struck in walk(cluster, seed, 40 + 8 * seed):
        cluster = struck
    found = settle(cluster).objects("pods")
    assert ["Running", "Succeeded", "Running"] == [each.status.phase for each in found]
    assert [True, False, True] == [is_ready(each) for each in found]
