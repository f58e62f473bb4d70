"""What a pod asks for and may use, in quantities: sums over containers, init containers, sidecars, and overhead.

Mirrors staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests, PodLimits) and
pkg/apis/core/v1/helper/qos (ComputePodQOS), pkg/kubelet/qos/policy.go (GetContainerOOMScoreAdjust), release
1.36. The scheduler adds the same up in whole units (`seatrial.model.scheduler.requests`); here the quantities
keep their format, as a kubelet reports them, and a resize that is under way counts.
"""

from collections.abc import Callable, Mapping

import attrs

from seatrial.model.api.core import Container, ContainerStatus, Pod
from seatrial.model.api.meta import get_condition
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.meta.quantity import Quantity, add_quantities, compare_quantities, parse_quantity, sign, value
from seatrial.model.node.phase import is_static
from seatrial.model.node.restarts import is_sidecar

Amounts = dict[str, Quantity]
QOS_RESOURCES = ("cpu", "memory")
GUARANTEED, BURSTABLE, BEST_EFFORT = "Guaranteed", "Burstable", "BestEffort"
CRITICAL_SCORE, BEST_EFFORT_SCORE = -997, 1000
SYSTEM_CRITICAL_PRIORITY = 2_000_000_000


@attrs.frozen
class ResourceOptions:
    """How to add up: with a resize under way, a default for containers without requests, and what to leave out."""

    use_status: bool = False
    defaults: FrozenMap[str, str] = EMPTY
    exclude_overhead: bool = False
    skip_pod_level: bool = False
    skip_containers: bool = False


PLAIN = ResourceOptions()


def parse(resources: Mapping[str, str]) -> Amounts:
    """The quantities of a resource list."""
    return {name: parse_quantity(text) for name, text in resources.items()}


def add(total: Amounts, more: Amounts) -> Amounts:
    """The sum of two lists."""
    return total | {name: add_quantities(total[name], each) if name in total else each for name, each in more.items()}


def most(one: Amounts, other: Amounts) -> Amounts:
    """The greater of each amount in two lists."""
    return one | {
        name: each for name, each in other.items() if name not in one or compare_quantities(each, one[name]) > 0
    }


def is_pod_level_resource(name: str) -> bool:
    """May a pod ask for it as a whole?"""
    return name in QOS_RESOURCES or name.startswith("hugepages-")


def pod_requests(pod: Pod, options: ResourceOptions = PLAIN) -> Amounts:
    """What a pod asks for in all."""
    total = {} if options.skip_containers else container_requests(pod, options)
    level = pod.spec.resources
    if level is not None and not options.skip_pod_level:
        total = total | {name: each for name, each in parse(level.requests).items() if is_pod_level_resource(name)}
    return total if options.exclude_overhead else add(total, parse(pod.spec.overhead))


def container_requests(pod: Pod, options: ResourceOptions = PLAIN) -> Amounts:
    """What its containers ask for: the sum of those that run together, or more if starting up takes more."""
    return _aggregate(pod, lambda each: _requests_of(pod, each, options))


def pod_limits(pod: Pod, options: ResourceOptions = PLAIN) -> Amounts:
    """What a pod may use in all; overhead counts only where there is a limit."""
    total = _aggregate(pod, lambda each: _limits_of(pod, each, options))
    level = pod.spec.resources
    if level is not None and not options.skip_pod_level:
        total = total | {name: each for name, each in parse(level.limits).items() if is_pod_level_resource(name)}
    if options.exclude_overhead:
        return total
    return add(total, {name: each for name, each in parse(pod.spec.overhead).items() if name in total})


def _aggregate(pod: Pod, amounts_of: Callable[[Container], Amounts]) -> Amounts:
    """Containers and sidecars add up; an init container needs its own and the sidecars before it."""
    total: Amounts = {}
    for each in pod.spec.containers:
        total = add(total, amounts_of(each))
    sidecars: Amounts = {}
    highest: Amounts = {}
    for each in pod.spec.init_containers:
        own = amounts_of(each)
        if is_sidecar(each):
            total, sidecars = add(total, own), add(sidecars, own)
            highest = most(highest, sidecars)
        else:
            highest = most(highest, add(own, sidecars))
    return most(total, highest)


def _requests_of(pod: Pod, container: Container, options: ResourceOptions) -> Amounts:
    own = parse(container.resources.requests)
    status = _status_of(pod, container) if options.use_status else None
    if status is not None and "resources" in status.unmodelled:
        held = parse(status.unmodelled["resources"].get("requests", {}))
        allocated = parse(status.unmodelled.get("allocatedResources", {}))
        own = most(held, allocated) if is_resize_infeasible(pod) else most(most(own, held), allocated)
    return parse(options.defaults) | own


def _limits_of(pod: Pod, container: Container, options: ResourceOptions) -> Amounts:
    own = parse(container.resources.limits)
    status = _status_of(pod, container) if options.use_status else None
    if status is None or "resources" not in status.unmodelled:
        return own
    held = parse(status.unmodelled["resources"].get("limits", {}))
    return held if is_resize_infeasible(pod) else most(own, held)


def _status_of(pod: Pod, container: Container) -> ContainerStatus | None:
    """The status that tells of a resize: of regular containers and sidecars."""
    statuses = pod.status.container_statuses
    if container in pod.spec.init_containers:
        statuses = pod.status.init_container_statuses if is_sidecar(container) else ()
    return next((each for each in statuses if each.name == container.name), None)


def is_resize_infeasible(pod: Pod) -> bool:
    """Did the kubelet find that a resize can never be done?"""
    pending = get_condition(pod.status.conditions, "PodResizePending")
    return pending is not None and pending.reason == "Infeasible"


def compute_pod_qos(pod: Pod) -> str:
    """The QoS class: Guaranteed when every container's cpu and memory are limited to what they request."""
    if pod.spec.resources is not None:
        parts = [pod.spec.resources]
        guaranteed = not pod.spec.resources.limits or _limits_all(pod.spec.resources.limits)
    else:
        parts = [each.resources for each in (*pod.spec.containers, *pod.spec.init_containers)]
        guaranteed = all(_limits_all(each.limits) for each in parts)
    requests: Amounts = {}
    limits: Amounts = {}
    for each in parts:
        requests, limits = add(requests, _counted(each.requests)), add(limits, _counted(each.limits))
    if not requests and not limits:
        return BEST_EFFORT
    same = all(name in limits and compare_quantities(limits[name], each) == 0 for name, each in requests.items())
    return GUARANTEED if guaranteed and same and len(requests) == len(limits) else BURSTABLE


def _counted(resources: Mapping[str, str]) -> Amounts:
    return {name: each for name, each in parse(resources).items() if name in QOS_RESOURCES and sign(each) > 0}


def _limits_all(limits: Mapping[str, str]) -> bool:
    return all(name in _counted(limits) for name in QOS_RESOURCES)


def container_oom_score_adjust(pod: Pod, container: Container, capacity: int) -> int:
    """How much sooner a container is killed when memory runs out; `capacity` is the machine's, in bytes."""
    critical = pod.spec.priority is not None and pod.spec.priority >= SYSTEM_CRITICAL_PRIORITY
    if (critical or is_static(pod)) and pod.spec.priority_class_name == "system-node-critical":
        return CRITICAL_SCORE
    qos = str(pod.status.unmodelled.get("qosClass", "")) or compute_pod_qos(pod)
    if qos == GUARANTEED:
        return CRITICAL_SCORE
    if qos == BEST_EFFORT:
        return BEST_EFFORT_SCORE
    share = _unallocated_share(pod)
    score = _score(_memory(container) + share, capacity)
    if is_sidecar(container) and container in pod.spec.init_containers:
        score = min(score, _score(min(_memory(each) for each in pod.spec.containers) + share, capacity))
    score = max(score, 1000 + CRITICAL_SCORE)
    return score - 1 if score == BEST_EFFORT_SCORE else score


def _score(memory: int, capacity: int) -> int:
    share = abs(1000 * memory) // capacity
    return 1000 - (share if memory >= 0 else -share)


def _memory(container: Container) -> int:
    text = container.resources.requests.get("memory")
    return 0 if text is None else value(text)


def _unallocated_share(pod: Pod) -> int:
    """What each container gets of the memory that only the pod as a whole asks for."""
    level = pod.spec.resources
    if level is None or not level.requests.get("memory"):
        return 0
    total = value(level.requests["memory"])
    held = container_requests(pod).get("memory")
    rest = total - (0 if held is None else value_of(held))
    share = abs(rest) // (len(pod.spec.containers) + len(pod.spec.init_containers))
    return share if rest >= 0 else -share


def value_of(quantity: Quantity) -> int:
    """A quantity rounded up to whole units."""
    if quantity.exponent >= 0:
        return int(quantity.unscaled * 10**quantity.exponent)
    return int(-(-quantity.unscaled // 10**-quantity.exponent))
