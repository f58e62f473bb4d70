"""The scenario on which explorers are compared: ReplicaSets, a scheduler and kubelets, each behind a late watch.

A ReplicaSet controller with expectations, a scheduler that assumes what it binds, one kubelet per node and the pod
garbage collector; users scale, containers exit, nodes fail, the controller and the scheduler crash and list anew. It is
small on purpose, so that it can be said in every checker's language; `peers/` says it in those of four others. It is
not the model of Kubernetes (that is `seatrial.model`): pods have slots instead of names, a watch is one copy per object
that is brought up to date at some time, and the budgets of users and faults are all that bounds a run.

Each enabled instance of an event is one transition, whether it leads to a known state or not. An anchor is a cell that
never changes; there is one for each thing that something happens to. What can be told apart by looking once is one
anchor, so that a local situation is looked up once in each state; what would multiply situations is kept apart.
"""

from collections.abc import Callable, Hashable, Iterator
from functools import cache
from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, Cells, View
from seatrial.properties.checking.explore.symmetry import Alike
from seatrial.properties.checking.explore.transitions import TransitionSystem

CONTROLLER, SCHEDULER, USER, COLLECTOR = "replicaset-controller", "scheduler", "user", "pod-gc"
PENDING, BOUND, RUNNING = "Pending", "Bound", "Running"
LIVE, DELETING = "", "deleting"
ENVIRONMENT = ("Scale", "Exit", "NodeDown", "Crash")
Pod = tuple[str, str, str]  # phase, node, is it being deleted?
NEW: Pod = (PENDING, "", LIVE)
Offered = Iterator[Action]


@attrs.frozen
class Size:
    """How large: ReplicaSets, pod slots of each, nodes, pods per node, greatest scale; faults and scales to come."""

    replicasets: int
    slots: int
    nodes: int
    capacity: int
    desired: int
    faults: int
    scales: int


SCENARIOS = {
    "tiny": Size(1, 2, 2, 2, 2, 0, 1),
    "s": Size(1, 2, 2, 2, 2, 1, 1),
    "l1": Size(2, 2, 2, 2, 1, 1, 1),
    "m2": Size(1, 3, 2, 2, 2, 1, 2),
    "l2": Size(2, 2, 2, 3, 2, 1, 1),
    "xl": Size(2, 2, 2, 2, 1, 1, 2),
    "too-small": Size(1, 2, 1, 1, 2, 0, 1),
}
"""By name. In `too-small`, two pods may be wanted where one fits: every engine must find that it never converges."""


@cache
def wanted(replicaset: str) -> Cell:
    """The replicas that its spec asks for, in the store."""
    return Cell("object", "", "replicasets", replicaset)


@cache
def stored(pod: str) -> Cell:
    """The pod in the store."""
    return Cell("object", "", "pods", pod)


@cache
def copied(process: str, pod: str) -> Cell:
    """The pod as this process last saw it."""
    return Cell("copy", process, "pods", pod)


@cache
def wanted_copy(replicaset: str) -> Cell:
    """The replicas as the controller last saw them."""
    return Cell("copy", CONTROLLER, "replicasets", replicaset)


@cache
def expected(replicaset: str) -> Cell:
    """What the controller waits to see before it acts again: "add", "delete" or nothing."""
    return Cell("note", CONTROLLER, "expectations", replicaset)


@cache
def container(node: str, pod: str) -> Cell:
    """The pod's container on this node: "running", "exited" or none."""
    return Cell("container", node, "", pod)


@cache
def power(node: str) -> Cell:
    """Is the node "up" or "down"?"""
    return Cell("up", node)


@cache
def budget(kind: str) -> Cell:
    """How many more faults, or scales, may come."""
    return Cell("budget", "", kind)


def node_of(pod: Pod | None) -> str:
    """Projection: the node that the pod is bound to, or ""."""
    return pod[1] if pod else ""


def is_active(pod: Pod | None) -> bool:
    """Projection: does it count as a replica?"""
    return pod is not None and pod[2] == LIVE


def is_absent(pod: Pod | None) -> bool:
    """Projection: is there none?"""
    return pod is None


def worth(pod: Pod | None) -> int:
    """Projection: the lower, the sooner it is deleted; 3 for what is no replica."""
    return (PENDING, BOUND, RUNNING).index(pod[0]) if pod and is_active(pod) else 3


def has_some(left: int | None) -> bool:
    """Projection: is anything left of a budget?"""
    return bool(left)


@cache
def on(node: str) -> Callable[[Pod | None], str]:
    """The projection to what a kubelet sees: the phase of a pod that is bound to its node, "deleting", or ""."""
    def seen(pod: Pod | None) -> str:
        if pod is None or pod[1] != node:
            return ""
        return pod[2] or pod[0]

    return seen


def spend(view: View, kind: str) -> None:
    """Takes one from a budget."""
    view[budget(kind)] = (view[budget(kind)] - 1) or None


@attrs.frozen
class Scenario:
    """The names in a scenario of some size, and what can happen to each."""

    size: Size

    @property
    def replicasets(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(f"rs{at}" for at in range(self.size.replicasets))

    @property
    def nodes(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(f"node{at}" for at in range(self.size.nodes))

    @property
    def pods(self) -> tuple[str, ...]:
        """The slots of all ReplicaSets."""
        return tuple(pod for replicaset in self.replicasets for pod in self.pods_of(replicaset))

    def pods_of(self, replicaset: str) -> tuple[str, ...]:
        """The slots of a ReplicaSet."""
        return tuple(f"{replicaset}-{at}" for at in range(self.size.slots))

    def cells(self) -> Cells:
        """Every ReplicaSet wants one pod and has none."""
        held: dict[Cell, Any] = {budget(kind): left for kind, left in (
            ("fault", self.size.faults), ("scale", self.size.scales)) if left}
        for replicaset in self.replicasets:
            held |= {wanted(replicaset): 1, wanted_copy(replicaset): 1}
        held |= {power(node): "up" for node in self.nodes}
        return FrozenMap(held | dict.fromkeys(self.anchors(), "anchor"))

    def alike(self) -> Alike:
        """Nodes are interchangeable; so are ReplicaSets, with their pods, and the pods of each."""
        return Alike(
            tuple(tuple((name,) for name in names) for names in (self.nodes, self.replicasets)),
            tuple((f"{replicaset}-", self.pods_of(replicaset)) for replicaset in self.replicasets))

    def anchors(self) -> Iterator[Cell]:
        """One cell for each thing that something happens to."""
        for replicaset in self.replicasets:
            yield from (Cell("spec", "", "", replicaset), Cell("reconcile", "", "", replicaset))
        for pod in self.pods:
            yield from (Cell("watch", "", "", pod), Cell("schedule", "", "", pod))
            yield from (Cell("place", node, "", pod) for node in self.nodes)
        yield from (Cell("node", node) for node in self.nodes)
        yield Cell("crash")

    # What is offered, by the anchor's table.

    def spec(self, view: View, anchor: Cell) -> Offered:
        """Users scale, within their budget; the controller's watch delivers the spec."""
        now = view[wanted(anchor.key)]
        if view[wanted_copy(anchor.key)] != now:
            yield Action("DeliverSpec", CONTROLLER, anchor.key)
        if view.get(budget("scale"), has_some):
            yield from (Action("Scale", USER, anchor.key, str(replicas))
                        for replicas in range(self.size.desired + 1) if replicas != now)

    def reconcile(self, view: View, anchor: Cell) -> Offered:
        """The controller creates or deletes one pod and waits to see it; what it waits for in vain it gives up."""
        pods = self.pods_of(anchor.key)
        if view[expected(anchor.key)] is not None:
            if all(view[stored(pod)] == view[copied(CONTROLLER, pod)] for pod in pods):
                yield Action("Expire", CONTROLLER, anchor.key)
            return
        ranks = [view.get(copied(CONTROLLER, pod), worth) for pod in pods]
        missing = view[wanted_copy(anchor.key)] - sum(rank < 3 for rank in ranks)
        if missing > 0:
            free = next((pod for pod in pods if self.is_free(view, pod)), None)
            if free:
                yield Action("Create", CONTROLLER, anchor.key, free)
        elif missing < 0:
            yield from (Action("Delete", CONTROLLER, anchor.key, pod) for pod, rank in zip(pods, ranks, strict=True)
                        if rank == min(ranks) and view.get(stored(pod), is_active))

    def is_free(self, view: View, pod: str) -> bool:
        """Does nobody know of a pod in this slot?"""
        return (all(view.get(cell, is_absent) for cell in (
            stored(pod), copied(CONTROLLER, pod), copied(SCHEDULER, pod)))
            and all(view[container(node, pod)] is None for node in self.nodes))

    def watch(self, view: View, anchor: Cell) -> Offered:
        """The controller's watch delivers a pod."""
        if view[stored(anchor.key)] != view[copied(CONTROLLER, anchor.key)]:
            yield Action("Deliver", CONTROLLER, anchor.key)

    def schedule(self, view: View, anchor: Cell) -> Offered:
        """The scheduler's watch delivers a pod; a new one that it sees as it is, it binds to a node with room."""
        seen = view[copied(SCHEDULER, anchor.key)]
        if view[stored(anchor.key)] != seen:
            yield Action("Deliver", SCHEDULER, anchor.key)
        elif seen == NEW:
            taken = [view.get(copied(SCHEDULER, pod), node_of) for pod in self.pods if pod != anchor.key]
            yield from (Action("Bind", SCHEDULER, anchor.key, node) for node in self.nodes
                        if taken.count(node) < self.size.capacity and view[power(node)] == "up")

    def place(self, view: View, anchor: Cell) -> Offered:
        """What befalls a pod on a node: its kubelet, a container that exits, collection when the node is down."""
        node, pod = anchor.owner, anchor.key
        phase, state = view.get(stored(pod), on(node)), view[container(node, pod)]
        if state is not None and phase in ("", DELETING):
            yield Action("Kill", node, pod)
        if state == "running" and view.get(budget("fault"), has_some):
            yield Action("Exit", node, pod)
        if phase and view[power(node)] == "down":
            yield Action("Collect", COLLECTOR, pod)
        elif phase:
            yield from self.kubelet(node, pod, phase, state)

    def kubelet(self, node: str, pod: str, phase: str, state: str | None) -> Offered:
        """The kubelet starts a pod's container, reports it, and says when a deleted pod is gone."""
        reported = RUNNING if state == "running" else BOUND
        if phase == DELETING:
            if state is None:
                yield Action("Finish", node, pod)
            return
        if state != "running":
            yield Action("Start", node, pod)
        if reported != phase:
            yield Action("Report", node, pod, reported)

    def node(self, view: View, anchor: Cell) -> Offered:
        """A node fails, and is repaired."""
        if view[power(anchor.owner)] == "down":
            yield Action("NodeUp", anchor.owner)
        elif view.get(budget("fault"), has_some):
            yield Action("NodeDown", anchor.owner)

    def crash(self, view: View, _: Cell) -> Offered:
        """The controller or the scheduler crashes and lists anew."""
        if view.get(budget("fault"), has_some):
            yield from (Action("Crash", process) for process in (CONTROLLER, SCHEDULER))

    # What is done, by the Action's step.

    def do_scale(self, view: View, action: Action) -> None:
        """A user changes the spec."""
        view[wanted(action.key)] = int(action.choice)
        spend(view, "scale")

    def do_deliver_spec(self, view: View, action: Action) -> None:
        """The controller sees the spec."""
        view.copy(wanted_copy(action.key), wanted(action.key))

    def do_create(self, view: View, action: Action) -> None:
        """A pod takes a free slot, and the controller expects to see it."""
        view[stored(action.choice)] = NEW
        view[expected(action.key)] = "add"

    def do_delete(self, view: View, action: Action) -> None:
        """A pod without a node is gone at once, any other when its kubelet says so."""
        phase, node, _ = view[stored(action.choice)]
        view[stored(action.choice)] = None if phase == PENDING else (phase, node, DELETING)
        view[expected(action.key)] = "delete"

    def do_expire(self, view: View, action: Action) -> None:
        """The controller waits no longer."""
        view[expected(action.key)] = None

    def do_deliver(self, view: View, action: Action) -> None:
        """A process sees the pod; the controller may have waited for it."""
        new, old = stored(action.key), copied(action.process, action.key)
        if action.process == CONTROLLER:
            replicaset = action.key.rpartition("-")[0]
            waits = view[expected(replicaset)]
            if ((waits == "add" and view.get(old, is_absent))
                    or (waits == "delete" and view.get(old, is_active) and not view.get(new, is_active))):
                view[expected(replicaset)] = None
        view.copy(old, new)

    def do_bind(self, view: View, action: Action) -> None:
        """The pod has a node, and the scheduler assumes so."""
        bound = (BOUND, action.choice, LIVE)
        view[stored(action.key)] = bound
        view[copied(SCHEDULER, action.key)] = bound

    def do_remove(self, view: View, action: Action) -> None:
        """The pod is gone from the store."""
        view[stored(action.key)] = None

    def do_container(self, view: View, action: Action) -> None:
        """A container starts, is killed or exits."""
        after = {"Start": "running", "Kill": None, "Exit": "exited"}[action.step]
        view[container(action.process, action.key)] = after
        if action.step == "Exit":
            spend(view, "fault")

    def do_report(self, view: View, action: Action) -> None:
        """The kubelet writes what it sees of the container into the pod's status."""
        view[stored(action.key)] = (action.choice, action.process, LIVE)

    def do_power(self, view: View, action: Action) -> None:
        """A node that goes down loses its containers."""
        view[power(action.process)] = "up" if action.step == "NodeUp" else "down"
        if action.step == "NodeDown":
            spend(view, "fault")
            for pod in self.pods:
                view[container(action.process, pod)] = None

    def do_crash(self, view: View, action: Action) -> None:
        """What was known and expected is forgotten; the new list is what the store holds."""
        spend(view, "fault")
        for pod in self.pods:
            view.copy(copied(action.process, pod), stored(pod))
        if action.process == CONTROLLER:
            for replicaset in self.replicasets:
                view.copy(wanted_copy(replicaset), wanted(replicaset))
                view[expected(replicaset)] = None


def sort_of(cell: Cell) -> Hashable:
    """What is stored and what is copied have the same values."""
    return cell.kind if cell.table in ("object", "copy") else cell


def scenario(size: Size) -> TransitionSystem:
    """The scenario of this size, as what the explorer explores."""
    named = Scenario(size)
    offers = {"spec": named.spec, "reconcile": named.reconcile, "watch": named.watch, "schedule": named.schedule,
              "place": named.place, "node": named.node, "crash": named.crash}
    steps = {"Scale": named.do_scale, "DeliverSpec": named.do_deliver_spec, "Create": named.do_create,
             "Delete": named.do_delete, "Expire": named.do_expire, "Deliver": named.do_deliver, "Bind": named.do_bind,
             "Collect": named.do_remove, "Finish": named.do_remove, "Start": named.do_container,
             "Kill": named.do_container, "Exit": named.do_container, "Report": named.do_report,
             "NodeUp": named.do_power, "NodeDown": named.do_power, "Crash": named.do_crash}
    return TransitionSystem(
        named.cells(), tuple(sorted(offers)), lambda view, anchor: tuple(offers[anchor.table](view, anchor)),
        lambda view, action: steps[action.step](view, action), lambda action: action.step in ENVIRONMENT, sort=sort_of,
        alike=named.alike())
