"""A scope made finite, so that its states can be exhausted; and in words what that leaves out.

Generated names, resourceVersions and generations are bounded (a run that feels such a bound is reported, never taken
for complete), armed timers may fire at any step instead of by the clock, and nobody reads the past: a log of events
grows for ever.
"""

from typing import TYPE_CHECKING

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.faults import compaction
from seatrial.model.scope import Scope
from seatrial.model.users_list import List

if TYPE_CHECKING:  # the layout loads the compiled loops, which a walk does without
    from seatrial.properties.checking.explore.layout import Layout

NAMES, VERSIONS, GENERATIONS = 6, 64, 16
SPARE_NAMES = 2


def explorable(scope: Scope) -> Scope:
    """The scope with its bounds on: finite names, versions and generations, no clock, no history of etcd, no reader."""
    budgets = scope.budgets
    for kind in (List.verb, compaction.BUDGET):
        if budgets.get(kind):
            budgets = budgets.set(kind, 0)
    return attrs.evolve(
        scope, names=scope.names or names_for(scope), versions=scope.versions or VERSIONS,
        generations=scope.generations or GENERATIONS, timed=False, history=0, budgets=budgets,
        users=tuple(each for each in scope.users if not isinstance(each, List)))


def names_for(scope: Scope) -> int:
    """How many generated names of one base a scope needs at least: a beginning at rest has all its pods already."""
    if not scope.at_rest:
        return NAMES
    return max([NAMES, *((each.spec.replicas or 1) + SPARE_NAMES for each in scope.objects
                         if isinstance(each, Deployment | ReplicaSet))])


def left_out(scope: Scope) -> tuple[str, ...]:
    """What `explorable` takes away from a scope, in words."""
    said = []
    if scope.timed:
        said.append("the clock: a timer may fire at any step once it is armed")
    if scope.budgets.get(List.verb) or scope.budgets.get(compaction.BUDGET):
        said.append("lists in pages and compaction: they need a history, which has no end")
    return tuple(said)


def felt_generations(layout: "Layout", generations: int) -> str:
    """Which object's spec changed so often that its generations began anew, in words, or ""."""
    for slot, (cell, _) in enumerate(layout.places if generations else ()):
        if cell.table == "object" and any(value is not None and value.metadata.generation == generations
                                          for value in layout.domains[slot].values):
            return f"{cell.kind} {cell.key} had {generations} generations: raise Scope.generations (--generations)"
    return ""


def felt_versions(layout: "Layout", versions: int) -> str:
    """Which object had so many versions that they began anew, in words, or ""."""
    for slot, (cell, _) in enumerate(layout.places):
        if cell.table == "object" and any(
                value is not None and value.metadata.resource_version == versions - 1
                for value in layout.domains[slot].values):
            return f"{cell.kind} {cell.key} had {versions} versions: raise Scope.versions (--versions)"
    return ""
