"""PriorityClasses; mirrors staging/src/k8s.io/api/scheduling/v1/types.go (release 1.36)."""

import attrs

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.wire import flag, number, one, text


@attrs.frozen(cache_hash=True)
class PriorityClass:
    """What a pod's priority is worth when it names this class."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    value: int = number("value", keep=True)
    global_default: bool = flag("globalDefault")
    description: str = text("description")
    preemption_policy: str = text("preemptionPolicy")
