"""TaintNodesByCondition: a new node is tainted not-ready until its conditions are known.

Mirrors plugin/pkg/admission/nodetaint (release 1.36). Otherwise pods could land on it before the node lifecycle
controller has looked at it.
"""

from seatrial.model.api.core import Node, Taint
from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.request import CREATE, Request
from seatrial.model.client.calls import Reply
from seatrial.model.evolve import evolve
from seatrial.model.system import System
from seatrial.model.view import View

NOT_READY = Taint("node.kubernetes.io/not-ready", effect="NoSchedule")


def admit(view: View, system: System, request: Request) -> Request | Reply:
    """Adds the taint, unless the node has it."""
    del view, system
    node: Node = request.new
    if any(each.key == NOT_READY.key and each.effect == NOT_READY.effect for each in node.spec.taints):
        return request
    spec = evolve(node.spec, taints=(*node.spec.taints, NOT_READY))
    return request.with_new(evolve(node, spec=spec))


PLUGIN = Plugin("TaintNodesByCondition", (CREATE,), ("nodes",), mutate=admit)
