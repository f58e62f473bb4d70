"""The container runtime: one running container per name, images, what is meant to end."""

import pytest

from seatrial.model.api.core import Container
from seatrial.model.cluster import Cluster
from seatrial.model.node.machine import CREATED, EXITED, RUNNING, ContainerRecord, Ended, PodSandbox, sandboxes
from seatrial.model.node.runtime import pull_policy, stop_pod
from tests.model.node.clusters import make_cluster, make_pod, offers, quiet_states, sandbox_of, settle, states, take


def most_running(cluster: Cluster) -> int:
    """The most running containers of one name in one sandbox."""
    return max(
        (
            sum(1 for each in sandbox.containers if (each.name, each.state) == (name, RUNNING))
            for _, sandbox in sandboxes(cluster.view())
            for name in {each.name for each in sandbox.containers}
        ),
        default=0,
    )


def test_a_lost_create_never_makes_two_running_containers() -> None:
    """However create calls time out and kubelets crash, one container of a name runs at a time."""
    cluster = make_cluster(make_pod(), budgets={"cri-lost": 2, "crash": 1})
    assert 1 == max(most_running(after) for _, _, after in states(cluster))
    for quiet in quiet_states(cluster):
        assert 1 == most_running(quiet)


def test_without_idempotent_creation_two_containers_run() -> None:
    """Negative control: with the gate off the same search finds two running containers (k/k#98520)."""
    cluster = make_cluster(make_pod(), budgets={"cri-lost": 1}, gates={"IdempotentCreateContainer": False})
    assert 2 == max(most_running(after) for _, _, after in states(cluster))


def test_a_create_that_timed_out_is_tried_again() -> None:
    """After a lost create the next attempt runs, and the one given up never does."""
    cluster = take(take(make_cluster(make_pod(), budgets={"cri-lost": 1}), "Sync"), "CreateTimesOut")
    sandbox = sandbox_of(settle(cluster))
    assert sandbox is not None
    assert [(0, CREATED), (1, RUNNING)] == [(each.attempt, each.state) for each in sandbox.containers]


@pytest.mark.parametrize("policy, ends", [("Always", False), ("OnFailure", True), ("Never", True)])
def test_only_work_that_is_meant_to_end_completes(policy: str, ends: bool) -> None:
    """A container under restartPolicy Always does not end by itself, the work of a Job does."""
    cluster = take(make_cluster(make_pod(policy=policy)), "Sync")
    assert ends == offers(cluster, "Complete")


def test_an_oom_kill_ends_with_137() -> None:
    """A container that is killed for want of memory shows the reason OOMKilled and the code 137."""
    cluster = take(settle(make_cluster(make_pod(policy="Never"), budgets={"oom": 1}), avoid=("Complete",)), "OOMKill")
    ended = settle(cluster).get("pods", "default/web").status.container_statuses[0].state.terminated
    assert (137, "OOMKilled") == (ended.exit_code, ended.reason)


@pytest.mark.parametrize(
    "image, policy",
    [
        ("app", "Always"),
        ("app:latest", "Always"),
        ("app:v1", "IfNotPresent"),
        ("host:5000/app", "Always"),
        ("app@sha256:0a", "IfNotPresent"),
    ],
)
def test_the_default_pull_policy_follows_the_tag(image: str, policy: str) -> None:
    """Without a policy an image is pulled always when its tag is latest, else if it is not present."""
    assert policy == pull_policy(Container("c", image=image))


def test_a_missing_image_is_never_pulled_under_never() -> None:
    """Under imagePullPolicy Never a missing image is an error, not a pull."""
    pod = make_pod(containers=(Container("app", image="app:v1", image_pull_policy="Never"),))
    waiting = settle(make_cluster(pod)).get("pods", "default/web").status.container_statuses[0].state.waiting
    assert "ErrImageNeverPull" == waiting.reason


def test_an_image_is_pulled_once_for_all_pods() -> None:
    """Two pods that wait for one image wait for one pull."""
    cluster = make_cluster(make_pod("one"), make_pod("two"), budgets={"pull": 1})
    cluster = take(take(cluster, "Sync", key="default/one"), "Sync", key="default/two")
    cluster = settle(take(cluster, "PullImage"))
    assert not offers(cluster, "PullImage")
    assert ["Running", "Running"] == [each.status.phase for each in cluster.objects("pods")]


def test_stopping_a_pod_keeps_what_had_ended() -> None:
    """A container that had ended keeps its exit code when its pod is stopped."""
    ended = ContainerRecord("a", state=EXITED, ended=Ended(3))
    stopped = stop_pod(PodSandbox(containers=(ended, ContainerRecord("b"))), 7)
    assert not stopped.ready
    assert [3, 137] == [each.ended.exit_code for each in stopped.containers if each.ended is not None]


def test_a_pod_that_asks_after_a_failed_pull_asks_anew() -> None:
    """A pull that failed for one pod does not keep another one of the same image waiting."""
    cluster = make_cluster(make_pod("one"), make_pod("two"), budgets={"pull": 1})
    cluster = take(take(cluster, "Sync", key="default/one"), "PullFails")
    cluster = settle(cluster)
    assert ["Running", "Running"] == [each.status.phase for each in cluster.objects("pods")]
    assert () == tuple(cluster.view().cells("pull"))
