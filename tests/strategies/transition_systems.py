"""Small transition systems over the project's cells: values that are copied, queues, guards, environment steps."""

import attrs
from hypothesis import strategies as st

from seatrial.model.actions import Action
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, View
from seatrial.properties.checking.explore.transitions import TransitionSystem

VALUES = (None, "a", "b", "c")
QUEUE = Cell("queue", "p", "things", "q")


def at(number: int) -> Cell:
    """A plain cell."""
    return Cell("object", "", "things", f"c{number}")


@attrs.frozen
class Rule:
    """Where `guard` has this value (a projection of it: `coarse`), what a cell gets.

    That is a value, another cell's, or a queue's oldest: an `effect` is "set", "copy", "push" or "pop".
    """

    guard: int
    wanted: int
    coarse: bool
    effect: str
    target: int
    source: int
    outside: bool


def rules(cells: int) -> st.SearchStrategy[Rule]:
    """Rules over so many cells."""
    cell = st.integers(0, cells - 1)
    return st.builds(Rule, cell, st.integers(0, len(VALUES) - 1), st.booleans(),
                     st.sampled_from(("set", "copy", "push", "pop")), cell, st.integers(0, len(VALUES) - 1),
                     st.booleans())


@attrs.frozen
class Invented:
    """A transition system of rules, each offered by an anchor of its own or together with the others of its parity."""

    cells: int
    rules: tuple[Rule, ...]

    def offers(self, view: View, anchor: Cell) -> tuple[Action, ...]:
        """The rules of this anchor whose guards are met."""
        return tuple(Action("Rule", "p", str(number), outside_name(rule)) for number, rule in enumerate(self.rules)
                     if number % 2 == int(anchor.key) and self.is_met(view, rule))

    def is_met(self, view: View, rule: Rule) -> bool:
        """Is its guard met? Nothing is pushed to a queue that is long."""
        if rule.coarse:
            met = view.get(at(rule.guard), is_filled) == bool(rule.wanted)
        else:
            met = view[at(rule.guard)] == VALUES[rule.wanted]
        return met and (rule.effect != "pop" or view.oldest(QUEUE) is not None)

    def take(self, view: View, action: Action) -> None:
        """Does what a rule does."""
        rule = self.rules[int(action.key)]
        if rule.effect == "set":
            view[at(rule.target)] = VALUES[rule.source]
        elif rule.effect == "copy":
            view.copy(at(rule.target), at(rule.source % self.cells))
        elif rule.effect == "pop":
            view[at(rule.target)] = view.oldest(QUEUE)
            view.pop(QUEUE)
        elif view.oldest(QUEUE) is None:
            view.push(QUEUE, VALUES[max(1, rule.source)])

    def system(self) -> TransitionSystem:
        """What is explored."""
        cells = {at(0): "a", Cell("anchor", "", "", "0"): True, Cell("anchor", "", "", "1"): True}
        return TransitionSystem(FrozenMap(cells), ("anchor",), self.offers, self.take,
                                lambda action: action.choice == "outside", ("queue",), lambda cell: cell.table)


def is_filled(value: object) -> bool:
    """Projection: is there one?"""
    return value is not None


def outside_name(rule: Rule) -> str:
    """As an Action tells it."""
    return "outside" if rule.outside else "inside"


def transition_systems(most_cells: int = 4, most_rules: int = 8) -> st.SearchStrategy[Invented]:
    """Systems of a few cells and rules."""
    return st.integers(1, most_cells).flatmap(
        lambda cells: st.builds(Invented, st.just(cells), st.lists(rules(cells), max_size=most_rules).map(tuple)))
