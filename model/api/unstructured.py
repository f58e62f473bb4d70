"""Objects of which the model knows nothing but their metadata: custom resources, above all."""

import attrs

from seatrial.model.api.meta import Json, ObjectMeta
from seatrial.model.api.wire import one, unmodelled


@attrs.frozen(cache_hash=True)
class Unstructured:
    """An object whose content is a frozen JSON tree in `unmodelled`: `content(obj)["spec"]["replicas"]`."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    unmodelled: Json = unmodelled()
