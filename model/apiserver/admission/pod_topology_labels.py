"""PodTopologyLabels: binding a pod copies its node's zone and region to the pod's labels.

Mirrors plugin/pkg/admission/podtopologylabels (release 1.36, gate PodTopologyLabelsAdmission, on by default). A node
that is not there changes nothing. Left out: pods created with a node name, whose labels upstream sets as well: only
DaemonSet-less static pods are made so, and nothing modelled reads these labels of them.
"""

from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.request import CREATE, Request
from seatrial.model.client.calls import Reply
from seatrial.model.etcd.store import object_cell
from seatrial.model.evolve import evolve
from seatrial.model.frozen import FrozenMap
from seatrial.model.system import System
from seatrial.model.view import View

LABELS = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")
GATE = "PodTopologyLabelsAdmission"


def topology_of(node: object) -> tuple[tuple[str, str], ...]:
    """Projection: a node's zone and region, as labels."""
    if node is None:
        return ()
    labels = node.metadata.labels  # type: ignore[attr-defined]
    return tuple((key, labels[key]) for key in LABELS if key in labels)


def admit(view: View, system: System, request: Request) -> Request | Reply:
    """Adds the labels to the binding."""
    if not system.scope.gate(GATE):
        return request
    found = view.get(object_cell("nodes", request.new.node), topology_of)
    return request.with_new(evolve(request.new, labels=FrozenMap(found))) if found else request


PLUGIN = Plugin("PodTopologyLabels", (CREATE,), ("pods/binding",), mutate=admit)
