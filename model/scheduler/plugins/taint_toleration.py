"""TaintToleration: a node's taints repel the pods that do not tolerate them.

Mirrors pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go and
staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go (release 1.36). The operators Lt and Gt are behind
the gate TaintTolerationComparisonOperators, which is off by default: such a toleration tolerates nothing.
"""

from collections.abc import Iterable

from seatrial.model.api.core import Node, Pod, Taint, Toleration
from seatrial.model.scheduler.framework import (
    PASSED,
    UNRESOLVABLE,
    Nodes,
    Plugin,
    PreScoreResult,
    Registration,
    Status,
    default_normalize_score,
)
from seatrial.model.scheduler.node_info import NodeInfo

NAME = "TaintToleration"
REPELLING = ("NoSchedule", "NoExecute")
PREFERRED = "PreferNoSchedule"
REJECTED = Status(UNRESOLVABLE, ("node(s) had untolerated taint(s)",), NAME)
Tolerations = tuple[Toleration, ...]


def tolerates_taint(toleration: Toleration, taint: Taint) -> bool:
    """Does this toleration cover this taint? An empty key or effect covers all."""
    if toleration.effect not in ("", taint.effect) or toleration.key not in ("", taint.key):
        return False
    if toleration.operator in ("", "Equal"):
        return toleration.value == taint.value
    return toleration.operator == "Exists"


def tolerations_tolerate_taint(tolerations: Tolerations, taint: Taint) -> bool:
    """Does any of them?"""
    return any(tolerates_taint(each, taint) for each in tolerations)


def find_untolerated_taint(taints: Iterable[Taint], tolerations: Tolerations) -> Taint | None:
    """The first taint that keeps the pod away, or None."""
    for taint in taints:
        if taint.effect in REPELLING and not tolerations_tolerate_taint(tolerations, taint):
            return taint
    return None


def count_intolerable_taints(taints: Iterable[Taint], tolerations: Tolerations) -> int:
    """How many taints the pod would rather avoid."""
    return sum(taint.effect == PREFERRED and not tolerations_tolerate_taint(tolerations, taint) for taint in taints)


def filter_node(state: object, pod: Pod, info: NodeInfo) -> Status:
    """No taint that keeps pods away is left untolerated."""
    del state
    return PASSED if find_untolerated_taint(info.node.spec.taints, pod.spec.tolerations) is None else REJECTED


def pre_score(pod: Pod, feasible: Nodes, nodes: Nodes) -> PreScoreResult:
    """The tolerations that speak of preferences."""
    del feasible, nodes
    return PreScoreResult(state=tuple([each for each in pod.spec.tolerations if each.effect in ("", PREFERRED)]))


def score(state: Tolerations, pod: Pod, info: NodeInfo) -> int:
    """The number of taints to avoid; normalisation turns it round."""
    del pod
    return count_intolerable_taints(info.node.spec.taints, state)


def normalize(scores: tuple[int, ...]) -> tuple[int, ...]:
    """Few such taints are best."""
    return default_normalize_score(scores, reverse=True)


def is_schedulable_after_node_change(pod: Pod, old: Node | None, new: Node) -> bool:
    """Did the node have an untolerated taint, or was it not there, and has none now?"""
    was = old is None or find_untolerated_taint(old.spec.taints, pod.spec.tolerations) is not None
    return was and find_untolerated_taint(new.spec.taints, pod.spec.tolerations) is None


def is_schedulable_after_pod_toleration_change(pod: Pod, old: Pod, new: Pod) -> bool:
    """Was it this pod that got a toleration?"""
    del old
    return new.metadata.uid == pod.metadata.uid


PLUGIN = Plugin(
    NAME, filter_node, score=score, pre_score=pre_score, normalize=normalize, weight=3,
    events=(
        Registration("Node", ("Add", "UpdateNodeTaint"), is_schedulable_after_node_change),
        Registration("Pod", ("UpdatePodToleration",), is_schedulable_after_pod_toleration_change),
    ),
)
