"""Which nodes a DaemonSet's pods are for, and how each is bound to its node.

Mirrors NodeShouldRunDaemonPod of pkg/controller/daemon/daemon_controller.go, and AddOrUpdateDaemonPodTolerations and
ReplaceDaemonSetPodNodeNameNodeAffinity of pkg/controller/daemon/util/daemonset_util.go (release 1.36). The node's
selector, affinity and taints decide whether there is a pod at all; whether it fits is the scheduler's business: a pod
without room waits. Left out: shouldContinueRunning (pods that stand are taken as they are) and surge.
"""

import attrs

from seatrial.model.api.affinity import Affinity, NodeAffinity, NodeSelector, NodeSelectorTerm, SelectorRequirement
from seatrial.model.api.core import Node, Pod, PodSpec, Toleration
from seatrial.model.scheduler.plugins.node_affinity import NAME_FIELD, matches_required, required_of
from seatrial.model.scheduler.plugins.taint_toleration import find_untolerated_taint

TOLERATED = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
TOLERATED_BY_HOST_NETWORK = ("node.kubernetes.io/network-unavailable", "NoSchedule")


def add_or_update_daemon_pod_tolerations(spec: PodSpec) -> PodSpec:
    """The spec with the tolerations that every daemon pod has."""
    wanted = (*TOLERATED, TOLERATED_BY_HOST_NETWORK) if spec.host_network else TOLERATED
    found = spec.tolerations
    for key, effect in wanted:
        toleration = Toleration(key=key, operator="Exists", effect=effect)
        found = add_or_update_toleration(found, toleration)
    return attrs.evolve(spec, tolerations=found)


def add_or_update_toleration(held: tuple[Toleration, ...], new: Toleration) -> tuple[Toleration, ...]:
    """The tolerations with this one in the place of those of its key, effect, operator and value, else at the end.

    Source: AddOrUpdateTolerationInPodSpec of pkg/apis/core/v1/helper/helpers.go, release 1.36.
    """
    same = [(each.key, each.effect, each.operator, each.value) == (new.key, new.effect, new.operator, new.value)
            for each in held]
    if any(same):
        return tuple(new if is_same else each for each, is_same in zip(held, same, strict=True))
    return (*held, new)


def replace_node_name_node_affinity(affinity: Affinity | None, node: str) -> Affinity:
    """The affinity with nothing required of the node but its name; what is preferred stays."""
    term = NodeSelectorTerm(match_fields=(SelectorRequirement(NAME_FIELD, "In", (node,)),))
    affinity = affinity or Affinity()
    of_node = affinity.node_affinity or NodeAffinity()
    return attrs.evolve(affinity, node_affinity=attrs.evolve(of_node, required=NodeSelector((term,))))


def node_should_run_daemon_pod(node: Node, template: Pod) -> bool:
    """Is there to be a pod on this node?"""
    pod = attrs.evolve(template, spec=add_or_update_daemon_pod_tolerations(template.spec))
    if pod.spec.node_name not in ("", node.metadata.name):
        return False
    if not matches_required(required_of(pod), node.metadata.name, node.metadata.labels):
        return False
    return find_untolerated_taint(node.spec.taints, pod.spec.tolerations) is None
