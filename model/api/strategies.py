"""What the strategies of Pods, Services, Namespaces and EndpointSlices do to an object before it is validated.

Mirrors PrepareForCreate, PrepareForUpdate and Canonicalize of pkg/registry/core/{pod,service,namespace} and of
pkg/registry/discovery/endpointslice (release 1.36). Left out: fields of disabled feature gates, and health check node
ports.
"""

from functools import lru_cache

from seatrial.model.api.core import (
    Namespace,
    NamespaceSpec,
    NamespaceStatus,
    Pod,
    PodSpec,
    PodStatus,
    Service,
    ServiceSpec,
)
from seatrial.model.api.defaulting import NAME_LABEL, externally_accessible
from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.api.match_label_keys import merge_label_keys
from seatrial.model.api.meta import Condition
from seatrial.model.api.qos import compute_pod_qos
from seatrial.model.evolve import evolve
from seatrial.model.frozen import FrozenMap
from seatrial.model.identity import Same

NODE_PORT_TYPES = ("NodePort", "LoadBalancer")
GATED = Condition(type="PodScheduled", status="False", reason="SchedulingGated",
                  message="Scheduling is blocked due to non-empty scheduling gates")


def create_pod(pod: Pod) -> Pod:
    """A new pod is Pending, and of a quality-of-service class that never changes; label keys join their selectors."""
    if pod.spec.affinity is not None or pod.spec.topology_spread_constraints:
        pod = evolve(pod, spec=merge_label_keys(pod))
    return evolve(pod, status=_first_status(Same(pod.spec)))


@lru_cache(maxsize=1024)
def _first_status(spec_of: Same) -> PodStatus:
    spec: PodSpec = spec_of.value
    conditions = (GATED,) if spec.scheduling_gates else ()
    return PodStatus(phase="Pending", conditions=conditions, unmodelled=FrozenMap({"qosClass": compute_pod_qos(spec)}))


def update_pod(old: Pod, new: Pod) -> Pod:
    """An update keeps the status; another spec is the next generation of what the server was given."""
    kept = evolve(new, status=old.status)
    if old.spec == new.spec:
        return kept
    return evolve(kept, metadata=evolve(new.metadata, generation=new.metadata.generation + 1))


def update_pod_status(old: Pod, new: Pod) -> Pod:
    """An update of the status keeps spec and owners; no client says when a pod is deleted."""
    meta = new.metadata
    if meta.deletion_timestamp is not None or meta.owner_references != old.metadata.owner_references:
        meta = evolve(meta, deletion_timestamp=None, owner_references=old.metadata.owner_references)
    return evolve(old, metadata=meta, status=new.status)


def update_service(old: Service, new: Service) -> Service:
    """An update keeps the status, and loses what only the old type needed, unless the client changed it."""
    return evolve(new, spec=drop_type_dependent_fields(old.spec, new.spec), status=old.status)


def drop_type_dependent_fields(old: ServiceSpec, new: ServiceSpec) -> ServiceSpec:
    """The new spec without what was for the old type (dropTypeDependentFields)."""
    changes: dict[str, object] = {}
    if old.type != "ExternalName" and new.type == "ExternalName":
        changes |= _cleared(old, new, "cluster_ip", "cluster_ips", "ip_families", "internal_traffic_policy")
    if old.type == "LoadBalancer" and new.type != "LoadBalancer":
        changes |= _cleared(old, new, "allocate_load_balancer_node_ports", "load_balancer_class")
    if externally_accessible(old) and not externally_accessible(new):
        changes |= _cleared(old, new, "external_traffic_policy")
    lost_its_ports = old.type in NODE_PORT_TYPES and new.type not in NODE_PORT_TYPES
    if lost_its_ports and [port.node_port for port in old.ports] == [port.node_port for port in new.ports]:
        changes["ports"] = tuple(evolve(port, node_port=0) for port in new.ports)
    return evolve(new, **changes) if changes else new


EMPTY_FIELDS = {"cluster_ips": (), "ip_families": (), "allocate_load_balancer_node_ports": None}


def _cleared(old: ServiceSpec, new: ServiceSpec, *names: str) -> dict[str, object]:
    return {name: EMPTY_FIELDS.get(name, "") for name in names if getattr(old, name) == getattr(new, name)}


def create_namespace(namespace: Namespace) -> Namespace:
    """A new namespace is active, and holds the finalizer that empties it before it goes."""
    return labelled(evolve(namespace, spec=NamespaceSpec(("kubernetes",)), status=NamespaceStatus("Active")))


def update_namespace(old: Namespace, new: Namespace) -> Namespace:
    """An update changes metadata only: the finalizers are the finalize subresource's."""
    return labelled(evolve(new, spec=old.spec, status=old.status))


def update_namespace_status(old: Namespace, new: Namespace) -> Namespace:
    """An update of the status keeps the spec."""
    return labelled(evolve(new, spec=old.spec))


def labelled(namespace: Namespace) -> Namespace:
    """The namespace with its name as a label (Canonicalize)."""
    meta = namespace.metadata
    if meta.labels.get(NAME_LABEL) == meta.name:
        return namespace
    return evolve(namespace, metadata=evolve(meta, labels=meta.labels.set(NAME_LABEL, meta.name)))


def endpoints_changed(old: EndpointSlice, new: EndpointSlice) -> bool:
    """Anything but metadata has changed, or the labels have."""
    return evolve(old, metadata=new.metadata) != new or old.metadata.labels != new.metadata.labels
