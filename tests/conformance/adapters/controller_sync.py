"""Runs one whole sync of a model's controller against the oracle's fake API server.

The case's `cached` objects fill the informers' copies; the server holds the same, but for `live` and `live_missing`.
The controller's own `sync` and `resume` make the calls; each is answered as the oracle's server answered: an update
replaces the whole object, a faulted request changes nothing. What the calls were, the error that the sync ended with,
the events, the requeues and the expectations come back in the oracle's words.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from seatrial.model.api.registry import BY_NAME, Kind, kind_of
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.api.wire import from_json, to_json
from seatrial.model.apiserver.patches import apply_patch
from seatrial.model.client.calls import Call, Done, Happening, Reply
from seatrial.model.client.controller import Controller
from seatrial.model.client.local import Local
from seatrial.model.controllers.expectations import NOTE, Expectations
from seatrial.model.frozen import FrozenMap, thaw
from seatrial.model.meta.patch_merge import create_merge_patch
from seatrial.model.meta.timestamps import parse_time
from seatrial.model.view import Cell, View

Tree = dict[str, Any]
PATCH_TYPES = {"strategic": "application/strategic-merge-patch+json", "merge": "application/merge-patch+json",
               "json": "application/json-patch+json"}
TERMINATING = "{q} is forbidden: unable to create new content in namespace default because it is being terminated"
FAULTS: dict[str, tuple[int, str, str]] = {
    "Timeout": (504, "Timeout", "Timeout: oracle fault"),
    "InternalError": (500, "InternalError", "Internal error occurred: oracle fault"),
    "ServerTimeout": (500, "ServerTimeout",
                      "The create operation against {r} could not be completed at this time, please try again."),
    "Forbidden": (403, "Forbidden", "{q} is forbidden: exceeded quota"),
    "NamespaceTerminating": (403, "Forbidden", ("{q} is forbidden: unable to create new content in namespace default "
                                               "because it is being terminated")),
    "NotFound": (404, "NotFound", '{r} "{n}" not found'),
    "Invalid": (422, "Invalid", '{r} "{n}" is invalid'),
    "AlreadyExists": (409, "AlreadyExists", '{r} "{n}" already exists'),
    "Conflict": (409, "Conflict", ('Operation cannot be fulfilled on {r} "{n}": the object has been modified; '
                                   "please apply your changes to the latest version and try again")),
}


def decode(tree: Tree) -> Any:
    """A JSON object as the model's type of its kind; of an unmodelled kind, with its metadata only."""
    rest = {key: value for key, value in tree.items() if key not in ("apiVersion", "kind")}
    kind = BY_NAME.get(tree["kind"])
    return from_json(kind.type if kind else Unstructured, rest)


def encode(kind: Kind, value: Any) -> Tree:
    """The model's object as Go prints it, with its apiVersion and kind."""
    return {"apiVersion": kind.api_version, "kind": kind.name, **to_json(value)}


def path_of(tree: Tree) -> tuple[str, str]:
    """Resource and key of a JSON object."""
    meta = tree["metadata"]
    kind = BY_NAME.get(tree["kind"])
    resource = kind.resource if kind else tree["kind"].lower() + "s"
    namespace = meta.get("namespace", "")
    return resource, f"{namespace}/{meta['name']}" if namespace else meta["name"]


class Server:
    """The oracle's fake API server: objects by (resource, key), faults, and a record of the calls."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        """Fills the server with the case's objects."""
        self.objects: dict[tuple[str, str], Tree] = {}
        for tree in (*case.get("cached", ()), *case.get("live", ())):
            self.objects[path_of(tree)] = tree
        for words in case.get("live_missing", ()):
            kind, _, rest = words.partition("/")
            for resource in [each.resource for each in BY_NAME.values() if each.name.lower() == kind]:
                self.objects.pop((resource, rest), None)
        self.faults = [(dict(fault), [0]) for fault in case.get("faults") or ()]
        self.calls: list[Tree] = []
        self.generated = 0
        self.now = case["now"]

    def serve(self, call: Call) -> Reply:
        """Answers one call and records it."""
        kind = kind_of(call.resource)
        namespace, _, name = call.key.rpartition("/")
        record: Tree = {"verb": call.verb, "resource": call.resource}
        if call.subresource:
            record["subresource"] = call.subresource
        if namespace:
            record["namespace"] = namespace
        if call.verb == "create" and not name:
            record["generateName"] = call.body.metadata.generate_name
            self.generated += 1
            name = f"{record['generateName']}{self.generated:05d}"
        elif name:
            record["name"] = name
        self._describe(record, call, kind)
        self.calls.append(record)
        fault = self._fault(call, "" if "generateName" in record else name)
        if fault:
            record["fault"] = fault
            return self._failure(fault, kind, "" if "generateName" in record else name)
        return self._apply(call, kind, f"{namespace}/{name}" if namespace else name)

    def _describe(self, record: Tree, call: Call, kind: Kind) -> None:
        if call.verb == "create":
            record["body"] = encode(kind, call.body) if not isinstance(call.body, tuple) else list(call.body)
        elif call.verb == "update":
            sent = encode(kind, call.body)
            held = self.objects.get((call.resource, call.key))
            if held is None:
                record["body"] = sent
            else:
                record["diff"] = create_merge_patch(held, sent)
        elif call.verb == "patch":
            record |= {"patchType": PATCH_TYPES[call.body.type], "patch": thaw(call.body.tree)}
        options = describe_options(call)
        if options:
            record["options"] = options

    def _fault(self, call: Call, name: str) -> str:
        for fault, seen in self.faults:
            matches = (fault["verb"] == call.verb and fault["resource"] == call.resource
                       and fault.get("subresource", "") == call.subresource
                       and fault.get("name", "") in ("", name))
            if not matches:
                continue
            seen[0] += 1
            nth = fault.get("nth", 0)
            if nth == 0 or seen[0] == nth or (nth < 0 and seen[0] >= -nth):
                return str(fault["error"])
        return ""

    def _failure(self, fault: str, kind: Kind, name: str) -> Reply:
        code, reason, text = FAULTS[fault]
        quoted = f'{kind.qualified} "{name}"' if name else kind.qualified
        cause = fault if fault == "NamespaceTerminating" else ""
        return Reply(code, reason=reason, message=text.format(r=kind.qualified, n=name, q=quoted), cause=cause)

    def _apply(self, call: Call, kind: Kind, key: str) -> Reply:
        place = (call.resource, key)
        held = self.objects.get(place)
        if call.verb == "list":
            return Reply(200, tuple(decode(tree) for (resource, _), tree in sorted(self.objects.items())
                                    if resource == call.resource))
        if call.verb == "create":
            if held is not None:
                return self._failure("AlreadyExists", kind, key.rpartition("/")[2])
            tree = encode(kind, call.body)
            namespace, _, name = key.rpartition("/")
            tree["metadata"] |= {"name": name, "namespace": namespace} if namespace else {"name": name}
            self.objects[place] = tree
            return Reply(201, decode(tree))
        if held is None:
            return self._failure("NotFound", kind, key.rpartition("/")[2])
        if call.verb == "delete":
            del self.objects[place]
            return Reply(200, decode(held))
        if call.verb == "update":
            self.objects[place] = encode(kind, call.body)
        elif call.verb == "patch":
            self.objects[place] = apply_patch(kind, json.loads(json.dumps(held)), call.body)
        return Reply(200, decode(self.objects[place]))


def describe_options(call: Call) -> Tree:
    """The options of a delete, in the API's words."""
    options = call.options
    said: Tree = {}
    preconditions: Tree = {}
    if options.uid:
        preconditions["uid"] = options.uid
    if options.resource_version is not None:
        preconditions["resourceVersion"] = str(options.resource_version)
    if preconditions:
        said["preconditions"] = preconditions
    if options.propagation_policy:
        said["propagationPolicy"] = options.propagation_policy
    if options.grace_period_seconds is not None:
        said["gracePeriodSeconds"] = options.grace_period_seconds
    return said


@attrs.define
class SyncRun:
    """What a sync did: its calls, error, events and requeues, and the cells it left behind."""

    calls: list[Tree]
    error: str
    events: list[str]
    queue: list[str]
    view: View


def load_caches(controller: Controller, case: Mapping[str, Any]) -> View:
    """A view whose informers hold the case's cached objects, at the case's time."""
    cells: dict[Cell, Any] = {Cell("clock"): parse_time(case["now"])}
    watched = {watch.resource: watch for watch in controller.watches}
    for tree in case.get("cached", ()):
        resource, key = path_of(tree)
        if resource in watched and (seen := watched[resource].see(decode(tree))) is not None:
            cells[Cell("copy", controller.name, resource, key)] = seen
    return View(FrozenMap(cells))


def run_sync(controller: Controller, case: Mapping[str, Any], *, key: str = "",
             prepare: Callable[[Local], None] | None = None, server: Server | None = None) -> SyncRun:
    """Syncs one key to the end of its plan."""
    view = load_caches(controller, case)
    events: list[str] = []
    view.listeners = lambda happening: events.append(say_event(happening))
    local = Local(view, controller.name)
    if prepare is not None:
        prepare(local)
    server = server or Server(case)
    key = key or case["key"]
    result: Call | Done = controller.sync(local, key, "")
    while isinstance(result, Call):
        result = controller.resume(local, key, result.memo, server.serve(result))
    return SyncRun(server.calls, result.error, events, _requeues(view, controller, key, result), view)


def say_event(happening: Happening) -> str:
    """A Kubernetes Event in the oracle's words."""
    return f"{happening.involved} {happening.type} {happening.reason} {happening.message}"


def _requeues(view: View, controller: Controller, key: str, done: Done) -> list[str]:
    """The sync's own requeues."""
    said = [f"{key} after {go_duration(done.after)}"] if done.after is not None else []
    if done.requeue:
        said.append(f"{key} ratelimited")
    now = view[Cell("clock")]
    for queued, due in view.scan("timer", controller.name, "requeue"):
        said.append(f"{queued} after {go_duration(due - now)}")
    said += view.keys("queue", controller.name)
    return sorted(said)


def go_duration(seconds: int) -> str:
    """Seconds as Go prints a Duration."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + f"{rest}s"


def prepare_expectations(case: Mapping[str, Any]) -> Callable[[Local], None]:
    """Sets the expectations that a case begins with; fulfilled ones are none in the model."""
    given = case.get("expectations") or {}
    state = given.get("state", "") if isinstance(given, dict) else given

    def prepare(local: Local) -> None:
        if state == "creations":
            local.set_note(NOTE, case["key"], Expectations(1))
        elif state == "deletions":
            awaited = tuple(given.get("deletions", ())) or ("default/unknown",)
            local.set_note(NOTE, case["key"], Expectations(0, awaited))
        elif state == "expired":
            local.set_note(NOTE, case["key"], Expectations(2, expired=True))

    return prepare


def say_expectations(view: View, controller: Controller, key: str) -> Tree | None:
    """The expectations after a sync; fulfilled ones count as none, as they do upstream."""
    held = view[Cell("note", controller.name, NOTE, key)]
    return None if held is None else {"add": held.creations, "del": len(held.deletions)}


def unfulfilled(said: Tree | None) -> Tree | None:
    """An expectation record of the oracle, or None when it is fulfilled: the model keeps no fulfilled ones."""
    return said if said and (said["add"] > 0 or said["del"] > 0) else None
