"""A search up to renaming visits one state of each kind, whichever loops it runs on, and never too few."""

from collections.abc import Iterable, Iterator
from itertools import permutations, product
from typing import Any

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.canonical import Group, exchange, renamed
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, Cells, View
from seatrial.properties.checking.explore.layout import Layout
from seatrial.properties.checking.explore.refusals import Refused
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.symmetry import Alike, Symmetry, orders
from seatrial.properties.checking.explore.transitions import TransitionSystem
from tests.properties.checking.explore.engines import bytes_of, counted

STACK = Cell("stack")


@attrs.frozen
class Yard:
    """Boats that lie at berths, are tied to one another, and are stacked: their names, and those of the berths, matter
    to nobody.
    """

    boats: tuple[str, ...]
    berths: tuple[str, ...]
    deep: int = 0
    ties: bool = False

    def offers(self, view: View, anchor: Cell) -> Iterator[Action]:
        """What can be done with one boat."""
        boat, stack = anchor.key, view[STACK] or ()
        if view[at(boat)] is None:
            yield from (Action("Moor", "", boat, berth) for berth in self.berths)
        else:
            yield Action("Leave", "", boat)
        if boat not in stack and len(stack) < self.deep:
            yield Action("Stack", "", boat)
        if stack and stack[-1] == boat:
            yield Action("Unstack", "", boat)
        if self.ties and view[tied(boat)] is None:
            yield from (Action("Tie", "", boat, other) for other in self.boats if other != boat)

    def take(self, view: View, action: Action) -> None:
        """Does it."""
        stack = view[STACK] or ()
        if action.step in ("Moor", "Leave"):
            view[at(action.key)] = action.choice or None
        elif action.step == "Tie":
            view[tied(action.key)] = action.choice
        else:
            view[STACK] = (*stack, action.key) if action.step == "Stack" else stack[:-1] or None

    def system(self, alike: Alike) -> TransitionSystem:
        """The yard as what the explorer explores."""
        first = {Cell("watch", "", "", boat): True for boat in self.boats}
        return TransitionSystem(FrozenMap(first), ("watch",), lambda view, anchor: tuple(self.offers(view, anchor)),
                                self.take, lambda _: False, alike=alike)


def at(boat: str) -> Cell:
    """Where a boat lies."""
    return Cell("at", "", "", boat)


def tied(boat: str) -> Cell:
    """To which boat it is tied."""
    return Cell("tied", boat)


def kinds(system: TransitionSystem, groups: Iterable[tuple[str, ...]]) -> tuple[int, int]:
    """How many states there are, and of how many kinds: every permutation of every group is tried on each state."""
    ways = [exchange(FrozenMap({old: new for group, way in zip(groups, each, strict=True)
                                for old, new in zip(group, way, strict=True) if old != new}))
            for each in product(*(tuple(permutations(group)) for group in groups))]
    seen, frontier = {system.initial: None}, [system.initial]
    while frontier:
        cells = frontier.pop()
        for anchor in cells.keys_between(Cell("watch"), Cell("watch\0")):
            for action in system.offers(View(cells), anchor):
                view = View(cells)
                system.take(view, action)
                after = view.commit()
                if after not in seen:
                    seen[after] = None
                    frontier.append(after)
    return len(seen), len({min(spelled(renamed(cells, way)) for way in ways) for cells in seen})


def spelled(cells: Cells) -> str:
    """A text by which states are put in an order."""
    return repr(tuple(cells.pairs()))


def group(names: tuple[str, ...]) -> Group:
    """Names that have no other."""
    return tuple((name,) for name in names)


def explored(system: TransitionSystem, **options: Any) -> Search:
    """A search up to renaming, done."""
    search = Search(Situations(system), Options(symmetry=True, **options))
    search.run()
    return search


BOATS, BERTHS = ("boat-0", "boat-1", "boat-2", "boat-3"), ("north", "south", "west")
SHIPS = ("ship-0", "ship-1")
YARDS = {
    "boats alone": (Yard(BOATS[:3], BERTHS[:1]), Alike((), (("boat-", BOATS[:3]),))),
    "berths alone": (Yard(BOATS[:2], BERTHS), Alike((group(BERTHS),))),
    "both": (Yard(BOATS[:3], BERTHS), Alike((group(BERTHS),), (("boat-", BOATS[:3]),))),
    "boats permuted": (Yard(BOATS[:3], BERTHS[:2], 2), Alike((group(BERTHS[:2]), group(BOATS[:3])))),
    "two in a value": (Yard(BOATS[:3], BERTHS[:2], 2), Alike((group(BERTHS[:2]),), (("boat-", BOATS[:3]),))),
    "three in a value": (Yard(BOATS, BERTHS[:1], 3), Alike((), (("boat-", BOATS),))),
    "two bases": (Yard(BOATS[:2] + SHIPS, BERTHS[:1], 2), Alike((), (("boat-", BOATS[:2]), ("ship-", SHIPS)))),
}


@pytest.mark.parametrize("engine", ["numba", "numpy"])
@pytest.mark.parametrize("name", YARDS)
def test_there_is_one_state_of_each_kind(name: str, engine: str) -> None:
    """As many as trying every permutation on every state finds."""
    yard, alike = YARDS[name]
    system = yard.system(alike)
    groups = [tuple(member[0] for member in each) for each in alike.permuted] + [names for _, names in alike.ranked]
    states, found = kinds(system, groups)
    assert found < states
    assert found == explored(system, engine=engine).states


@pytest.mark.parametrize("name", YARDS)
def test_both_engines_find_the_same(name: str) -> None:
    """To the last byte, and in the same order."""
    yard, alike = YARDS[name]
    compiled, fallback = (explored(yard.system(alike), engine=engine) for engine in ("numba", "numpy"))
    assert counted(compiled) == counted(fallback)
    assert bytes_of(compiled) == bytes_of(fallback)


@pytest.mark.parametrize("engine", ["numba", "numpy"])
def test_what_cannot_be_told_apart_by_looking_at_each_is_not_merged(engine: str) -> None:
    """Four boats tied in a ring say of each what two pairs say of each: states of both kinds are kept."""
    yard = Yard(BOATS, (), ties=True)
    states, found = kinds(yard.system(Alike()), [BOATS])
    assert found <= explored(yard.system(Alike((), (("boat-", BOATS),))), engine=engine).states < states


def test_a_merge_of_what_differs_is_noticed() -> None:
    """Negative control: were berths of different depth declared alike, there would be fewer states than kinds."""
    yard = Yard(BOATS[:2], BERTHS[:2])
    alone = yard.system(Alike())
    deep = attrs.evolve(alone, initial=alone.initial.set(Cell("deep", "north"), "deep"))
    _, found = kinds(deep, [])
    assert found == explored(deep).states
    assert found == explored(attrs.evolve(deep, alike=Alike((group(BERTHS[:1]),)))).states


def test_a_member_is_known_by_all_its_names() -> None:
    """A permutation exchanges all of them."""
    yard = Yard(BOATS[:1], BERTHS[:2])
    system = yard.system(Alike(((("north", "N"), ("south", "S")),)))
    letters = attrs.evolve(system, initial=system.initial.update(
        {Cell("flag", "", "", "N"): "for north", Cell("flag", "", "", "S"): "for south"}, []))
    assert 2 == explored(letters).states
    lost = attrs.evolve(letters, alike=Alike((group(BERTHS[:2]),)))
    assert 3 == explored(lost).states


def test_orders_have_a_place_for_every_combination_of_positions() -> None:
    """Two names have four, of which two are orders."""
    assert ((0, 1), (0, 1), (1, 0), (0, 1)) == tuple(orders(2))
    assert 27 == len(tuple(orders(3)))


def test_too_many_names_in_one_value_are_refused() -> None:
    """With the cell, and what to do."""
    names = tuple(f"boat-{number}" for number in range(7))
    layout = Layout(())
    layout.encode(layout.slot(STACK), names[:6])
    with pytest.raises(Refused, match=r"stack.* mentions 6 interchangeable names at once, at most 5"):
        Symmetry(layout, Alike((), (("boat-", names),))).tables()


def test_groups_that_nothing_tells_apart_are_refused() -> None:
    """Their names would be merged across them."""
    with pytest.raises(ValueError, match="two groups of names begin with 'boat-'"):
        Alike((), (("boat-", BOATS[:2]), ("boat-", BOATS[2:])))


def test_what_is_known_of_a_name_is_known_of_those_like_it() -> None:
    """Names that are alike become one text, wherever they stand."""
    symmetry = Symmetry(Layout(()), Alike(((("node-1", "10.0.0.1", "pool"), ("node-2", "10.0.0.2", "pool")),),
                                          (("boat-", BOATS),)))
    assert symmetry.same("kubelet-node-1") == symmetry.same("kubelet-node-2") != "kubelet-node-1"
    assert symmetry.same("10.0.0.1") == symmetry.same("10.0.0.2")
    assert symmetry.same("default/boat-0") == symmetry.same("default/boat-3")
    assert ["node-10", "pool", ""] == [symmetry.same(text) for text in ("node-10", "pool", "")]
    assert ("node-2",) == symmetry.permuted_in("plan kubelet-node-2")
