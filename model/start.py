"""From a Scope to its first cluster: settled objects in the store, every process up, everything listed and queued.

Or, where the scope says so, that cluster after it has come to rest.
"""

from typing import Any

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.core import Node, Pod
from seatrial.model.api.meta import ObjectMeta, key_of
from seatrial.model.api.registry import Kind, kind_of_object
from seatrial.model.apiserver.lagging import LAGGING, lagging_server
from seatrial.model.apiserver.names import next_uid
from seatrial.model.client import process
from seatrial.model.client.controller import Controller
from seatrial.model.client.process import UP, up_cell
from seatrial.model.cluster import Cluster
from seatrial.model.etcd import history
from seatrial.model.frozen import FrozenMap
from seatrial.model.hypotheses import hypotheses_of
from seatrial.model.loops import BY_NAME
from seatrial.model.meta.quantity import value
from seatrial.model.node.kubelet import kubelet
from seatrial.model.node.machine import UNBOUNDED, Machine, image_cell, machine_cell
from seatrial.model.node.proxy import kube_proxy
from seatrial.model.rest import run_to_rest
from seatrial.model.scope import Scope
from seatrial.model.steps import budget_cell
from seatrial.model.system import System, assemble
from seatrial.model.users_list import List
from seatrial.model.view import Cell, View


def processes_of(scope: Scope) -> tuple[Controller, ...]:
    """The processes that a scope names; raises ValueError for a name that no controller has."""
    found = []
    for each in scope.controllers:
        if isinstance(each, Controller):
            found.append(each)
        elif each in BY_NAME:
            found.append(BY_NAME[each])
        else:
            message = f"there is no controller {each!r}; the controllers are {', '.join(sorted(BY_NAME))}"
            raise ValueError(message)
    for node in nodes_of(scope):
        found += [kubelet(node)] if scope.kubelets else []
        found += [kube_proxy(node)] if scope.proxies else []
    lags = not scope.gate("WatchListClient") and scope.budgets.get("lagging")
    if lags and all(each.name != LAGGING for each in found):
        found.append(lagging_server(tuple(found)))
    return tuple(gated(scope, each) for each in found)


def nodes_of(scope: Scope) -> tuple[str, ...]:
    """The names of the Nodes that are there from the beginning, in order."""
    return tuple(each.metadata.name for each in scope.objects if isinstance(each, Node))


def gated(scope: Scope, controller: Controller) -> Controller:
    """The controller as the scope's feature gates have it."""
    if controller.consistency_gate and not scope.gate(controller.consistency_gate):
        return attrs.evolve(controller, consistent=())
    return controller


def start(scope: Scope) -> Cluster:
    """The initial cluster of a scope; raises ValueError for what does not exist, or does not go together.

    Of one that begins at rest, the cluster as it is then; raises NoRest if it does not come to rest.
    """
    hypotheses_of(scope)
    check_history(scope)
    system = assemble(scope, processes_of(scope))
    if scope.at_rest:  # by the clock in any case: what waits for a time to be over would wait for ever without one
        return Cluster(system, run_to_rest(start(attrs.evolve(scope, timed=True, at_rest=False))).cells)
    view = View(FrozenMap())
    view[Cell("clock")] = 0
    view[up_cell("kube-apiserver")] = UP
    for kind, count in scope.budgets.items():
        view[budget_cell(kind)] = count or None
    for each in scope.objects:
        put(view, each, alone=bool(scope.versions))
    if scope.history:
        history.begin(view)
    for binary in system.binaries():
        view[up_cell(binary)] = UP
    if scope.kubelets:
        for number, each in enumerate(each for each in scope.objects if isinstance(each, Node)):
            put_machine(view, scope, number, each)
    for controller in system.processes.values():
        process.start(view, controller)
    return Cluster(system, view.commit())


def check_history(scope: Scope) -> None:
    """Raises ValueError for a history without an order of versions, and for users who need one that is not kept."""
    if scope.history < 0:
        message = f"the scope keeps the history of {scope.history} events: give 0 or more"
        raise ValueError(message)
    if scope.history and scope.versions:
        message = (f"the scope keeps the history of {scope.history} events and counts versions modulo "
                   f"{scope.versions}: a log needs versions in their order; set one of history and versions to 0")
        raise ValueError(message)
    if not scope.history and scope.budgets.get(List.verb) and any(isinstance(each, List) for each in scope.users):
        message = ("a user of the scope lists in pages, which show one old version, and the scope keeps no history: "
                   "set history to the number of events that the API server's watch cache holds, 8 say")
        raise ValueError(message)


def put_machine(view: View, scope: Scope, number: int, node: Node) -> None:
    """Switches on the machine of a node, with the images that the scope says it has."""
    name = node.metadata.name
    cidr = node.spec.pod_cidr or f"10.244.{number}.0/24"
    memory = node.status.capacity.get("memory")
    view[machine_cell(name)] = Machine(address=f"192.168.{number // 250}.{number % 250 + 1}", pod_cidr=cidr,
                                       memory=UNBOUNDED if memory is None else value(memory))
    for image in images_of(scope) if scope.images is None else scope.images:
        view[image_cell(name, image)] = True


def images_of(scope: Scope) -> tuple[str, ...]:
    """Every image that the scope's objects name."""
    specs = [each.spec.template.spec if hasattr(each.spec, "template") else each.spec
             for each in scope.objects if isinstance(each, Deployment | Pod | ReplicaSet)]
    return tuple(sorted({container.image for spec in specs
                         for container in (*spec.init_containers, *spec.containers)}))


def put(view: View, each: Any, *, alone: bool = False) -> None:  # noqa: ANN401 -- any object
    """Stores an object that is there from the beginning, stamped by the server as if it had been created.

    `alone`: its versions are counted for it alone, as in scopes that bound them, so that equal objects have equal ones.
    """
    kind: Kind = kind_of_object(each)
    each = kind.default(each)
    meta: ObjectMeta = each.metadata
    key = key_of(meta)
    revision = Cell("revision", "", kind.resource)
    view[revision] = (view[revision] or 0) + 1
    view[Cell("object", "", kind.resource, key)] = attrs.evolve(each, metadata=attrs.evolve(
        meta, uid=meta.uid or next_uid(view, kind.resource, key, generated=False),
        resource_version=1 if alone else view[revision],
        generation=meta.generation or (1 if kind.has_generation else 0),
        creation_timestamp=meta.creation_timestamp or 0))


def system_of(scope: Scope) -> System:
    """The system of a scope, without a cluster."""
    return assemble(scope, processes_of(scope))
