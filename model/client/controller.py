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
from functools import lru_cache
from typing import Any

import attrs

from seatrial.model.api.rbac import PolicyRule
from seatrial.model.api.selectable import selectable_fields
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.meta.labels import Requirement, matches_requirements
from seatrial.model.meta.selectors import FieldRequirement, matches_fields, parse_field_selector, parse_label_selector

Handler = Callable[[Any, str, Any, Any], None]
Sync = Callable[[Any, str, str], Call | Done]
Resume = Callable[[Any, str, Any, Reply], Call | Done]
ANY_CHOICE = ("",)
SELECTORS = 1024


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


@lru_cache(maxsize=SELECTORS)
def field_requirements(text: str) -> tuple[FieldRequirement, ...]:
    """What a field selector's text asks for; raises SelectorError."""
    return parse_field_selector(text)


@lru_cache(maxsize=SELECTORS)
def label_requirements(text: str) -> tuple[Requirement, ...]:
    """What a label selector's text asks for; raises SelectorError."""
    return parse_label_selector(text)


@attrs.frozen
class Watch:
    """One informer: its resource, its event handler (local, key, old, new), what it reads of an object.

    Only objects that its selectors match are seen: `fields`, such as "spec.nodeName=node-1", and `labels`, such as
    "app in (a,b),!tier", written as in the request that opens a watch.
    """

    resource: str
    handle: Handler = enqueue_own_key
    project: Callable[[Any], Any] = whole
    fields: str = ""
    labels: str = ""

    def see(self, value: Any) -> Any:  # noqa: ANN401 -- any object
        """What this informer keeps of an object: nothing, when its selectors do not match."""
        return None if value is None or not self.selects(value) else self.project(value)

    def selects(self, value: Any) -> bool:  # noqa: ANN401 -- any object
        """Do both selectors match this object?"""
        if self.fields:
            asked = field_requirements(self.fields)
            names = tuple(each.field for each in asked)
            if not matches_fields(asked, selectable_fields(self.resource, value, names)):
                return False
        return not self.labels or matches_requirements(label_requirements(self.labels), value.metadata.labels)


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
