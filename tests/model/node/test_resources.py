"""Resources of a pod: sums, the class of service, who is killed first."""

import attrs

from seatrial.model.api.core import Container, ResourceRequirements
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.quantity import format_quantity
from seatrial.model.node.resources import (
    ResourceOptions,
    compute_pod_qos,
    container_oom_score_adjust,
    pod_limits,
    pod_requests,
)
from tests.model.node.clusters import make_pod


def container(name: str, cpu: str = "", limit: str = "", memory: str = "", policy: str = "") -> Container:
    """A container with a request and a limit of cpu, and of memory."""
    requests = {key: text for key, text in (("cpu", cpu), ("memory", memory)) if text}
    limits = {key: text for key, text in (("cpu", limit), ("memory", memory if limit else "")) if text}
    return Container(
        name, restart_policy=policy, resources=ResourceRequirements(FrozenMap(limits), FrozenMap(requests))
    )


def test_requests_are_the_sum_or_the_greatest_init_container() -> None:
    """Containers add up, init containers count one by one, each with the sidecars before it."""
    pod = make_pod(
        containers=(container("a", "100m"), container("b", "200m")),
        init_containers=(container("s", "50m", policy="Always"), container("i", "400m")),
        overhead=FrozenMap({"cpu": "10m"}),
    )
    assert "460m" == format_quantity(pod_requests(pod)["cpu"])
    assert "450m" == format_quantity(pod_requests(pod, ResourceOptions(exclude_overhead=True))["cpu"])


def test_overhead_counts_only_against_a_limit() -> None:
    """Overhead raises a limit that is there, and makes none."""
    overhead = FrozenMap({"cpu": "10m", "memory": "1Mi"})
    limits = pod_limits(make_pod(containers=(container("a", limit="100m"),), overhead=overhead))
    assert {"cpu": "110m"} == {name: format_quantity(each) for name, each in limits.items()}


def test_the_class_of_service() -> None:
    """Nothing asked is BestEffort, everything limited to what it asks is Guaranteed, the rest is Burstable."""
    assert "BestEffort" == compute_pod_qos(make_pod())
    assert "Guaranteed" == compute_pod_qos(make_pod(containers=(container("a", "1", "1", "1Gi"),)))
    assert "Burstable" == compute_pod_qos(make_pod(containers=(container("a", "1", "2", "1Gi"),)))
    assert "Burstable" == compute_pod_qos(make_pod(containers=(container("a", "1", "1", "1Gi"), container("b"))))


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
