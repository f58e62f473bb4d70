"""The namespace controller: whole syncs against the two fake clients that the oracle had.

Pods are first listed by a typed client, which finds what is cached; all else is done by the metadata client, which
finds `content`, and whose collections stay as they are when they are deleted. The fake records the finalize
subresource as a creation.
"""

import re
from collections.abc import Mapping
from typing import Any

import attrs

from seatrial.model.api.registry import kind_of
from seatrial.model.client.calls import Call, Reply
from seatrial.model.controllers.namespace import Deletable, Emptying, Settings, controller
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import Server, decode, encode, path_of, run_sync
from tests.conformance.adapters.replicaset import same_error
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, by_member, exactly, sort_key

SELECTORS = {"fieldSelector": "", "labelSelector": ""}


class TwoClients(Server):
    """The oracle's fake API server with a metadata client beside it."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        """Fills both."""
        super().__init__(case)
        for words in case.get("live_missing", ()):
            self.objects.pop(("namespaces", words.rpartition("/")[2]), None)
        self.content = {path_of(tree): tree for tree in case["content"] or ()}

    def serve(self, call: Call) -> Reply:
        """Answers calls on the namespace as ever, those on its content from the metadata client."""
        if call.resource == "namespaces":
            return self.finalize(call) if call.subresource == "finalize" else super().serve(call)
        namespace, _, name = call.key.rpartition("/")
        verb = "delete-collection" if call.verb == "deletecollection" else call.verb
        record = {"verb": verb, "resource": call.resource, "namespace": namespace}
        if name:
            record["name"] = name
        fault = self.record(attrs.evolve(call, verb=verb), record, describe(call), name)
        if fault is not None:
            return fault
        if isinstance(call.memo, Emptying) and call.memo.doing == "estimate":
            return self._apply(call, kind_of(call.resource), call.key)
        if call.verb == "delete":
            self.content.pop((call.resource, call.key), None)
        return Reply(200, tuple(decode(tree) for (resource, _), tree in sorted(self.content.items())
                                if resource == call.resource))

    def finalize(self, call: Call) -> Reply:
        """Takes the finalizers as sent, if the namespace is there."""
        body = encode(kind_of("namespaces"), call.body)
        del body["status"]
        record = {"verb": "create", "resource": "namespaces", "subresource": "finalize", "name": call.key, "body": body}
        fault = self.record(attrs.evolve(call, verb="create"), record, {}, call.key)
        return fault or Reply(200, call.body)

    def record(self, call: Call, record: dict[str, Any], options: dict[str, Any], name: str) -> Reply | None:
        """Notes a call; returns the failure that the case wants for it."""
        self.calls.append({**record, "options": options} if options else record)
        fault = self._fault(call, name)
        if not fault:
            return None
        self.calls[-1]["fault"] = fault
        return self._failure(fault, kind_of(call.resource), name)


def describe(call: Call) -> dict[str, Any]:
    """The options as the fakes recorded them: of a collection's deletion they dropped the propagation policy."""
    if call.verb == "delete":
        return {"propagationPolicy": call.options.propagation_policy}
    return {"deleteOptions": {}, **SELECTORS} if call.verb == "deletecollection" else SELECTORS


def run_whole_sync(case: Case) -> dict[str, Any]:
    """One sync of the case's namespace, with the resources that its discovery shows."""
    given = case.input
    broken = "apps/v1" if given["discovery_error"] else ""
    resources = tuple(Deletable(group["groupVersion"], each["name"], tuple(each["verbs"]))
                      for group in given["discovery"] if group["groupVersion"] != broken for each in group["resources"])
    error = f"discovery failed for {broken}" if broken else ""
    done = run_sync(controller(Settings(resources, error)), given, server=TwoClients(given))
    waits = [found[1] for each in done.queue if (found := re.fullmatch(r".* after (.*)", each))]
    return {"calls": done.calls, "error": {"text": done.error} if done.error else None, "events": done.events,
            "queue": [each for each in done.queue if " after " not in each], "waits": waits}


def same_outcome(expected: Any, actual: Any) -> str:
    """The outcome; upstream returns an error that says how long to wait, and its worker halves that."""
    waits = actual.pop("waits")
    error = expected["error"]
    found = re.fullmatch(r"some content remains in the namespace, estimate (\d+) seconds before it is removed",
                         error["text"] if error else "")
    if found is None:
        return same_members(expected, actual) or exactly([], waits)
    return same_members({**expected, "error": None}, actual) or exactly([f"{int(found[1]) // 2 + 1}s"], waits)


def same_calls(expected: Any, actual: Any) -> str:
    """The calls, those on the content between two on the namespace in any order: the oracle sorted them."""
    return exactly(sort_content(expected), sort_content(actual))


def sort_content(calls: list[Any]) -> list[list[Any]]:
    """The calls in groups: one on the namespace, then those on its content, sorted."""
    groups: list[list[Any]] = [[]]
    for call in calls:
        if call["resource"] == "namespaces":
            groups += [[call], []]
        else:
            groups[-1].append(call)
    return [sorted(group, key=sort_key) for group in groups]


same_members = by_member(calls=same_calls, events=as_multiset, error=same_error)

ADAPTERS = (Adapter("controllers/namespace", "sync", run_whole_sync, same_outcome),)
