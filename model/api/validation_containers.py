"""Validation of a pod's containers: names, images, ports, environment, mounts, resources, restart policies.

Mirrors validateContainers, validateInitContainers and validateContainerCommon of
pkg/apis/core/validation/validation.go, release 1.36. Left out: ephemeral containers (a subresource of running
pods), resize policies, resource claims, block devices, Windows and seccomp options; a manifest that has them
is judged without them. Fields that defaulting fills in are taken as filled in.
"""

from typing import Final

from seatrial.model.api.field_errors import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    joined,
    not_found,
    not_supported,
    required,
    too_many,
)
from seatrial.model.api.trees import Tree, indexed, items, part, text
from seatrial.model.api.validation_environment import validate_env, validate_env_from
from seatrial.model.api.validation_formats import dns_label, port_name_problems, port_number, range_text
from seatrial.model.api.validation_probes import (
    LIVENESS,
    READINESS,
    STARTUP,
    validate_lifecycle,
    validate_probe,
)
from seatrial.model.api.validation_resources import validate_resources

PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_PULL_POLICIES: Final = ("Always", "IfNotPresent", "Never")
_RESTART_POLICIES: Final = ("Always", "Never", "OnFailure")
_MESSAGE_POLICIES: Final = ("File", "FallbackToLogsOnError")
_RESTART_ACTIONS: Final = ("Restart", "RestartAllContainers")
_ONLY_SIDECARS: Final = "may not be set for init containers without restartPolicy=Always"
MAX_ID: Final = 2**31 - 1


def validate_containers(spec: Tree, volumes: tuple[str, ...], field: str, grace: int) -> Errors:
    """The regular containers of a pod.

    volumes are the names of its valid volumes, grace its grace period in seconds.
    """
    containers = indexed(spec, "containers", field)
    if not containers:
        return required(f"{field}.containers")
    errors: Errors = ()
    seen: list[str] = []
    for path, container in containers:
        errors += _validate_common(container, volumes, path)
        name = text(container, "name")
        errors += duplicate(f"{path}.name", name) if name in seen else ()
        seen.append(name)
        errors += _validate_hooks(container, path, grace)
        errors += _validate_restart_policy(container, path)
    return errors + _validate_host_ports(containers)


def validate_init_containers(spec: Tree, volumes: tuple[str, ...], field: str, grace: int) -> Errors:
    """The init containers of a pod; one with restartPolicy Always is a sidecar and may have probes."""
    errors: Errors = ()
    seen = [text(container, "name") for container in items(spec, "containers")]
    for path, container in indexed(spec, "initContainers", field):
        errors += _validate_common(container, volumes, path)
        errors += _validate_restart_policy(container, path)
        name = text(container, "name")
        errors += duplicate(f"{path}.name", name) if name in seen else ()
        seen += [name] if name else []
        errors += _validate_host_ports(((path, container),))
        if container.get("restartPolicy") == "Always":
            errors += _validate_hooks(container, path, grace)
        else:
            hooks = ("lifecycle", LIVENESS, READINESS, STARTUP)
            errors += joined(
                forbidden(f"{path}.{h}", _ONLY_SIDECARS) for h in hooks if container.get(h) is not None
            )
    return errors


def _validate_common(container: Tree, volumes: tuple[str, ...], path: str) -> Errors:
    name = text(container, "name")
    pull = text(container, "imagePullPolicy", "IfNotPresent")
    message = text(container, "terminationMessagePolicy", "File")
    return joined((
        dns_label(f"{path}.name", name) if name else required(f"{path}.name"),
        () if text(container, "image") else required(f"{path}.image"),
        () if message in _MESSAGE_POLICIES
        else not_supported(f"{path}.terminationMessagePolicy", message, sorted(_MESSAGE_POLICIES)),
        _validate_ports(container, path),
        validate_env(container, path),
        validate_env_from(container, path),
        _validate_mounts(container, volumes, path),
        () if pull in _PULL_POLICIES else not_supported(f"{path}.imagePullPolicy", pull, _PULL_POLICIES),
        validate_resources(part(container, "resources"), f"{path}.resources"),
        _validate_security(part(container, "securityContext"), f"{path}.securityContext"),
    ))  # fmt: skip


def _validate_hooks(container: Tree, path: str, grace: int) -> Errors:
    probes = joined(validate_probe(container, kind, path, grace) for kind in (LIVENESS, READINESS, STARTUP))
    return validate_lifecycle(container, path, grace) + probes


def _validate_ports(container: Tree, path: str) -> Errors:
    errors: Errors = ()
    seen: list[str] = []
    for field, port in indexed(container, "ports", path):
        name = text(port, "name")
        problems = port_name_problems(name) if name else ()
        errors += invalid(f"{field}.name", name, *problems)
        if name and not problems:
            errors += duplicate(f"{field}.name", name) if name in seen else ()
            seen.append(name)
        errors += _validate_port(port, field)
    return errors


def _validate_port(port: Tree, field: str) -> Errors:
    number, host = port.get("containerPort") or 0, port.get("hostPort") or 0
    protocol = text(port, "protocol", "TCP")
    return joined((
        port_number(f"{field}.containerPort", number) if number else required(f"{field}.containerPort"),
        port_number(f"{field}.hostPort", host) if host else (),
        () if protocol in PROTOCOLS else not_supported(f"{field}.protocol", protocol, PROTOCOLS),
    ))  # fmt: skip


def _validate_host_ports(containers: tuple[tuple[str, Tree], ...]) -> Errors:
    errors: Errors = ()
    seen: list[str] = []
    for path, container in containers:
        for field, port in indexed(container, "ports", path):
            if not port.get("hostPort"):
                continue
            key = f"{text(port, 'protocol', 'TCP')}/{text(port, 'hostIP')}/{port['hostPort']}"
            errors += duplicate(f"{field}.hostPort", key) if key in seen else ()
            seen.append(key)
    return errors


def _validate_mounts(container: Tree, volumes: tuple[str, ...], path: str) -> Errors:
    errors: Errors = ()
    seen: list[str] = []
    for field, mount in indexed(container, "volumeMounts", path):
        name, where = text(mount, "name"), text(mount, "mountPath")
        errors += () if name else required(f"{field}.name")
        errors += () if name in volumes else not_found(f"{field}.name", name)
        errors += () if where else required(f"{field}.mountPath")
        errors += invalid(f"{field}.mountPath", where, "must be unique") if where in seen else ()
        seen.append(where)
        errors += _validate_sub_path(mount, f"{path}.volumeMounts", field)
    return errors


def _validate_sub_path(mount: Tree, path: str, field: str) -> Errors:
    both = text(mount, "subPath") and text(mount, "subPathExpr")
    shown = text(mount, "subPathExpr")
    exclusive = (
        invalid(f"{field}.subPathExpr", shown, "subPathExpr and subPath are mutually exclusive")
        if both
        else ()
    )
    return joined((
        descending_path(f"{path}.subPath", text(mount, "subPath")),
        exclusive,
        descending_path(f"{path}.subPathExpr", shown),
    ))  # fmt: skip


def descending_path(field: str, value: str) -> Errors:
    """A path that stays below the folder it is taken from."""
    absolute = invalid(field, value, "must be a relative path") if value.startswith("/") else ()
    return absolute + no_backsteps(field, value)


def no_backsteps(field: str, value: str) -> Errors:
    """A path without `..`."""
    return invalid(field, value, "must not contain '..'") if ".." in value.split("/") else ()


def _validate_restart_policy(container: Tree, path: str) -> Errors:
    policy, rules = container.get("restartPolicy"), indexed(container, "restartPolicyRules", path)
    if policy is None:
        return (
            required(f"{path}.restartPolicy", "must specify restartPolicy when restart rules are used")
            if rules
            else ()
        )
    errors = (
        ()
        if policy in _RESTART_POLICIES
        else not_supported(f"{path}.restartPolicy", policy, _RESTART_POLICIES)
    )
    if len(rules) > 20:
        errors += too_many(f"{path}.restartPolicyRules", len(rules), 20)
    return errors + joined(_validate_restart_rule(rule, field) for field, rule in rules)


def _validate_restart_rule(rule: Tree, field: str) -> Errors:
    action = text(rule, "action")
    errors = () if action in _RESTART_ACTIONS else not_supported(f"{field}.action", action, _RESTART_ACTIONS)
    codes = rule.get("exitCodes")
    if codes is None:
        return errors + required(f"{field}.exitCodes", "must be specified")
    operator = text(codes, "operator")
    if operator not in {"In", "NotIn"}:
        errors += not_supported(f"{field}.exitCodes.operator", operator, ("In", "NotIn"))
    count = len(items(codes, "values"))
    return errors + (too_many(f"{field}.exitCodes.values", count, 255) if count > 255 else ())


def _validate_security(context: Tree, field: str) -> Errors:
    ids = joined(valid_id(f"{field}.{key}", context.get(key)) for key in ("runAsUser", "runAsGroup"))
    if context.get("allowPrivilegeEscalation") is not False:
        return ids
    if context.get("privileged"):
        ids += invalid(
            field, dict(context), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        )
    if "CAP_SYS_ADMIN" in items(part(context, "capabilities"), "add"):
        detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
        ids += invalid(field, dict(context), detail)
    return ids


def valid_id(field: str, value: int | None) -> Errors:
    """A user's or group's number; None (absent) passes."""
    return () if value is None or 0 <= value <= MAX_ID else invalid(field, value, range_text(0, MAX_ID))
