"""What the cloud controllers never leave behind: a load balancer that belongs to no Service."""

from seatrial.model.actions import Action
from seatrial.model.api.core import Service
from seatrial.model.cloud.provider import load_balancers
from seatrial.model.cluster import Cluster
from seatrial.model.scope import Scope
from seatrial.properties.changes import changed_cells
from seatrial.properties.premises import manifests
from seatrial.properties.property import SOMETIMES, STEP, Property, objects

SERVICES = "service-lb-controller"


def load_balancer_implies_service(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A load balancer in the cloud belongs to a Service that is stored."""
    del action
    for cell, _, _ in changed_cells(before, after, "cloud", "object"):
        if cell.table == "object" and cell.kind != "services":
            continue
        uids = [service.metadata.uid for service in after.objects("services")]
        for uid, each in load_balancers(after.view()):
            if uid not in uids:
                return f"the cloud has the load balancer {each.ip} of Service {each.service}, which is gone"
    return None


def some_load_balancer_exists(cluster: Cluster) -> str | None:
    """There is a load balancer."""
    for _, each in load_balancers(cluster.view()):
        return f"the cloud has the load balancer {each.ip} of Service {each.service}"
    return None


def wants_load_balancers(scope: Scope) -> bool:
    """Scopes with a Service of type LoadBalancer, for no other class of controllers."""
    return any(
        isinstance(each, Service) and each.spec.type == "LoadBalancer" and not each.spec.load_balancer_class
        for each in manifests(scope)
    )


PROPERTIES = (
    Property(
        "load_balancer_implies_service",
        STEP,
        "a load balancer that nobody knows of costs money and leads nowhere",
        load_balancer_implies_service,
        "https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/"
        "#garbage-collecting-load-balancers",
        restrictions="nobody takes the finalizer off by hand, and the controller never lists from the past",
        sibling="some_load_balancer_exists",
        reads=(("cloud", ""), *objects("services")),
        needs=(SERVICES,),
        breaks_under=("lagging",),
        where=wants_load_balancers,
    ),
    Property(
        "some_load_balancer_exists",
        SOMETIMES,
        "the premise of a load balancer's end",
        some_load_balancer_exists,
        reads=(("cloud", ""),),
    ),
)
