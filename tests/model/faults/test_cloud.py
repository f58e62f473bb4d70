"""The cloud fault: only its budget makes a call fail."""

import pytest

from seatrial.model.cloud.provider import LoadBalancer, load_balancer_cell
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.faults import FAULTS
from seatrial.model.faults.cloud import FAULT
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from tests.model.node.clusters import offers, take
from tests.model.samples import make_node, make_service
from tests.model.schedules import settle

UID = "services:default/web"


def asking(budget: int = 1) -> Cluster:
    """The service controller is about to ask for a load balancer."""
    scope = Scope(("service-lb",), (make_node(), make_service()), budgets=FrozenMap({"cloud": budget}), secured=False)
    cluster = start(scope)
    while not offers(cluster, "CloudCall"):
        fair = next(each for each in enabled(cluster) if each.step != "CloudFails")
        cluster = take(cluster, fair.step, process=fair.process, key=fair.key, choice=fair.choice)
    return cluster


@pytest.mark.parametrize("outcome, done", [("failed", False), ("lost", True)])
def test_a_failed_call_is_not_done_and_a_lost_one_is(outcome: str, done: bool) -> None:
    """The controller learns the same; the cloud differs. Tried again, both end with the load balancer."""
    cluster = take(asking(), "CloudFails", choice=outcome)
    assert done == isinstance(cluster[load_balancer_cell(UID)], LoadBalancer)
    assert not offers(cluster, "CloudFails")
    end = settle(cluster)
    status = end.get("services", "default/web").status
    assert ("203.0.113.1",) == tuple(each.ip for each in status.load_balancer.ingress)


def test_it_needs_budget_and_is_listed() -> None:
    """Without budget (control) no call fails; the fault is among all faults."""
    assert offers(asking(), "CloudFails")
    assert not offers(asking(0), "CloudFails")
    assert FAULT in FAULTS
