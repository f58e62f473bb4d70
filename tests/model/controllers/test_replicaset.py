"""The ReplicaSet controller keeps spec.replicas pods, through stale caches, failures and recreations."""

from collections.abc import Callable

import attrs
import pytest

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import Condition, get_condition, key_of
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import controller_reference
from seatrial.model.controllers.expectations import NOTE, satisfied_expectations
from seatrial.model.controllers.replicaset import (
    CONTROLLER,
    KIND,
    choices,
    new_pod,
    replicaset_controller,
    resume,
    sync,
)
from seatrial.model.controllers.replicaset_handlers import handle_pod, handle_replicaset, resolve
from seatrial.model.frozen import FrozenMap
from seatrial.model.variants.scenarios import replicaset
from seatrial.model.view import Cell, View

KEY, NAME = "default/web", CONTROLLER.name
SET = replicaset(3)
SET = attrs.evolve(SET, metadata=attrs.evolve(SET.metadata, uid="mine", generation=1))
Answer = Callable[[Call], Reply]


def pod(name: str, *, owned: bool = True, dying: bool = False) -> Pod:
    """A pod of the ReplicaSet, or an orphan that its selector matches."""
    held = new_pod(SET)
    owners = (controller_reference(SET, KIND),) if owned else ()
    return attrs.evolve(held, metadata=attrs.evolve(
        held.metadata, name=name, namespace="default", uid=name, owner_references=owners,
        deletion_timestamp=1 if dying else None))


def local_with(*pods: Pod, desired: int = 3) -> Local:
    """A process whose informers hold the ReplicaSet and these pods."""
    held = attrs.evolve(SET, spec=attrs.evolve(SET.spec, replicas=desired))
    cells = {Cell("copy", NAME, "replicasets", KEY): held}
    copies = {Cell("copy", NAME, "pods", key_of(each.metadata)): each for each in pods}
    return Local(View(FrozenMap({**cells, **copies})), NAME)


def run(local: Local, answer: Answer, choice: str = "", burst_replicas: int = 500) -> tuple[list[Call], Done]:
    """A whole sync: its calls, each answered so, and how it ended."""
    calls: list[Call] = []
    result = sync(local, KEY, choice, burst_replicas=burst_replicas)
    while isinstance(result, Call):
        calls.append(result)
        result = resume(local, KEY, result.memo, answer(result), burst_replicas=burst_replicas)
    return calls, result


def well(call: Call) -> Reply:
    """Everything succeeds."""
    if call.verb == "create":
        return Reply(201, pod("new"))
    return Reply(200, call.body if call.verb == "update" else SET)


def verbs(calls: list[Call]) -> list[str]:
    """Verb and resource of each call."""
    return [f"{call.verb} {call.resource}{'/' if call.subresource else ''}{call.subresource}" for call in calls]


def test_missing_pods_are_created_and_expected() -> None:
    """Two of three are missing: two creates, then the status; two events are awaited."""
    local = local_with(pod("a"))
    calls, done = run(local, well)
    assert ["create pods", "create pods", "update replicasets/status"] == verbs(calls)
    assert Done() == done
    assert 2 == local.note(NOTE, KEY).creations


def test_surplus_pods_are_deleted_and_expected() -> None:
    """One of three is too many for two: one delete, by name, awaited by its key."""
    local = local_with(pod("a"), pod("b"), pod("c"), desired=2)
    calls, _ = run(local, well, choice="b")
    assert "default/b" == calls[0].key
    assert ("default/b",) == local.note(NOTE, KEY).deletions


def test_unfulfilled_expectations_hold_it_back() -> None:
    """It writes the status, and neither creates nor deletes."""
    local = local_with(pod("a"))
    run(local, well)
    assert ["update replicasets/status"] == verbs(run(local, well)[0])


def test_a_failed_batch_is_finished_and_the_rest_given_up() -> None:
    """Of eight creates in batches of 1, 2, 4, …, the second fails: the third is made, the others are not expected."""
    local, seen = local_with(desired=8), list[Call]()

    def second_fails(call: Call) -> Reply:
        seen.append(call)
        return Reply(500, reason="InternalError", message="broken") if len(seen) == 2 else well(call)

    calls, done = run(local, second_fails)
    assert ["create pods"] * 3 + ["update replicasets/status"] == verbs(calls)
    assert Done(error="broken") == done
    assert 2 == local.note(NOTE, KEY).creations
    failure = get_condition(calls[-1].body.status.conditions, "ReplicaFailure")
    assert failure is not None
    assert ("FailedCreate", "broken") == (failure.reason, failure.message)


def test_a_pod_that_is_gone_already_is_no_error() -> None:
    """A delete that is answered 404 brings no event: the expectation is lowered at once."""
    local = local_with(pod("a"), pod("b"), desired=1)
    _, done = run(local, lambda call: Reply(404, reason="NotFound") if call.verb == "delete" else well(call))
    assert (Done(), True) == (done, satisfied_expectations(local, KEY))


def test_a_status_conflict_is_tried_once_more_on_the_live_object() -> None:
    """Update, live read, update; a second conflict ends the sync with an error."""
    local = local_with(pod("a"), pod("b"), pod("c"))
    conflict = Reply(409, reason="Conflict", message="modified")
    calls, done = run(local, lambda call: conflict if call.verb == "update" else Reply(200, SET))
    assert ["update replicasets/status", "get replicasets", "update replicasets/status"] == verbs(calls)
    assert Done(error="modified") == done


def test_the_burst_bounds_one_sync() -> None:
    """With a burst of two, four missing pods are two creates, and two surplus ones of five two deletes."""
    assert 2 == verbs(run(local_with(desired=4), well, burst_replicas=2)[0]).count("create pods")
    many = local_with(*(pod(name) for name in "abcde"), desired=0)
    assert 2 == verbs(run(many, well, burst_replicas=2)[0]).count("delete pods")
    assert replicaset_controller(2).name == CONTROLLER.name


def test_ties_are_the_actions_choice() -> None:
    """Two equal pods, one too many: either may go; with expectations open there is nothing to choose."""
    local = local_with(pod("a"), pod("b"), desired=1)
    assert ("a", "b") == choices(local, KEY)
    run(local, well, choice="a")
    assert ("",) == choices(local, KEY)


def test_a_deleted_replicaset_is_forgotten() -> None:
    """No call, no expectation."""
    local = local_with(pod("a"))
    run(local, well)
    local.view[Cell("copy", NAME, "replicasets", KEY)] = None
    assert ([], Done()) == run(local, well)
    assert None is local.note(NOTE, KEY)


def test_an_orphan_that_matches_is_adopted_first() -> None:
    """A live look at the owner, a patch, and then one create less."""
    calls, _ = run(local_with(pod("a"), pod("orphan", owned=False)), well)
    assert ["get replicasets", "patch pods", "create pods", "update replicasets/status"] == verbs(calls)


def test_the_events_of_its_pods_settle_expectations() -> None:
    """A creation, a deletion mark and a tombstone each settle one, and queue the owner."""
    local = local_with(pod("a"))
    run(local, well)
    for name in ("new", "newer"):
        handle_pod(local, f"default/{name}", None, pod(name))
    assert satisfied_expectations(local, KEY)
    assert local.view[Cell("queue", NAME, "", KEY)]
    local = local_with(pod("a"), pod("b"), desired=0)
    run(local, well)
    handle_pod(local, "default/a", pod("a"), pod("a", dying=True))
    handle_pod(local, "default/b", pod("b"), None)
    assert satisfied_expectations(local, KEY)


def test_a_pod_of_a_recreated_replicaset_is_not_its_own() -> None:
    """The owner is found by name and UID; a stranger's pod settles nothing, and a new UID forgets what was expected."""
    local = local_with(pod("a"))
    run(local, well)
    again = attrs.evolve(SET, metadata=attrs.evolve(SET.metadata, uid="another"))
    handle_replicaset(local, KEY, SET, again)
    assert None is local.note(NOTE, KEY)
    local.view[Cell("copy", NAME, "replicasets", KEY)] = again
    assert None is resolve(local, pod("a"))


@pytest.mark.parametrize("old", [None, "labels"])
def test_a_new_or_changed_orphan_queues_whoever_matches(old: str | None) -> None:
    """It might be adopted."""
    orphan = pod("o", owned=False)
    before = None if old is None else attrs.evolve(orphan, metadata=attrs.evolve(orphan.metadata, labels=FrozenMap()))
    local = local_with()
    handle_pod(local, "default/o", before, orphan)
    assert local.view[Cell("queue", NAME, "", KEY)]


def test_a_pod_that_becomes_ready_is_looked_at_again_when_it_is_available() -> None:
    """MinReadySeconds later, and one second more."""
    slow = attrs.evolve(SET, spec=attrs.evolve(SET.spec, min_ready_seconds=10))
    local = local_with()
    local.view[Cell("copy", NAME, "replicasets", KEY)] = slow
    ready = attrs.evolve(pod("a"), status=attrs.evolve(
        pod("a").status, conditions=(Condition("Ready", "True", last_transition_time=0),)))
    handle_pod(local, "default/a", pod("a"), ready)
    assert 11 == local.view[Cell("timer", NAME, "requeue", KEY)]


def test_a_memo_that_is_none_of_its_own_is_refused() -> None:
    """A defect of the machinery, said in its own words."""
    with pytest.raises(TypeError, match="no plan with the memo 'nonsense'"):
        resume(local_with(), KEY, "nonsense", Reply(200))
