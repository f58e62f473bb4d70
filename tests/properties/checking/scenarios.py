"""Controllers with known bugs, and small scopes in which an engine must find them: its negative controls."""

import attrs

from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.expectations import delete_expectations
from seatrial.model.controllers.replicaset import CONTROLLER, choices, sync
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.properties.property import ALWAYS, EVENTUALLY, SOMETIMES, Property, objects

KEY = "default/web"


def sync_without_expectations(local: Local, key: str, choice: str) -> Call | Done:
    """Acts on its cache, however stale."""
    delete_expectations(local, key)
    return sync(local, key, choice)


def choices_without_expectations(local: Local, key: str) -> tuple[str, ...]:
    """The ties of that sync."""
    delete_expectations(local, key)
    return choices(local, key)


FORGETFUL = attrs.evolve(
    CONTROLLER, sync=sync_without_expectations, choices=choices_without_expectations, consistent=())


def scope_with(controller: Controller | str, replicas: int = 1, **budgets: int) -> Scope:
    """A ReplicaSet under this controller."""
    return Scope(controllers=(controller,), objects=(*NAMESPACE, replicaset(replicas)), budgets=FrozenMap(budgets))


def cluster_with(controller: Controller | str, replicas: int = 1, **budgets: int) -> Cluster:
    """Its first cluster."""
    return start(scope_with(controller, replicas, **budgets))


def painter(name: str, colour: str) -> Controller:
    """Paints every ReplicaSet in its colour, whatever others do."""

    def paint(local: Local, key: str, choice: str) -> Call | Done:
        del choice
        held = local.get("replicasets", key)
        if held is None or held.metadata.annotations.get("colour") == colour:
            return Done()
        annotations = held.metadata.annotations.set("colour", colour)
        return Call("update", "replicasets", key, attrs.evolve(
            held, metadata=attrs.evolve(held.metadata, annotations=annotations)))

    return Controller(name, (Watch("replicasets"),), paint)


def careless(name: str, colour: str) -> Controller:
    """Paints, and takes every answer for a success."""
    return attrs.evolve(painter(name, colour), resume=lambda local, key, memo, reply: Done())  # noqa: ARG005 -- a Resume


def counter(name: str) -> Controller:
    """Counts in an annotation of every ReplicaSet, for ever: no state comes back."""

    def count(local: Local, key: str, choice: str) -> Call | Done:
        del choice
        held = local.get("replicasets", key)
        if held is None:
            return Done()
        annotations = held.metadata.annotations.set("count", str(int(held.metadata.annotations.get("count", "0")) + 1))
        return Call("update", "replicasets", key, attrs.evolve(
            held, metadata=attrs.evolve(held.metadata, annotations=annotations)))

    return Controller(name, (Watch("replicasets"),), count)


def poller(name: str) -> Controller:
    """Looks again and again, and never does anything."""
    return Controller(name, (Watch("replicasets"),), lambda local, key, choice: Done(requeue=True))  # noqa: ARG005 -- a Sync


def fight(*controllers: Controller, **budgets: int) -> Cluster:
    """One ReplicaSet and these controllers; authorization is left out."""
    return start(Scope(controllers=controllers, objects=(*NAMESPACE, replicaset(0)), budgets=FrozenMap(budgets),
                       secured=False))


def surplus(cluster: Cluster) -> str | None:
    """Never more pods than the ReplicaSet asks for: true of the real controller in these scopes."""
    have, most = len(cluster.objects("pods")), cluster.get("replicasets", KEY).spec.replicas
    return f"there are {have} pods, {most} desired" if have > most else None


def is_complete(cluster: Cluster) -> str | None:
    """It has all of them."""
    have, most = len(cluster.objects("pods")), cluster.get("replicasets", KEY).spec.replicas
    return "complete" if have == most > 0 else None


def is_missing(cluster: Cluster) -> str | None:
    """As many pods as the ReplicaSet asks for."""
    have, most = len(cluster.objects("pods")), cluster.get("replicasets", KEY).spec.replicas
    return None if have == most else f"there are {have} pods, {most} desired"


def is_red(cluster: Cluster) -> str | None:
    """The ReplicaSet is painted red."""
    found = cluster.get("replicasets", KEY).metadata.annotations.get("colour", "nothing")
    return None if found == "red" else f"the ReplicaSet is painted {found}"


def was_painted(cluster: Cluster) -> str | None:
    """It has a colour."""
    return "painted" if "colour" in cluster.get("replicasets", KEY).metadata.annotations else None


EXCEEDED = Property("no_surplus", ALWAYS, "a test", surplus, sibling="complete", reads=objects("pods"),
                    needs=("replicaset-controller",), breaks_under=("lost-create",))
COMPLETE = Property("complete", SOMETIMES, "a test", is_complete, reads=objects("pods"))
CONVERGE = Property("converge", EVENTUALLY, "a test", is_missing, sibling="runs")
RUNS = Property("runs", SOMETIMES, "a test", is_complete)
RED = Property("red", EVENTUALLY, "a test", is_red, sibling="painted")
PAINTED = Property("painted", SOMETIMES, "a test", was_painted)
