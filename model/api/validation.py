"""Validation on create, by kind: what the API server would answer 422 to, and with which causes.

`validate_create` is the validation stage of a create: it takes an object's JSON tree after decoding and
returns what upstream's registry strategies return (rest.BeforeCreate, pkg/registry, release 1.36), in
upstream's order. A kind without a validator here has its metadata checked and nothing else, which accepts
more than the API server does.
"""

from collections.abc import Callable, Mapping
from typing import Final

from seatrial.model.api.field_errors import Errors
from seatrial.model.api.trees import Tree, part, text
from seatrial.model.api.validation_apps import validate_deployment, validate_replica_set
from seatrial.model.api.validation_config import validate_config_map, validate_secret
from seatrial.model.api.validation_job import validate_job, with_default_labels
from seatrial.model.api.validation_meta import validate_object_meta
from seatrial.model.api.validation_pod import validate_pod
from seatrial.model.api.validation_quota import validate_resource_quota
from seatrial.model.api.validation_rbac import (
    validate_cluster_role,
    validate_cluster_role_binding,
    validate_role,
    validate_role_binding,
)
from seatrial.model.api.validation_service import validate_service
from seatrial.model.api.validation_stateful import validate_daemon_set, validate_stateful_set

VALIDATORS: Final[Mapping[tuple[str, str], Callable[[Tree], Errors]]] = {
    ("apps/v1", "DaemonSet"): validate_daemon_set,
    ("apps/v1", "Deployment"): validate_deployment,
    ("apps/v1", "ReplicaSet"): validate_replica_set,
    ("apps/v1", "StatefulSet"): validate_stateful_set,
    ("batch/v1", "Job"): validate_job,
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): validate_cluster_role,
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): validate_cluster_role_binding,
    ("rbac.authorization.k8s.io/v1", "Role"): validate_role,
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): validate_role_binding,
    ("v1", "ConfigMap"): validate_config_map,
    ("v1", "Pod"): validate_pod,
    ("v1", "ResourceQuota"): validate_resource_quota,
    ("v1", "Secret"): validate_secret,
    ("v1", "Service"): validate_service,
}
"""The validation of a kind beyond its metadata, by apiVersion and kind."""


def validate_create(tree: Tree, *, namespaced: bool = True) -> Errors:
    """What is wrong with a new object; empty if the API server would accept it.

    tree is the object as JSON, with apiVersion and kind; its types are right. Causes are in upstream's order.
    """
    kind = text(tree, "kind")
    validator = VALIDATORS.get((text(tree, "apiVersion"), kind))
    if validator is validate_job:
        tree = with_default_labels(tree)
    errors = validate_object_meta(kind, part(tree, "metadata"), namespaced=namespaced)
    return errors if validator is None else errors + validator(tree)
