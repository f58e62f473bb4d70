"""A step reads what it started from plus its own writes, and depends on nothing that it has not recorded as read."""

from typing import Any

from hypothesis import given, settings

from seatrial.model.actions import Action
from seatrial.model.cluster import BY_ANCHOR, BY_NAME, enabled, offers
from seatrial.model.frozen import FrozenMap
from seatrial.model.system import System
from seatrial.model.view import Cell, Cells, Family, View, copied, is_present, oldest_of
from tests.strategies.clusters import Walk, walks

POISON = "a value that no step may look at"
ONE, TWO = Cell("t", "p", "k", "1"), Cell("t", "p", "k", "2")
BASE: Cells = FrozenMap({ONE: "one", TWO: "two", Cell("t", "p", "other", "3"): "three", Cell("u"): "four"})


def poisoned(cells: Cells, reads: list[tuple[Any, ...]], written: dict[Cell, Any]) -> Cells:
    """The same cells, with every one that was not read replaced by nonsense; a read family keeps its keys.

    A cell that was only asked through a projection keeps its value: what else it holds is the next test's subject.
    """
    seen = {read[0] for read in reads} | set(written)
    return FrozenMap({cell: value if cell in seen else POISON for cell, value in cells.items()})


def run_recorded(cells: Cells, system: System, action: Action) -> tuple[dict[Cell, Any], list[tuple[Any, ...]]]:
    """What a step writes, and what it says it read."""
    view = View(cells, [])
    BY_NAME[action.step].run(view, system, action)
    return view.writes, view.reads or []


def thinned(cells: Cells, reads: list[tuple[Any, ...]]) -> Cells:
    """The same cells without those that were neither read nor counted among a family's keys."""
    exact = {read[0] for read in reads}

    def is_seen(cell: Cell) -> bool:
        return cell in exact or Family(*cell[:3]) in exact or (cell.table, cell.owner) in exact or (
            cell.table, None) in exact

    return FrozenMap({cell: value for cell, value in cells.items() if is_seen(cell)})


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(walks(most=150))
def test_a_step_depends_on_nothing_but_the_cells_it_recorded_as_read(walk: Walk) -> None:
    """Unread cells turned into nonsense, or taken away, change nothing of what a step writes."""
    for cluster, action in walk.states()[-6:]:
        for each in enabled(cluster) if action is None else (action,):
            writes, reads = run_recorded(cluster.cells, cluster.system, each)
            blind = {cell: cluster.cells[cell] for cell in writes if cell in cluster.cells and is_queue(cell)}
            for changed in (poisoned(cluster.cells, reads, blind), thinned(cluster.cells, reads).update(blind)):
                assert writes == run_recorded(changed, cluster.system, each)[0], each


def is_queue(cell: Cell) -> bool:
    """Is it a first-in first-out cell, which a push extends without looking at it?"""
    return cell.table == "events"


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(walks(most=150))
def test_an_offer_depends_on_nothing_but_the_cells_it_recorded_as_read(walk: Walk) -> None:
    """What an anchor offers is the same when unread cells are nonsense: so a Run need not ask it again."""
    cluster = walk.run().cluster
    for anchor in (cell for cell in cluster.cells if cell.table in BY_ANCHOR):
        reads: list[tuple[Any, ...]] = []
        offered = offers(View(cluster.cells, reads), cluster.system, anchor)
        changed = poisoned(cluster.cells, reads, {anchor: None})
        assert offered == offers(View(changed), cluster.system, anchor), anchor


def test_a_step_that_hides_a_read_is_found() -> None:
    """Negative control: a step that reads past the view writes something else when the cell changes."""
    def peeking(cells: Cells) -> dict[Cell, Any]:
        view = View(cells, [])
        view[ONE] = view._base.get(TWO)
        return view.writes

    assert peeking(BASE) != peeking(poisoned(BASE, [], {}))


def test_a_view_shows_its_own_writes() -> None:
    """Reads, projections, keys and scans see what was written before, and nothing of it is recorded as read."""
    view = View(BASE, [])
    view[ONE] = None
    view[Cell("t", "p", "k", "3")] = "new"
    assert view[ONE] is None
    assert not view.get(ONE, is_present)
    assert [("2", "two"), ("3", "new")] == list(view.scan("t", "p", "k"))
    assert [TWO, Cell("t", "p", "k", "3")] == [cell for cell in view.cells("t", "p") if cell.kind == "k"]
    assert [Cell("u")] == list(view.cells("u"))
    assert ONE not in [read[0] for read in view.reads or []]


def test_a_commit_makes_all_writes_and_drops_empty_cells() -> None:
    """None empties a cell, and an empty cell takes no room; the base stays as it was."""
    view = View(BASE)
    view[ONE] = None
    view[Cell("new")] = 0
    view[Cell("never")] = None
    assert BASE.delete(ONE).set(Cell("new"), 0) == view.commit()
    assert "one" == BASE[ONE]


def test_a_queue_is_first_in_first_out() -> None:
    """Pushed items come back oldest first; a queue that runs empty takes no room."""
    queue, view = Cell("events"), View(FrozenMap())
    for item in "abc":
        view.push(queue, item)
    assert ("c", "b", "a") == view[queue]
    assert ["a", "b", "c", None] == [view.pop(queue) for _ in range(4)]
    assert FrozenMap() == view.commit()
    assert oldest_of(None) is None


def test_a_queue_is_asked_for_an_item_by_what_a_projection_says_of_it() -> None:
    """It is there until it was taken."""
    view = View(FrozenMap())
    view.push(ONE, "first")
    assert view.awaits(ONE, len, 5)
    assert not view.awaits(ONE, len, 4)
    view.pop(ONE)
    assert not view.awaits(ONE, len, 5)


def test_a_push_does_not_look_at_the_queue() -> None:
    """A write to a queue records no read, so it is the same local situation however long the queue is."""
    view = View(FrozenMap({Cell("events"): ("old",)}), [])
    view.push(Cell("events"), "new")
    assert [] == view.reads
    assert ("new", "old") == view.commit()[Cell("events")]


def test_a_copy_moves_a_value_without_reading_it() -> None:
    """It is recorded under a projection that says nothing."""
    view = View(BASE, [])
    view.copy(Cell("v"), ONE)
    assert "one" == view.commit()[Cell("v")]
    assert [(ONE, copied, None)] == view.reads


def test_families_that_share_a_beginning_are_kept_apart() -> None:
    """Keys of kind "k" do not show up under kind "k2" or owner "pp"."""
    base = FrozenMap({Cell("t", "p", "k", "1"): 1, Cell("t", "p", "k2", "2"): 2, Cell("t", "pp", "k", "3"): 3})
    assert ["1"] == list(View(base).keys("t", "p", "k"))
    assert [Cell("t", "p", "k", "1"), Cell("t", "p", "k2", "2")] == list(View(base).cells("t", "p"))


def test_a_family_can_be_asked_for_the_keys_of_one_beginning() -> None:
    """Keys and values with this start only, with and without writes of the step, the family recorded as read."""
    base: Cells = FrozenMap({Cell("t", "p", "k", key): key for key in ("a/1", "a/2", "a0", "b/1")})
    for changes in ({}, {"a/3": "new", "a/1": None, "b/2": "new"}):
        reads: list[tuple[Any, ...]] = []
        view = View(base, reads)
        for key, value in changes.items():
            view[Cell("t", "p", "k", key)] = value
        expected = {"a/2": "a/2"} | ({"a/3": "new"} if changes else {"a/1": "a/1"})
        assert sorted(expected) == list(view.keys("t", "p", "k", "a/"))
        assert sorted(expected.items()) == list(view.scan("t", "p", "k", "a/"))
        assert Family("t", "p", "k") in [read[0] for read in reads]


def test_a_scan_shows_what_is_written_while_it_goes_on() -> None:
    """As reading each key after listing them does: a later value is the written one."""
    view = View(BASE)
    seen = []
    for key, value in view.scan("t", "p", "k"):
        seen.append((key, value))
        view[TWO] = "new"
    assert [("1", "one"), ("2", "new")] == seen


def test_happenings_go_to_the_listener_only() -> None:
    """A Kubernetes Event leaves no trace in the state."""
    view, heard = View(BASE), list[object]()
    view.emit("unheard")
    view.listeners = heard.append
    view.emit("heard")
    assert (["heard"], {}) == (heard, view.writes)
