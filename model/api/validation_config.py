"""Validation of ConfigMaps and Secrets.

Mirrors ValidateConfigMap and ValidateSecret of pkg/apis/core/validation/validation.go, release 1.36. Left
out: that a registry login is JSON.
"""

from typing import Final

from seatrial.model.api.field_errors import Errors, invalid, joined, required, too_long
from seatrial.model.api.trees import Tree, part, text
from seatrial.model.api.validation_environment import config_key

MAX_DATA_BYTES: Final = 1024 * 1024
_ACCOUNT_TYPE: Final = "kubernetes.io/service-account-token"
_ACCOUNT: Final = "kubernetes.io/service-account.name"
_WANTED_KEYS: Final = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


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
    errors += too_long("data", MAX_DATA_BYTES) if size > MAX_DATA_BYTES else ()
    return errors + _validate_type(secret, {**encoded, **plain})


def _validate_type(secret: Tree, held: Tree) -> Errors:
    """The keys and annotations that a Secret's type asks for."""
    kind = text(secret, "type")
    if kind == _ACCOUNT_TYPE:
        annotated = text(part(secret, "metadata", "annotations"), _ACCOUNT)
        return () if annotated else required(f"metadata.annotations[{_ACCOUNT}]")
    if kind == "kubernetes.io/basic-auth" and "username" not in held and "password" not in held:
        return required("data[username]") + required("data[password]")
    return joined(required(f"data[{key}]") for key in _WANTED_KEYS.get(kind, ()) if key not in held)
