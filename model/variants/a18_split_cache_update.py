"""A18, kubernetes/kubernetes#106545: the scheduler's cache replaced a pod of another UID in two steps.

When a relist shows a bound pod deleted and recreated under its name as one update, the cache took the old pod out and
put the new one in under two separate locks. A pod scheduled in between saw room that was not there.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import key_of
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Watch
from seatrial.model.client.local import Local
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler import scheduler
from seatrial.model.scope import Scope
from seatrial.model.users import Recreate
from seatrial.model.variants.scenarios import NAMESPACE, node, pod
from seatrial.model.variants.variant import Variant, replace_controller

HALF = "half-updated"


class HalfUpdated(Local):
    """The scheduler's memory between the two locks: the pods that are taken out, and not yet put in, are not there."""

    __slots__ = ()

    def list(self, resource: str, namespace: str | None = None) -> Iterator[Any]:
        """Iterates over the copies, without the pods in between."""
        for each in super().list(resource, namespace):
            if resource != "pods" or self.note(HALF, key_of(each.metadata)) is None:
                yield each


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """Takes the old pod out at once, and puts the new one in at a later step."""
    if old is not None and new is not None and old.metadata.uid != new.metadata.uid and new.spec.node_name:
        local.set_note(HALF, key, True)  # noqa: FBT003 -- the note's value
        local.arm(HALF, key, 0)
    scheduler.handle_pod(local, key, old, new)


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Schedules with what the cache holds at this moment."""
    return scheduler.sync(HalfUpdated(local.view, local.process), key, choice)


def choices(local: Local, key: str) -> tuple[str, ...]:
    """The nodes that look best at this moment."""
    return scheduler.choices(HalfUpdated(local.view, local.process), key)


def fire(local: Local, timer: str, key: str) -> None:
    """The second lock: the new pod is put in."""
    if timer == HALF:
        local.set_note(HALF, key, None)
    else:
        scheduler.fire(local, timer, key)


def apply(scope: Scope) -> Scope:
    """The scope with that scheduler."""
    watches = tuple(Watch("pods", handle_pod, watch.project) if watch.resource == "pods" else watch
                    for watch in scheduler.CONTROLLER.watches)
    broken = attrs.evolve(scheduler.CONTROLLER, watches=watches, sync=sync, choices=choices, fire=fire)
    return replace_controller(scope, scheduler.CONTROLLER.name, broken)


ONE_CPU = FrozenMap({"cpu": "1"})
BOUND = pod("bound", ONE_CPU, node="node-1", grace=0)
VARIANT = Variant(
    "A18", "kubernetes/kubernetes#106545", "the scheduler's cache replaces a pod of another UID in two steps",
    breaks="no_overcommit",
    scenario=Scope(controllers=("scheduler",), objects=(*NAMESPACE, node(cpu="1"), BOUND, pod("waiting", ONE_CPU)),
                   users=(Recreate(BOUND),), budgets=FrozenMap({"recreate": 1, "gone": 1}), timed=True),
    apply=apply)
