"""The EndpointSlice controller: the slices of a Service show the pods that its selector matches.

Mirrors pkg/controller/endpointslice/endpointslice_controller.go (release 1.36); what to write is decided in
`endpointslice_reconciler`, what was written is remembered in `endpointslice_tracker`. The informers keep of a pod and
of a node only what an endpoint shows, so other changes pass unseen. Left out: giving up after 15 failures (a key that
fails is tried again for ever); the delay of a second after a slice's event (a queued key waits as long as it likes);
queueing Services when the topology of the nodes changes, which is for hints that are left out too.
"""

from collections.abc import Iterator
from functools import partial

import attrs

from seatrial.model.api.core import Container, Node, Pod, PodSpec, PodStatus, Service
from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.api.meta import Condition, ObjectMeta, key_of
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import say_errors
from seatrial.model.controllers.endpointslice_reconciler import (
    MANAGED_BY,
    MANAGER,
    SERVICE_NAME,
    Group,
    PodOnNode,
    Write,
    reconcile,
)
from seatrial.model.controllers.endpointslice_tracker import (
    DELETION_EXPECTED,
    Record,
    begin_writes,
    end_writes,
    forget_service,
    handle_deletion,
    record_write,
    should_sync,
    stale_slices,
)
from seatrial.model.controllers.pods import is_pod_ready
from seatrial.model.meta.labels import matches_labels

MAX_ENDPOINTS_PER_SLICE = 100
ZONE = "topology.kubernetes.io/zone"
STALE = "EndpointSlice informer cache is out of date"


@attrs.frozen
class Settings:
    """The most endpoints of a slice, and how an own write is recorded once its reply is here."""

    max_endpoints_per_slice: int = MAX_ENDPOINTS_PER_SLICE
    record: Record = record_write


@attrs.frozen
class Writing:
    """The groups of writes still to make, the first write of the first one in flight; and what went wrong."""

    groups: tuple[Group, ...]
    errors: tuple[str, ...] = ()


def sync(settings: Settings, local: Local, key: str, choice: str) -> Call | Done:
    """Syncs one Service (upstream: syncService)."""
    del choice
    service = local.get("services", key)
    if service is None:
        forget_service(local, key)
        return Done()
    if service.spec.type == "ExternalName" or not service.spec.selector:
        return Done()
    slices = tuple(gather_slices(local, service))
    if stale_slices(local, key, slices):
        return Done(error=STALE)
    groups = reconcile(service, tuple(gather_pods(local, service)), slices, settings.max_endpoints_per_slice)
    if groups:
        begin_writes(local, key)
    return write_next(local, key, Writing(groups))


def gather_pods(local: Local, service: Service) -> Iterator[PodOnNode]:
    """The pods that the Service selects, each with its node's zone."""
    for pod in local.list("pods", service.metadata.namespace):
        if matches_labels(service.spec.selector, pod.metadata.labels):
            yield pod, local.get("nodes", pod.spec.node_name) if pod.spec.node_name else None


def gather_slices(local: Local, service: Service) -> Iterator[EndpointSlice]:
    """The slices that this controller keeps for the Service; one in deletion is as good as gone."""
    for each in local.list("endpointslices", service.metadata.namespace):
        if (each.metadata.labels.get(SERVICE_NAME) == service.metadata.name and is_managed(each)
                and each.metadata.deletion_timestamp is None):
            yield each


def is_managed(endpoint_slice: EndpointSlice) -> bool:
    """Does this controller keep the slice?"""
    return bool(endpoint_slice.metadata.labels.get(MANAGED_BY) == MANAGER)


def write_next(local: Local, key: str, memo: Writing) -> Call | Done:
    """The next write; after the last one, the errors."""
    while memo.groups and not memo.groups[0].writes:
        memo = Writing(memo.groups[1:], memo.errors + memo.groups[0].errors)
    if not memo.groups:
        return finish(local, key, memo.errors)
    first = memo.groups[0].writes[0]
    meta = first.slice.metadata
    return Call(first.verb, "endpointslices", f"{meta.namespace}/{meta.name}",
                None if first.verb == "delete" else first.slice, memo=memo)


def finish(local: Local, key: str, errors: tuple[str, ...]) -> Done:
    """Ends the sync, and says what went wrong."""
    end_writes(local, key)
    if not errors:
        return Done()
    different = tuple(dict.fromkeys(errors))
    said = different[0] if len(different) == 1 else f"[{', '.join(different)}]"
    local.emit(f"Service/{key.rpartition('/')[2]}", "Warning", "FailedToUpdateEndpointSlices",
               f"Error updating Endpoint Slices for Service {key}: {said}")
    return Done(error=say_errors(errors))


def resume(settings: Settings, local: Local, key: str, memo: Writing, reply: Reply) -> Call | Done:
    """Records the write; a failure ends its group, in a terminating namespace without an error."""
    group, rest = memo.groups[0], memo.groups[1:]
    write = group.writes[0]
    if not reply.ok:
        ignored = write.verb == "create" and reply.cause == "NamespaceTerminating"
        failed = () if ignored else (say_failure(key, write, reply),)
        return write_next(local, key, Writing((Group((), group.errors + failed), *rest), memo.errors))
    if write.verb == "delete":
        settings.record(local, key, write.slice.metadata.uid, DELETION_EXPECTED)
    else:
        settings.record(local, key, reply.body.metadata.uid, reply.body.metadata.generation)
    return write_next(local, key, Writing((Group(group.writes[1:], group.errors), *rest), memo.errors))


def say_failure(key: str, write: Write, reply: Reply) -> str:
    """What could not be done."""
    name = write.slice.metadata.name
    if write.verb == "create":
        return f"failed to create EndpointSlice for Service {key}: {reply.message}"
    return f"{write.failure or f'failed to {write.verb}'} {name} EndpointSlice for Service {key}: {reply.message}"


# What the informers keep.


def see_pod(pod: Pod) -> Pod:
    """A pod as far as endpoints depend on it: who it is, where it runs, its ports, addresses and readiness."""
    meta, spec, status = pod.metadata, pod.spec, pod.status
    dying = None if meta.deletion_timestamp is None else 0
    return Pod(
        ObjectMeta(meta.name, meta.namespace, uid=meta.uid, labels=meta.labels, deletion_timestamp=dying),
        PodSpec(spec.node_name, _see_containers(spec.containers), _see_containers(spec.init_containers),
                hostname=spec.hostname, subdomain=spec.subdomain),
        PodStatus(status.phase, tuple(Condition("Ready", each.status) for each in status.conditions
                                      if each.type == "Ready"), pod_ip=status.pod_ip, pod_ips=status.pod_ips))


def _see_containers(containers: tuple[Container, ...]) -> tuple[Container, ...]:
    return tuple(Container(each.name, restart_policy=each.restart_policy, ports=each.ports)
                 for each in containers if each.ports)


def see_node(node: Node) -> str:
    """A node's zone, or ""."""
    return str(node.metadata.labels.get(ZONE, ""))


# Event handlers.


def ignore(local: Local, key: str, old: object, new: object) -> None:
    """Nothing follows from a node's event."""


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """Queues the Services of a pod that came, went or changed (upstream: onPodUpdate and syncPod)."""
    del key
    if old is None or new is None:
        pod = new if new is not None else old
        assert pod is not None  # noqa: S101 -- one of the two is there
        services = get_services_for_pod(local, pod)
    else:
        changed = is_endpoint_changed(old, new)
        before, after = get_services_for_pod(local, old), get_services_for_pod(local, new)
        services = tuple(sorted({*before, *after} if changed else {*before} ^ {*after}))
    for service in services:
        local.enqueue(service)


def get_services_for_pod(local: Local, pod: Pod) -> tuple[str, ...]:
    """The keys of the Services whose selector matches the pod's labels."""
    return tuple(key_of(each.metadata) for each in local.list("services", pod.metadata.namespace)
                 if each.spec.selector and matches_labels(each.spec.selector, pod.metadata.labels))


def is_endpoint_changed(old: Pod, new: Pod) -> bool:
    """Would the pod's endpoint differ? Any change of a pod in deletion counts (upstream compares pointers)."""
    return (old.metadata.deletion_timestamp is not None or new.metadata.deletion_timestamp is not None
            or is_pod_ready(old) != is_pod_ready(new) or old.status.pod_ips != new.status.pod_ips)


def handle_slice(local: Local, key: str, old: EndpointSlice | None, new: EndpointSlice | None) -> None:
    """Queues the Service of a slice that somebody else wrote or deleted."""
    del key
    if new is None:
        if old is not None and is_managed(old) and handle_deletion(local, service_of(old), old.metadata.uid):
            enqueue_service(local, old)
    elif old is not None and service_of(old) != service_of(new):
        enqueue_service(local, new)
        enqueue_service(local, old)
    elif (old is not None and is_managed(old) != is_managed(new)) or (
            is_managed(new) and should_sync(local, service_of(new), new)):
        enqueue_service(local, new)


def service_of(endpoint_slice: EndpointSlice) -> str:
    """The key of the Service that a slice is labelled with; the name is empty when it is not."""
    meta = endpoint_slice.metadata
    return f"{meta.namespace}/{meta.labels.get(SERVICE_NAME, '')}"


def enqueue_service(local: Local, endpoint_slice: EndpointSlice) -> None:
    """Queues the Service of a slice, if it names one."""
    if endpoint_slice.metadata.labels.get(SERVICE_NAME):
        local.enqueue(service_of(endpoint_slice))


def controller(settings: Settings | None = None) -> Controller:
    """The controller with these settings; a variant replaces `Settings.record`."""
    settings = settings or Settings()
    return Controller(
        "endpointslice-controller",
        watches=(Watch("services"), Watch("pods", handle_pod, see_pod), Watch("nodes", ignore, see_node),
                 Watch("endpointslices", handle_slice)),
        sync=partial(sync, settings),
        resume=partial(resume, settings),
        grants=(
            PolicyRule(("get", "list", "watch"), ("",), ("nodes", "pods", "services")),
            PolicyRule(("update",), ("",), ("services/finalizers",)),
            PolicyRule(("create", "delete", "get", "list", "update", "watch"), ("discovery.k8s.io",),
                       ("endpointslices",)),
            PolicyRule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",)),
        ),
        user="system:serviceaccount:kube-system:endpointslice-controller",
        binary="kube-controller-manager",
    )


CONTROLLER = controller()
