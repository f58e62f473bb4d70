"""A process at work: deliver, sync, request, reply; calls that go astray; crashes; one plan per key."""

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.client.calls import Answered, Call, Done, Reply, Waiting
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.informer import CONNECTED, WatchEvent, events_cell
from seatrial.model.client.local import Local
from seatrial.model.client.process import forget, plan_cell, queue_cell
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, replicaset
from seatrial.model.view import Cell, View

KEY = "default/web"
NAME = "scaler"


def scale_once(local: Local, key: str, choice: str) -> Call | Done:
    """Sets spec.replicas to 2, if it is not."""
    del choice
    held = local.get("replicasets", key)
    if held is None or held.spec.replicas == 2:
        return Done()
    wanted = attrs.evolve(held, spec=attrs.evolve(held.spec, replicas=2))
    return Call("update", "replicasets", key, wanted, memo="scaling")


def note_reply(local: Local, key: str, memo: object, reply: Reply) -> Done:
    """Remembers what it was told."""
    local.set_note("told", key, (memo, reply.code))
    return Done() if reply.ok else Done(error=reply.reason)


SCALER = Controller(NAME, (Watch("replicasets"),), scale_once, note_reply, consistent=("replicasets",))


def begin(controller: Controller = SCALER, **budgets: int) -> Cluster:
    """A cluster with this controller and a ReplicaSet of one pod, its key queued."""
    return start(Scope(controllers=(controller,), objects=(*NAMESPACE, replicaset(1)), budgets=FrozenMap(budgets),
                       secured=False))


def walk(cluster: Cluster, *words: str) -> Cluster:
    """Takes the Actions whose words begin so, one after the other; each must be enabled."""
    for word in words:
        found = [action for action in enabled(cluster) if f"{action.step} {action.choice}".strip() == word]
        assert found, f"{word} is not among {[str(each) for each in enabled(cluster)]}"
        cluster = step(cluster, found[0])
    return cluster


def replicas(cluster: Cluster) -> int | None:
    """What is stored."""
    value: int | None = cluster.get("replicasets", KEY).spec.replicas
    return value


def told(cluster: Cluster) -> tuple[str, int] | None:
    """What the controller was told."""
    held: tuple[str, int] | None = cluster[Cell("note", NAME, "told", KEY)]
    return held


def steps_of(cluster: Cluster) -> set[str]:
    """The names of the steps that can be taken."""
    return {action.step for action in enabled(cluster)}


def test_a_call_that_succeeds_is_applied_and_answered() -> None:
    """Sync, Request, Reply and Deliver are four Actions; the store changes with the second, the cache with the last."""
    asked = walk(begin(), "Sync")
    assert 1 == replicas(asked)
    applied = walk(asked, "Request ok")
    assert 2 == replicas(applied)
    assert {"Deliver", "Reply"} == steps_of(applied)
    done = walk(applied, "Reply", "Deliver")
    assert ("scaling", 200) == told(done)
    assert 2 == done[Cell("copy", NAME, "replicasets", KEY)].spec.replicas


def test_a_refused_call_is_not_applied_and_is_tried_again() -> None:
    """The client is told of a time-out, and its key is queued again."""
    done = walk(begin(refused=1), "Sync", "Request refused", "Reply")
    assert (1, ("scaling", 504)) == (replicas(done), told(done))
    assert {"Sync"} == steps_of(done)
    assert 2 == replicas(walk(done, "Sync", "Request ok"))


def test_a_lost_answer_looks_like_a_refusal_but_was_applied() -> None:
    """Both are time-outs for the client: what was applied shows only in the store, and later in the cache."""
    lost = walk(begin(lost=1), "Sync", "Request lost", "Reply")
    assert (2, ("scaling", 504)) == (replicas(lost), told(lost))
    assert None is lost[Cell("unseen", NAME, "replicasets", KEY)]
    assert 2 == walk(lost, "Deliver")[Cell("copy", NAME, "replicasets", KEY)].spec.replicas


def test_a_late_call_is_applied_after_the_client_gave_up() -> None:
    """It arrives by an Action of its own, as it was sent: here it meets a newer version, and conflicts."""
    late = walk(begin(late=1), "Sync", "Request late", "Reply")
    assert (1, ("scaling", 504)) == (replicas(late), told(late))
    assert 2 == replicas(walk(late, "ArriveLate"))
    overtaken = walk(late, "Sync", "Request ok", "Reply")
    version = overtaken.get("replicasets", KEY).metadata.resource_version
    arrived = walk(overtaken, "ArriveLate")
    assert version == arrived.get("replicasets", KEY).metadata.resource_version
    assert "ArriveLate" not in steps_of(arrived)


def test_a_late_call_arrives_even_after_a_crash() -> None:
    """The crash loses the plan, not the request on its way."""
    crashed = walk(begin(late=1, crash=1), "Sync", "Request late", "Crash")
    assert "ArriveLate" in steps_of(crashed)
    assert 2 == replicas(walk(crashed, "ArriveLate", "Restart"))


@pytest.mark.parametrize("kind", ["refused", "lost", "late"])
def test_bad_outcomes_spend_their_budget(kind: str) -> None:
    """Without budget only `ok` is offered; each use takes one."""
    assert {"ok"} == {action.choice for action in enabled(walk(begin(), "Sync"))}
    asked = walk(begin(SCALER, **{kind: 1}), "Sync")
    assert {"ok", kind} == {action.choice for action in enabled(asked)}
    assert None is walk(asked, f"Request {kind}")[Cell("budget", "", kind)]


def test_a_key_in_flight_that_is_queued_again_waits_for_its_plan() -> None:
    """One plan per key: the second sync is possible when the first is done, and not before."""
    flying = walk(begin(), "Sync", "Request ok", "Deliver")
    assert flying[queue_cell(NAME, KEY)]
    assert {"Reply"} == steps_of(flying)
    assert {"Sync"} == steps_of(walk(flying, "Reply"))


def test_an_unseen_own_write_holds_the_next_sync_back() -> None:
    """A sync that would read an older cache fails and is requeued; after the event it runs."""
    unseen = walk(begin(), "Sync", "Request ok", "Reply")
    view = unseen.view()
    view[queue_cell(NAME, KEY)] = True
    queued = Cluster(unseen.system, view.commit())
    held = walk(queued, "Sync")
    assert held == queued
    seen = walk(held, "Deliver", "Sync")
    assert None is seen[plan_cell(NAME, KEY)]
    assert set() == steps_of(seen)


def test_without_the_check_the_old_cache_is_acted_on() -> None:
    """Negative control: before 1.36 the same sync calls again, and is answered 409."""
    unseen = walk(begin(attrs.evolve(SCALER, consistent=())), "Sync", "Request ok", "Reply")
    view = unseen.view()
    view[queue_cell(NAME, KEY)] = True
    again = walk(Cluster(unseen.system, view.commit()), "Sync", "Request ok", "Reply")
    assert ("scaling", 409) == told(again)


def test_a_crash_forgets_everything_in_memory() -> None:
    """Copies, events, queue, plans, notes, timers and marks are gone; a restart lists and queues again."""
    cluster = walk(begin(crash=1), "Sync", "Request ok", "Reply")
    view = cluster.view()
    for table in ("queue", "timer", "plan"):
        view[Cell(table, NAME, "", "left")] = 1 if table == "timer" else True
    forget(view, SCALER)
    assert [] == [cell for cell in view.commit() if cell.owner == NAME and cell.table != "up"]
    down = walk(cluster, "Crash")
    assert {"Restart"} == steps_of(down)
    up = walk(down, "Restart")
    assert 2 == up[Cell("copy", NAME, "replicasets", KEY)].spec.replicas
    assert (True, CONNECTED) == (up[queue_cell(NAME, KEY)], up[Cell("watch", NAME, "replicasets")])


def test_no_more_plans_than_workers() -> None:
    """With one worker, the second key waits although it is queued."""
    one = attrs.evolve(SCALER, workers=1)
    cluster = start(Scope(controllers=(one,), objects=(*NAMESPACE, replicaset(1), renamed("web-2")), secured=False))
    assert 2 == len(enabled(cluster))
    assert {"Request"} == steps_of(walk(cluster, "Sync"))


def renamed(name: str) -> object:
    """Another ReplicaSet."""
    held = replicaset(1)
    return attrs.evolve(held, metadata=attrs.evolve(held.metadata, name=name))


def test_done_says_whether_and_when_the_key_comes_again() -> None:
    """An error or a requeue queues it, `after` arms a timer, which may fire at any step of an untimed scope."""
    for done, expected in ((Done(error="no"), {"Sync"}), (Done(requeue=True), {"Sync"}), (Done(after=9), {"Fire"}),
                           (Done(), set())):
        lazy = Controller(NAME, (Watch("replicasets"),), lambda local, key, choice, result=done: result)  # type: ignore[misc]  # noqa: ARG005
        assert expected == steps_of(walk(begin(lazy), "Sync")), done
    fired = walk(begin(attrs.evolve(lazy, sync=lambda local, key, choice: Done(after=9))), "Sync", "Fire")  # noqa: ARG005
    assert {"Sync"} == steps_of(fired)


def test_the_ties_of_a_sync_are_actions() -> None:
    """One Action per choice, and the sync is told which."""
    chosen = Controller(NAME, (Watch("replicasets"),), note_choice, choices=lambda local, key: ("left", "right"))  # noqa: ARG005
    cluster = begin(chosen)
    assert ["left", "right"] == [action.choice for action in enabled(cluster)]
    assert "right" == walk(cluster, "Sync right")[Cell("note", NAME, "chosen", KEY)]


def note_choice(local: Local, key: str, choice: str) -> Done:
    """Remembers what was chosen."""
    local.set_note("chosen", key, choice)
    return Done()


def test_a_request_to_a_server_that_is_down_is_unreachable() -> None:
    """Nothing is applied, the client is told so, and tries again when it is up."""
    asked = walk(begin(apiserver=1), "Sync", "StopAPIServer", "Request unreachable")
    assert 1 == replicas(asked)
    assert isinstance(asked[plan_cell(NAME, KEY)], Answered)
    up = walk(asked, "Reply", "StartAPIServer")
    assert ("scaling", 503) == told(up)


def test_a_plan_waits_until_its_request_is_taken() -> None:
    """The plan's cell holds the call, and nothing is offered for it but its request."""
    asked = walk(begin(), "Sync")
    assert isinstance(asked[plan_cell(NAME, KEY)], Waiting)
    assert [Action("Request", NAME, KEY, "ok")] == list(enabled(asked))


def test_a_dropped_watch_delivers_nothing_until_it_resumes() -> None:
    """The events wait, and none is lost."""
    view = begin().view()
    view[Cell("watch", NAME, "replicasets")] = "dropped"
    view[events_cell(NAME, "replicasets")] = (WatchEvent(KEY, 9, replicaset(2)),)
    view[queue_cell(NAME, KEY)] = None
    dropped = Cluster(begin().system, view.commit())
    assert {"Rewatch"} == steps_of(dropped)
    assert {"Deliver"} == steps_of(walk(dropped, "Rewatch"))


def test_a_custom_resource_is_watched_like_any_other() -> None:
    """A user's own controller needs nothing registered."""
    site = Unstructured(ObjectMeta(name="shop", namespace="default"), FrozenMap({"apiVersion": "example.com/v1",
                                                                                 "kind": "Website"}))
    mine = Controller("mine", (Watch("websites"),), note_choice)
    cluster = start(Scope(controllers=(mine,), objects=(*NAMESPACE, site), secured=False))
    assert [Action("Sync", "mine", "default/shop")] == list(enabled(cluster))
    assert View(cluster.cells)[Cell("copy", "mine", "websites", "default/shop")] is not None
