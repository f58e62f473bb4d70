"""The admission plugins, in the order in which upstream asks them: what may change a request, then what may refuse it.

One plugin is one module with a PLUGIN record, listed here. Mirrors pkg/kubeapiserver/options/plugins.go (release 1.36,
those on by default). Not modelled yet: LimitRanger, PodSecurity, DefaultStorageClass, DefaultIngressClass,
StorageObjectInUseProtection, PersistentVolumeClaimResize, RuntimeClass, the certificate plugins, and webhooks and
admission policies: without objects of their kinds in a cluster each of them lets every request through unchanged.
"""

from functools import lru_cache

from seatrial.model.apiserver.admission import (
    default_toleration_seconds,
    namespace_lifecycle,
    node_restriction,
    pod_topology_labels,
    priority,
    resource_quota,
    service_account,
    taint_nodes_by_condition,
)
from seatrial.model.apiserver.admission.plugin import Admit, Plugin

PLUGINS: tuple[Plugin, ...] = (
    namespace_lifecycle.PLUGIN,
    service_account.PLUGIN,
    node_restriction.PLUGIN,
    taint_nodes_by_condition.PLUGIN,
    priority.PLUGIN,
    default_toleration_seconds.PLUGIN,
    pod_topology_labels.PLUGIN,
    resource_quota.PLUGIN,
)


@lru_cache(maxsize=1024)
def mutating(operation: str, resource: str, subresource: str) -> tuple[Admit, ...]:
    """What may change such a request, in order."""
    return tuple(each.mutate for each in PLUGINS if each.mutate and each.handles(operation, resource, subresource))


@lru_cache(maxsize=1024)
def validating(operation: str, resource: str, subresource: str) -> tuple[Admit, ...]:
    """What may refuse it in its final form, in order; quota is last."""
    return tuple(each.validate for each in PLUGINS if each.validate and each.handles(operation, resource, subresource))
