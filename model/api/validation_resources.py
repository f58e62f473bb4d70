"""Validation of resource requests and limits.

Mirrors validateResourceRequirements of pkg/apis/core/validation/validation.go, release 1.36. Quantities
parse: that is decoding's business. Left out: resource claims. Where Go walks a map, names are taken in order.
"""

from typing import Final

from seatrial.model.api.field_errors import Errors, forbidden, invalid, joined, required
from seatrial.model.api.trees import Tree, part
from seatrial.model.meta.names import label_key_problems
from seatrial.model.meta.quantity import (
    Quantity,
    compare_quantities,
    format_quantity,
    parse_quantity,
    scaled_value,
    sign,
)

_MILLI: Final = -3
_CONTAINER_RESOURCES: Final = ("cpu", "memory", "ephemeral-storage")
STANDARD_RESOURCES: Final = (
    *_CONTAINER_RESOURCES, "configmaps", "limits.cpu", "limits.ephemeral-storage", "limits.memory",
    "persistentvolumeclaims", "pods", "replicationcontrollers", "requests.cpu", "requests.ephemeral-storage",
    "requests.memory", "requests.storage", "resourcequotas", "secrets", "services", "services.loadbalancers",
    "services.nodeports", "storage",
)  # fmt: skip
_COUNTED: Final = (
    "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets",
    "services", "services.loadbalancers", "services.nodeports",
)  # fmt: skip
_HUGE: Final = "hugepages-"


def quantity_of(value: object) -> Quantity:
    """The quantity that a JSON value writes, be it text or a number; null is zero."""
    return parse_quantity("0" if value is None else str(value))


def is_native(name: str) -> bool:
    """Whether Kubernetes itself defines the resource."""
    return "/" not in name or "kubernetes.io/" in name


def is_overcommit_allowed(name: str) -> bool:
    """Whether a request may be less than its limit."""
    return is_native(name) and not name.startswith(_HUGE)


def is_integer_resource(name: str) -> bool:
    """Whether the resource is counted in whole numbers: objects, and every extended resource."""
    return name in _COUNTED or not is_native(name)


def validate_container_resource_name(field: str, name: str) -> Errors:
    """cpu, memory, ephemeral-storage, huge pages, or an extended resource such as example.com/gpu."""
    problems = label_key_problems(name)
    if problems:
        return invalid(field, name, *problems)
    if "/" not in name:
        if name in _CONTAINER_RESOURCES or name.startswith(_HUGE):
            return ()
        unknown = (
            ()
            if name in STANDARD_RESOURCES
            else invalid(field, name, "must be a standard resource type or fully qualified")
        )
        return unknown + invalid(field, name, "must be a standard resource for containers")
    if not is_native(name) and name.startswith("requests."):
        return invalid(field, name, "doesn't follow extended resource name standard")
    return ()


def validate_quantity(field: str, name: str, value: object) -> Errors:
    """An amount is not negative, and whole for resources that are counted."""
    quantity = quantity_of(value)
    negative = (
        invalid(field, format_quantity(quantity), "must be greater than or equal to 0")
        if sign(quantity) < 0
        else ()
    )
    fraction = is_integer_resource(name) and scaled_value(quantity, _MILLI) % 1000
    return negative + (invalid(field, format_quantity(quantity), "must be an integer") if fraction else ())


def validate_resources(resources: Tree, field: str) -> Errors:
    """Requests and limits of one container: names, amounts, and no request above its limit."""
    limits, requests = part(resources, "limits"), part(resources, "requests")
    errors = joined(_validate_amount(name, limits[name], f"{field}.limits") for name in sorted(limits))
    for name in sorted(requests):
        errors += _validate_amount(name, requests[name], f"{field}.requests")
        errors += _validate_against_limit(name, requests[name], limits, field)
    names = (*limits, *requests)
    if any(name.startswith(_HUGE) for name in names) and not any(name in {"cpu", "memory"} for name in names):
        errors += forbidden(field, "HugePages require cpu or memory")
    return errors


def _validate_amount(name: str, value: object, field: str) -> Errors:
    path = f"{field}[{name}]"
    return validate_container_resource_name(path, name) + validate_quantity(path, name, value)


def _validate_against_limit(name: str, value: object, limits: Tree, field: str) -> Errors:
    request = quantity_of(value)
    if name not in limits:
        if is_overcommit_allowed(name):
            return ()
        return required(f"{field}.limits", "Limit must be set for non overcommitable resources")
    limit = quantity_of(limits[name])
    order = compare_quantities(request, limit)
    if order and not is_overcommit_allowed(name):
        relation = "equal to"
    elif order > 0:
        relation = "less than or equal to"
    else:
        return ()
    detail = f"must be {relation} {name} limit of {format_quantity(limit)}"
    return invalid(f"{field}.requests", format_quantity(request), detail)
