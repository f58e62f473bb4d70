"""The kinds of the API that are modelled: one record each, and nothing about a kind anywhere else.

A record says how its objects are named, stored and decoded, which subresources they have, and the strategy of its
registry upstream (pkg/registry, release 1.36): defaulting, what a client may set on create and update, and what
raises metadata.generation.
"""

from collections.abc import Callable
from typing import Any

import attrs

from seatrial.model.api import apps, core, defaulting, discovery, rbac, scheduling
from seatrial.model.api.defaulting_pod import default_pod
from seatrial.model.api.strategies import (
    create_namespace,
    create_pod,
    endpoints_changed,
    update_namespace,
    update_namespace_status,
    update_pod,
    update_pod_status,
    update_service,
)
from seatrial.model.api.unstructured import Unstructured


def unchanged(value: Any) -> Any:  # noqa: ANN401 -- any object
    """The strategy of a kind that needs none."""
    return value


def new_wins(old: Any, new: Any) -> Any:  # noqa: ANN401 -- any object
    """What a client sends is stored."""
    del old
    return new


def keep_status(old: Any, new: Any) -> Any:  # noqa: ANN401 -- any object with a status
    """An update of the main resource cannot change the status."""
    return attrs.evolve(new, status=old.status)


def keep_spec(old: Any, new: Any) -> Any:  # noqa: ANN401 -- any object with a status
    """An update of the status keeps the spec; metadata is the client's, as far as any update may change it."""
    return attrs.evolve(old, metadata=new.metadata, status=new.status)


def keep_spec_and_labels(old: apps.Deployment, new: apps.Deployment) -> apps.Deployment:
    """An update of a Deployment's status keeps its labels too; annotations are taken (recorded)."""
    meta = attrs.evolve(new.metadata, labels=old.metadata.labels)
    return attrs.evolve(old, metadata=meta, status=new.status)


def keep_all_but_status(old: Unstructured, new: Unstructured) -> Unstructured:
    """An update of a custom resource's status changes nothing else (apiextensions-apiserver: customresource)."""
    if "status" not in new.unmodelled:
        return attrs.evolve(old, unmodelled=old.unmodelled.delete("status")) if "status" in old.unmodelled else old
    return attrs.evolve(old, unmodelled=old.unmodelled.set("status", new.unmodelled["status"]))


def spec_changed(old: Any, new: Any) -> bool:  # noqa: ANN401 -- any object with a spec
    """Does metadata.generation rise?"""
    return bool(old.spec != new.spec)


def never_changes(old: object, new: object) -> bool:
    """For kinds without a generation."""
    del old, new
    return False


@attrs.frozen
class Kind:
    """One kind: its names, its type, and the strategy of its registry."""

    name: str
    api_version: str
    resource: str
    type: type[Any]
    namespaced: bool = True
    has_status: bool = False
    has_scale: bool = False
    has_generation: bool = False
    default: Callable[[Any], Any] = unchanged
    for_create: Callable[[Any], Any] = unchanged
    for_update: Callable[[Any, Any], Any] = new_wins
    for_status_update: Callable[[Any, Any], Any] = keep_spec
    raises_generation: Callable[[Any, Any], bool] = never_changes

    @property
    def group(self) -> str:
        """The API group; "" for core."""
        return self.api_version.rpartition("/")[0]

    @property
    def qualified(self) -> str:
        """The resource as messages name it: `pods`, `replicasets.apps`."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


def _drop_status(empty: Any) -> Callable[[Any], Any]:  # noqa: ANN401 -- a status type's empty value
    return lambda value: attrs.evolve(value, status=empty)


def _deployment_changed(old: apps.Deployment, new: apps.Deployment) -> bool:
    return old.spec != new.spec or old.metadata.annotations != new.metadata.annotations


def _new_service(service: core.Service) -> core.Service:
    """Without a status, and with clusterIPs said where only clusterIP is (registry: normalizeClusterIPs)."""
    spec = service.spec
    if spec.cluster_ip and not spec.cluster_ips:
        spec = attrs.evolve(spec, cluster_ips=(spec.cluster_ip,))
    return attrs.evolve(service, spec=spec, status=core.ServiceStatus())


KINDS: tuple[Kind, ...] = (
    Kind("ClusterRole", "rbac.authorization.k8s.io/v1", "clusterroles", rbac.ClusterRole, namespaced=False),
    Kind("ClusterRoleBinding", "rbac.authorization.k8s.io/v1", "clusterrolebindings", rbac.ClusterRoleBinding,
         namespaced=False,
         default=defaulting.default_cluster_role_binding),
    Kind("ConfigMap", "v1", "configmaps", core.ConfigMap),
    Kind("Deployment", "apps/v1", "deployments", apps.Deployment, has_status=True, has_scale=True,
         has_generation=True, for_create=_drop_status(apps.DeploymentStatus()), for_update=keep_status,
         for_status_update=keep_spec_and_labels, raises_generation=_deployment_changed,
         default=defaulting.default_deployment),
    Kind("EndpointSlice", "discovery.k8s.io/v1", "endpointslices", discovery.EndpointSlice, has_generation=True,
         raises_generation=endpoints_changed,
         default=defaulting.default_endpoint_slice),
    Kind("Namespace", "v1", "namespaces", core.Namespace, namespaced=False, has_status=True,
         for_create=create_namespace, for_update=update_namespace, for_status_update=update_namespace_status,
         default=defaulting.default_namespace),
    Kind("Node", "v1", "nodes", core.Node, namespaced=False, has_status=True, for_update=keep_status,
         default=defaulting.default_node),
    Kind("Pod", "v1", "pods", core.Pod, has_status=True, has_generation=True, for_create=create_pod,
         for_update=update_pod, for_status_update=update_pod_status, default=default_pod),
    Kind("PriorityClass", "scheduling.k8s.io/v1", "priorityclasses", scheduling.PriorityClass, namespaced=False,
         has_generation=True, default=defaulting.default_priority_class),
    Kind("ReplicaSet", "apps/v1", "replicasets", apps.ReplicaSet, has_status=True, has_scale=True,
         has_generation=True, for_create=_drop_status(apps.ReplicaSetStatus()), for_update=keep_status,
         raises_generation=spec_changed,
         default=defaulting.default_replica_set),
    Kind("ResourceQuota", "v1", "resourcequotas", core.ResourceQuota, has_status=True,
         for_create=_drop_status(core.ResourceQuotaStatus()), for_update=keep_status),
    Kind("Role", "rbac.authorization.k8s.io/v1", "roles", rbac.Role),
    Kind("RoleBinding", "rbac.authorization.k8s.io/v1", "rolebindings", rbac.RoleBinding,
         default=defaulting.default_role_binding),
    Kind("Service", "v1", "services", core.Service, has_status=True, for_create=_new_service,
         for_update=update_service, default=defaulting.default_service),
    Kind("ServiceAccount", "v1", "serviceaccounts", core.ServiceAccount),
)

BY_RESOURCE = {kind.resource: kind for kind in KINDS}
BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(resource: str) -> Kind:
    """The record of a resource; a resource that is not built in is a custom one: its only subresource is the status.

    Whether the definition of a custom resource names that subresource is not modelled: it may be asked for, and an
    update of the object itself may write the status too.
    """
    return BY_RESOURCE.get(resource) or custom_kind(resource, "example.com/v1", resource)


def custom_kind(name: str, api_version: str, resource: str) -> Kind:
    """The record of a custom resource."""
    return Kind(name, api_version, resource, Unstructured, for_status_update=keep_all_but_status)


def kind_of_object(value: Any) -> Kind:  # noqa: ANN401 -- any object
    """The record of an object's kind; a custom resource is named after the kind it carries."""
    if isinstance(value, Unstructured):
        name = str(value.unmodelled.get("kind", "Unknown"))
        version = str(value.unmodelled.get("apiVersion", "example.com/v1"))
        return custom_kind(name, version, plural(name))
    return BY_TYPE[type(value)]


BY_TYPE = {kind.type: kind for kind in KINDS}


def plural(kind: str) -> str:
    """The resource of a custom kind: lower case and plural, as its definition would name it."""
    lower = kind.lower()
    if lower.endswith("y"):
        return f"{lower[:-1]}ies"
    return f"{lower}es" if lower.endswith(("s", "x", "ch", "sh")) else f"{lower}s"
