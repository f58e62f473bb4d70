"""The record that makes a control loop: what its author writes, and nothing else.

A controller is a value: what it watches, the pure functions `sync` and `resume`, its event handlers, and its least
grant. The machinery in `seatrial.model.client.process` runs any of them, a user's own among them:

    def sync(local, key, choice):
        thing = local.get("things", key)
        ...
        return Call("update", "things", key, attrs.evolve(thing, ...)) or Done()

    CONTROLLER = Controller("thing", watches=(Watch("things"),), sync=sync)
"""

from collections.abc import Callable
from typing import Any

import attrs

from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, Done, Reply

Handler = Callable[[Any, str, Any, Any], None]
Sync = Callable[[Any, str, str], Call | Done]
Resume = Callable[[Any, str, Any, Reply], Call | Done]
ANY_CHOICE = ("",)


def enqueue_own_key(local: Any, key: str, old: object, new: object) -> None:  # noqa: ANN401 -- a Local
    """The plainest handler: whatever happens to an object queues its key."""
    del old, new
    local.enqueue(key)


def whole(value: Any) -> Any:  # noqa: ANN401 -- any object
    """The projection that keeps everything."""
    return value


def finish(local: object, key: str, memo: object, reply: Reply) -> Done:
    """The plainest continuation: one call, and an error if it failed."""
    del local, key, memo
    return Done() if reply.ok else Done(error=reply.message or reply.reason)


@attrs.frozen
class FieldSelector:
    """A watch's field selector: only objects of which `field` is `value` are seen (the kubelet's spec.nodeName)."""

    field: Callable[[Any], str]
    value: str


@attrs.frozen
class Watch:
    """One informer: its resource, its event handler (local, key, old, new), what it reads of an object."""

    resource: str
    handle: Handler = enqueue_own_key
    project: Callable[[Any], Any] = whole
    selector: FieldSelector | None = None

    def see(self, value: Any) -> Any:  # noqa: ANN401 -- any object
        """What this informer keeps of an object: nothing, when its selector does not match."""
        if value is None or (self.selector is not None and self.selector.field(value) != self.selector.value):
            return None
        return self.project(value)


@attrs.frozen
class Controller:
    """A control loop: name, informers, sync and resume, and the rest that a few of them need.

    `choices(local, key)` lists the ties that a sync may break, one Action each. `consistent` names the resources
    whose own unseen writes hold a sync back, while `consistency_gate` is on (1.36: StaleControllerConsistency…);
    `fire(local, timer, key)` runs when one of its timers does; `started(local)` after a restart's first lists.
    Processes of one `binary` crash together.
    `workers` bounds the plans in flight; `source` says, as module:NAME, where a user's own controller is found.
    """

    name: str
    watches: tuple[Watch, ...]
    sync: Sync
    resume: Resume = finish
    choices: Callable[[Any, str], tuple[str, ...]] | None = None
    fire: Callable[[Any, str, str], None] | None = None
    started: Callable[[Any], None] | None = None
    consistent: tuple[str, ...] = ()
    consistency_gate: str = ""
    grants: tuple[PolicyRule, ...] = ()
    user: str = ""
    groups: tuple[str, ...] = ()
    binary: str = ""
    node: str = ""
    workers: int | None = 5
    source: str = attrs.field(default="", eq=False)

    def watch(self, resource: str) -> Watch:
        """The informer for a resource; raises KeyError when there is none."""
        for each in self.watches:
            if each.resource == resource:
                return each
        raise KeyError(resource)
