"""What a pod asks for."""

from hypothesis import given

from seatrial.model.api.core import Pod, ResourceRequirements
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.requests import (
    container_requests_for_score,
    is_scalar_resource,
    non_zero_requests,
    pod_requests,
)
from tests.strategies.scheduler_objects import new_container, new_pod, pods


@given(pods())
def test_never_less_than_the_containers_together(pod: Pod) -> None:
    """A pod asks for at least the sum of what runs side by side: containers and sidecars."""
    side_by_side = (*pod.spec.containers, *[each for each in pod.spec.init_containers if each.restart_policy])
    least = sum(int(each.resources.requests["cpu"].removesuffix("m")) for each in side_by_side)
    assert least <= pod_requests(pod)["cpu"]


@given(pods())
def test_an_init_container_runs_with_the_sidecars_before_it(pod: Pod) -> None:
    """A pod asks for at least each init container together with the sidecars started before it."""
    sidecars = 0
    for each in pod.spec.init_containers:
        cpu = int(each.resources.requests["cpu"].removesuffix("m"))
        sidecars += cpu if each.restart_policy else 0
        assert (sidecars if each.restart_policy else sidecars + cpu) <= pod_requests(pod)["cpu"]


@given(pods())
def test_scores_count_at_least_what_is_requested(pod: Pod) -> None:
    """Defaults for missing requests only ever add."""
    requested, counted = pod_requests(pod), non_zero_requests(pod)
    assert all(requested[name] <= counted[name] for name in ("cpu", "memory"))


def test_a_container_without_requests_counts_for_scores_only() -> None:
    """It asks for nothing, and is scored as 100m and 200Mi."""
    pod = new_pod(containers=(new_container(), new_container("d", cpu="1")))
    assert 1000 == pod_requests(pod)["cpu"]
    assert {"cpu": 1100, "memory": 400 * 1024 * 1024} == dict(non_zero_requests(pod))


def test_pod_level_requests_replace_the_sum() -> None:
    """They count instead of the containers' sum, but not in the score of the incoming pod; overhead is added."""
    level = ResourceRequirements(requests=FrozenMap({"cpu": "3"}))
    pod = new_pod(resources=level, overhead=FrozenMap({"cpu": "10m"}))
    assert 3010 == pod_requests(pod)["cpu"]
    assert 1010 == container_requests_for_score(pod)["cpu"]


def test_fractions_are_rounded_up_once() -> None:
    """Two containers with half a byte each ask for one byte, not two."""
    pod = new_pod(containers=(new_container(memory="500m"), new_container("d", memory="500m")))
    assert 1 == pod_requests(pod)["memory"]


def test_scalar_resources() -> None:
    """Extended and native prefixed names, huge pages and attachable volumes are counted in units."""
    names = ("example.com/gpu", "kubernetes.io/x", "hugepages-2Mi", "attachable-volumes-a", "cpu", "requests.a/b")
    assert [True, True, True, True, False, False] == [is_scalar_resource(name) for name in names]
