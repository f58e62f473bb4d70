"""Which EndpointSlices a Service should have: the pure part of the EndpointSlice controller.

Mirrors staging/src/k8s.io/endpointslice/reconciler.go, utils.go, util/controller_utils.go and trafficdist (release
1.36). Slices are grouped by address type and by the ports that the pods offer; as few as possible are changed. Where
upstream walks over a map (the order of endpoints and of slices of equal length), the order is that of the informer:
it only shows beyond `maximum` endpoints. Left out: hints by the annotation topology-mode, which need the CPU of every
zone (a Service with it gets no hints); rewriting an IP address in its shortest form.
"""

from collections.abc import Iterable

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Pod, Service
from seatrial.model.api.discovery import (
    Endpoint,
    EndpointConditions,
    EndpointHints,
    EndpointPort,
    EndpointSlice,
    ForName,
    ObjectReference,
)
from seatrial.model.api.meta import ObjectMeta, Strings
from seatrial.model.api.registry import kind_of
from seatrial.model.controllers.claims import controller_reference
from seatrial.model.controllers.pods import is_pod_ready, is_pod_terminal
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.timestamps import format_time

MANAGER = "endpointslice-controller.k8s.io"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
SERVICE_NAME = "kubernetes.io/service-name"
HEADLESS = "service.kubernetes.io/headless"
TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"
RESERVED = (HEADLESS, MANAGED_BY, SERVICE_NAME)
HINT_ANNOTATIONS = ("service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode")
DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
LONGEST_NAME = 253
PodOnNode = tuple[Pod, str | None]
"""A pod, and the zone of its node: "" when it has none, None when the node is not known."""


@attrs.frozen
class Write:
    """One call: create, update or delete this slice; and what its failure is called, if not after the verb."""

    verb: str
    slice: EndpointSlice
    failure: str = ""


@attrs.frozen
class Changes:
    """The slices to create, to update and to delete."""

    create: tuple[EndpointSlice, ...] = ()
    update: tuple[EndpointSlice, ...] = ()
    delete: tuple[EndpointSlice, ...] = ()


@attrs.frozen
class Group:
    """Writes of which a failed one ends the rest, and why some pods are not in them."""

    writes: tuple[Write, ...] = ()
    errors: tuple[str, ...] = ()


def reconcile(
    service: Service, pods: tuple[PodOnNode, ...], slices: tuple[EndpointSlice, ...], maximum: int,
) -> tuple[Group, ...]:
    """Plans what makes `slices` show `pods`, with at most `maximum` endpoints each (upstream: Reconcile)."""
    supported = get_address_types(service)
    groups = []
    for family in supported:
        existing = tuple(each for each in slices if each.address_type == family)
        changes, skipped = reconcile_by_address_type(service, pods, existing, family, maximum)
        groups.append(Group(finalize(service, changes), skipped))
    groups.extend(Group((Write("delete", each, "error deleting"),)) for each in slices
                  if each.address_type not in supported)
    return tuple(group for group in groups if group.writes or group.errors)


def get_address_types(service: Service) -> tuple[str, ...]:
    """The address types of a Service; an old one that names none is judged by its cluster IP."""
    families = tuple(each for each in ("IPv4", "IPv6") if each in service.spec.ip_families)
    if families or not is_service_ip_set(service):
        return families or ("IPv4", "IPv6")
    return ("IPv6",) if ":" in service.spec.cluster_ip else ("IPv4",)


def is_service_ip_set(service: Service) -> bool:
    """Has it a cluster IP?"""
    return service.spec.cluster_ip not in ("", "None")


def reconcile_by_address_type(
    service: Service, pods: tuple[PodOnNode, ...], existing: tuple[EndpointSlice, ...], family: str, maximum: int,
) -> tuple[Changes, tuple[str, ...]]:
    """The changes to the slices of one address type, and the pods that had to be left out."""
    owned = tuple(each for each in existing if is_owned_by(each, service))
    changes = Changes(delete=tuple(each for each in existing if each not in owned))
    desired, errors = get_desired(service, pods, family)
    for ports, endpoints in desired.items():
        mine = tuple(each for each in owned if sort_ports(each.ports) == ports)
        empty = new_endpoint_slice(service, ports, family)
        changes = join(changes, reconcile_by_port_mapping(service, mine, endpoints, empty, maximum))
    changes = join(changes, Changes(delete=tuple(each for each in owned if sort_ports(each.ports) not in desired)))
    changes = add_placeholder(service, existing, changes, family)
    return set_hints(service, existing, changes), errors


def join(one: Changes, two: Changes) -> Changes:
    """Both."""
    return Changes(one.create + two.create, one.update + two.update, one.delete + two.delete)


Ports = tuple[EndpointPort, ...]


def get_desired(service: Service, pods: tuple[PodOnNode, ...],
                family: str) -> tuple[dict[Ports, tuple[Endpoint, ...]], tuple[str, ...]]:
    """The endpoints that should be there, by the ports that their pods offer; and why some pods are missing."""
    desired: dict[Ports, dict[tuple[object, ...], Endpoint]] = {}
    errors = []
    for pod, zone in pods:
        if is_pod_terminal(pod) or not (pod.status.pod_ip or pod.status.pod_ips):
            continue
        group = desired.setdefault(sort_ports(get_endpoint_ports(service, pod)), {})
        if zone is None and not service.spec.publish_not_ready_addresses:
            meta = service.metadata
            errors.append(f"skipping Pod {pod.metadata.name} for Service {meta.namespace}/{meta.name}: "
                          f"Node {pod.spec.node_name} Not Found")
            continue
        endpoint = pod_to_endpoint(pod, zone or "", service, family)
        if endpoint.addresses:
            group[identity(endpoint)] = endpoint
    return {ports: tuple(group.values()) for ports, group in desired.items()}, tuple(errors)


def sort_ports(ports: Iterable[EndpointPort]) -> Ports:
    """The ports in one order of their own, by which slices are grouped (upstream: by a hash)."""
    return tuple(sorted(ports, key=lambda port: (port.name or "", port.protocol, port.port or 0, port.app_protocol)))


def get_endpoint_ports(service: Service, pod: Pod) -> Ports:
    """The Service's ports as this pod offers them; one that it does not offer is left out."""
    found = []
    for port in service.spec.ports:
        number = find_port(pod, port.target_port, port.protocol)
        if number is not None:
            found.append(EndpointPort(port.name, port.protocol, number, port.app_protocol))
    return tuple(found)


def find_port(pod: Pod, target: int | str | None, protocol: str) -> int | None:
    """The number of a target port: itself, or the first port of that name in a container or sidecar."""
    if not isinstance(target, str):
        return target or 0
    sidecars = tuple(filter(is_sidecar, pod.spec.init_containers))
    return next((port.container_port for container in pod.spec.containers + sidecars for port in container.ports
                 if port.name == target and port.protocol == protocol), None)


def pod_to_endpoint(pod: Pod, zone: str, service: Service, family: str) -> Endpoint:
    """The endpoint of a pod; one in deletion still serves, but is ready only if unready ones are published."""
    meta = pod.metadata
    serving, terminating = is_pod_ready(pod), meta.deletion_timestamp is not None
    ready = service.spec.publish_not_ready_addresses or (serving and not terminating)
    named = pod.spec.hostname if pod.spec.subdomain == service.metadata.name else ""
    return Endpoint(
        addresses=tuple(sorted(each.ip for each in pod.status.pod_ips if (":" in each.ip) == (family == "IPv6"))),
        conditions=EndpointConditions(ready, serving, terminating),
        hostname=named, node_name=pod.spec.node_name, zone=zone,
        target_ref=ObjectReference("Pod", meta.namespace, meta.name, meta.uid))


def identity(endpoint: Endpoint) -> tuple[object, ...]:
    """What makes two states of an endpoint the same endpoint (upstream: hashEndpoint)."""
    target = endpoint.target_ref or ObjectReference()
    return tuple(sorted(endpoint.addresses)), endpoint.hostname, target.namespace, target.name


def content(endpoint: Endpoint) -> tuple[object, ...]:
    """What else must be the same for an endpoint to be unchanged (upstream: EndpointsEqualBeyondHash)."""
    target = endpoint.target_ref and (endpoint.target_ref.kind, endpoint.target_ref.uid)
    return endpoint.node_name, endpoint.zone, endpoint.conditions, target


def is_owned_by(endpoint_slice: EndpointSlice, service: Service) -> bool:
    """Does it belong to this very Service, not to an older one of its name?"""
    return any((owner.uid, owner.kind, owner.api_version) == (service.metadata.uid, "Service", "v1")
               for owner in endpoint_slice.metadata.owner_references)


def reconcile_by_port_mapping(
    service: Service, existing: tuple[EndpointSlice, ...], desired: tuple[Endpoint, ...], empty: EndpointSlice,
    maximum: int,
) -> Changes:
    """Changes slices in place, fills up those that change anyway, then one that does not, then copies of `empty`."""
    update, unchanged, delete, wanted = update_existing(service, existing, desired)
    update.sort(key=lambda each: -len(each.endpoints))
    for at, each in enumerate(update):
        update[at], wanted = fill(each, wanted, maximum)
    create = []
    while wanted:
        chosen = get_slice_to_fill(unchanged, len(wanted), maximum) if len(wanted) < maximum else None
        filled, wanted = fill(chosen or empty, wanted, maximum)
        if chosen is None:
            create.append(filled)
        else:
            unchanged.remove(chosen)
            update.append(filled)
    return Changes(tuple(create), tuple(update), tuple(delete))


def update_existing(
    service: Service, existing: tuple[EndpointSlice, ...], desired: tuple[Endpoint, ...],
) -> tuple[list[EndpointSlice], list[EndpointSlice], list[EndpointSlice], tuple[Endpoint, ...]]:
    """The slices that change, that do not, and that lose all endpoints; and the endpoints that none of them has."""
    wanted = {identity(each): each for each in desired}
    update, unchanged, delete = [], [], []
    for each in existing:
        kept, changed = [], False
        for endpoint in each.endpoints:
            new = wanted.pop(identity(endpoint), None)
            changed = changed or new is None or content(new) != content(endpoint)
            if new is not None:
                kept.append(new)
        labels, relabelled = set_endpoint_slice_labels(each, service)
        if changed and not kept:
            delete.append(each)
        elif changed or relabelled:
            meta = attrs.evolve(each.metadata, labels=labels)
            update.append(attrs.evolve(each, metadata=meta, endpoints=tuple(kept) if changed else each.endpoints))
        else:
            unchanged.append(each)
    return update, unchanged, delete, tuple(wanted.values())


def fill(endpoint_slice: EndpointSlice, wanted: tuple[Endpoint, ...],
         maximum: int) -> tuple[EndpointSlice, tuple[Endpoint, ...]]:
    """Moves endpoints into a slice while it has room."""
    room = max(maximum - len(endpoint_slice.endpoints), 0)
    return attrs.evolve(endpoint_slice, endpoints=endpoint_slice.endpoints + wanted[:room]), wanted[room:]


def get_slice_to_fill(slices: list[EndpointSlice], count: int, maximum: int) -> EndpointSlice | None:
    """The slice that `count` more endpoints make fullest; None when they fit nowhere."""
    fitting = [each for each in slices if 0 <= maximum - count - len(each.endpoints) < maximum]
    return max(fitting, key=lambda each: len(each.endpoints), default=None)


def new_endpoint_slice(service: Service, ports: Ports, family: str) -> EndpointSlice:
    """An empty slice under a generated name."""
    meta = service.metadata
    prefix = f"{meta.name}-"
    empty = EndpointSlice(ObjectMeta(
        generate_name=prefix if len(prefix) <= LONGEST_NAME else meta.name, namespace=meta.namespace,
        owner_references=(controller_reference(service, kind_of("services")),)), family, (), ports)
    labels, _ = set_endpoint_slice_labels(empty, service)
    return attrs.evolve(empty, metadata=attrs.evolve(empty.metadata, labels=labels))


def set_endpoint_slice_labels(endpoint_slice: EndpointSlice, service: Service) -> tuple[Strings, bool]:
    """The Service's labels with the controller's own; and whether the slice has others."""
    theirs = {key: value for key, value in endpoint_slice.metadata.labels.items() if key not in RESERVED}
    labels = {key: value for key, value in service.metadata.labels.items() if key not in RESERVED}
    own = {SERVICE_NAME: service.metadata.name, MANAGED_BY: MANAGER}
    if not is_service_ip_set(service):
        own[HEADLESS] = ""
    return FrozenMap({**labels, **own}), labels != theirs


def add_placeholder(service: Service, existing: tuple[EndpointSlice, ...], changes: Changes, family: str) -> Changes:
    """A Service has at least one slice, if an empty one; one that is there stays."""
    if len(existing) != len(changes.delete) or changes.create:
        return changes
    empty = new_endpoint_slice(service, (), family)
    if len(changes.delete) == 1 and is_placeholder(changes.delete[0], empty):
        return attrs.evolve(changes, delete=())
    return attrs.evolve(changes, create=(empty,))


def is_placeholder(held: EndpointSlice, empty: EndpointSlice) -> bool:
    """Is this slice as good as a new empty one?"""
    return (not held.endpoints and not held.ports and held.address_type == empty.address_type
            and (held.metadata.namespace, held.metadata.labels) == (empty.metadata.namespace, empty.metadata.labels))


def set_hints(service: Service, existing: tuple[EndpointSlice, ...], changes: Changes) -> Changes:
    """Sets, or takes away, the hints that trafficDistribution asks for, in slices that change no otherwise too."""
    annotations = service.metadata.annotations
    topology = next((annotations[each] for each in HINT_ANNOTATIONS if each in annotations), "")
    distribution = service.spec.traffic_distribution
    if distribution not in DISTRIBUTIONS or topology in ("Auto", "auto"):
        distribution = ""
    touched = {each.metadata.name for each in changes.update + changes.delete}
    stale = tuple(each for each in existing
                  if each.metadata.name not in touched and hinted(each, distribution) != each)
    return Changes(tuple(hinted(each, distribution) for each in changes.create),
                   tuple(hinted(each, distribution) for each in changes.update + stale), changes.delete)


def hinted(endpoint_slice: EndpointSlice, distribution: str) -> EndpointSlice:
    """A slice with the hints of this distribution; endpoints that are not ready keep theirs, if there is one."""
    endpoints = tuple(
        each if distribution and not each.conditions.ready else attrs.evolve(each, hints=get_hints(each, distribution))
        for each in endpoint_slice.endpoints)
    return attrs.evolve(endpoint_slice, endpoints=endpoints)


def get_hints(endpoint: Endpoint, distribution: str) -> EndpointHints | None:
    """The hints of one endpoint: its zone, and its node if clients should stay on theirs."""
    zones = (ForName(endpoint.zone),) if distribution and endpoint.zone else ()
    nodes = (ForName(endpoint.node_name),) if distribution == "PreferSameNode" and endpoint.node_name else ()
    return EndpointHints(zones, nodes) if zones or nodes else None


def finalize(service: Service, changes: Changes) -> tuple[Write, ...]:
    """The calls, in order; a slice to delete is made one to create instead, if it is of the same kind."""
    create, update, delete = list(changes.create), list(changes.update), []
    for each in changes.delete:
        if create and each.address_type == create[-1].address_type and is_owned_by(each, service):
            new = create.pop()
            update.append(attrs.evolve(new, metadata=attrs.evolve(new.metadata, name=each.metadata.name)))
        else:
            delete.append(each)
    if service.metadata.deletion_timestamp is not None:
        create = []
    return (*(Write("create", stamped(each, service)) for each in create),
            *(Write("update", stamped(each, service)) for each in update),
            *(Write("delete", each) for each in delete))


def stamped(endpoint_slice: EndpointSlice, service: Service) -> EndpointSlice:
    """The slice with the trigger time of the first sync: the Service's creation.

    Later ones name the change of a pod, for a metric only; the model keeps no times for it, and stays with the first.
    """
    annotations = dict(endpoint_slice.metadata.annotations)
    annotations[TRIGGER_TIME] = format_time(service.metadata.creation_timestamp or 0)
    meta = attrs.evolve(endpoint_slice.metadata, annotations=FrozenMap(annotations))
    return attrs.evolve(endpoint_slice, metadata=meta)
