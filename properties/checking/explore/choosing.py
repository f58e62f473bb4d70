"""The choices of `kernels.choose_alone` and `kernels.choose_process`, for many states at once."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from seatrial.properties.checking.explore.kernels import ALWAYS, DELIVERY, IF_LOCAL, LOCAL, OTHER

Array = np.ndarray[Any, Any]


def chosen(rows: Array, found: SimpleNamespace, g: SimpleNamespace) -> Array:
    """Which steps are left when a local one goes first: of a state one alone, or a process's deliveries, or all."""
    kind = g.alone[found.action]
    replies = np.flatnonzero((kind == ALWAYS) | ((kind == IF_LOCAL) & (g.write_flags[found.outcome] & LOCAL != 0)))
    alone = np.full(len(rows), -1, np.int64)
    alone[found.who[replies[::-1]]] = replies[::-1]
    process = np.full(len(rows), -1, np.int64)
    for number in range(len(g.eligible)):
        process[(process < 0) & can_be_first(rows, found, g, number)] = number
    process[alone >= 0] = -1
    whose, its = process[found.who], alone[found.who]
    fits = (whose < 0) | ((g.action_process[found.action] == whose) & (g.action_kind[found.action] == DELIVERY))
    return np.where(its >= 0, its == np.arange(len(found.who)), fits)


def can_be_first(rows: Array, found: SimpleNamespace, g: SimpleNamespace, process: int) -> Array:
    """In which states this process can do nothing but take deliveries, each informer has one or can get none."""
    fits = np.full(len(rows), g.eligible[process])
    waiting = np.zeros(len(rows), np.bool_)
    fits &= ~filled(rows, g.idle_slot, g.idle_first, process)
    for feed in range(g.feed_first[process], g.feed_first[process + 1]):
        has = rows[:, g.feed_slot[feed]] != 0
        waiting |= has
        if g.feed_open[feed]:
            fits &= has
        fits &= has | ~filled(rows, g.budget_slot, g.budget_first, feed)
    own = g.action_process[found.action] == process
    delivers, others = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    delivers[found.who[own & (g.action_kind[found.action] == DELIVERY)]] = True
    others[found.who[own & (g.action_kind[found.action] == OTHER)]] = True
    return fits & waiting & delivers & ~others


def filled(rows: Array, slots: Array, first: Array, number: int) -> Array:
    """In which rows one of the slots of a list is filled."""
    found: Array = (rows[:, slots[first[number]:first[number + 1]]] != 0).any(axis=1)
    return found
