"""The service controller of the cloud-controller-manager: a load balancer for each Service that wants one.

Mirrors staging/src/k8s.io/cloud-provider/controllers/service/controller.go (release 1.36). The finalizer goes on the
Service before the cloud is asked for anything, and comes off only after the load balancer is gone. Both, and the
address, are patches of the Service's status. A load balancer's nodes are all that are not in deletion, not excluded by
label and not about to be removed by an autoscaler; readiness does not count (StableLoadBalancerNodeSet, since 1.30).

    NS/NAME          a Service
    hosts/NS/NAME    the nodes behind its load balancer, after nodes came or went

Left out: Services without the finalizer (before 1.17), load balancers of other classes, which other controllers serve,
and the cloud that says "implemented elsewhere".
"""

import attrs

from seatrial.model.api.core import LoadBalancerIngress, LoadBalancerStatus, Node, Service
from seatrial.model.api.meta import key_of
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.api.registry import kind_of
from seatrial.model.api.wire import to_json
from seatrial.model.client.calls import Call, Done, Patch, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cloud.provider import Wanted, ask_cloud
from seatrial.model.frozen import freeze
from seatrial.model.meta.patch_diff import create_two_way_merge_patch
from seatrial.model.meta.patch_schema import schema_of

FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
EXCLUDED_LABEL = "node.kubernetes.io/exclude-from-external-load-balancers"
AUTOSCALER_TAINT = "ToBeDeletedByClusterAutoscaler"
SYNCED = "synced-hosts"
KIND = kind_of("services")


@attrs.frozen
class Serving:
    """What the awaited call is for, and the Service as the sync began with it."""

    waits_for: str
    service: Service
    hosts: tuple[str, ...] = ()


# Decisions.


def wants_load_balancer(service: Service) -> bool:
    """Is it of type LoadBalancer, and of no class?"""
    return service.spec.type == "LoadBalancer" and not service.spec.load_balancer_class


def has_finalizer(service: Service) -> bool:
    """Does the Service wait for its load balancer to go (upstream: HasLBFinalizer)?"""
    return FINALIZER in service.metadata.finalizers


def needs_cleanup(service: Service) -> bool:
    """Is it to give up the load balancer that it may have?"""
    return has_finalizer(service) and (
        service.metadata.deletion_timestamp is not None or service.spec.type != "LoadBalancer")


def needs_update(old: Service, new: Service) -> bool:
    """Did something change that the load balancer shows?"""
    if wants_load_balancer(old) != wants_load_balancer(new):
        return True
    return wants_load_balancer(new) and (
        old.metadata.uid != new.metadata.uid
        or old.metadata.annotations != new.metadata.annotations
        or (old.spec.ports, old.spec.session_affinity, old.spec.external_ips, old.spec.external_traffic_policy)
        != (new.spec.ports, new.spec.session_affinity, new.spec.external_ips, new.spec.external_traffic_policy))


def is_eligible(node: Node) -> bool:
    """May a load balancer send to this node (upstream: stableNodeSetPredicates)?"""
    return (node.metadata.deletion_timestamp is None and EXCLUDED_LABEL not in node.metadata.labels
            and all(each.key != AUTOSCALER_TAINT for each in node.spec.taints))


def should_sync_updated_node(old: Node, new: Node) -> bool:
    """Must load balancers hear of this change of a node?"""
    return ((EXCLUDED_LABEL in old.metadata.labels) != (EXCLUDED_LABEL in new.metadata.labels)
            or old.spec.provider_id != new.spec.provider_id)


def hosts_of(local: Local) -> tuple[str, ...]:
    """The nodes that a load balancer sends to, by name."""
    return tuple(node.metadata.name for node in local.list("nodes") if is_eligible(node))


# Sync.


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Brings a Service's load balancer, or the nodes behind it, in line (upstream: syncLoadBalancerIfNeeded)."""
    del choice
    if key.startswith("hosts/"):
        return sync_hosts(local, key.removeprefix("hosts/"))
    service: Service | None = local.get("services", key)
    if service is None:
        local.set_note(SYNCED, key, None)
        return Done()
    if not wants_load_balancer(service) or needs_cleanup(service):
        return ask_cloud("get-load-balancer", service.metadata.uid, memo=Serving("exists", service))
    say(local, service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer")
    if has_finalizer(service):
        return ensure(local, service)
    return patch(service, with_finalizers(service, (*service.metadata.finalizers, FINALIZER)), "finalizer")


def ensure(local: Local, service: Service) -> Call:
    """Asks the cloud for the load balancer, with the nodes of now."""
    hosts = hosts_of(local)
    if not hosts:
        say(local, service, "Warning", "UnAvailableLoadBalancer",
            "There are no available nodes for LoadBalancer")
    local.set_note(SYNCED, key_of(service.metadata), hosts)
    return ask_cloud("ensure-load-balancer", service.metadata.uid, wanted(service, hosts),
                     Serving("ensured", service, hosts))


def wanted(service: Service, hosts: tuple[str, ...]) -> Wanted:
    """What the cloud is asked for."""
    return Wanted(key_of(service.metadata), tuple(port.port for port in service.spec.ports), hosts)


def with_finalizers(service: Service, finalizers: tuple[str, ...]) -> Service:
    """The Service with other finalizers."""
    return attrs.evolve(service, metadata=attrs.evolve(service.metadata, finalizers=finalizers))


def patch(old: Service, new: Service, waits_for: str) -> Call:
    """A strategic merge patch of the status subresource, without a version (upstream: PatchService)."""
    tree = create_two_way_merge_patch(to_json(old), to_json(new), schema_of(KIND.api_version, KIND.name))
    return Call("patch", "services", key_of(old.metadata), Patch("strategic", freeze(tree)), "status",
                memo=Serving(waits_for, old))


def sync_hosts(local: Local, key: str) -> Call | Done:
    """Tells the cloud the nodes of now, if they are others than it was told before (upstream: nodeSyncService)."""
    service: Service | None = local.get("services", key)
    hosts = hosts_of(local)
    if service is None or not wants_load_balancer(service) or local.note(SYNCED, key) == hosts:
        return Done()
    local.set_note(SYNCED, key, hosts)
    return ask_cloud("update-load-balancer", service.metadata.uid, wanted(service, hosts),
                     Serving("hosts", service, hosts))


# Resume.


def resume(local: Local, key: str, memo: Serving, reply: Reply) -> Call | Done:
    """The finalizer, the cloud, the status; each failure is tried again from the start."""
    service = memo.service
    if memo.waits_for == "exists":
        return after_exists(local, service, reply)
    if memo.waits_for == "hosts":
        return after_hosts(local, key, service, reply)
    if memo.waits_for == "status":
        return Done() if reply.ok or reply.is_reason("NotFound") else failed(
            local, service, f"failed to update load balancer status: {reply.message}")
    if not reply.ok:
        return failed(local, service, f"{FAILURES[memo.waits_for]}: {reply.message}")
    if memo.waits_for == "finalizer":
        return ensure(local, service)
    if memo.waits_for == "deleted":
        return remove_finalizer(local, service)
    if memo.waits_for == "released":
        say(local, service, "Normal", "DeletedLoadBalancer", "Deleted load balancer")
        return patch_status(service, LoadBalancerStatus())
    say(local, service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer")
    return patch_status(service, LoadBalancerStatus((LoadBalancerIngress(ip=reply.body.ip),)))


FAILURES = {
    "finalizer": "failed to add load balancer cleanup finalizer",
    "ensured": "failed to ensure load balancer",
    "deleted": "failed to delete load balancer",
    "released": "failed to remove load balancer cleanup finalizer",
}


def after_exists(local: Local, service: Service, reply: Reply) -> Call | Done:
    """A load balancer that is there is deleted first."""
    if reply.ok:
        say(local, service, "Normal", "DeletingLoadBalancer", "Deleting load balancer")
        return ask_cloud("ensure-load-balancer-deleted", service.metadata.uid, memo=Serving("deleted", service))
    if reply.is_reason("NotFound"):
        return remove_finalizer(local, service)
    return failed(local, service, f"failed to check if load balancer exists before cleanup: {reply.message}")


def remove_finalizer(local: Local, service: Service) -> Call | Done:
    """Lets the Service go, now that nothing is left in the cloud."""
    local.set_note(SYNCED, key_of(service.metadata), None)
    if not has_finalizer(service):
        return patch_status(service, LoadBalancerStatus())
    rest = tuple(each for each in service.metadata.finalizers if each != FINALIZER)
    return patch(service, with_finalizers(service, rest), "released")


def patch_status(service: Service, status: LoadBalancerStatus) -> Call | Done:
    """Writes the load balancer's address, if it is not there (upstream: patchStatus)."""
    if status == service.status.load_balancer:
        return Done()
    return patch(service, attrs.evolve(service, status=attrs.evolve(service.status, load_balancer=status)), "status")


def after_hosts(local: Local, key: str, service: Service, reply: Reply) -> Call | Done:
    """A load balancer that is gone needs no nodes; after any other failure the nodes are told again."""
    if reply.ok:
        say(local, service, "Normal", "UpdatedLoadBalancer", "Updated load balancer with new hosts")
        return Done()
    if reply.is_reason("NotFound"):
        return Done()
    local.set_note(SYNCED, key.removeprefix("hosts/"), None)
    return Done(error=f"failed to update load balancer hosts: {reply.message}")


def failed(local: Local, service: Service, why: str) -> Done:
    """Ends the sync with an error."""
    say(local, service, "Warning", "SyncLoadBalancerFailed", f"Error syncing load balancer: {why}")
    return Done(error=why)


def say(local: Local, service: Service, type_: str, reason: str, what: str) -> None:
    """Records the Event."""
    local.emit(f"Service/{service.metadata.name}", type_, reason, what)


# Event handlers.


def handle_service(local: Local, key: str, old: Service | None, new: Service | None) -> None:
    """Queues a Service that has, wants or gives up a load balancer; a deleted one has been cleaned up before."""
    if new is None:
        local.set_note(SYNCED, key, None)
    elif old is None:
        if wants_load_balancer(new) or needs_cleanup(new):
            local.enqueue(key)
    elif needs_update(old, new) or needs_cleanup(new):
        local.enqueue(key)


def handle_node(local: Local, key: str, old: Node | None, new: Node | None) -> None:
    """A node that comes, goes or changes sides queues the nodes of every load balancer."""
    del key
    if old is None or new is None or should_sync_updated_node(old, new):
        for service in local.list("services"):
            if wants_load_balancer(service):
                local.enqueue(f"hosts/{key_of(service.metadata)}")


CONTROLLER: Controller = Controller(
    "service-lb-controller",
    watches=(Watch("nodes", handle_node), Watch("services", handle_service)),
    sync=sync,
    resume=resume,
    grants=(
        PolicyRule(("get", "list", "watch"), ("",), ("nodes", "services")),
        PolicyRule(("patch", "update"), ("",), ("services/status",)),
        PolicyRule(("create", "patch", "update"), ("",), ("events",)),
    ),
    user="system:serviceaccount:kube-system:service-controller",
    binary="cloud-controller-manager",
    workers=1,
)
