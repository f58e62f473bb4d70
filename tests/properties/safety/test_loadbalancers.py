"""The property of load balancers says what is wrong when it is."""

from seatrial.model.cloud.provider import LoadBalancer, load_balancer_cell
from tests.properties.worlds import changed, object_of, says_of, service, world


def test_load_balancer_implies_service_tells_one_without() -> None:
    """A load balancer that outlives its Service is named with it."""
    held = world(service("LoadBalancer"))
    uid = held.get("services", "default/web").metadata.uid
    before = changed(held, (load_balancer_cell(uid), LoadBalancer("default/web", "203.0.113.1")))
    assert says_of("load_balancer_implies_service", held, before) is None
    after = changed(before, (object_of("services", service())[0], None))
    expected = "the cloud has the load balancer 203.0.113.1 of Service default/web, which is gone"
    assert expected == says_of("load_balancer_implies_service", before, after)
