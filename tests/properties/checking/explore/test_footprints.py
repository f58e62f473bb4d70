"""Two accesses clash if their order could show; what clashes only while a budget lasts says which."""

import pytest

from seatrial.model.users import Scale
from seatrial.model.view import Cell
from seatrial.properties.checking.explore.footprints import APPEND, NAMES, READ, SEEK, TAKE, WRITE
from seatrial.properties.property import Property
from tests.properties.checking.explore.footprint_scopes import CONTROLLER, SCHEDULER, budget, footprints_of, scope_of

REPLICASETS, PODS = ("object", "", "replicasets"), ("object", "", "pods")


def test_what_several_processes_write_clashes_for_each() -> None:
    """Pods are written by controller, scheduler and kubelet: neither owns them, and not even a reader does."""
    prints = footprints_of(scope_of())
    for process in (CONTROLLER, SCHEDULER, "kubelet-node-1"):
        assert prints.clashes([(PODS, WRITE)], process) is None
        assert prints.clashes([(PODS, READ)], process) is None


def test_what_one_process_writes_is_its_own() -> None:
    """The ReplicaSet is touched by its controller only; for anybody else it is not free."""
    prints = footprints_of(scope_of())
    assert () == prints.clashes([(REPLICASETS, WRITE)], CONTROLLER)
    assert prints.clashes([(REPLICASETS, WRITE)], SCHEDULER) is None


def test_what_a_user_may_write_is_owned_once_the_budget_is_spent() -> None:
    """A scale reads and writes the ReplicaSet, once."""
    prints = footprints_of(scope_of(users=(Scale("replicasets", "default/web", 2),)))
    assert (budget("scale"),) == prints.clashes([(REPLICASETS, WRITE)], CONTROLLER)


def test_what_is_written_outside_of_a_memory_needs_that_no_crash_takes_the_memory_away() -> None:
    """A crash undoes what a step did to its process's memory, and nothing else."""
    prints = footprints_of(scope_of(crash=1))
    assert () == prints.clashes([(("note", SCHEDULER, "assumed"), WRITE)], SCHEDULER)
    assert (budget("crash"),) == prints.clashes([(("sandbox", "node-1", "*"), WRITE)], "kubelet-node-1")


def test_a_call_that_was_given_up_clashes_until_it_has_arrived() -> None:
    """Its closers are the call and the budget that lets there be one."""
    found = footprints_of(scope_of(late=1)).clashes([(REPLICASETS, WRITE)], CONTROLLER)
    assert found is not None
    assert budget("late") in found
    assert Cell("late", CONTROLLER, "", "default/web") in found


def test_taking_the_oldest_event_clashes_with_no_append() -> None:
    """Others append to the queue of pods: whoever looks at all of it depends on that, a delivery does not."""
    prints, queue = footprints_of(scope_of()), ("events", CONTROLLER, "pods")
    assert () == prints.clashes([(queue, TAKE)], CONTROLLER)
    assert () == prints.clashes([(queue, SEEK)], CONTROLLER)
    assert prints.clashes([(queue, READ)], CONTROLLER) is None
    assert prints.clashes([(queue, APPEND)], CONTROLLER) is None


def test_who_asks_which_names_are_free_depends_on_everything() -> None:
    """Such a look is never free."""
    assert footprints_of(scope_of()).clashes([(NAMES, READ)], CONTROLLER) is None


def test_what_a_property_of_states_looks_at_is_nobodys() -> None:
    """Writing there is visible, reading is not."""
    seen = Property("seen", "always", "why", lambda cluster: None if cluster.objects("replicasets") else "gone")
    prints = footprints_of(scope_of(), seen)
    assert prints.clashes([(REPLICASETS, WRITE)], CONTROLLER) is None
    assert () == prints.clashes([(REPLICASETS, READ)], CONTROLLER)


@pytest.mark.parametrize("symmetry", [False, True])
def test_what_is_learnt_of_a_node_holds_of_those_that_are_like_it(symmetry: bool) -> None:
    """A pod is bound to either node: its kubelet owns the sandboxes there, and no other does."""
    prints = footprints_of(scope_of(nodes=2), symmetry=symmetry)
    for one, other in (("node-1", "node-2"), ("node-2", "node-1")):
        assert () == prints.clashes([(("sandbox", one, "*"), WRITE)], f"kubelet-{one}")
        assert prints.clashes([(("sandbox", other, "*"), WRITE)], f"kubelet-{one}") is None
        assert prints.clashes([(("events", f"kubelet-{one}", "pods"), READ)], f"kubelet-{one}") is None
