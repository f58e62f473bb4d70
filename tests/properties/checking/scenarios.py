"""Controllers with known bugs, and small scopes in which an engine must find them: its negative controls."""

import attrs

from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.expectations import delete_expectations
from seatrial.model.controllers.replicaset import CONTROLLER, choices, resume, sync
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.properties.property import ALWAYS, EVENTUALLY, SOMETIMES, Property
from seatrial.properties.registry import BY_NAME

KEY = "default/web"
EXCEEDED = BY_NAME["replicas_not_exceeded"]
COMPLETE = BY_NAME["some_replicaset_is_complete"]
CONVERGE = BY_NAME["replicas_converge"]
RUNS = BY_NAME["some_pod_runs"]


def sync_without_expectations(local: Local, key: str, choice: str) -> Call | Done:
    """Acts on its cache, however stale."""
    delete_expectations(local, key)
    return sync(local, key, choice)


def choices_without_expectations(local: Local, key: str) -> tuple[str, ...]:
    """The ties of that sync."""
    delete_expectations(local, key)
    return choices(local, key)


FORGETFUL = attrs.evolve(CONTROLLER, sync=sync_without_expectations, choices=choices_without_expectations, consistent=())


def resume_ignoring_errors(local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
    """Takes every failure for the end of the work."""
    result = resume(local, key, memo, reply)
    return attrs.evolve(result, error="") if isinstance(result, Done) else result


CARELESS = attrs.evolve(CONTROLLER, resume=resume_ignoring_errors)


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


def poller(name: str) -> Controller:
    """Looks again and again, and never does anything."""
    return Controller(name, (Watch("replicasets"),), lambda local, key, choice: Done(requeue=True))  # noqa: ARG005 -- a Sync


def fight(*controllers: Controller) -> Cluster:
    """One ReplicaSet and these controllers; authorization is left out."""
    return start(Scope(controllers=controllers, objects=(*NAMESPACE, replicaset(0)), secured=False))


def is_red(cluster: Cluster) -> str | None:
    """The ReplicaSet is painted red."""
    found = cluster.get("replicasets", KEY).metadata.annotations.get("colour", "nothing")
    return None if found == "red" else f"the ReplicaSet is painted {found}"


def was_painted(cluster: Cluster) -> str | None:
    """It has a colour."""
    return "painted" if "colour" in cluster.get("replicasets", KEY).metadata.annotations else None


RED = Property("red", EVENTUALLY, "a test", is_red, sibling="painted")
PAINTED = Property("painted", SOMETIMES, "a test", was_painted)
NEVER_BLUE = Property("never_blue", ALWAYS, "a test", lambda cluster: "it is blue" if cluster.get(
    "replicasets", KEY).metadata.annotations.get("colour") == "blue" else None, sibling="painted")
