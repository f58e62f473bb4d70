"""The log of a resource: what was at each revision, how far back it is known, and that it stays small."""

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.api.core import ConfigMap
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.etcd import history, store
from seatrial.model.etcd.history import Compacted, FutureRevision, LogEntry
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.system import System, assemble
from seatrial.model.users_list import List
from seatrial.model.view import View
from tests.model.samples import make_replicaset
from tests.strategies.clusters import HISTORY_SCOPES, Walk, walks

RESOURCE = "configmaps"
Objects = tuple[tuple[str, Any], ...]


def system_with(room: int) -> System:
    """A system without processes whose watch cache has this much room."""
    return assemble(Scope(history=room), ())


def config(name: str, value: str) -> ConfigMap:
    """A ConfigMap that holds one value."""
    return ConfigMap(ObjectMeta(name=name, namespace="n", labels=FrozenMap({"v": value})))


def put(view: View, system: System, name: str, value: str) -> None:
    """Writes a ConfigMap."""
    store.write(view, system, RESOURCE, f"n/{name}", config(name, value))


def live(view: View) -> Objects:
    """What a recorder writes down: all that is live."""
    return tuple(view.scan("object", "", RESOURCE))


def log_length(view: View) -> int:
    """How many entries are kept."""
    return sum(1 for _ in view.keys("log", "", RESOURCE))


@attrs.frozen
class Recorded:
    """A view after some writes, and what was live at each revision."""

    view: View
    states: dict[int, Objects]


def record(room: int, commands: list[tuple[str, str, str]]) -> Recorded:
    """Writes, deletes, compacts and restarts, as told, and writes down what each revision looked like."""
    view, system = View(FrozenMap()), system_with(room)
    states = {0: live(view)}
    for number, (what, name, value) in enumerate(commands):
        if what == "put":
            put(view, system, name, f"{value}{number}")
        elif what == "delete" and store.read(view, RESOURCE, f"n/{name}") is not None:
            store.erase(view, system, RESOURCE, f"n/{name}")
        elif what == "restart":
            history.empty_cache(view)
        elif what == "compact":
            current = history.current_revision(view, RESOURCE)
            floor = history.mark_of(view, RESOURCE, history.FLOOR)
            if floor < current:
                history.compact(view, RESOURCE, floor + 1 + number % (current - floor))
        states[history.current_revision(view, RESOURCE)] = live(view)
    return Recorded(view, states)


COMMANDS = st.lists(st.tuples(
    st.sampled_from(("put", "put", "put", "delete", "compact", "restart")), st.sampled_from("abc"),
    st.sampled_from("xy")), max_size=40)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.integers(1, 8), COMMANDS)
def test_the_past_is_what_a_recorder_saw(room: int, commands: list[tuple[str, str, str]]) -> None:
    """At every revision: as recorded where it can be asked for, and Compacted below."""
    recorded = record(room, commands)
    oldest = history.oldest_state(recorded.view, RESOURCE)
    for revision, expected in recorded.states.items():
        if revision < oldest:
            with pytest.raises(Compacted):
                history.list_at(recorded.view, RESOURCE, revision)
            continue
        assert expected == history.list_at(recorded.view, RESOURCE, revision)
        for key in ("n/a", "n/b", "n/c"):
            assert dict(expected).get(key) == history.get_at(recorded.view, RESOURCE, key, revision)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.integers(1, 8), COMMANDS)
def test_a_watch_leads_from_the_past_to_the_present(room: int, commands: list[tuple[str, str, str]]) -> None:
    """The events after a revision, laid over what was then, give what is now; below the window: Compacted."""
    recorded = record(room, commands)
    window = history.oldest_watch(recorded.view, RESOURCE)
    for revision, then in recorded.states.items():
        if revision < window:
            with pytest.raises(Compacted):
                history.events_after(recorded.view, RESOURCE, revision)
            continue
        found = dict(then)
        for number, entry in history.events_after(recorded.view, RESOURCE, revision):
            assert number > revision
            assert found.get(entry.key) == entry.previous
            found[entry.key] = entry.object
        assert live(recorded.view) == tuple((key, value) for key, value in sorted(found.items()) if value is not None)


def test_a_log_without_its_entries_is_wrong() -> None:
    """Negative control: one entry altered, and some revision is not what the recorder saw."""
    recorded = record(8, [("put", "a", "x"), ("put", "b", "x"), ("put", "a", "y"), ("delete", "b", "")])
    recorded.view[history.log_cell(RESOURCE, 3)] = LogEntry("n/b")
    wrong = [revision for revision, expected in recorded.states.items()
             if revision and expected != history.list_at(recorded.view, RESOURCE, revision)]
    assert [1, 2] == wrong


def test_a_full_cache_moves_its_window() -> None:
    """A cache of three events serves watches from three revisions back, and states from two."""
    recorded = record(3, [("put", "a", "x")] * 7)
    assert 4 == history.mark_of(recorded.view, RESOURCE, history.WINDOW)
    assert 5 == history.mark_of(recorded.view, RESOURCE, history.SNAPSHOT)
    assert 1 == history.mark_of(recorded.view, RESOURCE, history.FLOOR)
    assert 6 == log_length(recorded.view)


def test_a_compaction_leaves_the_cache_alone() -> None:
    """What etcd has forgotten is still served from the watch cache (recorded), until it starts anew."""
    view = record(8, [("put", "a", "x"), ("put", "b", "x"), ("put", "c", "x")]).view
    history.compact(view, RESOURCE, 3)
    assert 1 == len(history.list_at(view, RESOURCE, 1))
    assert 2 == len(history.events_after(view, RESOURCE, 1))
    history.empty_cache(view)
    with pytest.raises(Compacted, match="required revision has been compacted; the oldest that can be asked for is 3"):
        history.list_at(view, RESOURCE, 1)
    with pytest.raises(Compacted):
        history.events_after(view, RESOURCE, 1)
    assert 0 == log_length(view)


def test_a_restart_alone_leaves_etcd_alone() -> None:
    """Old states still come from etcd; watches, which only the cache serves, begin at the present."""
    view = record(8, [("put", "a", "x"), ("put", "b", "x")]).view
    history.empty_cache(view)
    assert 1 == len(history.list_at(view, RESOURCE, 1))
    with pytest.raises(Compacted):
        history.events_after(view, RESOURCE, 1)


def test_the_api_servers_own_compactor_drops_states_and_keeps_events() -> None:
    """After it an old list is expired at once, and a watch from there still resumes."""
    view = record(8, [("put", "a", "x"), ("put", "b", "x")]).view
    history.compact(view, RESOURCE, 2)
    history.drop_snapshots(view, RESOURCE)
    with pytest.raises(Compacted):
        history.list_at(view, RESOURCE, 1)
    assert 1 == len(history.events_after(view, RESOURCE, 1))


def test_what_is_not_there_cannot_be_compacted() -> None:
    """Neither what was compacted before, nor the future."""
    view = record(8, [("put", "a", "x"), ("put", "b", "x")]).view
    history.compact(view, RESOURCE, 1)
    with pytest.raises(Compacted):
        history.compact(view, RESOURCE, 1)
    with pytest.raises(FutureRevision, match="the present is 2"):
        history.compact(view, RESOURCE, 3)
    with pytest.raises(FutureRevision):
        history.get_at(view, RESOURCE, "n/a", 3)


@settings(max_examples=30, derandomize=True, database=None, deadline=None)
@given(walks(*HISTORY_SCOPES, most=200))
def test_the_log_of_a_running_cluster_is_what_was_seen(walk: Walk) -> None:
    """In every state of a walk with users and faults, every revision that can be shown is as it was."""
    seen: dict[tuple[str, int], Objects] = {}
    for cluster, _ in walk.states():
        view = cluster.view()
        for resource in ("pods", "replicasets"):
            current = history.current_revision(view, resource)
            seen[resource, current] = tuple(view.scan("object", "", resource))
            for revision in range(history.oldest_state(view, resource), current + 1):
                if (resource, revision) in seen:
                    assert seen[resource, revision] == history.list_at(view, resource, revision)


def test_memory_stays_flat() -> None:
    """Over ten thousand writes the log holds what two windows need, and is never longer."""
    room, system = 8, system_with(8)
    cells: FrozenMap[Any, Any] = FrozenMap()
    longest = 0
    for number in range(10_000):
        view = View(cells)
        put(view, system, f"c{number % 5}", str(number))
        cells = view.commit()
        longest = max(longest, sum(cell.table == "log" for cell in cells))
    assert history.RETENTION * room == longest


def test_nothing_is_kept_where_nobody_asks() -> None:
    """Without a history no cell of it is written, and only the present can be asked for."""
    cluster = Walk("replicaset, undisturbed", 3, 200).run().cluster
    view = cluster.view()
    current = history.current_revision(view, "pods")
    assert current > 1
    assert [] == [cell for cell in cluster.cells if cell.table in ("log", "history", "pages")]
    assert tuple(view.scan("object", "", "pods")) == history.list_at(view, "pods", current)
    with pytest.raises(Compacted):
        history.list_at(view, "pods", current - 1)
    with pytest.raises(Compacted):
        history.events_after(view, "pods", current - 1)


@pytest.mark.parametrize(("scope", "why"), [
    (Scope(history=4, versions=8), "a log needs versions in their order"),
    (Scope(history=-1), "give 0 or more"),
    (Scope(users=(List("pods"),), budgets=FrozenMap({"list": 1})), "the scope keeps no history"),
])
def test_what_does_not_go_together_is_refused(scope: Scope, why: str) -> None:
    """At the start, with the reason."""
    with pytest.raises(ValueError, match=why):
        start(scope)


def test_history_begins_with_the_scope() -> None:
    """The objects of a scope were there before: they can be listed at their revision, not before it."""
    view = start(Scope(("replicaset",), (make_replicaset(1), make_replicaset(1, "other")), history=4)).view()
    assert 2 == len(history.list_at(view, "replicasets", 2))
    with pytest.raises(Compacted):
        history.list_at(view, "replicasets", 1)
