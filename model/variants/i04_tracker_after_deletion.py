"""I04, kubernetes/kubernetes#141592: an EndpointSlice was waited for that had been seen to go already.

The controller noted its own write when the answer arrived, unordered with the watch. A slice that was created, and
deleted by somebody else, before that answer was noted after its deletion had been handled: the cache counted as stale
for ever, and the Service stayed without endpoints.
"""

from seatrial.model.controllers import endpointslice
from seatrial.model.controllers.endpointslice import Settings, controller
from seatrial.model.controllers.endpointslice_tracker import record_every_write
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.users import Delete
from seatrial.model.variants.scenarios import NAMESPACE, answering, node, pod, service
from seatrial.model.variants.variant import Variant, replace_controller


def apply(scope: Scope) -> Scope:
    """The scope with that EndpointSlice controller."""
    broken = controller(Settings(record=record_every_write))
    return replace_controller(scope, endpointslice.CONTROLLER.name, broken)


VARIANT = Variant(
    "I04", "kubernetes/kubernetes#141592", "an EndpointSlice is waited for that was seen to go already",
    breaks="endpoints_converge",
    scenario=Scope(controllers=("endpointslice",), timed=True,
                   objects=(*NAMESPACE, node(), service(), answering(pod("web-a", node="node-1"), "10.244.0.2")),
                   users=(Delete("endpointslices", "default/web-bbbbb"),), budgets=FrozenMap({"delete": 1})),
    apply=apply)
