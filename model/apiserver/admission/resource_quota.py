"""ResourceQuota: what would exceed a namespace's quota is refused, what does not is charged before it is stored.

The API server raises `status.used` of every quota that covers the object itself (recorded: update of
resourcequotas/status by system:apiserver), so a create that fails afterwards stays charged until the quota controller
recounts, and a quota whose status nobody has filled in refuses everything it names. Mirrors
staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go (checkQuotas, CheckRequest; release
1.36). Left out: retries of a charge that met a conflict (within the pipeline nobody comes between), batching, and
limited resources of the admission configuration, which is empty by default.
"""

from collections.abc import Mapping
from typing import Any

from seatrial.model.api.core import ResourceQuota
from seatrial.model.api.meta import Strings, key_of
from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.admission.quota_usage import (
    Usage,
    has_deadline,
    matches_scopes,
    missing_requests,
    usage_of,
)
from seatrial.model.apiserver.clock import now
from seatrial.model.apiserver.request import CREATE, UPDATE, Request
from seatrial.model.apiserver.status import forbidden
from seatrial.model.client.calls import Reply
from seatrial.model.etcd.store import object_cell, write
from seatrial.model.evolve import evolve
from seatrial.model.meta.quantity import (
    Quantity,
    add_quantities,
    compare_quantities,
    format_quantity,
    parse_quantity,
    sign,
)
from seatrial.model.system import System
from seatrial.model.view import View

RESOURCE = "resourcequotas"
CHARGED_ON_UPDATE = ("services",)


def admit(view: View, system: System, request: Request) -> Request | Reply:
    """Charges the quotas of the object's namespace, or refuses the object."""
    if not handles(request):
        return request
    quotas = quotas_of(view, request.namespace)
    if not quotas:
        return request
    charged = check_request(quotas, request, now(view))
    if isinstance(charged, Reply):
        return charged
    for quota in charged:
        write(view, system, RESOURCE, key_of(quota.metadata), quota)
    return request


def handles(request: Request) -> bool:
    """Can this request change what its namespace uses (Evaluator.Handles)?"""
    if request.call.subresource or request.operation == CREATE:
        return not request.call.subresource
    if request.call.resource == "pods":
        return has_deadline(request.old) != has_deadline(request.new)
    return request.call.resource in CHARGED_ON_UPDATE


def quotas_of(view: View, namespace: str) -> tuple[ResourceQuota, ...]:
    """The quotas of a namespace, by name."""
    if not namespace:
        return ()
    start = f"{namespace}/"
    return tuple(view[object_cell(RESOURCE, key)] for key in view.keys("object", "", RESOURCE) if key.startswith(start))


def check_request(quotas: tuple[ResourceQuota, ...], request: Request, clock: int) -> tuple[ResourceQuota, ...] | Reply:
    """The quotas with the object charged, those that do not change left out; or the refusal (CheckRequest)."""
    usage = usage_of(request.kind, request.new, clock)
    if request.old is not None and request.old.metadata.resource_version is not None:
        usage = usage.less(usage_of(request.kind, request.old, clock))
    covering = []
    for quota in quotas:
        named = tuple(name for name in quota.status.hard if name in usage.evaluated or is_evaluated(usage, name))
        if not named or not matches_scopes(quota, request.new):
            continue
        why = covering_problem(quota, named, request.new)
        if why:
            return forbidden(request.kind, request.shown_name, why)
        covering.append(quota)
    charged = []
    for quota in covering:
        used = charge(quota, usage)
        if isinstance(used, str):
            return forbidden(request.kind, request.shown_name, used)
        if used != quota.status.used:
            charged.append(evolve(quota, status=evolve(quota.status, used=used)))
    return tuple(charged)


def is_evaluated(usage: Usage, name: str) -> bool:
    """Is this resource one that objects of this kind can use (MatchingResources)?"""
    return any(name.startswith(prefix) for prefix in usage.prefixes)


def covering_problem(quota: ResourceQuota, named: tuple[str, ...], value: Any) -> str:  # noqa: ANN401 -- any object
    """Why a quota refuses an object before anything is counted."""
    missing = missing_requests(value, named)
    if missing:
        return f"failed quota: {quota.metadata.name}: must specify {missing}"
    unknown = sorted(name for name in named if name not in quota.status.used)
    if unknown:
        return f"status unknown for quota: {quota.metadata.name}, resources: {','.join(unknown)}"
    return ""


def charge(quota: ResourceQuota, usage: Usage) -> Strings | str:
    """What a quota will have used, or how it would be exceeded."""
    hard, used = quota.status.hard, quota.status.used
    requested = {name: amount for name, amount in usage.amounts.items() if name in hard and sign(amount)}
    held = {name: parse_quantity(used[name]) for name in requested if name in used}
    after = {name: add_quantities(held[name], amount) if name in held else amount for name, amount in requested.items()}
    orders = {name: compare_quantities(after[name], parse_quantity(hard[name])) for name in sorted(after)}
    exceeded = [name for name, order in orders.items() if is_exceeded(order)]
    if exceeded:
        limits = {name: parse_quantity(hard[name]) for name in exceeded}
        return (f"exceeded quota: {quota.metadata.name}, requested: {pretty(requested, exceeded)}, "
                f"used: {pretty(held, exceeded)}, limited: {pretty(limits, exceeded)}")
    return used.update({name: format_quantity(amount) for name, amount in after.items()})


def is_exceeded(order: int) -> bool:
    """Does a total exceed its limit, when it compares so with it (below 0, 0, above 0)? Reaching it does not."""
    return order > 0


def pretty(amounts: Mapping[str, Quantity], names: list[str]) -> str:
    """Amounts as the message prints them."""
    return ",".join(f"{name}={format_quantity(amounts[name])}" for name in names if name in amounts)


PLUGIN = Plugin("ResourceQuota", (CREATE, UPDATE), validate=admit)
