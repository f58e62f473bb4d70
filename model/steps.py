"""What a Step is: one kind of Action, with the cells that offer it.

The steps that are possible in a cluster are found from its cells: each cell of a table that anchors a step offers the
Actions that this cell makes possible. So `enabled` costs what there is to do, and a walk can keep it up to date by
asking again only the anchors whose footprint a step has written to.
"""

from collections.abc import Callable, Iterable

import attrs

from seatrial.model.actions import Action
from seatrial.model.system import System
from seatrial.model.view import Cell, View

Offers = Callable[[View, System, Cell], Iterable[Action]]
Run = Callable[[View, System, Action], None]


@attrs.frozen
class Step:
    """One kind of Action: the table whose cells offer it, what it does, and whether the environment takes it.

    `environment`: a user or a fault, never fair, spends budget. Any other step is fair, by (process, step, key).
    `say` puts it in words, with {process}, {key} and {choice}.
    """

    name: str
    anchor: str
    offers: Offers
    run: Run
    environment: bool = False
    say: str = ""


def budget_cell(kind: str) -> Cell:
    """How often this kind of user action or fault may still happen."""
    return Cell("budget", "", kind)


def has_budget(view: View, kind: str) -> bool:
    """May it happen once more?"""
    return bool(view.get(budget_cell(kind), bool))


def spend(view: View, kind: str) -> None:
    """Takes one from the budget."""
    cell = budget_cell(kind)
    view[cell] = (view[cell] or 0) - 1 or None
