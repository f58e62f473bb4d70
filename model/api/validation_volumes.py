"""Validation of a pod's volumes.

Mirrors ValidateVolumes, validateVolumeSource and validateProjectionSources of
pkg/apis/core/validation/validation.go, release 1.36, for the sources that manifests use: emptyDir, hostPath,
secret, configMap, persistentVolumeClaim, downwardAPI, projected. Of the others (network file systems, cloud
disks, CSI, images) only that there is exactly one source is checked.
"""

from collections.abc import Iterable
from typing import Final

from seatrial.model.api.field_errors import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    joined,
    not_supported,
    required,
)
from seatrial.model.api.trees import Tree, indexed, text
from seatrial.model.api.validation_containers import descending_path, no_backsteps
from seatrial.model.api.validation_environment import VOLUME_FIELDS, validate_field_selector
from seatrial.model.api.validation_formats import dns_label
from seatrial.model.api.validation_resources import quantity_of
from seatrial.model.meta.quantity import sign

_MODE: Final = "must be a number between 0 and 0777 (octal), both inclusive"
_HOST_PATH_TYPES: Final = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip


def validate_volumes(spec: Tree, field: str) -> tuple[Errors, tuple[str, ...]]:
    """What is wrong with a pod's volumes, and the names of those without errors: they can be mounted."""
    errors: Errors = ()
    good: list[str] = []
    for path, volume in indexed(spec, "volumes", field):
        name = text(volume, "name")
        found = _validate_source(volume, path)
        found += dns_label(f"{path}.name", name) if name else required(f"{path}.name")
        found += duplicate(f"{path}.name", name) if name in good else ()
        errors += found
        good += [] if found else [name]
    return errors, tuple(good)


def _validate_source(volume: Tree, path: str) -> Errors:
    given = [key for key in volume if key != "name" and volume[key] is not None]
    if not given:
        return ()
    first, *more = sorted(given, key=_source_order)
    extra = joined(forbidden(f"{path}.{key}", "may not specify more than 1 volume type") for key in more)
    return _validate_one(first, volume[first], f"{path}.{first}") + extra


def _source_order(key: str) -> tuple[int, str]:
    known = (
        "emptyDir",
        "hostPath",
        "secret",
        "persistentVolumeClaim",
        "downwardAPI",
        "configMap",
        "projected",
    )
    return (known.index(key) if key in known else len(known), key)


def _validate_one(kind: str, source: Tree, field: str) -> Errors:
    match kind:
        case "emptyDir":
            limit = source.get("sizeLimit")
            negative = limit is not None and sign(quantity_of(limit)) < 0
            return (
                forbidden(f"{field}.sizeLimit", "SizeLimit field must be a valid resource quantity")
                if negative
                else ()
            )
        case "hostPath":
            return _validate_host_path(source, field)
        case "secret":
            return _validate_files(source, "secretName", field)
        case "configMap":
            return _validate_files(source, "name", field)
        case "persistentVolumeClaim":
            return () if text(source, "claimName") else required(f"{field}.claimName")
        case "downwardAPI":
            mode = validate_mode(f"{field}.defaultMode", source.get("defaultMode"))
            return mode + _validate_downward(source, field)
        case "projected":
            return _validate_projected(source, field)
        case _:
            return ()


def _validate_host_path(source: Tree, field: str) -> Errors:
    path, kind = text(source, "path"), text(source, "type")
    if not path:
        return required(f"{field}.path")
    known = () if kind in _HOST_PATH_TYPES else not_supported(f"{field}.type", kind, _HOST_PATH_TYPES)
    return no_backsteps(f"{field}.path", path) + known


def _validate_files(source: Tree, key: str, field: str) -> Errors:
    named = () if text(source, key) else required(f"{field}.{key}")
    mode = validate_mode(f"{field}.defaultMode", source.get("defaultMode"))
    return named + mode + _validate_items(indexed(source, "items", field))


def _validate_items(entries: Iterable[tuple[str, Tree]]) -> Errors:
    return joined(_validate_item(item, field) for field, item in entries)


def _validate_item(item: Tree, field: str) -> Errors:
    key, path = text(item, "key"), text(item, "path")
    return joined((
        () if key else required(f"{field}.key"),
        () if path else required(f"{field}.path"),
        local_path(f"{field}.path", path),
        validate_mode(f"{field}.mode", item.get("mode")),
    ))  # fmt: skip


def local_path(field: str, value: str) -> Errors:
    """A file's path inside a volume: relative, without `..`, its first part not starting with `..`."""
    errors = descending_path(field, value)
    if value.startswith("..") and not value.startswith("../"):
        errors += invalid(field, value, "must not start with '..'")
    return errors


def validate_mode(field: str, mode: int | None) -> Errors:
    """A file's permissions, as a number; None (absent) passes."""
    return () if mode is None or 0 <= mode <= 0o777 else invalid(field, mode, _MODE)


def _validate_downward(source: Tree, field: str) -> Errors:
    """Files made of the pod's fields; errors name the source, not the item, as upstream."""
    return joined(_validate_downward_file(item, field) for _, item in indexed(source, "items", field))


def _validate_downward_file(item: Tree, field: str) -> Errors:
    path = text(item, "path")
    errors = () if path else required(f"{field}.path")
    errors += local_path(f"{field}.path", path)
    by_field, by_resource = item.get("fieldRef"), item.get("resourceFieldRef")
    if by_field is not None:
        errors += validate_field_selector(by_field, VOLUME_FIELDS, f"{field}.fieldRef")
        if by_resource is not None:
            errors += invalid(
                field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"
            )
    elif by_resource is None:
        errors += required(field, "one of fieldRef and resourceFieldRef is required")
    return errors + validate_mode(f"{field}.mode", item.get("mode"))


def _validate_projected(source: Tree, field: str) -> Errors:
    mode = validate_mode(f"{field}.defaultMode", source.get("defaultMode"))
    return mode + joined(
        _validate_projection(entry, path) for path, entry in indexed(source, "sources", field)
    )


def _validate_projection(entry: Tree, field: str) -> Errors:
    errors: Errors = ()
    for kind in ("secret", "configMap"):
        held = entry.get(kind)
        if held is not None:
            errors += () if text(held, "name") else required(f"{field}.{kind}.name")
            errors += _validate_items(indexed(held, "items", f"{field}.{kind}"))
    if entry.get("downwardAPI") is not None:
        errors += _validate_downward(entry["downwardAPI"], f"{field}.downwardAPI")
    if entry.get("serviceAccountToken") is not None:
        errors += _validate_token(entry["serviceAccountToken"], f"{field}.serviceAccountToken")
    given = [key for key in entry if entry[key] is not None]
    return errors + (
        forbidden(field, "may not specify more than 1 volume type per source") if len(given) > 1 else ()
    )


def _validate_token(token: Tree, field: str) -> Errors:
    seconds = token.get("expirationSeconds")
    errors: Errors = ()
    if seconds is not None and seconds < 600:
        errors = invalid(
            f"{field}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"
        )
    elif seconds is not None and seconds > 2**32:
        errors = invalid(
            f"{field}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"
        )
    path = text(token, "path")
    return errors + (local_path(f"{field}.path", path) if path else required(f"{field}.path"))
