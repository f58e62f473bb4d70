"""ObjectMeta and what every kind shares; mirrors staging/src/k8s.io/apimachinery/pkg/apis/meta/v1 (release 1.36).

A resourceVersion is an integer here; on the wire it is text. `managedFields` and `selfLink` are kept, unmodelled.
"""

from typing import Any

import attrs

from seatrial.model.api.wire import (
    Codec,
    DecodeError,
    is_none,
    many,
    number,
    optional_flag,
    optional_number,
    strings,
    text,
    texts,
    time,
    unmodelled,
)
from seatrial.model.frozen import FrozenMap

Strings = FrozenMap[str, str]
Json = FrozenMap[str, Any]


def _read_version(value: object, path: str) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not str(value).isdigit():
        raise DecodeError(path, "a resourceVersion of decimal digits", value)
    return int(str(value))


def version(name: str) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a resourceVersion: an integer, or None when the object was never stored."""
    return attrs.field(default=None, metadata={"wire": Codec(name, _read_version, str, is_none)})


@attrs.frozen(cache_hash=True)
class OwnerReference:
    """Who an object belongs to."""

    api_version: str = text("apiVersion", keep=True)
    kind: str = text("kind", keep=True)
    name: str = text("name", keep=True)
    uid: str = text("uid", keep=True)
    controller: bool | None = optional_flag("controller")
    block_owner_deletion: bool | None = optional_flag("blockOwnerDeletion")


@attrs.frozen(cache_hash=True)
class ObjectMeta:
    """Name, identity, version, labels, owners and deletion of an object."""

    name: str = text("name")
    namespace: str = text("namespace")
    generate_name: str = text("generateName")
    uid: str = text("uid")
    resource_version: int | None = version("resourceVersion")
    generation: int = number("generation")
    creation_timestamp: int | None = time("creationTimestamp")
    deletion_timestamp: int | None = time("deletionTimestamp")
    deletion_grace_period_seconds: int | None = optional_number("deletionGracePeriodSeconds")
    labels: Strings = strings("labels")
    annotations: Strings = strings("annotations")
    owner_references: tuple[OwnerReference, ...] = many("ownerReferences", OwnerReference)
    finalizers: tuple[str, ...] = texts("finalizers")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class TemplateMeta:
    """The metadata of a pod template."""

    labels: Strings = strings("labels")
    annotations: Strings = strings("annotations")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class LabelSelectorRequirement:
    """One requirement of a label selector: In, NotIn, Exists or DoesNotExist."""

    key: str = text("key", keep=True)
    operator: str = text("operator", keep=True)
    values: tuple[str, ...] = texts("values")


@attrs.frozen(cache_hash=True)
class LabelSelector:
    """A label selector: all labels and all expressions must match."""

    match_labels: Strings = strings("matchLabels")
    match_expressions: tuple[LabelSelectorRequirement, ...] = many("matchExpressions", LabelSelectorRequirement)


@attrs.frozen(cache_hash=True)
class Condition:
    """One condition of a status; Deployments also stamp when it was last updated, nodes their heartbeat."""

    type: str = text("type", keep=True)
    status: str = text("status", keep=True)
    last_update_time: int | None = time("lastUpdateTime")
    last_transition_time: int | None = time("lastTransitionTime")
    reason: str = text("reason")
    message: str = text("message")
    observed_generation: int = number("observedGeneration")
    last_heartbeat_time: int | None = time("lastHeartbeatTime")
    unmodelled: Json = unmodelled()


def get_controller_of(meta: ObjectMeta) -> OwnerReference | None:
    """Returns the owner reference that is marked as controller, if there is one."""
    return next((owner for owner in meta.owner_references if owner.controller), None)


def key_of(meta: ObjectMeta) -> str:
    """Returns "namespace/name", or the bare name of a cluster-scoped object (client-go: MetaNamespaceKeyFunc)."""
    return f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name


def split_key(key: str) -> tuple[str, str]:
    """Returns namespace ("" for a cluster-scoped object) and name."""
    namespace, _, name = key.rpartition("/")
    return namespace, name


def get_condition(conditions: tuple[Condition, ...], kind: str) -> Condition | None:
    """Returns the condition of this type, if there is one."""
    return next((condition for condition in conditions if condition.type == kind), None)
