"""Validation of a container's environment, and of references to fields, keys and objects.

Mirrors ValidateEnv, ValidateEnvFrom and validateObjectFieldSelector of
pkg/apis/core/validation/validation.go, release 1.36. Left out: resourceFieldRef and fileKeyRef beyond being
one source.
"""

import re
from typing import Final

from seatrial.model.api.field_errors import Errors, invalid, joined, not_supported, required
from seatrial.model.api.trees import Tree, indexed, text
from seatrial.model.api.validation_formats import dns_subdomain, dns_subdomain_prefix
from seatrial.model.meta.names import SUBDOMAIN_MAX_LENGTH, label_key_problems

_SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_CONVERTIBLE: Final = (
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
    "spec.host", "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs", "status.phase", "status.podIP", "status.podIPs",
)  # fmt: skip
ENV_FIELDS: Final = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
VOLUME_FIELDS: Final = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
_SUBSCRIPTED: Final = re.compile(r"(.+)\['([^']*)'\]")
_CONFIG_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+", re.ASCII)
_CONFIG_KEY_TEXT: Final = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  "
    "or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_RELAXED_TEXT: Final = (
    "a valid environment variable name must consist only of printable ASCII characters other than '='"
)


def validate_env(container: Tree, path: str) -> Errors:
    """The variables of a container."""
    return joined(_validate_variable(variable, field) for field, variable in indexed(container, "env", path))


def _validate_variable(variable: Tree, field: str) -> Errors:
    name = text(variable, "name")
    named = _environment_name(f"{field}.name", name) if name else required(f"{field}.name")
    source = variable.get("valueFrom")
    return named if source is None else named + _validate_source(variable, source, f"{field}.valueFrom")


def _environment_name(field: str, name: str) -> Errors:
    good = all(" " <= character <= "~" and character != "=" for character in name)
    return () if good else invalid(field, name, _RELAXED_TEXT)


def _validate_source(variable: Tree, source: Tree, field: str) -> Errors:
    given = [name for name in _SOURCES if source.get(name) is not None]
    if not given:
        listed = ", ".join(f"`{name}`" for name in _SOURCES[:-1])
        return invalid(field, "", f"must specify one of: {listed} or `fileKeyRef`")
    errors = joined(_validate_reference(name, source[name], f"{field}.{name}") for name in given)
    if text(variable, "value"):
        return errors + invalid(field, "", "may not be specified when `value` is not empty")
    return errors + (
        invalid(field, "", "may not have more than one field specified at a time") if len(given) > 1 else ()
    )


def _validate_reference(kind: str, reference: Tree, field: str) -> Errors:
    if kind == "fieldRef":
        return validate_field_selector(reference, ENV_FIELDS, field)
    if kind == "resourceFieldRef":
        return () if text(reference, "resource") else required(f"{field}.resource")
    if kind == "fileKeyRef":
        return ()
    key = text(reference, "key")
    keyed = config_key(f"{field}.key", key) if key else required(f"{field}.key")
    return dns_subdomain(f"{field}.name", text(reference, "name")) + keyed


def validate_field_selector(selector: Tree, fields: tuple[str, ...], field: str) -> Errors:
    """A reference to a field of the pod, which must be one of fields or a single label or annotation."""
    wanted = text(selector, "fieldPath")
    if not wanted:
        return required(f"{field}.fieldPath")
    subscripted = _SUBSCRIPTED.fullmatch(wanted)
    if subscripted:
        return _validate_subscript(subscripted[1], subscripted[2], wanted, field)
    if wanted not in _CONVERTIBLE:
        detail = f"error converting fieldPath: field label not supported: {wanted}"
        return invalid(f"{field}.fieldPath", wanted, detail)
    internal = "spec.nodeName" if wanted == "spec.host" else wanted
    return () if internal in fields else not_supported(f"{field}.fieldPath", internal, fields)


def _validate_subscript(path: str, subscript: str, wanted: str, field: str) -> Errors:
    if path == "metadata.annotations":
        return invalid(field, subscript.lower(), *label_key_problems(subscript.lower()))
    if path == "metadata.labels":
        return invalid(field, subscript, *label_key_problems(subscript))
    detail = f"error converting fieldPath: field label does not support subscript: {wanted}"
    return invalid(f"{field}.fieldPath", wanted, detail)


def config_key(field: str, key: str) -> Errors:
    """A key of a ConfigMap or Secret: a file's name."""
    long = len(key.encode()) > SUBDOMAIN_MAX_LENGTH
    problems: tuple[str, ...] = (f"must be no more than {SUBDOMAIN_MAX_LENGTH} characters",) if long else ()
    problems += () if _CONFIG_KEY.fullmatch(key) else (_CONFIG_KEY_TEXT,)
    return invalid(field, key, *problems, *_folder_problems(key))


def _folder_problems(key: str) -> tuple[str, ...]:
    if key in {".", ".."}:
        return (f"must not be '{key}'",)
    return ("must not start with '..'",) if key.startswith("..") else ()


def validate_env_from(container: Tree, path: str) -> Errors:
    """The ConfigMaps and Secrets whose keys become variables; a bad count is reported at the list."""
    errors: Errors = ()
    for field, source in indexed(container, "envFrom", path):
        prefix = text(source, "prefix")
        errors += _environment_name(f"{field}.prefix", prefix) if prefix else ()
        given = [kind for kind in ("configMapRef", "secretRef") if source.get(kind) is not None]
        for kind in given:
            name = text(source[kind], "name")
            errors += (
                dns_subdomain_prefix(f"{field}.{kind}.name", name)
                if name
                else required(f"{field}.{kind}.name")
            )
        if not given:
            errors += invalid(f"{path}.envFrom", "", "must specify one of: `configMapRef` or `secretRef`")
        elif len(given) > 1:
            errors += invalid(f"{path}.envFrom", "", "may not have more than one field specified at a time")
    return errors
