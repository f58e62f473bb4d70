"""Validation of Deployments and ReplicaSets.

Mirrors pkg/apis/apps/validation/validation.go, release 1.36. Left out: nothing of the two kinds' specs.
Counts that defaulting fills in (one replica, progress deadline 600 s) are taken as filled in.
"""

from typing import Final

from seatrial.model.api.field_errors import (
    Errors,
    forbidden,
    in_key_order,
    invalid,
    joined,
    nonnegative,
    not_supported,
    required,
)
from seatrial.model.api.trees import Tree, part, text
from seatrial.model.api.validation_formats import (
    int_or_percent_value,
    not_more_than_100_percent,
    positive_int_or_percent,
)
from seatrial.model.api.validation_meta import selector_matches, validate_label_selector
from seatrial.model.api.validation_pod import validate_pod_template

DEFAULT_PROGRESS_SECONDS: Final = 600
DEFAULT_SURGE: Final = "25%"
_NO_MATCH: Final = "`selector` does not match template `labels`"


def validate_deployment(deployment: Tree) -> Errors:
    """A Deployment's spec on create."""
    spec = part(deployment, "spec")
    ready = spec.get("minReadySeconds") or 0
    progress = spec.get("progressDeadlineSeconds")
    progress = DEFAULT_PROGRESS_SECONDS if progress is None else progress
    late = (
        ()
        if progress > ready
        else invalid("spec.progressDeadlineSeconds", progress, "must be greater than minReadySeconds")
    )
    return joined((
        nonnegative("spec.replicas", spec.get("replicas")),
        validate_selected_template(spec, "deployment"),
        _validate_strategy(part(spec, "strategy")),
        nonnegative("spec.minReadySeconds", ready),
        nonnegative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit")),
        nonnegative("spec.progressDeadlineSeconds", progress),
        late,
    ))  # fmt: skip


def validate_replica_set(replica_set: Tree) -> Errors:
    """A ReplicaSet's spec on create; upstream's message about an empty selector says deployment here too."""
    spec = part(replica_set, "spec")
    return joined((
        nonnegative("spec.replicas", spec.get("replicas")),
        nonnegative("spec.minReadySeconds", spec.get("minReadySeconds")),
        validate_selected_template(spec, "deployment"),
    ))  # fmt: skip


def validate_selected_template(spec: Tree, owner: str) -> Errors:
    """A selector that is valid and not empty, and a template that it chooses and that restarts always."""
    selector = spec.get("selector")
    errors = (
        required("spec.selector") if selector is None else validate_label_selector(selector, "spec.selector")
    )
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors += invalid("spec.selector", selector_shown(selector), f"empty selector is invalid for {owner}")
    labels = part(spec, "template", "metadata", "labels")
    matches = selector_matches(selector, labels)
    if matches is None:
        return errors + invalid("spec.selector", selector_shown(selector or {}), "invalid label selector")
    if not matches:
        errors += invalid(
            "spec.template.metadata.labels", labels_shown(part(spec, "template", "metadata")), _NO_MATCH
        )
    return errors + _validate_restarting_template(part(spec, "template"))


def labels_shown(meta: Tree) -> dict[str, object] | None:
    """The labels as messages show them: null where there is no map at all."""
    return None if meta.get("labels") is None else in_key_order(meta["labels"])


def selector_shown(selector: Tree) -> dict[str, object]:
    """A selector as Go's JSON shows it: empty parts left out, an expression's key and operator never."""
    shown: dict[str, object] = {}
    if selector.get("matchLabels"):
        shown["matchLabels"] = in_key_order(selector["matchLabels"])
    if selector.get("matchExpressions"):
        shown["matchExpressions"] = [
            {"key": text(e, "key"), "operator": text(e, "operator")}
            | ({"values": e["values"]} if e.get("values") else {})
            for e in selector["matchExpressions"]
        ]
    return shown


def _validate_restarting_template(template: Tree) -> Errors:
    errors = validate_pod_template(template, "spec.template")
    restart = text(part(template, "spec"), "restartPolicy", "Always")
    if restart != "Always":
        errors += not_supported("spec.template.spec.restartPolicy", restart, ("Always",))
    if part(template, "spec").get("activeDeadlineSeconds") is not None:
        detail = "activeDeadlineSeconds in ReplicaSet is not Supported"
        errors += forbidden("spec.template.spec.activeDeadlineSeconds", detail)
    return errors


def _validate_strategy(strategy: Tree) -> Errors:
    kind, rolling = text(strategy, "type", "RollingUpdate"), strategy.get("rollingUpdate")
    if kind == "RollingUpdate":
        return _validate_rolling_update(rolling or {}, "spec.strategy.rollingUpdate")
    if kind == "Recreate":
        detail = "may not be specified when strategy `type` is 'Recreate'"
        return () if rolling is None else forbidden("spec.strategy.rollingUpdate", detail)
    held = None if rolling is None else {
        "MaxUnavailable": rolling.get("maxUnavailable") or 0, "MaxSurge": rolling.get("maxSurge") or 0
    }  # fmt: skip
    return not_supported(
        "spec.strategy", {"Type": kind, "RollingUpdate": held}, ("Recreate", "RollingUpdate")
    )


def _validate_rolling_update(rolling: Tree, field: str) -> Errors:
    surge, unavailable = _or_default(rolling, "maxSurge"), _or_default(rolling, "maxUnavailable")
    errors = positive_int_or_percent(f"{field}.maxUnavailable", unavailable)
    errors += positive_int_or_percent(f"{field}.maxSurge", surge)
    if int_or_percent_value(surge) == 0 and int_or_percent_value(unavailable) == 0:
        errors += invalid(f"{field}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
    return errors + not_more_than_100_percent(f"{field}.maxUnavailable", unavailable)


def _or_default(rolling: Tree, key: str) -> int | str:
    value: int | str | None = rolling.get(key)
    return DEFAULT_SURGE if value is None else value
