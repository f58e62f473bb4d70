"""Validation that all objects share: names, labels, annotations, owners, finalizers, label selectors.

Mirrors k8s.io/apimachinery/pkg/api/validation/objectmeta.go, pkg/apis/meta/v1/validation and
rest.BeforeCreate, release 1.36. Left out: managedFields, which clients do not write. Where Go walks a map,
keys are taken in order.
"""

from collections.abc import Callable
from typing import Final

from seatrial.model.api.field_errors import Errors, forbidden, invalid, joined, required, too_long
from seatrial.model.api.trees import Tree, indexed, items, part, text, texts
from seatrial.model.api.validation_formats import (
    dns_label,
    dns_label_prefix,
    dns_subdomain,
    dns_subdomain_prefix,
    path_segment_problems,
)
from seatrial.model.meta.names import label_key_problems, label_value_problems

MAX_ANNOTATION_BYTES: Final = 256 * 1024
LABEL_NAMED: Final = ("Namespace", "Service", "StatefulSet")
"""Kinds whose names are DNS labels."""
SEGMENT_NAMED: Final = (
    "ClusterRole", "ClusterRoleBinding", "ClusterTrustBundle", "IPAddress", "PodDisruptionBudget", "Role",
    "RoleBinding",
)  # fmt: skip
"""Kinds whose names only have to fit into a URL's path."""
_NO_NAME: Final = "name or generateName is required"
_TWO_CONTROLLERS: Final = 'Only one reference can have Controller set to true. Found "true" in references for'
_ORPHAN: Final = "orphan"
_FOREGROUND: Final = "foregroundDeletion"


def path_segment(field: str, value: str) -> Errors:
    """A name that fits into a URL's path."""
    return invalid(field, value, *path_segment_problems(value))


def name_rule(kind: str) -> Callable[[str, str], Errors]:
    """The rule for a kind's metadata.name, of field and value: a DNS subdomain unless listed above."""
    if kind in LABEL_NAMED:
        return dns_label
    return path_segment if kind in SEGMENT_NAMED else dns_subdomain


def validate_object_meta(kind: str, meta: Tree, *, namespaced: bool) -> Errors:
    """What is wrong with an object's metadata on create, its name generated if only generateName is given."""
    rule = name_rule(kind)
    name, prefix = text(meta, "name"), text(meta, "generateName")
    generated = prefix[:58] + "00000" if prefix else ""
    shown = name or generated
    return joined((
        _prefix_rule(kind)("metadata.generateName", prefix) if prefix else (),
        rule("metadata.name", shown) if shown else required("metadata.name", _NO_NAME),
        _validate_namespace(meta, namespaced=namespaced),
        validate_labels(meta, "labels", "metadata.labels"),
        validate_annotations(meta, "metadata.annotations"),
        _validate_owner_references(meta),
        _validate_finalizers(meta),
    ))  # fmt: skip


def _prefix_rule(kind: str) -> Callable[[str, str], Errors]:
    """The rule for metadata.generateName: that of names, but for a dash at the end."""
    if kind in LABEL_NAMED:
        return dns_label_prefix
    return path_segment if kind in SEGMENT_NAMED else dns_subdomain_prefix


def _validate_namespace(meta: Tree, *, namespaced: bool) -> Errors:
    namespace = text(meta, "namespace")
    if namespaced:
        return dns_label("metadata.namespace", namespace) if namespace else ()
    return forbidden("metadata.namespace", "not allowed on this type") if namespace else ()


def label_name(field: str, key: str) -> Errors:
    """A label's key; one error for each problem (`ValidateLabelName`)."""
    return invalid(field, key, *label_key_problems(key))


def validate_labels(tree: Tree, key: str, field: str) -> Errors:
    """The keys and values of the label map under key; every error names the map's field, as upstream."""
    return joined(
        label_name(field, name) + invalid(field, value, *label_value_problems(value))
        for name, value in texts(tree, key)
    )


def validate_annotations(meta: Tree, field: str) -> Errors:
    """Annotation keys, case folded, and the size of all annotations together."""
    held = texts(meta, "annotations")
    size = sum(len(name.encode()) + len(value.encode()) for name, value in held)
    keys = joined(invalid(field, name, *label_key_problems(name.lower())) for name, _ in held)
    return keys + (too_long(field, MAX_ANNOTATION_BYTES) if size > MAX_ANNOTATION_BYTES else ())


def _validate_owner_references(meta: Tree) -> Errors:
    field = "metadata.ownerReferences"
    owners = items(meta, "ownerReferences")
    errors = joined(_validate_owner_reference(owner, field) for owner in owners)
    controllers = [f"{text(o, 'kind')}/{text(o, 'name')}" for o in owners if o.get("controller")]
    for other in controllers[1:]:
        detail = f"{_TWO_CONTROLLERS} {controllers[0]} and {other}"
        errors += invalid(field, list(owners), detail)
    return errors


def _validate_owner_reference(owner: Tree, field: str) -> Errors:
    given = text(owner, "apiVersion")
    version = given.rpartition("/")[2]
    return joined((
        () if version else invalid(f"{field}.apiVersion", given, "version must not be empty"),
        *(
            () if text(owner, key) else invalid(f"{field}.{key}", "", "must not be empty")
            for key in ("kind", "name", "uid")
        ),
        _validate_banned_owner(owner, field),
    ))  # fmt: skip


def _validate_banned_owner(owner: Tree, field: str) -> Errors:
    if (text(owner, "apiVersion"), text(owner, "kind")) != ("v1", "Event"):
        return ()
    return invalid(field, dict(owner), "/v1, Kind=Event is disallowed from being an owner")


def _validate_finalizers(meta: Tree) -> Errors:
    field = "metadata.finalizers"
    held = [name or "" for name in items(meta, "finalizers")]
    errors = joined(label_name(field, name) for name in held)
    if _ORPHAN in held and _FOREGROUND in held:
        errors += invalid(field, held, f"finalizer {_ORPHAN} and {_FOREGROUND} cannot be both set")
    return errors


def validate_label_selector(selector: Tree | None, field: str) -> Errors:
    """A LabelSelector's labels and expressions; None, which selects nothing, passes."""
    if selector is None:
        return ()
    expressions = indexed(selector, "matchExpressions", field)
    return validate_labels(selector, "matchLabels", f"{field}.matchLabels") + joined(
        _validate_expression(expression, path) for path, expression in expressions
    )


def _validate_expression(expression: Tree, field: str) -> Errors:
    operator, values = text(expression, "operator"), items(expression, "values")
    errors: Errors = ()
    if operator in {"In", "NotIn"}:
        if not values:
            errors = required(f"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            errors = forbidden(
                f"{field}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            )
    else:
        errors = invalid(f"{field}.operator", operator, "not a valid selector operator")
    keyed = label_name(f"{field}.key", text(expression, "key"))
    return (
        errors
        + keyed
        + joined(
            invalid(f"{field}.values[{at}]", value, *label_value_problems(value))
            for at, value in enumerate(values)
        )
    )


def selector_matches(selector: Tree | None, labels: Tree) -> bool | None:
    """Whether a selector chooses these labels; None for a selector that is not valid.

    Mirrors LabelSelectorAsSelector: nil chooses nothing, an empty selector everything.
    """
    if selector is None:
        return False
    expressions = items(selector, "matchExpressions")
    if any(_is_unusable(expression) for expression in expressions) or validate_labels(
        selector, "matchLabels", ""
    ):
        return None
    wanted = part(selector, "matchLabels")
    return all(labels.get(key) == (wanted[key] or "") for key in wanted) and all(
        _matches(expression, labels) for expression in expressions
    )


def _is_unusable(expression: Tree) -> bool:
    values = items(expression, "values")
    wrong = bool(label_key_problems(text(expression, "key"))) or any(
        label_value_problems(value) for value in values
    )
    match text(expression, "operator"):
        case "In" | "NotIn":
            return wrong or not values
        case "Exists" | "DoesNotExist":
            return wrong or bool(values)
        case _:
            return True


def _matches(expression: Tree, labels: Tree) -> bool:
    key, values = text(expression, "key"), items(expression, "values")
    match text(expression, "operator"):
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels
