"""Which nodes a DaemonSet's pods are for."""

import attrs
import pytest

from seatrial.model.api.affinity import Affinity, NodeAffinity, PreferredSchedulingTerm
from seatrial.model.api.core import Node, Pod, PodSpec, Taint, Toleration
from seatrial.model.frozen import FrozenMap
from seatrial.traces.place.daemon_pods import (
    add_or_update_daemon_pod_tolerations,
    node_should_run_daemon_pod,
    replace_node_name_node_affinity,
)
from seatrial.traces.scopes import default_nodes

NODE = default_nodes(1)[0]
POD = Pod()


def tainted(*taints: Taint) -> Node:
    """The node with taints."""
    return attrs.evolve(NODE, spec=attrs.evolve(NODE.spec, taints=taints))


@pytest.mark.parametrize(("key", "effect", "host_network", "runs"), [
    ("node.kubernetes.io/unschedulable", "NoSchedule", False, True),
    ("node.kubernetes.io/not-ready", "NoExecute", False, True),
    ("node.kubernetes.io/disk-pressure", "NoSchedule", False, True),
    ("node.kubernetes.io/network-unavailable", "NoSchedule", False, False),
    ("node.kubernetes.io/network-unavailable", "NoSchedule", True, True),
    ("node-role.kubernetes.io/control-plane", "NoSchedule", False, False),
    ("spot", "NoExecute", False, False),
    ("spot", "PreferNoSchedule", False, True),
])
def test_daemon_pods_live_with_the_taints_of_sick_nodes(key: str, effect: str, runs: bool,
                                                        host_network: bool) -> None:
    """But with no others, unless their template says so."""
    pod = attrs.evolve(POD, spec=PodSpec(host_network=host_network))
    assert runs == node_should_run_daemon_pod(tainted(Taint(key, effect=effect)), pod)
    everything = attrs.evolve(pod, spec=attrs.evolve(pod.spec, tolerations=(Toleration(operator="Exists"),)))
    assert node_should_run_daemon_pod(tainted(Taint(key, effect=effect)), everything)


@pytest.mark.parametrize(("spec", "runs"), [
    (PodSpec(), True),
    (PodSpec(node_selector=FrozenMap({"topology.kubernetes.io/zone": "a"})), True),
    (PodSpec(node_selector=FrozenMap({"topology.kubernetes.io/zone": "b"})), False),
    (PodSpec(node_name="node-1"), True),
    (PodSpec(node_name="node-2"), False),
])
def test_selector_and_name_rule_nodes_out(spec: PodSpec, runs: bool) -> None:
    """A node that does not suit has no pod at all."""
    assert runs == node_should_run_daemon_pod(NODE, Pod(spec=spec))


def test_a_toleration_that_is_there_is_not_added_again() -> None:
    """One of the same key, effect and operator is replaced in its place."""
    held = Toleration("node.kubernetes.io/not-ready", "Exists", effect="NoExecute", toleration_seconds=300)
    found = add_or_update_daemon_pod_tolerations(PodSpec(tolerations=(held,))).tolerations
    assert 6 == len(found)
    assert attrs.evolve(held, toleration_seconds=None) == found[0]


def test_the_pod_is_bound_to_its_node_by_affinity() -> None:
    """What was required before is replaced, what is preferred stays."""
    preferred = (PreferredSchedulingTerm(weight=1),)
    found = replace_node_name_node_affinity(Affinity(NodeAffinity(preferred=preferred)), "node-1")
    assert found.node_affinity is not None
    assert preferred == found.node_affinity.preferred
    assert found.node_affinity.required is not None
    (term,) = found.node_affinity.required.node_selector_terms
    assert [("metadata.name", "In", ("node-1",))] == [(each.key, each.operator, each.values)
                                                      for each in term.match_fields]
