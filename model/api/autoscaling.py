"""The body of the scale subresource: autoscaling/v1 Scale.

Mirrors staging/src/k8s.io/api/autoscaling/v1/types.go (release 1.36).
"""

import attrs

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.wire import number, one, text


@attrs.frozen
class ScaleSpec:
    """How many replicas there should be."""

    replicas: int = number("replicas")


@attrs.frozen
class ScaleStatus:
    """How many there are, and the label selector of their pods as text."""

    replicas: int = number("replicas", keep=True)
    selector: str = text("selector")


@attrs.frozen
class Scale:
    """The scale of a workload."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    spec: ScaleSpec = one("spec", ScaleSpec)
    status: ScaleStatus = one("status", ScaleStatus)
