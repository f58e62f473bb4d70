"""Whether a kubelet admits a pod that is bound to its node.

Mirrors pkg/kubelet/lifecycle/predicate.go (release 1.36), as far as taints go: a NoExecute taint that the pod does
not tolerate rejects it. A pod reaches that check when it was bound by hand, or on a stale view of the node.
"""

from seatrial.model.api.core import Node, Pod, Taint, Toleration
from seatrial.model.client.local import Local
from seatrial.model.node.memory import Rejection
from seatrial.model.node.phase import is_static


def admit(local: Local, pod: Pod) -> Rejection | None:
    """Does this kubelet run the pod? It judges by what its informer shows of its own node."""
    node: Node | None = local.get("nodes", pod.spec.node_name)
    if node is None or is_static(pod):
        return None
    return judge_taints(node.spec.taints, pod.spec.tolerations)


def judge_taints(taints: tuple[Taint, ...], tolerations: tuple[Toleration, ...]) -> Rejection | None:
    """A NoExecute taint without a toleration rejects; the kubelet looks at no other effect."""
    for taint in taints:
        if taint.effect == "NoExecute" and not any(tolerates(each, taint) for each in tolerations):
            why = "node(s) had taints that the pod didn't tolerate"
            return Rejection("TaintToleration", f"Predicate TaintToleration failed: {why}")
    return None


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Does a toleration match a taint? An empty key with Exists matches all, an empty effect every effect."""
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    if toleration.operator == "Exists":
        return True
    return toleration.operator in ("", "Equal") and toleration.value == taint.value
