"""The EndpointSlice controller: whole syncs."""

from collections.abc import Mapping
from typing import Any

from seatrial.model.controllers.endpointslice import Settings, controller
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import run_sync
from tests.conformance.adapters.replicaset import same_error
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, as_runs, by_member, sort_key


def run_whole_sync(case: Case) -> dict[str, Any]:
    """One sync of the case's Service."""
    done = run_sync(controller(Settings(case.input["max_endpoints_per_slice"])), case.input)
    held = {tree["metadata"]["name"]: tree for tree in case.input["cached"] if tree["kind"] == "EndpointSlice"}
    calls = [without_nil(call, held) for call in done.calls]
    return {"calls": calls, "error": {"text": done.error} if done.error else None, "events": done.events,
            "queue": done.queue}


def without_nil(call: dict[str, Any], held: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A call, an update with the ports that the slice has; ports that are nil in Go stay nil in a copy of it."""
    diff = call.get("diff")
    if diff is None:
        return call
    ports = held[call["name"]].get("ports")
    if "uid" not in diff.get("metadata", {}) and ports is None:
        diff = {name: value for name, value in diff.items() if name != "ports"}
    return {**call, "diff": diff, "held": ports}


def same_calls(expected: Any, actual: Any) -> str:
    """The calls, with each slice's ports and endpoints sorted: upstream orders ports by a hash of Go's dump.

    It does so in its cache too, and so may write ports that are only in another order.
    """
    held = {call["name"]: sort_list(call.pop("held")) for call in actual if "held" in call}
    return as_runs([without_same_ports(sort_lists(call), held) for call in expected],
                   [sort_lists(call) for call in actual])


def without_same_ports(call: dict[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """An update without the ports that the slice has already."""
    diff = call.get("diff")
    if diff is None or not diff.get("ports") or held.get(call["name"]) != diff["ports"]:
        return call
    return {**call, "diff": {name: value for name, value in diff.items() if name != "ports"}}


def sort_lists(call: Mapping[str, Any]) -> dict[str, Any]:
    """A call with the lists of its slice sorted; a list that Go leaves nil counts as empty."""
    said = dict(call)
    for member in ("body", "diff"):
        if member in said:
            tree = dict(said[member])
            tree |= {name: sort_list(tree[name]) for name in ("endpoints", "ports") if name in tree}
            said[member] = tree
    return said


def sort_list(items: Any) -> list[Any]:
    """A list in one order of its own."""
    return sorted(items or (), key=sort_key)


ADAPTERS = (
    Adapter("controllers/endpointslice", "sync", run_whole_sync,
            by_member(calls=same_calls, events=as_multiset, error=same_error)),
)
