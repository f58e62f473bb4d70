"""A run in words: each step in one line, with only what changed; the one place that knows how.

Every exporter takes its words from here, so that text, Markdown, diagrams and generated tests say the same.
"""

import re
from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.meta import key_of
from seatrial.model.api.wire import say, to_json
from seatrial.model.client.calls import Answered, Call, Waiting
from seatrial.model.client.informer import events_cell
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import BY_NAME, Cluster
from seatrial.model.controllers.garbagecollector_graph import TO_ORPHAN, parse_identity
from seatrial.model.view import Cell

QUIET_FIELDS = ("metadata.resourceVersion", "metadata.generation", "metadata.uid", "metadata.creationTimestamp")
MOST_CHANGES = 4


@attrs.frozen
class Line:
    """One step: its number, who moves, what it does, and what changed in the cluster."""

    number: int
    actor: str
    words: str
    changes: tuple[str, ...]


def describe_run(states: tuple[Cluster, ...], actions: tuple[Action, ...]) -> tuple[Line, ...]:
    """Puts every step of a run into words."""
    return tuple(
        Line(number, actor_of(action), describe(before, action), tuple(changes(before, after)))
        for number, (before, action, after) in enumerate(zip(states, actions, states[1:], strict=False), 1))


def actor_of(action: Action) -> str:
    """Who moves: a process, or the environment."""
    return action.process or ("user" if BY_NAME[action.step].environment else "cluster")


def describe(before: Cluster, action: Action) -> str:
    """One step in words, given the cluster it starts from."""
    special = SPECIAL.get(action.step)
    if special is not None:
        return special(before, action)
    template = BY_NAME[action.step].say
    if template:
        words = template.format(process=action.process, key=say_key(action.key), choice=action.choice)
        return " ".join(words.split())
    return str(action)


def _deliver(before: Cluster, action: Action) -> str:
    event = before.view().oldest(events_cell(action.process, action.key))
    known = before[Cell("copy", action.process, action.key, event.key)]
    what = "gone" if event.object is None else "new" if known is None else "changed"
    return f"{action.process} sees {singular(action.key)} {event.key} {what}"


def _sync(before: Cluster, action: Action) -> str:
    del before
    choice = f", choosing {action.choice}" if action.choice else ""
    return f"{action.process} syncs {say_key(action.key)}{choice}"


IDENTITY = re.compile(rf"(?P<orphan>{TO_ORPHAN})?(?P<identity>[\w./-]*v\d\w* [A-Z]\w* \S+ \S*)\Z")


def say_key(key: str) -> str:
    """A key in words: the garbage collector's are identities of objects, all others are names already."""
    found = IDENTITY.search(key)
    if found is None:
        return key
    item = parse_identity(found["identity"])
    name = f"{item.namespace}/{item.name}" if item.namespace else item.name
    words = f"{item.kind.lower()} {name} (UID {item.uid})"
    return key[: found.start()] + (f"{words}: its dependents become orphans" if found["orphan"] else words)


OUTCOMES = {
    "ok": "", "refused": ": refused, not applied", "lost": ": applied, but the answer is lost",
    "late": ": no answer in time; it is still on its way", "unreachable": ": the API server cannot be reached",
}


def _request(before: Cluster, action: Action) -> str:
    plan = before[plan_cell(action.process, action.key)]
    call = plan.call if isinstance(plan, Waiting) else None
    outcome = OUTCOMES.get(action.choice, f": {action.choice}")
    return f"{action.process} asks to {say_call(call)}{outcome}" if call else str(action)


def _reply(before: Cluster, action: Action) -> str:
    plan = before[plan_cell(action.process, action.key)]
    if not isinstance(plan, Answered):
        return str(action)
    reply = plan.reply
    answer = "done" if reply.ok else f"{reply.code} {reply.reason}"
    return f"{action.process} is told: {say_call(plan.call)}: {answer}"


SPECIAL = {"Deliver": _deliver, "Sync": _sync, "Request": _request, "Reply": _reply}


def say_call(call: Call) -> str:
    """A request in words."""
    what = singular(call.resource)
    name = call.key if not call.key.endswith("/") else f"in {call.key[:-1]}"
    sub = f"'s {call.subresource}" if call.subresource else ""
    if call.subresource == "binding":
        return f"bind {what} {call.key}" + (f" to {call.body[1]}" if call.body else "")
    return f"{call.verb} {what} {name}{sub}"


def singular(resource: str) -> str:
    """A resource as one of it is called."""
    if resource.endswith("ies"):
        return resource[:-3] + "y"
    if resource.endswith("sses"):
        return resource.removesuffix("es")
    return resource.removesuffix("s")


def changes(before: Cluster, after: Cluster) -> Iterator[str]:
    """What a step changed in the store and on the machines, in words."""
    for cell in before.cells.changed_keys(after.cells):
        if cell.table in ("object", *MACHINE_TABLES):
            yield from _change(cell, before[cell], after[cell])


MACHINE_TABLES = ("container", "sandbox", "machine", "power", "cloud", "rules", "lease")


def _change(cell: Cell, old: Any, new: Any) -> Iterator[str]:  # noqa: ANN401 -- any value of a cell
    if cell.table != "object":
        owner = f"{cell.owner} " if cell.owner else ""
        yield f"{owner}{cell.table} {cell.kind} {cell.key}: {show(old)} → {show(new)}".replace("  ", " ")
        return
    name = f"{singular(cell.kind)} {cell.key}"
    if old is None:
        yield f"{name} created"
    elif new is None:
        yield f"{name} gone"
    else:
        fields = [f"{path}: {before} → {after}" for path, before, after in differences(to_json(old), to_json(new))
                  if path not in QUIET_FIELDS]
        more = f", and {len(fields) - MOST_CHANGES} more" if len(fields) > MOST_CHANGES else ""
        if fields:
            yield f"{name}: {', '.join(fields[:MOST_CHANGES])}{more}"


def show(value: Any) -> str:  # noqa: ANN401 -- any value of a cell
    """A value in few words: fields that hold their default are left out."""
    if value is None:
        return "none"
    if attrs.has(type(value)):
        held = [f"{field.name}={show(getattr(value, field.name))}" for field in attrs.fields(type(value))
                if getattr(value, field.name) != field.default and not isinstance(field.default, attrs.Factory)]  # type: ignore[arg-type]
        return f"{type(value).__name__}({', '.join(held)})"
    if isinstance(value, tuple):
        return f"({', '.join(show(each) for each in value)})"
    return str(value)


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 -- JSON trees
    """The paths at which two JSON trees differ, with both sides in few words."""
    if old != new and all(each is None or isinstance(each, dict) for each in (old, new)):
        before, after = old or {}, new or {}
        for key in sorted({*before, *after}):
            yield from differences(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif _are_conditions(old) and _are_conditions(new):
        before, after = ({each["type"]: each.get("status") for each in side} for side in (old or (), new or ()))
        for kind in sorted({*before, *after}):
            if before.get(kind) != after.get(kind):
                yield f"{path}[{kind}]", say(before.get(kind)), say(after.get(kind))
    elif old != new:
        yield path, _short(old), _short(new)


def _are_conditions(value: Any) -> bool:  # noqa: ANN401 -- a JSON tree
    """Is it a list of conditions, each with its type and status; or nothing?"""
    if value is None:
        return True
    return isinstance(value, list) and all(isinstance(each, dict) and {"type", "status"} <= {*each} for each in value)


def _short(value: Any) -> str:  # noqa: ANN401 -- a JSON tree
    if value is None:
        return "none"
    if isinstance(value, list):
        if any(isinstance(each, dict) for each in value):
            return f"{len(value)} entries"
        return ", ".join(map(str, value)) or "none"
    return say(value)


def staleness(cluster: Cluster) -> Iterator[str]:
    """Who had not yet seen what, at the end of a run."""
    for cell in cluster.cells.keys_between(Cell("events"), Cell("events\0")):
        waiting = cluster[cell]
        names = ", ".join(dict.fromkeys(event.key for event in reversed(waiting)))
        plural = "event" if len(waiting) == 1 else "events"
        yield f"{cell.owner} had not seen {len(waiting)} {plural} of {cell.kind} ({names})"


def describe_objects(cluster: Cluster) -> Iterator[str]:
    """The objects of a cluster, one line each."""
    for cell in cluster.cells.keys_between(Cell("object"), Cell("object\0")):
        value = cluster[cell]
        yield f"{singular(cell.kind)} {key_of(value.metadata)}"
