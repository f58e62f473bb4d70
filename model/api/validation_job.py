"""Validation of Jobs.

Mirrors pkg/apis/batch/validation/validation.go, release 1.36, after the registry has generated the selector
and the template's labels. Left out: managedBy's form, and the limits of Indexed Jobs with more than 100,000
completions.
"""

from typing import Final

from seatrial.model.api.field_errors import Errors, invalid, joined, nonnegative, not_supported, required
from seatrial.model.api.trees import Tree, items, part, text
from seatrial.model.api.validation_apps import labels_shown
from seatrial.model.api.validation_job_policies import validate_pod_failure_policy, validate_success_policy
from seatrial.model.api.validation_meta import selector_matches, validate_label_selector
from seatrial.model.api.validation_pod import validate_pod_template
from seatrial.model.meta.go_format import quote
from seatrial.model.meta.names import dns_label_problems

NAME_LABELS: Final = ("batch.kubernetes.io/job-name", "job-name")
UID_LABELS: Final = ("batch.kubernetes.io/controller-uid", "controller-uid")
_COMPLETION_MODES: Final = ("NonIndexed", "Indexed")
_RESTARTS: Final = ("OnFailure", "Never")
_MAX_INDEXED: Final = 100_000
_COUNTS: Final = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
    "backoffLimitPerIndex", "maxFailedIndexes",
)  # fmt: skip


def validate_job(job: Tree) -> Errors:
    """A Job's spec on create."""
    spec = part(job, "spec")
    manual = bool(spec.get("manualSelector"))
    name = text(part(job, "metadata"), "name") or f"{text(part(job, 'metadata'), 'generateName')[:58]}00000"
    template = part(spec, "template") if manual else _labelled(part(spec, "template"), name)
    return joined((
        () if manual else _validate_generated_selector(spec, name),
        _validate_counts(spec),
        _validate_completion(spec),
        validate_pod_failure_policy(spec, "spec.podFailurePolicy"),
        _validate_success(spec),
        _validate_replacement(spec),
        validate_pod_template(template, "spec.template"),
        _validate_restart(spec, part(template, "spec")),
        _validate_selector(spec, template, manual=manual),
        _validate_last_hostname(spec, text(part(job, "metadata"), "name")),
    ))  # fmt: skip


def with_default_labels(job: Tree) -> Tree:
    """The Job with its template's labels as its own, the generated ones among them, if it has none.

    Mirrors SetDefaults_Job and the registry's generateSelector, which write into one shared map.
    """
    meta, template = part(job, "metadata"), part(job, "spec", "template")
    if part(meta, "labels") or not part(template, "metadata", "labels"):
        return job
    name = text(meta, "name") or f"{text(meta, 'generateName')[:58]}00000"
    manual = part(job, "spec").get("manualSelector")
    labels = part(template if manual else _labelled(template, name), "metadata", "labels")
    return {**job, "metadata": {**meta, "labels": labels}}


def _labelled(template: Tree, name: str) -> Tree:
    """The template with the labels that the registry adds; the UID's label is always valid and left out."""
    meta = part(template, "metadata")
    labels = {**dict.fromkeys(NAME_LABELS, name), **part(meta, "labels")}
    return {**template, "metadata": {**meta, "labels": labels}}


def _validate_generated_selector(spec: Tree, name: str) -> Errors:
    selector = spec.get("selector")
    if selector is None or not (selector.get("matchLabels") or selector.get("matchExpressions")):
        return ()
    generated = {**dict.fromkeys(NAME_LABELS, name), **_uids(selector)}
    if selector_matches(selector, generated) is False:
        return invalid("spec.selector", dict(selector), "`selector` not auto-generated")
    return ()


def _uids(selector: Tree) -> dict[str, str]:
    """A selector read back from a server names its own UID, which no manifest can know: it is believed."""
    wanted = part(selector, "matchLabels")
    return {label: wanted[label] for label in UID_LABELS if label in wanted}


def _validate_counts(spec: Tree) -> Errors:
    errors = joined(nonnegative(f"spec.{key}", spec.get(key)) for key in _COUNTS)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        errors += required("spec.backoffLimitPerIndex", "when maxFailedIndexes is specified")
    return errors


def _is_indexed(spec: Tree) -> bool:
    return text(spec, "completionMode", "NonIndexed") == "Indexed"


def _validate_completion(spec: Tree) -> Errors:
    mode = text(spec, "completionMode", "NonIndexed")
    if mode == "Indexed":
        return _validate_indexed(spec)
    if mode not in _COMPLETION_MODES:
        return not_supported("spec.completionMode", mode, _COMPLETION_MODES)
    return joined(
        invalid(f"spec.{key}", spec[key], "requires indexed completion mode")
        for key in ("backoffLimitPerIndex", "maxFailedIndexes")
        if spec.get(key) is not None
    )


def _validate_indexed(spec: Tree) -> Errors:
    completions, failed = spec.get("completions"), spec.get("maxFailedIndexes")
    parallelism = spec.get("parallelism") or 0
    errors = required("spec.completions", "when completion mode is Indexed") if completions is None else ()
    if parallelism > _MAX_INDEXED:
        detail = f"must be less than or equal to {_MAX_INDEXED} when completion mode is Indexed"
        errors += invalid("spec.parallelism", parallelism, detail)
    if failed is not None and completions is not None and failed > completions:
        errors += invalid("spec.maxFailedIndexes", failed, "must be less than or equal to completions")
    if failed is not None and failed > _MAX_INDEXED:
        errors += invalid("spec.maxFailedIndexes", failed, f"must be less than or equal to {_MAX_INDEXED}")
    return errors


def _validate_success(spec: Tree) -> Errors:
    policy = spec.get("successPolicy")
    if policy is None:
        return ()
    if _is_indexed(spec):
        return validate_success_policy(policy, spec.get("completions") or 0, "spec.successPolicy")
    rules = [
        {"SucceededIndexes": rule.get("succeededIndexes"), "SucceededCount": rule.get("succeededCount")}
        for rule in items(policy, "rules")
    ]
    return invalid("spec.successPolicy", {"Rules": rules or None}, "requires indexed completion mode")


def _validate_replacement(spec: Tree) -> Errors:
    policy = spec.get("podReplacementPolicy")
    supported = ("Failed",) if spec.get("podFailurePolicy") is not None else ("Failed", "TerminatingOrFailed")
    return (
        ()
        if policy is None or policy in supported
        else not_supported("spec.podReplacementPolicy", policy, supported)
    )


def _validate_restart(spec: Tree, pod: Tree) -> Errors:
    field, restart = "spec.template.spec.restartPolicy", text(pod, "restartPolicy", "Always")
    if restart == "Always":
        return required(field, f"valid values: {', '.join(quote(name) for name in _RESTARTS)}")
    if restart not in _RESTARTS:
        return not_supported(field, restart, _RESTARTS)
    if spec.get("podFailurePolicy") is not None and restart != "Never":
        return invalid(field, restart, 'only "Never" is supported when podFailurePolicy is specified')
    return ()


def _validate_selector(spec: Tree, template: Tree, *, manual: bool) -> Errors:
    selector = spec.get("selector")
    if not manual:
        return validate_label_selector(selector, "spec.selector")
    errors = required("spec.selector") if selector is None else validate_label_selector(selector, "spec.selector")
    labels = part(template, "metadata", "labels")
    if selector_matches(selector, labels) is False:
        detail = "`selector` does not match template `labels`"
        errors += invalid("spec.template.metadata.labels", labels_shown(part(template, "metadata")), detail)
    return errors


def _validate_last_hostname(spec: Tree, name: str) -> Errors:
    completions = spec.get("completions") or 0
    if not _is_indexed(spec) or completions <= 0:
        return ()
    host = f"{name}-{completions - 1}"
    if not dns_label_problems(host):
        return ()
    return invalid("metadata.name", name, f"will not able to create pod with invalid DNS label: {host}")
