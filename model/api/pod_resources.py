"""What a pod asks for and may use: sums over containers, init containers and sidecars, pod-level resources, overhead.

Mirrors staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests, PodLimits; release 1.36). This is the one
place where the amounts of a pod are added up: the scheduler rounds the sum to whole units, a quota charges it, the
kubelet admits by it. Quantities keep their format, as the API shows them. All functions raise QuantityError for a text
that is no quantity.
"""

from collections.abc import Callable, Mapping

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Container, ContainerStatus, Pod
from seatrial.model.api.meta import get_condition
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.meta.quantity import Quantity, add_quantities, compare_quantities, parse_quantity

Amounts = dict[str, Quantity]
COMPUTE = ("cpu", "memory")


@attrs.frozen
class ResourceOptions:
    """How to add up: with a resize under way, a default for containers without requests, and what to leave out."""

    use_status: bool = False
    defaults: FrozenMap[str, str] = EMPTY
    exclude_overhead: bool = False
    skip_pod_level: bool = False
    skip_containers: bool = False


PLAIN = ResourceOptions()


def parse_amounts(resources: Mapping[str, str]) -> Amounts:
    """The quantities of a resource list."""
    return {name: parse_quantity(text) for name, text in resources.items()}


def add_amounts(total: Amounts, more: Amounts) -> Amounts:
    """The sum of two lists."""
    return total | {name: add_quantities(total[name], each) if name in total else each for name, each in more.items()}


def most_amounts(one: Amounts, other: Amounts) -> Amounts:
    """The greater of each amount in two lists."""
    return one | {
        name: each for name, each in other.items() if name not in one or compare_quantities(each, one[name]) > 0
    }


def is_pod_level_resource(name: str) -> bool:
    """May a pod ask for it as a whole?"""
    return name in COMPUTE or name.startswith("hugepages-")


def pod_requests(pod: Pod, options: ResourceOptions = PLAIN) -> Amounts:
    """What a pod asks for in all."""
    total = {} if options.skip_containers else container_requests(pod, options)
    level = pod.spec.resources
    if level is not None and not options.skip_pod_level:
        total = total | _pod_level(level.requests)
    return total if options.exclude_overhead else add_amounts(total, parse_amounts(pod.spec.overhead))


def container_requests(pod: Pod, options: ResourceOptions = PLAIN) -> Amounts:
    """What its containers ask for: the sum of those that run together, or more if starting up takes more."""
    return _aggregate(pod, lambda each: _requests_of(pod, each, options))


def pod_limits(pod: Pod, options: ResourceOptions = PLAIN) -> Amounts:
    """What a pod may use in all; overhead counts only where there is a limit."""
    total = _aggregate(pod, lambda each: _limits_of(pod, each, options))
    level = pod.spec.resources
    if level is not None and not options.skip_pod_level:
        total = total | _pod_level(level.limits)
    if options.exclude_overhead:
        return total
    return add_amounts(total, {name: each for name, each in parse_amounts(pod.spec.overhead).items() if name in total})


def _pod_level(resources: Mapping[str, str]) -> Amounts:
    return {name: each for name, each in parse_amounts(resources).items() if is_pod_level_resource(name)}


def _aggregate(pod: Pod, amounts_of: Callable[[Container], Amounts]) -> Amounts:
    """Containers and sidecars add up; an init container needs its own and the sidecars before it."""
    total: Amounts = {}
    for each in pod.spec.containers:
        total = add_amounts(total, amounts_of(each))
    sidecars: Amounts = {}
    highest: Amounts = {}
    for each in pod.spec.init_containers:
        own = amounts_of(each)
        if is_sidecar(each):
            total, sidecars = add_amounts(total, own), add_amounts(sidecars, own)
            highest = most_amounts(highest, sidecars)
        else:
            highest = most_amounts(highest, add_amounts(own, sidecars))
    return most_amounts(total, highest)


def _requests_of(pod: Pod, container: Container, options: ResourceOptions) -> Amounts:
    own = parse_amounts(container.resources.requests)
    status = _status_of(pod, container) if options.use_status else None
    if status is not None and "resources" in status.unmodelled:
        held = parse_amounts(status.unmodelled["resources"].get("requests", {}))
        allocated = parse_amounts(status.unmodelled.get("allocatedResources", {}))
        own = most_amounts(held, allocated) if is_resize_infeasible(pod) else (
            most_amounts(most_amounts(own, held), allocated))
    return parse_amounts(options.defaults) | own


def _limits_of(pod: Pod, container: Container, options: ResourceOptions) -> Amounts:
    own = parse_amounts(container.resources.limits)
    status = _status_of(pod, container) if options.use_status else None
    if status is None or "resources" not in status.unmodelled:
        return own
    held = parse_amounts(status.unmodelled["resources"].get("limits", {}))
    return held if is_resize_infeasible(pod) else most_amounts(own, held)


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
