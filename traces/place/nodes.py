"""The nodes of a question: read from documents, with what their controllers would have written, and checked.

A node's allocatable is its capacity where it says nothing (pkg/apis/core/v1/defaults.go); conditions become the taints
that the node lifecycle controller keeps (doNoScheduleTaintingPass of pkg/controller/nodelifecycle, release 1.36).
Left out: the kubelet's own reservations, which are known only where the node reports its allocatable.
"""

import attrs

from seatrial.model.api.core import Node, Taint
from seatrial.model.api.defaulting import default_node
from seatrial.model.controllers.node_taints import add_or_update_taint, taint_exists
from seatrial.model.controllers.nodelifecycle import TAINT_OF_CONDITION
from seatrial.traces.importers.errors import ManifestError, Problem
from seatrial.traces.importers.manifests import Document
from seatrial.traces.scopes import decode

NEEDED = ("cpu", "memory", "pods")
HOW = "write status.allocatable: {cpu: ..., memory: ..., pods: ...}, as `kubectl get node -o yaml` prints it"


def node_of(document: Document) -> Node:
    """The node of a document; raises ManifestError for one that does not say what it can give."""
    node: Node = default_node(decode(document))
    held = node.status.allocatable
    missing = [name for name in NEEDED if name not in held]
    if missing:
        where = document.location
        path = f"{where.path}.status.allocatable" if where.path else "status.allocatable"
        found = f"nothing for {' and '.join(missing)}" if held else "nothing"
        raise ManifestError([Problem(where.file, where.line, path,
                                     f"what Node {document.name} can give to pods", found, HOW)])
    return tainted(node)


def tainted(node: Node) -> Node:
    """The node with a NoSchedule taint for each condition that calls for one."""
    taints = node.spec.taints
    for key in condition_taints(node):
        taints = add_or_update_taint(taints, Taint(key, effect="NoSchedule"))
    return node if taints == node.spec.taints else attrs.evolve(node, spec=attrs.evolve(node.spec, taints=taints))


def condition_taints(node: Node) -> tuple[str, ...]:
    """The keys of the taints that its conditions call for and that it does not have."""
    keys = [key for each in node.status.conditions if (key := TAINT_OF_CONDITION.get((each.type, each.status)))]
    return tuple(key for key in keys if not taint_exists(node.spec.taints, Taint(key, effect="NoSchedule")))
