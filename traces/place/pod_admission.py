"""What an API server makes of the pods that controllers send: defaults, admission, and refusals.

Each pod is created alone, in a store that holds what admission looks up. What the files do not hold is taken as there:
namespaces, service accounts, PriorityClasses (of priority 0). Left out: ResourceQuota and LimitRange, which the caller
names as assumptions.
"""

from collections.abc import Iterable

import attrs

from seatrial.model.api.core import Namespace, Pod, ServiceAccount
from seatrial.model.api.defaulting_pod import default_pod
from seatrial.model.api.meta import ObjectMeta, key_of
from seatrial.model.api.scheduling import PriorityClass
from seatrial.model.apiserver.admission.priority import SYSTEM_CLASSES
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import Call
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import put, system_of
from seatrial.model.system import System
from seatrial.model.users import GROUPS, USER
from seatrial.model.view import Cell, Cells, View
from seatrial.traces.importers.errors import ManifestError, Problem
from seatrial.traces.importers.manifests import Document

BUILT_IN = tuple(each.name for each in SYSTEM_CLASSES)


@attrs.frozen(eq=False)
class Server:
    """A system and a store in which pods are admitted."""

    system: System
    cells: Cells


def server_for(pods: Iterable[Pod], classes: tuple[PriorityClass, ...]) -> Server:
    """A server that has what these pods name."""
    pods = tuple(pods)
    names = sorted({pod.metadata.namespace for pod in pods})
    accounts = sorted({(pod.metadata.namespace, pod.spec.service_account_name or pod.spec.service_account or "default")
                       for pod in pods})
    absent = tuple(PriorityClass(ObjectMeta(name=name)) for name in missing_classes(pods, classes))
    system = system_of(Scope(objects=tuple(Namespace(ObjectMeta(name=name)) for name in names)))
    view = View(FrozenMap())
    view[Cell("clock")] = 0
    accounts_there = tuple(ServiceAccount(ObjectMeta(name=name, namespace=space)) for space, name in accounts)
    for each in (*system.scope.objects, *accounts_there, *classes, *absent):
        put(view, each)
    return Server(system, view.commit())


def missing_classes(pods: Iterable[Pod], classes: tuple[PriorityClass, ...]) -> tuple[str, ...]:
    """The PriorityClasses that pods name and nobody has."""
    known = {*BUILT_IN, *(each.metadata.name for each in classes), ""}
    return tuple(sorted({pod.spec.priority_class_name for pod in pods} - known))


def admitted(server: Server, pod: Pod, document: Document) -> Pod:
    """The pod as it would be stored; raises ManifestError with the server's refusal.

    One that was stored before (it has a UID) is only given its defaults.
    """
    if pod.metadata.uid:
        return default_pod(pod)
    view = View(server.cells)
    reply = serve(view, server.system, USER, GROUPS, Call("create", "pods", key_of(pod.metadata), pod))
    if not reply.ok:
        where = document.location
        what = "a Pod" if document.kind == "Pod" else f"a {document.kind} whose pods"
        found = f"{reply.code} {reply.reason}: {reply.message}"
        raise ManifestError([Problem(where.file, where.line, where.path, f"{what} the API server accepts", found,
                                     "correct what the message names")])
    stored: Pod = reply.body
    return attrs.evolve(stored, metadata=attrs.evolve(pod.metadata, labels=stored.metadata.labels,
                                                      annotations=stored.metadata.annotations))
