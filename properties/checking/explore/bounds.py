"""A scope made finite, so that its states can be exhausted; and in words what that leaves out.

Generated names and resourceVersions are bounded (a run that feels such a bound is reported, never taken for complete),
armed timers may fire at any step instead of by the clock, and nobody reads the past: a log of events grows for ever.
"""

import attrs

from seatrial.model.faults import compaction
from seatrial.model.scope import Scope
from seatrial.model.users_list import List
from seatrial.properties.checking.explore.layout import Layout

NAMES, VERSIONS = 6, 64


def explorable(scope: Scope) -> Scope:
    """The scope with its bounds on: finite names and versions, no clock, no history of etcd and nobody who reads it."""
    budgets = scope.budgets
    for kind in (List.verb, compaction.BUDGET):
        if budgets.get(kind):
            budgets = budgets.set(kind, 0)
    return attrs.evolve(
        scope, names=scope.names or NAMES, versions=scope.versions or VERSIONS, timed=False, history=0, budgets=budgets,
        users=tuple(each for each in scope.users if not isinstance(each, List)))


def left_out(scope: Scope) -> tuple[str, ...]:
    """What `explorable` takes away from a scope, in words."""
    said = []
    if scope.timed:
        said.append("the clock: a timer may fire at any step once it is armed")
    if scope.budgets.get(List.verb) or scope.budgets.get(compaction.BUDGET):
        said.append("lists in pages and compaction: they need a history, which has no end")
    return tuple(said)


def felt_versions(layout: Layout, versions: int) -> str:
    """Which object had so many versions that they began anew, in words, or ""."""
    for slot, (cell, _) in enumerate(layout.places):
        if cell.table == "object" and any(
                value is not None and value.metadata.resource_version == versions - 1
                for value in layout.domains[slot].values):
            return f"{cell.kind} {cell.key} had {versions} versions: raise Scope.versions"
    return ""
