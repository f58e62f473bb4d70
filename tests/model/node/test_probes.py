"""Probes: thresholds, what counts as a failure, and what a restart of the kubelet forgets."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import Container, ContainerState, ContainerStatus, PodStatus, Probe, Running
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.node.probes import Look, Worker, do_probe, is_ready, is_started
from seatrial.model.view import Cell, View
from tests.model.node.clusters import change, make_cluster, make_pod, offers, settle, take

PROBED = Container(
    "app",
    image="i:1",
    readiness_probe=Probe(failure_threshold=3, success_threshold=2),
    liveness_probe=Probe(failure_threshold=1, success_threshold=1),
)
STATUS = PodStatus(
    phase="Running",
    container_statuses=(
        ContainerStatus("app", container_id="x", started=True, state=ContainerState(running=Running(0))),
    ),
)


def results(probe: str, *outcomes: str, restarted: bool = False) -> list[str]:
    """The stored result after each outcome."""
    worker, seen = Worker(), []
    for each in outcomes:
        look = Look(make_pod(containers=(PROBED,)), PROBED, probe, STATUS, each, restarted=restarted)
        worker, _ = do_probe(worker, look)
        seen.append(worker.result)
    return seen


def test_a_result_needs_a_whole_run() -> None:
    """A readiness result turns after as many equal outcomes in a row as its threshold says."""
    assert ["Failure", "Success"] == results("readiness", "success", "success")
    turns = results("readiness", "success", "success", "failure", "failure", "success", "failure", "failure", "failure")
    assert ["Success"] * 6 + ["Failure"] == turns[1:]


def test_unknown_fails_an_error_counts_for_nothing_a_warning_passes() -> None:
    """The three odd outcomes of a probe."""
    assert "Failure" == results("liveness", "unknown")[-1]
    assert "Success" == results("liveness", "error")[-1]
    assert "Success" == results("readiness", "warning", "warning")[-1]


def test_a_restarted_kubelet_stores_no_first_result() -> None:
    """Of a container that ran before the kubelet did, nothing is stored until the probe has said something."""
    assert [""] == results("readiness", "error", restarted=True)
    assert ["Failure"] == results("readiness", "error")


@given(st.sampled_from([None, "", "Success", "Failure", "Unknown"]), st.booleans(), st.booleans())
def test_ready_needs_started(result: str | None, started: bool, was: bool) -> None:
    """Nothing that has not started is ready, and nothing that does not run has started."""
    assert not is_ready(started=False, readiness=result, was_ready=was)
    assert not is_started(running=False, startup=result, was_started=was)
    assert is_ready(started=started, readiness="Failure", was_ready=was) is False


def test_a_startup_probe_holds_the_others_back() -> None:
    """Until the startup probe has passed no other probe runs; if it fails, the container starts again."""
    container = Container("app", image="i:1", startup_probe=Probe(), readiness_probe=Probe())
    cluster = settle(make_cluster(make_pod(containers=(container,)), budgets={"probe": 1}), avoid=("ProbeSucceeds",))
    key = "default/web/app_0/"
    failed = settle(take(cluster, "ProbeFails", key=key + "startup"), avoid=("ProbeSucceeds",))
    assert 1 == failed.get("pods", "default/web").status.container_statuses[0].restart_count
    passed = take(cluster, "ProbeSucceeds", key=key + "startup")
    assert offers(passed, "ProbeSucceeds")
    assert settle(passed).get("pods", "default/web").status.container_statuses[0].ready


def probed(cluster: Cluster, name: str) -> set[str]:
    """The probes that may pass or fail now."""
    return {each.key.rpartition("/")[2] for each in enabled(cluster) if each.step == name}


def test_a_liveness_probe_that_gave_up_waits_for_the_next_container() -> None:
    """After a failure it says nothing more of this container, while the others go on."""
    container = Container("app", image="i:1", liveness_probe=Probe(failure_threshold=3), readiness_probe=Probe())
    cluster = settle(make_cluster(make_pod(containers=(container,)), budgets={"probe": 2}), avoid=("ProbeSucceeds",))
    assert {"liveness"} == probed(cluster, "ProbeFails")
    failed = take(cluster, "ProbeFails")
    assert {"readiness"} == probed(failed, "ProbeSucceeds")
    assert set() == probed(failed, "ProbeFails")


def test_a_started_container_needs_no_startup_probe_after_a_restart_of_the_kubelet() -> None:
    """Its status says that it has started: the other probes go on at once, and the startup probe rests."""
    container = Container("app", image="i:1", startup_probe=Probe(), readiness_probe=Probe())
    cluster = settle(make_cluster(make_pod(containers=(container,)), budgets={"crash": 1, "probe": 1}))
    again = settle(take(cluster, "Crash", process="kubelet-node-a"), avoid=("ProbeSucceeds",))
    assert {"readiness"} == probed(again, "ProbeSucceeds")
    assert {"readiness"} == probed(again, "ProbeFails")


def test_a_pod_in_deletion_fails_no_liveness_probe() -> None:
    """Between the event that tells of the deletion and the end of the container, liveness counts as passed."""
    container = Container("app", image="i:1", liveness_probe=Probe(), readiness_probe=Probe())
    cluster = settle(make_cluster(make_pod(containers=(container,)), budgets={"probe": 1}))
    assert {"liveness", "readiness"} == probed(cluster, "ProbeFails")

    def mark(view: View) -> None:
        cell = Cell("copy", "kubelet-node-a", "pods", "default/web")
        pod = view[cell]
        view[cell] = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, deletion_timestamp=0))

    assert {"readiness"} == probed(change(cluster, mark), "ProbeFails")
