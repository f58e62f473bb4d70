"""What objects use of a quota."""

import attrs

from seatrial.model.api.core import Container, Pod, PodSpec, PodStatus, ResourceRequirements
from seatrial.model.apiserver.admission.quota_usage import pod_usage
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.quantity import format_quantity

ASKS = ResourceRequirements(FrozenMap({"cpu": "2"}), FrozenMap({"cpu": "1"}))
POD = Pod(spec=PodSpec(containers=(Container("a", resources=ASKS),), overhead=FrozenMap({"cpu": "100m"})))


def usage(pod: Pod) -> dict[str, str]:
    """What a pod uses, as text."""
    return {name: format_quantity(amount) for name, amount in pod_usage(pod, 0).items()}


def test_overhead_is_charged() -> None:
    """A pod is charged what the scheduler counts: its containers and its overhead, limits too."""
    assert ("1100m", "1100m", "2100m") == tuple(usage(POD)[name] for name in ("cpu", "requests.cpu", "limits.cpu"))


def test_what_a_pod_asks_for_as_a_whole_is_charged() -> None:
    """Pod-level resources go before the containers' sum."""
    level = ResourceRequirements(FrozenMap({"cpu": "4"}), FrozenMap({"cpu": "3"}))
    held = usage(attrs.evolve(POD, spec=attrs.evolve(POD.spec, resources=level)))
    assert ("3100m", "4100m") == (held["requests.cpu"], held["limits.cpu"])


def test_a_pod_that_has_ended_counts_as_an_object_only() -> None:
    """Its resources are free again."""
    assert {"count/pods": "1"} == usage(attrs.evolve(POD, status=PodStatus(phase="Succeeded")))
