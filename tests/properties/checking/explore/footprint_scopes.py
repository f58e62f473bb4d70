"""Scopes whose footprints are looked into: a ReplicaSet, its controller, the scheduler and kubelets."""

from typing import Any

from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.model.view import Cell
from seatrial.properties.checking.explore.footprints import Footprints
from seatrial.properties.checking.explore.recorded import judge_of
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.transitions import of_cluster
from seatrial.properties.property import Property

CONTROLLER, SCHEDULER = "replicaset-controller", "kube-scheduler"


def scope_of(nodes: int = 1, users: tuple[Any, ...] = (), replicas: int = 1, **budgets: int) -> Scope:
    """A ReplicaSet with its controller, the scheduler, and nodes with kubelets."""
    machines = tuple(node(f"node-{at}") for at in range(1, nodes + 1))
    return Scope(controllers=("replicaset", "scheduler"), objects=(*NAMESPACE, *machines, replicaset(replicas)),
                 kubelets=True, names=4, versions=64, secured=False, hypotheses=("lag_below_expectation_ttl",),
                 users=users, budgets=FrozenMap({user.verb: 1 for user in users} | budgets))


def learnt(scope: Scope, *always: Property, symmetry: bool = True) -> Situations:
    """What a search of a scope learnt, local steps first."""
    cluster = start(scope)
    known = Situations(of_cluster(cluster), tuple(judge_of(cluster.system, each) for each in always), (),
                       frozenset(range(len(always))))
    Search(known, Options(local_first=True, symmetry=symmetry)).run()
    return known


def footprints_of(scope: Scope, *always: Property, symmetry: bool = True) -> Footprints:
    """The facts of such a search."""
    return learnt(scope, *always, symmetry=symmetry).locality.territory.footprints


def budget(kind: str) -> Cell:
    """A budget's cell."""
    return Cell("budget", "", kind)
