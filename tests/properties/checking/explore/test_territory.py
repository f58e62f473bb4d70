"""Processes go on by themselves, and requests alone, only as far as nobody else could tell."""

from typing import Any

import attrs
import pytest

from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Delete, Scale
from seatrial.model.view import Cell
from seatrial.properties.checking.explore.recorded import judge_of
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.territory import Roaming, needs_no_more
from seatrial.properties.checking.explore.transitions import of_cluster
from seatrial.properties.property import Property
from tests.properties.checking.explore.footprint_scopes import CONTROLLER, SCHEDULER, budget, learnt, scope_of

KUBELET = "kubelet-node-1"


def steps_of(known: Situations, process: str) -> set[str]:
    """The kinds of steps that a process takes by itself."""
    roaming = known.locality.territory.roaming.get(process)
    return set() if roaming is None else {action.step for action in roaming.actions}


def closers_of(known: Situations, process: str) -> set[Cell]:
    """What must be empty before."""
    return set(known.locality.territory.roaming[process].closers)


def test_processes_roam_that_share_nothing_but_what_they_ask_of_the_server() -> None:
    """All three deliver, sync and take replies by themselves; their requests touch pods, which all three write."""
    known = learnt(scope_of())
    for process in (CONTROLLER, SCHEDULER, KUBELET):
        assert {"Deliver", "Sync", "Reply"} == steps_of(known, process)
        assert set() == closers_of(known, process)


def test_a_fault_that_strikes_a_machine_keeps_its_kubelet_until_it_has_struck() -> None:
    """A container that ends changes what the kubelet reads."""
    known = learnt(scope_of(exit=1))
    assert budget("exit") in closers_of(known, KUBELET)
    assert set() == closers_of(known, SCHEDULER)


def test_a_crash_absorbs_what_was_done_in_memory_only() -> None:
    """The kubelet also writes to its machine, which a crash leaves as it is."""
    known = learnt(scope_of(crash=1))
    assert set() == closers_of(known, SCHEDULER)
    assert {budget("crash")} == closers_of(known, KUBELET)


def test_a_process_whose_memory_a_property_looks_at_stays() -> None:
    """The audit: a property of states reads the scheduler's queue, so no step that writes there goes first."""
    nosy = Property("nosy", "always", "why", lambda cluster: "busy" * any(
        True for _ in cluster.view().scan("queue", SCHEDULER)) or None)
    known = learnt(scope_of(), nosy)
    assert set() == steps_of(known, SCHEDULER)
    assert "Sync" in steps_of(known, CONTROLLER)


def granted(known: Situations) -> set[str]:
    """The processes of which some requests are their own."""
    return {process for process, _, _ in known.locality.territory._granted}


def test_a_request_for_an_object_of_ones_own_goes_alone() -> None:
    """Nobody but its controller touches the ReplicaSet; with a user who scales it, only after that."""
    assert {CONTROLLER} == granted(learnt(scope_of()))
    known = learnt(scope_of(users=(Scale("replicasets", "default/web", 0),), refused=1))
    assert {CONTROLLER} == granted(known)
    assert {budget("scale"), budget("refused")} <= set(known.locality.territory._spent[CONTROLLER])


def mark(local: Local, key: str, choice: str) -> Call | Done:
    """Annotates every ReplicaSet."""
    del choice
    held = local.get("replicasets", key)
    if held is None or held.metadata.annotations.get("marked"):
        return Done()
    annotations = held.metadata.annotations.set("marked", "yes")
    return Call("update", "replicasets", key, attrs.evolve(
        held, metadata=attrs.evolve(held.metadata, annotations=annotations)))


def test_two_controllers_that_write_one_object_wait_for_each_other() -> None:
    """Negative control: with another writer the request is nobody's own."""
    marker = Controller("marker", (Watch("replicasets"),), mark)
    assert set() == granted(learnt(attrs.evolve(scope_of(), controllers=("replicaset", "scheduler", marker))))


def test_what_is_learnt_too_late_begins_the_search_anew() -> None:
    """The first footprints show nobody else who writes pods: what was thought possible then is not in the end."""
    assert learnt(scope_of()).locality.territory.weaker > 0


def test_roaming_allows_what_it_did_if_it_needs_no_more() -> None:
    """Fewer Actions, more closers, or more who write to an informer: each is weaker."""
    one = Roaming({"a": None}, {}, {("events",): ()})  # type: ignore[dict-item]  # any key will do
    assert one.allows(one)
    assert not Roaming({}, {}, {("events",): ()}).allows(one)
    assert not attrs.evolve(one, closers={budget("exit"): None}).allows(one)
    assert not attrs.evolve(one, feeds={("events",): (budget("exit"),)}).allows(one)
    assert not needs_no_more((), None)
    assert needs_no_more(None, ())


def stored(scope: Scope, *, local_first: bool) -> set[frozenset[Any]]:
    """All pods together with the budgets left, in every state that is found."""
    cluster = start(scope)
    known = Situations(of_cluster(cluster))
    search = Search(known, Options(local_first=local_first))
    found: set[frozenset[Any]] = set()
    for level in search.levels():
        if search.depth == 0:
            found.clear()
        for packed in level.states:
            cells = known.layout.cells(search._packing.unpack(packed).tolist())
            found.add(frozenset((cell, value) for cell, value in cells.items()
                                if cell.table == "budget" or cell[:3] == ("object", "", "pods")))
    return found


def struck(fault: str) -> Scope:
    """One pod, and one fault."""
    return attrs.evolve(scope_of(), budgets=FrozenMap({fault: 1}))


FAULTS = ("crash", "refused", "drop", "gone", "exit", "node-down", "partition", "oom", "cri-lost")
SLOW = ("lost", "late", "apiserver", "recreate", "two pods", "scaled")
DIFFERENT = {
    "two pods": scope_of(replicas=2),
    "scaled": scope_of(users=(Scale("replicasets", "default/web", 0),)),
    "deleted": scope_of(users=(Delete("replicasets", "default/web"),)),
} | {fault: struck(fault) for fault in (*FAULTS, *SLOW[:4])}


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.nightly] if name in SLOW else []) for name in DIFFERENT])
def test_every_state_of_what_all_share_is_still_found(name: str) -> None:
    """Steps that go first touch nothing that others look at: of pods and budgets no state is missing, and none new."""
    plain, reduced = (stored(DIFFERENT[name], local_first=each) for each in (False, True))
    assert len(plain) > 1
    assert plain == reduced


def look_at_the_scheduler(cluster: Cluster) -> str | None:
    """A pod is assumed to be bound, and its ReplicaSet's status says nothing of any pod."""
    held = cluster.get("replicasets", "default/web")
    assumed = any(True for _ in cluster.view().scan("note", SCHEDULER, "assumed"))
    return "early" if assumed and held is not None and not held.status.replicas else None


def test_what_shows_in_a_skipped_state_only_is_seen_nevertheless() -> None:
    """Negative control: a property that reads what two processes do by themselves is broken with and without."""
    cluster = start(scope_of())
    judge = judge_of(cluster.system, Property("early", "always", "why", look_at_the_scheduler))
    for local_first in (False, True):
        known = Situations(of_cluster(cluster), (judge,), (), frozenset((0,)))
        search = Search(known, Options(local_first=local_first))
        search.run()
        assert [0] == [each.judge for each in search.sightings]
