"""A process at work: deliver, sync, request, reply, and its timers; the same for every control loop.

    Deliver(P, resource)      the informer sees its next event
    Sync(P, key, choice)      a worker takes the key; sync answers Call or Done
    Request(P, key, outcome)  the plan's call reaches the API server: ok, refused, lost (applied, no answer), late
    Reply(P, key)             the answer arrives; resume answers Call or Done
    Fire(P, timer/key)        a timer runs out

Between any two of them anything may happen. Mirrors client-go's workqueue and the worker loop that every controller
has (staging/src/k8s.io/client-go/util/workqueue, release 1.36). The rate limiter's delay is left out in untimed
scopes: a key queued again may be taken at any later step, which covers every delay.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import TIMEOUT, UNAVAILABLE, WRITES, Answered, Call, Done, Waiting
from seatrial.model.client.controller import ANY_CHOICE, Controller
from seatrial.model.client.informer import (
    CONNECTED,
    deliver,
    has_unseen_write,
    list_objects,
    remember_own_write,
    watch_cell,
)
from seatrial.model.client.links import can_reach
from seatrial.model.client.local import Local
from seatrial.model.hypotheses import is_forbidden
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System, binary_of
from seatrial.model.view import Cell, View, is_present

OUTCOMES = ("refused", "lost", "late")
UP, DOWN = "up", "down"
PRIVATE = ("copy", "events", "note", "plan", "queue", "timer", "unseen", "watch")
"""The tables of a process's memory: their cells are owned by it, and a crash empties them."""


def up_cell(binary: str) -> Cell:
    """Is this program up?"""
    return Cell("up", binary)


def plan_cell(process: str, key: str) -> Cell:
    """The plan in flight for a key."""
    return Cell("plan", process, "", key)


def queue_cell(process: str, key: str) -> Cell:
    """Is this key to do?"""
    return Cell("queue", process, "", key)


def offer_deliver(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """An event waits and the watch is connected."""
    del system
    if view[watch_cell(anchor.owner, anchor.kind)] == CONNECTED:
        yield Action("Deliver", anchor.owner, anchor.kind)


def run_deliver(view: View, system: System, action: Action) -> None:
    """The informer sees the next event."""
    deliver(view, system.processes[action.process], action.key)


def offer_sync(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The key is queued, no plan is in flight for it, and a worker is free."""
    controller = system.processes[anchor.owner]
    if view.get(plan_cell(anchor.owner, anchor.key), is_present) or not _has_free_worker(view, controller):
        return
    choices: tuple[str, ...] = ANY_CHOICE
    if controller.choices is not None and not has_unseen_write(view, controller, anchor.key):
        choices = controller.choices(Local(view, anchor.owner), anchor.key)
    for choice in choices:
        yield Action("Sync", anchor.owner, anchor.key, choice)


def _has_free_worker(view: View, controller: Controller) -> bool:
    if controller.workers is None:
        return True
    return sum(1 for _ in view.keys("plan", controller.name)) < controller.workers


def run_sync(view: View, system: System, action: Action) -> None:
    """A worker takes the key and syncs it, unless the cache is older than the controller's own last write."""
    controller = system.processes[action.process]
    view[queue_cell(action.process, action.key)] = None
    if has_unseen_write(view, controller, action.key):
        _proceed(view, controller, action.key, Done(error="the cache is older than this controller's own last write"))
        return
    local = Local(view, action.process)
    _proceed(view, controller, action.key, controller.sync(local, action.key, action.choice))


def _proceed(view: View, controller: Controller, key: str, result: Call | Done) -> None:
    """Writes down what a plan does next."""
    if isinstance(result, Call):
        view[plan_cell(controller.name, key)] = Waiting(result)
        return
    view[plan_cell(controller.name, key)] = None
    local = Local(view, controller.name)
    if is_queued_again(failed=bool(result.error), asked=result.requeue):
        local.enqueue(key)
    if result.after is not None:
        local.enqueue_after(key, result.after)


def is_queued_again(*, failed: bool, asked: bool) -> bool:
    """Is the key of a plan that has ended to be synced again at once?"""
    return failed or asked


def offer_request(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A call waits: it succeeds or is rejected as computed, or the budget allows it to go astray."""
    plan = view[anchor]
    if not isinstance(plan, Waiting) or plan.call.remote:
        return
    if not can_reach(view, system, anchor.owner):
        yield Action("Request", anchor.owner, anchor.key, "unreachable")
        return
    yield Action("Request", anchor.owner, anchor.key, "ok")
    for outcome in OUTCOMES:
        if has_budget(view, _budget_of(outcome, plan.call)) and (outcome == "refused" or plan.call.verb in WRITES):
            yield Action("Request", anchor.owner, anchor.key, outcome)


def _budget_of(outcome: str, call: Call) -> str:
    """A lost or late create is a kind of its own: it multiplies the states of a scope."""
    return f"{outcome}-create" if outcome != "refused" and call.verb == "create" and not call.subresource else outcome


def run_request(view: View, system: System, action: Action) -> None:
    """The call reaches the API server, or does not; the answer is on its way, or never comes."""
    controller = system.processes[action.process]
    cell = plan_cell(action.process, action.key)
    call = view[cell].call
    if action.choice == "ok":
        reply = serve(view, system, controller.user, controller.groups, call)
    elif action.choice == "unreachable":
        reply = UNAVAILABLE
    else:
        spend(view, _budget_of(action.choice, call))
        reply = TIMEOUT
        if action.choice == "lost":
            serve(view, system, controller.user, controller.groups, call)
        if action.choice == "late":
            view[Cell("late", action.process, "", action.key)] = attrs.evolve(call, memo=None)
    told = reply if call.heeds_body or not reply.ok else attrs.evolve(reply, body=None)
    view[cell] = Answered(attrs.evolve(call, body=None), told)


def offer_late(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A request whose client gave up is still on its way."""
    del system
    if view[up_cell("kube-apiserver")] != DOWN:
        yield Action("ArriveLate", anchor.owner, anchor.key)


def run_late(view: View, system: System, action: Action) -> None:
    """It reaches the API server after all; nobody waits for the answer."""
    controller = system.processes[action.process]
    cell = Cell("late", action.process, "", action.key)
    serve(view, system, controller.user, controller.groups, view[cell])
    view[cell] = None


def offer_reply(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """An answer is on its way."""
    del system
    if isinstance(view[anchor], Answered):
        yield Action("Reply", anchor.owner, anchor.key)


def run_reply(view: View, system: System, action: Action) -> None:
    """The answer arrives, and the plan goes on; the informers know nothing of it."""
    controller = system.processes[action.process]
    plan = view[plan_cell(action.process, action.key)]
    call, reply = plan.call, plan.reply
    if reply.ok and call.verb in ("create", "update", "patch"):
        remember_own_write(view, controller, action.key, call.resource, reply.body)
    local = Local(view, action.process)
    _proceed(view, controller, action.key, controller.resume(local, action.key, call.memo, reply))


def offer_fire(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A timer is due; in an untimed scope it may run out at any step at which no hypothesis forbids it."""
    due = view[anchor] <= (view[Cell("clock")] or 0) if system.scope.timed else not is_forbidden(view, system, anchor)
    if due:
        yield Action("Fire", anchor.owner, f"{anchor.kind}:{anchor.key}")


def run_fire(view: View, system: System, action: Action) -> None:
    """The timer runs out: its key is queued, or its own handler runs."""
    timer, _, key = action.key.partition(":")
    controller = system.processes[action.process]
    local = Local(view, action.process)
    local.disarm(timer, key)
    if timer == "requeue" or controller.fire is None:
        local.enqueue(key)
    else:
        controller.fire(local, timer, key)


STEPS = (
    Step("Deliver", "events", offer_deliver, run_deliver, say="{process} sees the next event of {key}"),
    Step("Sync", "queue", offer_sync, run_sync, say="{process} syncs {key}"),
    Step("Request", "plan", offer_request, run_request,
         say="{process}'s call for {key} reaches the API server: {choice}"),
    Step("Reply", "plan", offer_reply, run_reply, say="{process} gets the answer to its call for {key}"),
    Step("ArriveLate", "late", offer_late, run_late, say="a call of {process} for {key}, given up long ago, arrives"),
    Step("Fire", "timer", offer_fire, run_fire, say="{process}'s timer runs out: {key}"),
)


def forget(view: View, controller: Controller) -> None:
    """Everything in memory is lost: copies, events, queue, plans, notes, timers."""
    for table in PRIVATE:
        for cell in view.cells(table, controller.name):
            view[cell] = None


def start(view: View, controller: Controller, source: str = "") -> None:
    """Lists everything it watches, and handles each object as new."""
    for watch in controller.watches:
        list_objects(view, controller, watch, source)
    if controller.started is not None:
        controller.started(Local(view, controller.name))


def is_up(view: View, controller: Controller) -> bool:
    """Is the program of this control loop up?"""
    return bool(view[up_cell(binary_of(controller))] == UP)
