"""The Scope: which processes, objects, faults and budgets a run has; every verdict prints it."""

from typing import Any

import attrs

from seatrial.model.client.controller import Controller
from seatrial.model.frozen import EMPTY, FrozenMap

FAULT_FREE: FrozenMap[str, int] = EMPTY


@attrs.frozen
class Scope:
    """What is there, and what may go wrong.

    `controllers`: names of built-in control loops, or `Controller` values of one's own. `nodes`: how many nodes with
    a kubelet (or none: pods then stay where they are bound). `objects`: what is in the store at the beginning.
    `budgets`: how often each kind of user action and fault may still happen. `gates`: feature gates whose value
    differs from the default of 1.36. `hypotheses`: named assumptions about time. `versions`: the modulus of
    resourceVersions in explored scopes, or 0 for the full revision. `timed`: only `Advance` moves the clock;
    otherwise an armed timer may fire at any step.
    """

    controllers: tuple[str | Controller, ...] = ()
    objects: tuple[Any, ...] = ()
    nodes: tuple[str, ...] = ()
    scheduler: bool = True
    proxies: bool = False
    budgets: FrozenMap[str, int] = FAULT_FREE
    users: tuple[Any, ...] = ()
    gates: FrozenMap[str, bool] = EMPTY
    hypotheses: tuple[str, ...] = ()
    versions: int = 0
    timed: bool = False
    secured: bool = True

    def gate(self, name: str, *, default: bool = True) -> bool:
        """Is this feature gate on?"""
        return bool(self.gates.get(name, default))
