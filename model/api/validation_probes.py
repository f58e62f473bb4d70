"""Validation of probes and lifecycle hooks, which share their handlers.

Mirrors validateProbe, validateHandler and validateLifecycle of pkg/apis/core/validation/validation.go,
release 1.36. Left out: stop signals. Absent numbers are taken as defaulting fills them in.
"""

from typing import Final

from seatrial.model.api.field_errors import (
    Errors,
    forbidden,
    invalid,
    joined,
    nonnegative,
    not_supported,
    required,
)
from seatrial.model.api.trees import Tree, indexed, part, text
from seatrial.model.api.validation_formats import port_number, port_number_or_name

_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_COUNTS: Final = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)
LIVENESS: Final = "livenessProbe"
READINESS: Final = "readinessProbe"
STARTUP: Final = "startupProbe"


def validate_probe(container: Tree, kind: str, field: str, grace: int) -> Errors:
    """The probe under kind (livenessProbe, readinessProbe, startupProbe), if the container has one."""
    probe = container.get(kind)
    if probe is None:
        return ()
    path = f"{field}.{kind}"
    errors = validate_handler(probe, path, grace) + joined(
        nonnegative(f"{path}.{name}", probe.get(name)) for name in _COUNTS
    )
    own_grace = probe.get("terminationGracePeriodSeconds")
    if own_grace is not None and own_grace <= 0:
        errors += invalid(f"{path}.terminationGracePeriodSeconds", own_grace, "must be greater than 0")
    if kind == READINESS:
        if own_grace is not None:
            detail = "must not be set for readinessProbes"
            errors += invalid(f"{path}.terminationGracePeriodSeconds", own_grace, detail)
    elif (probe.get("successThreshold") or 1) != 1:
        errors += invalid(f"{path}.successThreshold", probe["successThreshold"], "must be 1")
    return errors


def validate_lifecycle(container: Tree, field: str, grace: int) -> Errors:
    """The postStart and preStop hooks, if the container has them."""
    lifecycle = part(container, "lifecycle")
    return joined(
        validate_handler(lifecycle[hook], f"{field}.lifecycle.{hook}", grace)
        for hook in ("postStart", "preStop")
        if lifecycle.get(hook) is not None
    )


def validate_handler(handler: Tree, field: str, grace: int) -> Errors:
    """Exactly one action, and that action's own rules."""
    given = [name for name in _HANDLERS if handler.get(name) is not None]
    if not given:
        return required(field, "must specify a handler type")
    more = joined(
        forbidden(f"{field}.{name}", "may not specify more than 1 handler type") for name in given[1:]
    )
    return _validate_action(given[0], handler[given[0]], f"{field}.{given[0]}", grace) + more


def _validate_action(name: str, action: Tree, field: str, grace: int) -> Errors:
    match name:
        case "exec":
            return () if action.get("command") else required(f"{field}.command")
        case "httpGet":
            return _validate_http_get(action, field)
        case "tcpSocket":
            return port_number_or_name(f"{field}.port", action.get("port") or 0)
        case "grpc":
            return port_number(f"{field}.port", action.get("port") or 0)
        case _:
            return _validate_sleep(action, field, grace)


def _validate_http_get(action: Tree, field: str) -> Errors:
    scheme = text(action, "scheme", "HTTP")
    return joined((
        () if text(action, "path", "/") else required(f"{field}.path"),
        port_number_or_name(f"{field}.port", action.get("port") or 0),
        () if scheme in {"HTTP", "HTTPS"} else not_supported(f"{field}.scheme", scheme, ("HTTP", "HTTPS")),
        joined(
            () if text(header, "name") else invalid(f"{path}.name", "", "must be non-empty")
            for path, header in indexed(action, "httpHeaders", field)
        ),
    ))  # fmt: skip


def _validate_sleep(action: Tree, field: str, grace: int) -> Errors:
    seconds = action.get("seconds") or 0
    if 0 <= seconds <= grace:
        return ()
    detail = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
    return invalid(field, seconds, detail)
