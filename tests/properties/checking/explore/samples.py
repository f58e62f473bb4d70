"""Small scopes for the engine's tests: a ReplicaSet that is scheduled and run, and controllers that cheat."""

import attrs

from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.properties.checking.check import select
from seatrial.properties.checking.explore.engine import explorable
from seatrial.properties.property import Property
from seatrial.properties.registry import PROPERTIES

SAFETY = tuple(each for each in PROPERTIES if each.kind != "eventually")


def small_scope(replicas: int = 1, controllers: tuple[str | Controller, ...] = ("replicaset", "scheduler"),
                **budgets: int) -> Scope:
    """A ReplicaSet on one node, made finite: a few thousand states with a crash."""
    return explorable(Scope(
        controllers=controllers, objects=(*NAMESPACE, node(), replicaset(replicas)), kubelets=True, versions=8, names=3,
        secured=False, hypotheses=("lag_below_expectation_ttl",), budgets=FrozenMap(budgets)))


def small_cluster(**budgets: int) -> tuple[Cluster, tuple[Property, ...]]:
    """Its first cluster, and the properties of safety that it can be asked."""
    cluster = start(small_scope(1, ("replicaset", "scheduler"), **budgets))
    return cluster, select(cluster, SAFETY, asked=False)


class Counter:
    """What a careless author keeps in a module variable."""

    count = 0


def paint_by_count(local: Local, key: str, choice: str) -> Call | Done:
    """Paints a ReplicaSet in a colour that depends on how often it was asked, by anybody."""
    del choice
    held = local.get("replicasets", key)
    Counter.count += 1
    if held is None or held.metadata.annotations.get("colour"):
        return Done()
    annotations = held.metadata.annotations.set("colour", f"colour-{Counter.count % 7}")
    return Call("update", "replicasets", key, attrs.evolve(
        held, metadata=attrs.evolve(held.metadata, annotations=annotations)))


CARELESS = Controller("careless-painter", (Watch("replicasets"),), paint_by_count)
