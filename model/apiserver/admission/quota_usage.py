"""What an object uses of a quota: counts of objects, and the requests and limits of pods.

Mirrors pkg/quota/v1/evaluator/core (pods.go, services.go) and staging/src/k8s.io/apiserver/pkg/quota/v1/generic
(object counts; release 1.36). Left out: persistent volume claims, resource claims, and updates (resizing a pod in
place changes its usage; it is not modelled), and the quota scope for pods with affinity across namespaces.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.api.core import Pod, ResourceQuota, Service
from seatrial.model.api.pod_resources import Amounts, ResourceOptions, parse_amounts, pod_limits, pod_requests
from seatrial.model.api.qos import BEST_EFFORT, get_pod_qos
from seatrial.model.api.registry import Kind
from seatrial.model.frozen import EMPTY
from seatrial.model.meta.quantity import negate_quantity, parse_quantity, subtract_quantities
from seatrial.model.network.addresses import needs_node_ports

RESIZED = ResourceOptions(use_status=True)
NONE, ONE = parse_quantity("0"), parse_quantity("1")
PLAIN = ("cpu", "memory", "ephemeral-storage")
POD_RESOURCES = ("cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
                 "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "count/pods")
POD_PREFIXES = ("hugepages-", "requests.hugepages-")
REQUIRED = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
SERVICE_RESOURCES = ("services", "services.nodeports", "services.loadbalancers", "count/services")
OWN_NAMES = ("configmaps", "replicationcontrollers", "resourcequotas", "secrets")
TERMINAL = ("Succeeded", "Failed")
EXTENDED = "requests."


@attrs.frozen
class Usage:
    """What an object uses, and the resource names (and prefixes of such) that quotas can count of its kind."""

    amounts: Amounts
    evaluated: tuple[str, ...]
    prefixes: tuple[str, ...] = ()

    def less(self, before: "Usage") -> "Usage":
        """What is used in addition to what was used before."""
        amounts = {name: subtract_quantities(amount, before.amounts.get(name, NONE)) for name, amount in
                   self.amounts.items()}
        gone = {name: negate_quantity(amount) for name, amount in before.amounts.items() if name not in amounts}
        return Usage(amounts | gone, self.evaluated, self.prefixes)


def usage_of(kind: Kind, value: Any, clock: int) -> Usage:  # noqa: ANN401 -- any object
    """The usage of one object."""
    if isinstance(value, Pod):
        return Usage(pod_usage(value, clock), POD_RESOURCES, POD_PREFIXES)
    if isinstance(value, Service):
        return Usage(service_usage(value), SERVICE_RESOURCES)
    names = (f"count/{kind.qualified}", *(kind.resource for _ in "1" if kind.resource in OWN_NAMES))
    return Usage(dict.fromkeys(names, ONE), names)


def service_usage(service: Service) -> Amounts:
    """A Service counts, and so do its node ports and its load balancer."""
    found = {"count/services": ONE, "services": ONE}
    if needs_node_ports(service):
        ports = len(service.spec.ports)
        if service.spec.type == "LoadBalancer" and service.spec.allocate_load_balancer_node_ports is False:
            ports = sum(1 for port in service.spec.ports if port.node_port)
        found["services.nodeports"] = parse_quantity(str(ports))
    if service.spec.type == "LoadBalancer":
        found["services.loadbalancers"] = ONE
    return found


def pod_usage(pod: Pod, clock: int) -> Amounts:
    """A pod counts for ever as an object; as a pod, and with its requests, until it has ended (PodUsageFunc)."""
    if not is_charged(pod, clock):
        return {"count/pods": ONE}
    return {"count/pods": ONE, "pods": ONE, **compute_usage(pod_requests(pod, RESIZED), pod_limits(pod, RESIZED))}


def is_charged(pod: Pod, clock: int) -> bool:
    """Does this pod still take resources (QuotaV1Pod)?"""
    if pod.status.phase in TERMINAL:
        return False
    meta = pod.metadata
    if meta.deletion_timestamp is None or meta.deletion_grace_period_seconds is None:
        return True
    return clock <= meta.deletion_timestamp + meta.deletion_grace_period_seconds


def compute_usage(requests: Amounts, limits: Amounts) -> Amounts:
    """Requests and limits under the names that quotas use (podComputeUsageHelper)."""
    found: Amounts = {}
    for name in PLAIN:
        if name in requests:
            found[name] = found[f"requests.{name}"] = requests[name]
        if name in limits:
            found[f"limits.{name}"] = limits[name]
    for name, amount in requests.items():
        if name.startswith("hugepages-"):
            found[name] = amount
        if name not in PLAIN and ("/" in name or name.startswith("hugepages-")):
            found[f"{EXTENDED}{name}"] = amount
    return found


def missing_requests(value: Any, named: tuple[str, ...]) -> str:  # noqa: ANN401 -- any object
    """What a pod's containers must state because a quota counts it: "cpu for: a,b; memory for: a" (Constraints)."""
    if not isinstance(value, Pod):
        return ""
    required = [name for name in REQUIRED if name in named]
    lacking: dict[str, list[str]] = {}
    for container in (*value.spec.containers, *value.spec.init_containers):
        stated = compute_usage(parse_amounts(container.resources.requests), parse_amounts(container.resources.limits))
        for name in required:
            if name not in stated:
                lacking.setdefault(name, []).append(container.name)
    return "; ".join(f"{name} for: {','.join(sorted(lacking[name]))}" for name in sorted(lacking))


# Scopes.


def matches_scopes(quota: ResourceQuota, value: Any) -> bool:  # noqa: ANN401 -- any object
    """Does a quota with scopes look at this object? Only pods have scopes."""
    selectors = tuple(_selectors(quota))
    if not selectors:
        return True
    return isinstance(value, Pod) and all(_matches_scope(value, *each) for each in selectors)


def _selectors(quota: ResourceQuota) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for scope in quota.spec.scopes:
        yield scope, "Exists", ()
    selector = quota.spec.unmodelled.get("scopeSelector") or EMPTY
    for each in selector.get("matchExpressions") or ():
        yield each["scopeName"], each["operator"], each.get("values") or ()


def _matches_scope(pod: Pod, scope: str, operator: str, values: tuple[str, ...]) -> bool:
    if scope == "PriorityClass":
        name = pod.spec.priority_class_name
        return {"Exists": bool(name), "DoesNotExist": not name, "In": name in values,
                "NotIn": name not in values}.get(operator, False)
    is_terminating, is_best_effort = has_deadline(pod), get_pod_qos(pod) == BEST_EFFORT
    return {"Terminating": is_terminating, "NotTerminating": not is_terminating,
            "BestEffort": is_best_effort, "NotBestEffort": not is_best_effort}.get(scope, False)


def has_deadline(pod: Pod) -> bool:
    """Is this pod to end by itself (IsTerminating)?"""
    deadline = pod.spec.unmodelled.get("activeDeadlineSeconds")
    return deadline is not None and deadline >= 0
