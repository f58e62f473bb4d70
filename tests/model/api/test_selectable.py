"""What objects can be selected by."""

import pytest

from seatrial.model.api.core import Node, NodeSpec, Pod, PodSpec, PodStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.selectable import BY_RESOURCE, EVERY, field_of, selectable_fields

META = ObjectMeta(name="web", namespace="shop")


def test_a_pod_is_selected_by_where_and_how_it_runs() -> None:
    """Its node, policy, scheduler, account, phase and address, and its name and namespace like everything."""
    spec = PodSpec(node_name="n", restart_policy="Never", scheduler_name="mine", service_account_name="bot")
    pod = Pod(META, spec, PodStatus(phase="Running", pod_ip="10.0.0.1"))
    names = (*sorted(EVERY), *sorted(BY_RESOURCE["pods"]))
    assert ["web", "shop", "n", "Never", "mine", "bot", "Running", "10.0.0.1"] == [
        *selectable_fields("pods", pod, names).values()]


def test_a_node_is_selected_by_its_cordon() -> None:
    """As the text of a boolean."""
    for cordoned, expected in ((True, "true"), (False, "false")):
        node = Node(META, NodeSpec(unschedulable=cordoned))
        assert {"spec.unschedulable": expected} == selectable_fields("nodes", node, ("spec.unschedulable",))


@pytest.mark.parametrize("resource", ["services", "pods"])
def test_no_other_field_selects(resource: str) -> None:
    """The server refuses it, and the message says what it takes."""
    with pytest.raises(ValueError, match=r"^field label not supported: spec\.size: .* selected by metadata\.name, "):
        field_of(resource, "spec.size")
