"""What a pod asks for and may use."""

from seatrial.model.api.core import Container, ResourceRequirements
from seatrial.model.api.pod_resources import ResourceOptions, pod_limits, pod_requests
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.quantity import format_quantity
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


def test_what_the_pod_asks_for_as_a_whole_goes_first() -> None:
    """Pod-level requests of cpu and memory replace the containers' sum; overhead is added to them too."""
    level = ResourceRequirements(requests=FrozenMap({"cpu": "1", "example.com/gpu": "1"}))
    pod = make_pod(containers=(container("a", "100m"),), resources=level, overhead=FrozenMap({"cpu": "10m"}))
    assert {"cpu": "1010m"} == {name: format_quantity(each) for name, each in pod_requests(pod).items()}
    assert "110m" == format_quantity(pod_requests(pod, ResourceOptions(skip_pod_level=True))["cpu"])
