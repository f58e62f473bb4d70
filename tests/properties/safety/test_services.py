"""Each property of Services says what is wrong when it is."""

import pytest

from seatrial.model.actions import Action
from seatrial.model.api.discovery import Endpoint, EndpointConditions, EndpointSlice, ObjectReference
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.controllers.endpointslice import Writing
from seatrial.model.controllers.endpointslice_reconciler import Group, Write
from tests.properties.worlds import changed, pod, says, says_of, service, world

SLICES, KEY = "endpointslice-controller", "default/web"


def test_cluster_ip_unique_tells_both_services() -> None:
    """Two Services with one address are named."""
    expected = "10.96.0.1 is the cluster IP of Service default/db and of Service default/web"
    assert expected == says("cluster_ip_unique", world(service(), service(name="db")))
    assert says("cluster_ip_unique", world(service(), service(number=2, name="db"))) is None


def test_node_port_unique_tells_both_services() -> None:
    """Two Services on one port of the nodes are named."""
    expected = "TCP port 30001 of the nodes is of Service default/db and of Service default/web"
    assert expected == says("node_port_unique", world(service("NodePort"), service("NodePort", name="db")))
    assert says("node_port_unique", world(service("NodePort"), service("NodePort", 2, "db"))) is None


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (pod(), "it sees it not ready"),
        (pod(ready=True, deleted=True), "it sees it in deletion"),
        (pod("web-2", ready=True), "it sees no such pod"),
        (pod(ready=True), None),
    ],
)
def test_endpoints_subset_of_ready_tells_why_a_pod_is_none(held: object, why: str | None) -> None:
    """A pod that the controller did not see ready, and shows as ready, is named with what it saw."""
    reference = ObjectReference("Pod", "default", "web-1", "u1")
    endpoint = Endpoint(("10.244.1.2",), EndpointConditions(ready=True), target_ref=reference)
    made = EndpointSlice(ObjectMeta("web-a", "default"), "IPv4", (endpoint,))
    before = world(service(), held, controllers=("endpointslice",))
    call = Call("create", "endpointslices", "default/web-a", made, memo=Writing((Group((Write("create", made),)),)))
    after = changed(before, (plan_cell(SLICES, KEY), Waiting(call)))
    said = says_of("endpoints_subset_of_ready", before, after, Action("Sync", SLICES, KEY))
    assert (why and f"the EndpointSlice controller decides to show pod web-1 as ready for default/web: {why}") == said
