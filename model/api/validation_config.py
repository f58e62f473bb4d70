"""Validation of ConfigMaps, Secrets, ResourceQuotas and DaemonSets' selectors: what manifests often get wrong.

Mirrors ValidateConfigMap, ValidateSecret and ValidateResourceQuotaSpec of pkg/apis/core/validation/validation.go and
ValidateDaemonSetSpec of pkg/apis/apps/validation/validation.go, release 1.36. Left out: what a Secret's type asks of its
keys, quota scopes, and of a DaemonSet everything but its selector and its template.
"""

from typing import Final

from seatrial.model.api.field_errors import Errors, invalid, joined, nonnegative, not_supported, required, too_long
from seatrial.model.api.trees import Tree, part, text
from seatrial.model.api.validation_apps import validate_selected_template
from seatrial.model.api.validation_environment import config_key
from seatrial.model.api.validation_resources import validate_quantity
from seatrial.model.meta.names import label_key_problems

MAX_DATA_BYTES: Final = 1024 * 1024
_MANAGEMENT_POLICIES: Final = ("OrderedReady", "Parallel")


def validate_config_map(config_map: Tree) -> Errors:
    """Keys are file names, stand in one of data and binaryData, and all values together fit into 1 MiB."""
    data, binary = part(config_map, "data"), part(config_map, "binaryData")
    errors: Errors = ()
    for key in sorted(data):
        errors += config_key(f"data[{key}]", key)
        if key in binary:
            errors += invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    errors += joined(config_key(f"binaryData[{key}]", key) for key in sorted(binary))
    size = sum(len((data[key] or "").encode()) for key in data) + _decoded_size(binary)
    return errors + (too_long("", MAX_DATA_BYTES) if size > MAX_DATA_BYTES else ())


def _decoded_size(binary: Tree) -> int:
    """The bytes that base64 texts stand for."""
    return sum(len((binary[key] or "").rstrip("=")) * 3 // 4 for key in binary)


def validate_secret(secret: Tree) -> Errors:
    """Keys are file names, and all values together fit into 1 MiB; stringData is written over data first."""
    plain, encoded = part(secret, "stringData"), part(secret, "data")
    kept = {key: encoded[key] for key in encoded if key not in plain}
    errors = joined(config_key(f"data[{key}]", key) for key in sorted({**encoded, **plain}))
    size = sum(len((plain[key] or "").encode()) for key in plain) + _decoded_size(kept)
    return errors + (too_long("data", MAX_DATA_BYTES) if size > MAX_DATA_BYTES else ())


def validate_resource_quota(quota: Tree) -> Errors:
    """Names of resources and amounts that are not negative."""
    hard = part(quota, "spec", "hard")
    return joined(_validate_quota_amount(name, hard[name], f"spec.hard[{name}]") for name in sorted(hard))


def _validate_quota_amount(name: str, value: object, field: str) -> Errors:
    return invalid(field, name, *label_key_problems(name)) + validate_quantity(field, name, value)


def validate_daemon_set(daemon_set: Tree) -> Errors:
    """A selector that is not empty and chooses the template, and a template that restarts always."""
    spec = part(daemon_set, "spec")
    return validate_selected_template(spec, "daemonset") + nonnegative("spec.minReadySeconds", spec.get("minReadySeconds"))


def validate_stateful_set(stateful_set: Tree) -> Errors:
    """Replicas, selector and template."""
    spec = part(stateful_set, "spec")
    policy = text(spec, "podManagementPolicy", "OrderedReady")
    known = policy in _MANAGEMENT_POLICIES
    return joined((
        () if known else not_supported("spec.podManagementPolicy", policy, _MANAGEMENT_POLICIES),
        nonnegative("spec.replicas", spec.get("replicas")),
        nonnegative("spec.minReadySeconds", spec.get("minReadySeconds")),
        validate_selected_template(spec, "statefulset"),
    ))  # fmt: skip


def validate_role(role: Tree) -> Errors:
    """Every rule names verbs, and either resources with their API groups, or (in a ClusterRole) paths."""
    errors: Errors = ()
    for at, rule in enumerate(role.get("rules") or ()):
        if not (rule or {}).get("verbs"):
            errors += required(f"rules[{at}].verbs", "verbs must contain at least one value")
    return errors
