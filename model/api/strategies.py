"""What the strategies of Pods, Services and EndpointSlices do to an object before it is validated.

Mirrors PrepareForCreate and PrepareForUpdate of pkg/registry/core/{pod,service} and of
pkg/registry/discovery/endpointslice (release 1.36). Left out: fields of disabled feature gates, and health check node
ports.
"""

from functools import lru_cache

from seatrial.model.api.core import Pod, PodSpec, PodStatus, Service, ServiceSpec
from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.api.meta import Condition
from seatrial.model.evolve import evolve
from seatrial.model.frozen import FrozenMap
from seatrial.model.identity import Same
from seatrial.model.meta.quantity import QuantityError, parse_quantity, sign

COMPUTE = ("cpu", "memory")
GATED = Condition(type="PodScheduled", status="False", reason="SchedulingGated",
                  message="Scheduling is blocked due to non-empty scheduling gates")


def create_pod(pod: Pod) -> Pod:
    """A new pod is Pending, and of a quality-of-service class that never changes."""
    return evolve(pod, status=_first_status(Same(pod.spec)))


@lru_cache(maxsize=8192)
def _first_status(spec_of: Same) -> PodStatus:
    spec: PodSpec = spec_of.value
    conditions = (GATED,) if spec.scheduling_gates else ()
    return PodStatus(phase="Pending", conditions=conditions, unmodelled=FrozenMap({"qosClass": get_pod_qos(spec)}))


def get_pod_qos(spec: PodSpec) -> str:
    """Guaranteed, Burstable or BestEffort (pkg/apis/core/helper/qos: ComputePodQOS)."""
    requests: dict[str, int] = {}
    limits: dict[str, int] = {}
    guaranteed = True
    for container in (*spec.containers, *spec.init_containers):
        _count(requests, container.resources.requests)
        guaranteed &= len(_count(limits, container.resources.limits)) == len(COMPUTE)
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if guaranteed and requests == limits else "Burstable"


def _count(total: dict[str, int], amounts: FrozenMap[str, str]) -> tuple[str, ...]:
    """Adds the cpu and memory of a list, in billionths; those that are not zero."""
    found = []
    for name in COMPUTE:
        try:
            quantity = parse_quantity(amounts.get(name, "0"))
        except QuantityError:
            continue
        if sign(quantity) > 0:
            total[name] = total.get(name, 0) + int(quantity.unscaled * 10 ** (quantity.exponent + 9))
            found.append(name)
    return tuple(found)


def update_service(old: Service, new: Service) -> Service:
    """An update keeps the status, and loses what only the old type needed, unless the client changed it."""
    return evolve(new, spec=drop_type_dependent_fields(old.spec, new.spec), status=old.status)


def drop_type_dependent_fields(old: ServiceSpec, new: ServiceSpec) -> ServiceSpec:
    """The new spec without what was for the old type (dropTypeDependentFields)."""
    if old.type == new.type:
        return new
    changes: dict[str, object] = {}
    if new.type == "ExternalName":
        changes |= _cleared(old, new, "cluster_ip", "cluster_ips", "ip_families", "internal_traffic_policy")
    if old.type == "LoadBalancer":
        changes |= _cleared(old, new, "allocate_load_balancer_node_ports", "load_balancer_class")
    if old.type in ("NodePort", "LoadBalancer") and new.type not in ("NodePort", "LoadBalancer"):
        changes |= _cleared(old, new, "external_traffic_policy")
        if [port.node_port for port in old.ports] == [port.node_port for port in new.ports]:
            changes["ports"] = tuple(evolve(port, node_port=0) for port in new.ports)
    return evolve(new, **changes) if changes else new


EMPTY_FIELDS = {"cluster_ips": (), "ip_families": (), "allocate_load_balancer_node_ports": None}


def _cleared(old: ServiceSpec, new: ServiceSpec, *names: str) -> dict[str, object]:
    return {name: EMPTY_FIELDS.get(name, "") for name in names if getattr(old, name) == getattr(new, name)}


def endpoints_changed(old: EndpointSlice, new: EndpointSlice) -> bool:
    """Anything but metadata has changed, or the labels have."""
    return evolve(old, metadata=new.metadata) != new or old.metadata.labels != new.metadata.labels
