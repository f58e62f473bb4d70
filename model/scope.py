"""The Scope: which processes, objects, faults and budgets a run has; every verdict prints it."""

from typing import Any

import attrs

from seatrial.model.client.controller import Controller
from seatrial.model.frozen import EMPTY, FrozenMap

FAULT_FREE: FrozenMap[str, int] = EMPTY


@attrs.frozen
class Scope:
    """What is there, and what may go wrong.

    `controllers`: names of built-in control loops (the scheduler is one), or `Controller` values of one's own.
    `objects`: what is in the store at the beginning. `kubelets`, `proxies`: does each Node among them run one?
    `users`: what users may do, and `budgets`: how often each kind of user action and fault may still happen.
    `gates`: feature gates whose value differs from the default of 1.36. `hypotheses`: named assumptions about time.
    `versions`: the modulus of resourceVersions in explored scopes, or 0 for the full revision. `generations`: up to
    what metadata.generation counts in explored scopes before it begins anew, or 0 for no bound. `names`: how many
    generated names of one base may be in use or remembered at once in explored scopes, or 0 for no bound. `timed`: only
    `Advance` moves the clock; otherwise an armed timer may fire at any step. `secured`: requests pass authentication,
    authorization and admission; without, they go straight to the store. `images`: the images on every node; None for
    all of them. `history`: how many events of each resource the API server's watch cache holds, or 0 where nobody
    reads the past (`seatrial.model.etcd.history`). `at_rest`: the run begins where the cluster comes to rest by itself
    (`seatrial.model.rest`), not where nothing has run yet. `variant`: the seeded bug that was applied, if any.
    """

    controllers: tuple[str | Controller, ...] = ()
    objects: tuple[Any, ...] = ()
    kubelets: bool = False
    proxies: bool = False
    users: tuple[Any, ...] = ()
    budgets: FrozenMap[str, int] = FAULT_FREE
    gates: FrozenMap[str, bool] = EMPTY
    hypotheses: tuple[str, ...] = ()
    versions: int = 0
    names: int = 0
    generations: int = 0
    timed: bool = False
    secured: bool = True
    images: tuple[str, ...] | None = None
    history: int = 0
    at_rest: bool = False
    variant: str = ""

    def gate(self, name: str, *, default: bool = True) -> bool:
        """Is this feature gate on?"""
        return bool(self.gates.get(name, default))
