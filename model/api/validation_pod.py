"""Validation of pods and pod templates.

Mirrors ValidatePodSpec, ValidatePodTemplateSpec and validatePodMetadataAndSpec of
pkg/apis/core/validation/validation.go, release 1.36, in upstream's order. Left out: ephemeral containers,
resource claims, DNS configuration, sysctls, seccomp and AppArmor, Windows, user namespaces, pod-level
resources. Fields that defaulting fills in are taken as filled in.
"""

from typing import Final

from seatrial.model.api.field_errors import Errors, duplicate, forbidden, invalid, joined, not_supported
from seatrial.model.api.trees import Tree, indexed, items, part, text
from seatrial.model.api.validation_containers import valid_id, validate_containers, validate_init_containers
from seatrial.model.api.validation_formats import (
    MAX_INT32,
    dns_label,
    dns_subdomain,
    ip_address,
    range_text,
)
from seatrial.model.api.validation_meta import label_name, validate_annotations, validate_labels
from seatrial.model.api.validation_scheduling import (
    validate_affinity,
    validate_named,
    validate_tolerations,
    validate_topology_spread,
)
from seatrial.model.api.validation_volumes import validate_volumes

DEFAULT_GRACE_SECONDS: Final = 30
RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
_DNS_POLICIES: Final = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION_POLICIES: Final = ("PreemptLowerPriority", "Never")


def validate_pod_spec(spec: Tree, field: str) -> Errors:
    """A pod's spec, wherever it stands; field is its path."""
    grace = spec.get("terminationGracePeriodSeconds")
    grace = DEFAULT_GRACE_SECONDS if grace is None else grace
    volume_errors, volumes = validate_volumes(spec, field)
    restart, dns = text(spec, "restartPolicy", "Always"), text(spec, "dnsPolicy", "ClusterFirst")
    return joined((
        volume_errors,
        validate_containers(spec, volumes, field, grace),
        validate_init_containers(spec, volumes, field, grace),
        _validate_host_network(spec, field),
        () if restart in RESTART_POLICIES
        else not_supported(f"{field}.restartPolicy", restart, RESTART_POLICIES),
        () if dns in _DNS_POLICIES else not_supported(f"{field}.dnsPolicy", dns, _DNS_POLICIES),
        validate_labels(spec, "nodeSelector", f"{field}.nodeSelector"),
        _validate_security_context(part(spec, "securityContext"), f"{field}.securityContext"),
        validate_affinity(spec, f"{field}.affinity"),
        validate_named(spec, "readinessGates", field, "conditionType", label_name),
        _validate_scheduling_gates(spec, field),
        validate_topology_spread(spec, field),
        _validate_names(spec, field),
        validate_tolerations(spec, field),
        _validate_host_aliases(spec, field),
        _validate_classes(spec, field),
    ))  # fmt: skip


def _validate_host_network(spec: Tree, field: str) -> Errors:
    """With the host's network, a container's port is the host's port."""
    if not spec.get("hostNetwork"):
        return ()
    return joined(
        invalid(
            f"{path}.containerPort", port["containerPort"], "must match `hostPort` when `hostNetwork` is true"
        )
        for at, container in enumerate(items(spec, "containers"))
        for path, port in indexed(container, "ports", f"{field}.containers[{at}]")
        if port.get("hostPort") and port.get("containerPort") and port["hostPort"] != port["containerPort"]
    )


def _validate_security_context(context: Tree, field: str) -> Errors:
    ids = joined(
        valid_id(f"{field}.{key}", context.get(key)) for key in ("fsGroup", "runAsUser", "runAsGroup")
    )
    groups = enumerate(items(context, "supplementalGroups"))
    return ids + joined(valid_id(f"{field}.supplementalGroups[{at}]", group) for at, group in groups)


def _validate_scheduling_gates(spec: Tree, field: str) -> Errors:
    errors: Errors = ()
    seen: list[str] = []
    for path, gate in indexed(spec, "schedulingGates", field):
        name = text(gate, "name")
        errors += label_name(f"{path}.name", name)
        errors += duplicate(path, name) if name in seen else ()
        seen.append(name)
    return errors


def _validate_names(spec: Tree, field: str) -> Errors:
    account = text(spec, "serviceAccountName") or text(spec, "serviceAccount")
    node, host, domain = text(spec, "nodeName"), text(spec, "hostname"), text(spec, "subdomain")
    deadline = spec.get("activeDeadlineSeconds")
    in_range = deadline is None or 1 <= deadline <= MAX_INT32
    return joined((
        dns_subdomain(f"{field}.serviceAccountName", account) if account else (),
        dns_subdomain(f"{field}.nodeName", node) if node else (),
        () if in_range else invalid(f"{field}.activeDeadlineSeconds", deadline, range_text(1, MAX_INT32)),
        dns_label(f"{field}.hostname", host) if host else (),
        dns_label(f"{field}.subdomain", domain) if domain else (),
    ))  # fmt: skip


def _validate_host_aliases(spec: Tree, field: str) -> Errors:
    return joined(
        ip_address(f"{path}.ip", text(alias, "ip"))
        + joined(
            dns_subdomain(f"{path}.hostnames[{at}]", name)
            for at, name in enumerate(items(alias, "hostnames"))
        )
        for path, alias in indexed(spec, "hostAliases", field)
    )


def _validate_classes(spec: Tree, field: str) -> Errors:
    priority, runtime = text(spec, "priorityClassName"), spec.get("runtimeClassName")
    preemption = spec.get("preemptionPolicy")
    known = preemption is None or preemption in _PREEMPTION_POLICIES
    return joined((
        dns_subdomain(f"{field}.priorityClassName", priority) if priority else (),
        dns_subdomain(f"{field}.runtimeClassName", runtime) if runtime is not None else (),
        () if known else not_supported(f"{field}.preemptionPolicy", preemption, _PREEMPTION_POLICIES),
    ))  # fmt: skip


def validate_pod_template(template: Tree, field: str) -> Errors:
    """A pod template; its labels are reported without `metadata` in the path, as upstream."""
    meta, spec = part(template, "metadata"), part(template, "spec")
    errors = validate_labels(meta, "labels", f"{field}.labels")
    errors += validate_annotations(meta, f"{field}.annotations")
    errors += validate_pod_spec(spec, f"{field}.spec")
    if items(spec, "ephemeralContainers"):
        errors += forbidden(
            f"{field}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template"
        )
    return errors


def validate_pod(pod: Tree) -> Errors:
    """A pod's spec on create, with the rules that hold for pods and not for templates."""
    spec = part(pod, "spec")
    return validate_pod_spec(spec, "spec") + _validate_tokens(spec) + _validate_images(spec)


def _validate_tokens(spec: Tree) -> Errors:
    if text(spec, "serviceAccountName") or text(spec, "serviceAccount"):
        return ()
    return joined(
        forbidden(
            f"{source_path}.serviceAccountToken", "must not be specified when serviceAccountName is not set"
        )
        for path, volume in indexed(spec, "volumes", "spec")
        for source_path, source in indexed(part(volume, "projected"), "sources", f"{path}.projected")
        if source.get("serviceAccountToken") is not None
    )


def _validate_images(spec: Tree) -> Errors:
    """A pod's image has no spaces around it; in templates that was once allowed and stays so."""
    return joined(
        invalid(f"{path}.image", text(container, "image"), "must not have leading or trailing whitespace")
        for key in ("containers", "initContainers")
        for path, container in indexed(spec, key, "spec")
        if text(container, "image") != text(container, "image").strip()
    )
