"""Who is killed when memory runs out."""

import attrs
import pytest

from seatrial.model.api.core import Container, Pod, ResourceRequirements
from seatrial.model.cluster import enabled
from seatrial.model.frozen import FrozenMap
from seatrial.model.node.oom import container_oom_score_adjust, may_be_killed
from tests.model.node.clusters import make_cluster, make_pod, settle, take


def critical(name: str, *containers: Container) -> Pod:
    """A pod that the node needs."""
    held = containers or (Container("app", image="app:v1"),)
    return make_pod(name, containers=held, priority=2_000_001_000, priority_class_name="system-node-critical")


def container(name: str, cpu: str = "", limit: str = "", memory: str = "", policy: str = "") -> Container:
    """A container with a request and a limit of cpu, and of memory."""
    requests = {key: text for key, text in (("cpu", cpu), ("memory", memory)) if text}
    limits = {key: text for key, text in (("cpu", limit), ("memory", memory if limit else "")) if text}
    return Container(
        name, restart_policy=policy, resources=ResourceRequirements(FrozenMap(limits), FrozenMap(requests))
    )


def test_who_asks_for_more_memory_is_killed_later() -> None:
    """The more of the machine's memory a container asks for, the lower its score; best effort goes first."""
    half, tenth = container("a", memory="512Mi"), container("b", memory="100Mi")
    pod = make_pod(containers=(half, tenth))
    scores = [container_oom_score_adjust(pod, each, 2**30) for each in (half, tenth)]
    assert sorted(scores) == scores
    assert [1000] == [container_oom_score_adjust(make_pod(), each, 2**30) for each in make_pod().spec.containers]


def test_a_sidecar_outlives_no_container() -> None:
    """A sidecar's score is at most that of the pod's smallest container."""
    app, side = container("a", memory="512Mi"), container("s", memory="1Mi", policy="Always")
    pod = make_pod(containers=(app,), init_containers=(side,))
    assert container_oom_score_adjust(pod, app, 2**30) == container_oom_score_adjust(pod, side, 2**30)
    alone = attrs.evolve(pod, spec=attrs.evolve(pod.spec, init_containers=(), containers=(app, side)))
    assert container_oom_score_adjust(alone, app, 2**30) < container_oom_score_adjust(alone, side, 2**30)


@pytest.mark.parametrize(
    "score, limited, others, expected",
    [(-997, False, (1000,), False), (-997, False, (3,), True), (-997, True, (1000,), True), (3, False, (1000,), True),
     (-997, False, (), True)],
)
def test_the_victim_is_one_that_could_have_the_greatest_sum(
    score: int, limited: bool, others: tuple[int, ...], expected: bool
) -> None:
    """Score and share of the memory decide; at its own limit a container dies whatever the others do."""
    assert expected == may_be_killed(score, limited=limited, others=others)


def victims(*pods: Pod) -> set[str]:
    """The pods of which the kernel may kill a container once all run."""
    cluster = settle(make_cluster(*pods, budgets={"oom": 1}))
    return {each.key.split("/")[1] for each in enabled(cluster) if each.step == "OOMKill"}


def test_a_critical_pod_outlives_best_effort() -> None:
    """A pod that the node needs is not killed while one that asked for nothing runs; alone it may be."""
    assert {"web"} == victims(make_pod("web"), critical("agent"))
    assert {"agent"} == victims(critical("agent"))


def test_a_limit_kills_whoever_runs_into_it() -> None:
    """With a memory limit a critical pod can be killed whoever else runs."""
    limited = container("app", limit="1", memory="1Gi")
    assert {"web", "agent"} == victims(make_pod("web"), critical("agent", limited))


def test_the_kernel_forgets_who_is_gone() -> None:
    """Once the best-effort container has been killed, the critical one is next."""
    pods = (make_pod("web", policy="Never"), critical("agent"))
    cluster = settle(make_cluster(*pods, budgets={"oom": 2}), avoid=("Complete",))
    killed = take(cluster, "OOMKill", key="default/web/app")
    assert ["default/agent/app"] == [each.key for each in enabled(killed) if each.step == "OOMKill"]
