"""L12, kubernetes/kubernetes#98520: a container was created twice because the runtime's answer came too late.

The kubelet's call timed out, but the runtime had created the container and went on to start it; the retry, not made
under the same name, started a second one.
"""

import attrs

from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.variants.scenarios import NAMESPACE, node, pod
from seatrial.model.variants.variant import Variant

GATE = "IdempotentCreateContainer"


def apply(scope: Scope) -> Scope:
    """The scope with a runtime that does not recognise a repeated create."""
    return attrs.evolve(scope, gates=scope.gates.set(GATE, False))  # noqa: FBT003 -- a gate's value


VARIANT = Variant(
    "L12", "kubernetes/kubernetes#98520", "a create that timed out in the runtime is repeated under another name",
    breaks="one_running_container",
    scenario=Scope(objects=(*NAMESPACE, node(), pod("web", node="node-1")), kubelets=True, timed=True,
                   budgets=FrozenMap({"cri-lost": 1})),
    apply=apply)
