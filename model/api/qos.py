"""The quality-of-service class of a pod.

Mirrors pkg/apis/core/helper/qos/qos.go (ComputePodQOS, GetPodQOS; release 1.36). The API server writes the class down
when it stores a new pod, and it never changes; quotas with the scope BestEffort and the kubelet's OOM score ask for it.
"""

from collections.abc import Mapping

from seatrial.model.api.core import Pod, PodSpec
from seatrial.model.api.pod_resources import COMPUTE, Amounts, add_amounts
from seatrial.model.meta.quantity import QuantityError, compare_quantities, parse_quantity, sign

GUARANTEED, BURSTABLE, BEST_EFFORT = "Guaranteed", "Burstable", "BestEffort"


def get_pod_qos(pod: Pod) -> str:
    """The class that the pod's status says, or else the one that its spec gives."""
    return str(pod.status.unmodelled.get("qosClass", "")) or compute_pod_qos(pod.spec)


def compute_pod_qos(spec: PodSpec) -> str:
    """The class: Guaranteed when every container's cpu and memory are limited to what they request.

    A pod with resources of its own is judged by these alone. A text that is no quantity counts as nothing: validation
    comes later.
    """
    if spec.resources is not None:
        parts = [spec.resources]
        guaranteed = not spec.resources.limits or _limits_all(spec.resources.limits)
    else:
        parts = [each.resources for each in (*spec.containers, *spec.init_containers)]
        guaranteed = all(_limits_all(each.limits) for each in parts)
    requests: Amounts = {}
    limits: Amounts = {}
    for each in parts:
        requests, limits = add_amounts(requests, _counted(each.requests)), add_amounts(limits, _counted(each.limits))
    if not requests and not limits:
        return BEST_EFFORT
    same = all(name in limits and compare_quantities(limits[name], each) == 0 for name, each in requests.items())
    return GUARANTEED if guaranteed and same and len(requests) == len(limits) else BURSTABLE


def _counted(resources: Mapping[str, str]) -> Amounts:
    """The cpu and memory of a list that are more than nothing."""
    found: Amounts = {}
    for name in COMPUTE:
        try:
            quantity = parse_quantity(resources.get(name, "0"))
        except QuantityError:
            continue
        if sign(quantity) > 0:
            found[name] = quantity
    return found


def _limits_all(limits: Mapping[str, str]) -> bool:
    return all(name in _counted(limits) for name in COMPUTE)
