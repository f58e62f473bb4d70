"""What a step did: the objects it changed, the call that a process decided on, the call that was served.

A property about a decision looks at the step in which a plan came to wait with its call, and at what the decider's
informers showed then; one about a write looks at the step in which the API server served it.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from seatrial.model.actions import Action
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import Cluster
from seatrial.model.identity import Same
from seatrial.model.view import Cell

Change = tuple[Cell, Any, Any]


def changed_cells(before: Cluster, after: Cluster, *tables: str) -> Iterator[Change]:
    """The cells of these tables that a step changed, with their values before and after; None where there is none."""
    for cell in _changed_keys(Same(before.cells), Same(after.cells)):
        if cell.table in tables and (old := before[cell]) != (new := after[cell]):
            yield cell, old, new


@lru_cache(maxsize=1)
def _changed_keys(before: Same, after: Same) -> tuple[Cell, ...]:
    """What a step changed: every property asks the same of each step, one after the other."""
    return tuple(before.value.changed_keys(after.value))


def changed_objects(before: Cluster, after: Cluster, *resources: str) -> Iterator[Change]:
    """The objects of these resources (of all, if none is named) that a step changed, before and after."""
    for cell, old, new in changed_cells(before, after, "object"):
        if not resources or cell.kind in resources:
            yield cell, old, new


def changed_twins(before: Cluster, after: Cluster, *resources: str) -> Iterator[Change]:
    """The objects that a step changed and that are the same object still: not created, gone or replaced."""
    for cell, old, new in changed_objects(before, after, *resources):
        if old is not None and new is not None and old.metadata.uid == new.metadata.uid:
            yield cell, old, new


def decided(action: Action, after: Cluster) -> Call | None:
    """The call that this step's process has decided to make."""
    if action.step not in ("Sync", "Reply"):
        return None
    plan = after[plan_cell(action.process, action.key)]
    return plan.call if isinstance(plan, Waiting) else None


def served(before: Cluster, action: Action) -> Call | None:
    """The call that the API server served in this step, whatever it answered."""
    if action.step == "Request" and action.choice in ("ok", "lost"):
        plan = before[plan_cell(action.process, action.key)]
        return plan.call if isinstance(plan, Waiting) else None
    if action.step == "ArriveLate":
        call: Call | None = before[Cell("late", action.process, "", action.key)]
        return call
    return None
