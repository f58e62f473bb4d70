"""Validation of StatefulSets, DaemonSets and the claims that StatefulSets make.

Mirrors ValidateStatefulSetSpec and ValidateDaemonSetSpec of pkg/apis/apps/validation/validation.go and
ValidatePersistentVolumeClaimSpec of pkg/apis/core/validation/validation.go, release 1.36. Left out: a claim's
data sources and attributes class, and rollingUpdate.maxUnavailable of StatefulSets, which is dropped without
its gate.
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
from seatrial.model.api.trees import Tree, indexed, items, part, text
from seatrial.model.api.validation_apps import labels_shown, selector_shown
from seatrial.model.api.validation_formats import (
    dns_label,
    dns_subdomain,
    int_or_percent_value,
    not_more_than_100_percent,
    positive_int_or_percent,
)
from seatrial.model.api.validation_meta import selector_matches, validate_label_selector
from seatrial.model.api.validation_pod import validate_pod_template
from seatrial.model.api.validation_resources import quantity_of
from seatrial.model.meta.quantity import format_quantity, sign

_MANAGEMENT: Final = ("OrderedReady", "Parallel")
_RETENTION: Final = ("Retain", "Delete")
_ACCESS_MODES: Final = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_NO_MATCH: Final = "`selector` does not match template `labels`"


def validate_stateful_set(stateful_set: Tree) -> Errors:
    """A StatefulSet's spec on create."""
    spec = part(stateful_set, "spec")
    policy, service = text(spec, "podManagementPolicy", "OrderedReady"), text(spec, "serviceName")
    known = policy in _MANAGEMENT
    start = part(spec, "ordinals").get("start")
    return joined((
        () if known else invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"),
        _validate_update(part(spec, "updateStrategy")),
        _validate_retention(spec),
        joined(
            validate_claim_spec(part(claim, "spec"), f"{path}.spec")
            for path, claim in indexed(spec, "volumeClaimTemplates", "spec")
        ),
        nonnegative("spec.replicas", spec.get("replicas")),
        nonnegative("spec.minReadySeconds", spec.get("minReadySeconds")),
        nonnegative("spec.ordinals.start", start),
        dns_label("spec.serviceName", service) if service else (),
        _validate_selected(spec),
        _validate_restarts(spec, "StatefulSet"),
    ))  # fmt: skip


def _validate_update(strategy: Tree) -> Errors:
    kind, rolling = text(strategy, "type", "RollingUpdate"), strategy.get("rollingUpdate")
    field = "spec.updateStrategy"
    if kind == "OnDelete":
        shown = {"Partition": part(strategy, "rollingUpdate").get("partition") or 0, "MaxUnavailable": None}
        return (
            ()
            if rolling is None
            else invalid(f"{field}.rollingUpdate", shown, "only allowed for updateStrategy 'RollingUpdate'")
        )
    if kind != "RollingUpdate":
        held = (
            None if rolling is None else {"Partition": rolling.get("partition") or 0, "MaxUnavailable": None}
        )
        return invalid(field, {"Type": kind, "RollingUpdate": held}, "must be 'RollingUpdate' or 'OnDelete'")
    return _validate_rolling(rolling or {}, f"{field}.rollingUpdate")


def _validate_rolling(rolling: Tree, field: str) -> Errors:
    return nonnegative(f"{field}.partition", rolling.get("partition"))


def _validate_retention(spec: Tree) -> Errors:
    policy = part(spec, "persistentVolumeClaimRetentionPolicy")
    field = "spec.persistentVolumeClaimRetentionPolicy"
    return joined(
        not_supported(f"{field}.{key}", policy[key], _RETENTION)
        for key in ("whenDeleted", "whenScaled")
        if policy.get(key) and policy[key] not in _RETENTION
    )


def validate_claim_spec(spec: Tree, field: str) -> Errors:
    """A PersistentVolumeClaim's spec: access modes, storage, class."""
    modes, class_name = items(spec, "accessModes"), text(spec, "storageClassName")
    storage = part(spec, "resources", "requests").get("storage")
    errors = () if modes else required(f"{field}.accessModes", "at least 1 access mode is required")
    errors += validate_label_selector(spec.get("selector"), f"{field}.selector")
    errors += joined(
        not_supported(f"{field}.accessModes", mode, _ACCESS_MODES)
        for mode in modes
        if mode not in _ACCESS_MODES
    )
    if "ReadWriteOncePod" in modes and any(mode in _ACCESS_MODES[:3] for mode in modes):
        errors += forbidden(f"{field}.accessModes", "may not use ReadWriteOncePod with other access modes")
    errors += _validate_storage(storage, f"{field}.resources[storage]")
    return errors + (dns_subdomain(f"{field}.storageClassName", class_name) if class_name else ())


def _validate_storage(storage: object, field: str) -> Errors:
    if storage is None:
        return required(field)
    quantity = quantity_of(storage)
    return (
        () if sign(quantity) > 0 else invalid(field, format_quantity(quantity), "must be greater than zero")
    )


def _validate_selected(spec: Tree) -> Errors:
    """The selector and the template, which the claims' volumes are mounted into."""
    selector, template = spec.get("selector"), part(spec, "template")
    errors = (
        required("spec.selector") if selector is None else validate_label_selector(selector, "spec.selector")
    )
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors += invalid(
            "spec.selector", selector_shown(selector), "empty selector is invalid for statefulset"
        )
    meta = part(template, "metadata")
    matches = selector_matches(selector, part(meta, "labels"))
    if matches is None:
        return errors + invalid("spec.selector", selector_shown(selector or {}), "")
    if not matches:
        errors += invalid("spec.template.metadata.labels", labels_shown(meta), _NO_MATCH)
    return errors + _validate_template(template, items(spec, "volumeClaimTemplates"))


def _validate_template(template: Tree, claims: tuple[Tree, ...]) -> Errors:
    """The template with a volume for each claim and no host names, which are the controller's own.

    Its labels are looked at twice, as upstream.
    """
    pod = part(template, "spec")
    names = tuple(dict.fromkeys(text(part(claim, "metadata"), "name") for claim in claims))
    mounted = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in names]
    own = [volume for volume in items(pod, "volumes") if text(volume, "name") not in names]
    hostless = {key: pod[key] for key in pod if key not in {"hostname", "subdomain"}}
    field = "spec.template"
    errors = validate_pod_template({**template, "spec": {**hostless, "volumes": [*mounted, *own]}}, field)
    again = validate_pod_template({"metadata": part(template, "metadata")}, field)
    return errors + tuple(
        error for error in again if error.field.startswith((f"{field}.labels", f"{field}.annotations"))
    )


def _validate_restarts(spec: Tree, owner: str) -> Errors:
    pod = part(spec, "template", "spec")
    restart = text(pod, "restartPolicy", "Always")
    errors = (
        () if restart == "Always" else not_supported("spec.template.spec.restartPolicy", restart, ("Always",))
    )
    if pod.get("activeDeadlineSeconds") is not None:
        detail = f"activeDeadlineSeconds in {owner} is not Supported"
        errors += forbidden("spec.template.spec.activeDeadlineSeconds", detail)
    return errors


def validate_daemon_set(daemon_set: Tree) -> Errors:
    """A DaemonSet's spec on create; that its selector is there at all is asked nowhere, as upstream."""
    spec = part(daemon_set, "spec")
    selector, meta = spec.get("selector"), part(spec, "template", "metadata")
    errors = validate_label_selector(selector, "spec.selector")
    if selector_matches(selector, part(meta, "labels")) is False:
        errors += invalid("spec.template.metadata.labels", labels_shown(meta), _NO_MATCH)
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors += invalid(
            "spec.selector", selector_shown(selector), "empty selector is invalid for daemonset"
        )
    return errors + joined((
        validate_pod_template(part(spec, "template"), "spec.template"),
        _validate_restarts(spec, "DaemonSet"),
        nonnegative("spec.minReadySeconds", spec.get("minReadySeconds")),
        _validate_daemon_update(part(spec, "updateStrategy")),
        nonnegative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit")),
    ))  # fmt: skip


def _validate_daemon_update(strategy: Tree) -> Errors:
    kind, rolling = text(strategy, "type", "RollingUpdate"), part(strategy, "rollingUpdate")
    if kind == "OnDelete":
        return ()
    if kind != "RollingUpdate":
        held = None if strategy.get("rollingUpdate") is None else {
            "MaxUnavailable": rolling.get("maxUnavailable") or 0, "MaxSurge": rolling.get("maxSurge") or 0
        }  # fmt: skip
        shown = {"Type": kind, "RollingUpdate": held}
        return not_supported("spec.updateStrategy", shown, ("RollingUpdate", "OnDelete"))
    field = "spec.updateStrategy.rollingUpdate"
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    unavailable, surge = 1 if unavailable is None else unavailable, surge or 0
    errors = joined((
        positive_int_or_percent(f"{field}.maxUnavailable", unavailable),
        positive_int_or_percent(f"{field}.maxSurge", surge),
        not_more_than_100_percent(f"{field}.maxUnavailable", unavailable),
        not_more_than_100_percent(f"{field}.maxSurge", surge),
    ))  # fmt: skip
    counts = int_or_percent_value(unavailable), int_or_percent_value(surge)
    if all(counts):
        errors += invalid(f"{field}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    elif not any(counts):
        errors += required(f"{field}.maxUnavailable", "cannot be 0 when maxSurge is 0")
    return errors
