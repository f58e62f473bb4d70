"""What is there without being stored: namespaces and service accounts that a scope takes as given.

An explored scope holds as few cells as it can, so it need not list the namespace that its objects live in, nor what a
process that does not run in it would have made. Taken as there, for good: the namespaces that every cluster begins
with and those that the scope's objects name, unless the scope lists a Namespace of that name; in these, and in all
others as long as no service account controller runs, the ServiceAccount `default`. What is stored always counts first.
Sound: what is implied cannot be deleted (in a real cluster it would have to be deleted by somebody, and whoever wants
that in a scope lists it).
"""

from functools import lru_cache

from seatrial.model.api.core import Namespace, ServiceAccount
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.etcd.store import object_cell
from seatrial.model.system import System
from seatrial.model.view import View

BOOTSTRAP_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
SERVICE_ACCOUNT_CONTROLLER = "serviceaccount-controller"
SYSTEMS = 64


@lru_cache(maxsize=SYSTEMS)
def implied_namespaces(system: System) -> tuple[str, ...]:
    """The namespaces that a scope takes as given, in order."""
    objects = system.scope.objects
    listed = {each.metadata.name for each in objects if isinstance(each, Namespace)}
    named = {*BOOTSTRAP_NAMESPACES, *(each.metadata.namespace for each in objects)} - listed - {""}
    return tuple(sorted(named))


def namespace_phase(view: View, system: System, name: str) -> str | None:
    """The phase of a namespace, stored or implied; None when there is no such namespace."""
    phase: str | None = view.get(object_cell("namespaces", name), phase_of)
    return "Active" if phase is None and name in implied_namespaces(system) else phase


def phase_of(namespace: Namespace | None) -> str | None:
    """Projection: Active or Terminating; None when it is not there."""
    return None if namespace is None else namespace.status.phase or "Active"


@lru_cache(maxsize=1024)
def implied_service_account(namespace: str) -> ServiceAccount:
    """A namespace's default ServiceAccount as the scope takes it as given."""
    return ServiceAccount(ObjectMeta(name="default", namespace=namespace))


def get_service_account(view: View, system: System, namespace: str, name: str) -> ServiceAccount | None:
    """The ServiceAccount, stored or implied."""
    found: ServiceAccount | None = view[object_cell("serviceaccounts", f"{namespace}/{name}")]
    if found is not None or name != "default":
        return found
    if namespace in implied_namespaces(system) or SERVICE_ACCOUNT_CONTROLLER not in system.processes:
        return implied_service_account(namespace)
    return None
