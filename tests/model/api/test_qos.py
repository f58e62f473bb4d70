"""The quality-of-service class."""

import attrs
import pytest

from seatrial.model.api.core import Container, Pod, PodSpec, PodStatus, ResourceRequirements
from seatrial.model.api.qos import compute_pod_qos, get_pod_qos
from seatrial.model.frozen import FrozenMap


def container(name: str, requests: dict[str, str], limits: dict[str, str]) -> Container:
    """A container with these requests and limits."""
    return Container(name, resources=ResourceRequirements(FrozenMap(limits), FrozenMap(requests)))


@pytest.mark.parametrize(
    "requests, limits, expected",
    [({}, {}, "BestEffort"), ({"cpu": "1"}, {}, "Burstable"), ({"cpu": "0"}, {}, "BestEffort"),
     ({"cpu": "1", "memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"}, "Guaranteed"),
     ({"cpu": "500m", "memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"}, "Burstable"),
     ({"cpu": "1"}, {"cpu": "1"}, "Burstable"), ({"cpu": "one"}, {}, "BestEffort")],
)
def test_the_class_follows_requests_and_limits(requests: dict[str, str], limits: dict[str, str], expected: str) -> None:
    """Nothing asked: best effort; everything limited to what is asked: guaranteed; else burstable."""
    assert expected == compute_pod_qos(PodSpec(containers=(container("c", requests, limits),)))


def test_one_unlimited_container_is_enough() -> None:
    """A pod is guaranteed only if each of its containers is limited, init containers too."""
    full = container("a", {"cpu": "1", "memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"})
    spec = PodSpec(containers=(full,))
    assert "Guaranteed" == compute_pod_qos(spec)
    assert "Burstable" == compute_pod_qos(attrs.evolve(spec, init_containers=(container("b", {}, {}),)))


def test_the_resources_of_a_pod_as_a_whole_go_first() -> None:
    """A pod with resources of its own is judged by these, whatever its containers say."""
    level = ResourceRequirements(FrozenMap({"cpu": "1", "memory": "1Gi"}), FrozenMap({"cpu": "1", "memory": "1Gi"}))
    spec = PodSpec(containers=(container("a", {}, {}),), resources=level)
    assert "Guaranteed" == compute_pod_qos(spec)
    assert "BestEffort" == compute_pod_qos(attrs.evolve(spec, resources=None))


def test_the_class_that_is_written_down_stays() -> None:
    """What the status says goes before what the spec would give now."""
    spec = PodSpec(containers=(container("a", {"cpu": "1"}, {}),))
    assert "Burstable" == get_pod_qos(Pod(spec=spec))
    written = PodStatus(unmodelled=FrozenMap({"qosClass": "BestEffort"}))
    assert "BestEffort" == get_pod_qos(Pod(spec=spec, status=written))
