"""The node lifecycle controller: steps in which time passes, Leases are renewed and kubelets report.

The table's heartbeats are Go times made in UTC. The first patch of a node carries them through JSON, which makes them
local times, and Go's comparison of the two says that they differ: the real code took that for news of the node. In a
cluster every time has come through JSON; here the adapter makes the heartbeat differ, as it did there.
"""

import copy
from collections.abc import Mapping
from typing import Any

import attrs

from seatrial.model.client.calls import Call, Done
from seatrial.model.client.local import Local
from seatrial.model.controllers.node_health import HEALTH
from seatrial.model.controllers.node_monitor import NO_EXECUTE
from seatrial.model.controllers.node_zones import LARGE_CLUSTER, zones
from seatrial.model.controllers.nodelifecycle import CONTROLLER, MONITOR
from seatrial.model.meta.timestamps import format_time, parse_time
from seatrial.model.node.heartbeat import GRACE_SECONDS, lease_cell
from seatrial.model.view import Cell, View
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import (
    Server,
    decode,
    go_duration,
    load_caches,
    path_of,
    say_event,
)
from tests.conformance.adapters.tainteviction import same_calls
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, by_member

CLOCK = Cell("clock")
NEVER_RENEWED = 0


def run_whole_sync(case: Case) -> dict[str, Any]:
    """Every step: time, Leases and reports, then the three passes."""
    given = dict(case.input)
    view, server, events, states = load_caches(CONTROLLER, given), Server(given), [], []
    view.listeners = lambda happening: events.append(say_event(happening))
    local = Local(view, CONTROLLER.name)
    local.set_note("settings", LARGE_CLUSTER, given["large_cluster_threshold"])
    load_leases(view, given)
    start, local_times = view[CLOCK], dict.fromkeys(view.keys("copy", CONTROLLER.name, "nodes"), False)
    for step in given["steps"]:
        advance(view, view[CLOCK] + step["after_seconds"])
        made_local(local, server, local_times)
        prepare(view, server, step)
        local_times |= dict.fromkeys(step["report_ready"], True)
        for key in (MONITOR, NO_EXECUTE, *view.keys("copy", CONTROLLER.name, "nodes")):
            show_server(view, server)
            sync_key(local, server, key, start)
        states.append({key: zone.state for key, zone in zones(local) if zone.state})
    return {"calls": server.calls, "error": None, "events": events, "queue": [], "zone_states": states}


def load_leases(view: View, given: Mapping[str, Any]) -> None:
    """A Lease by the end of its grace period; without one, the deadline that no kubelet can have set."""
    for name in view.keys("copy", CONTROLLER.name, "nodes"):
        view[lease_cell(name)] = NEVER_RENEWED
    for tree in given["cached"]:
        if tree["kind"] == "Lease":
            view[lease_cell(tree["metadata"]["name"])] = parse_time(tree["spec"]["renewTime"]) + GRACE_SECONDS


def advance(view: View, until: int) -> None:
    """Time passes, and each timer that is due fires."""
    while due := sorted((view[cell], cell) for cell in view.cells("timer") if view[cell] <= until):
        view[CLOCK], timer = due[0]
        view[timer] = None
        assert CONTROLLER.fire is not None
        CONTROLLER.fire(Local(view, CONTROLLER.name), timer.kind, timer.key)
    view[CLOCK] = until


def made_local(local: Local, server: Server, local_times: dict[str, bool]) -> None:
    """The heartbeats of nodes that were patched differ, once, from those noted."""
    patched = [call["name"] for call in server.calls if call["verb"] == "patch" and "fault" not in call]
    for name in dict.fromkeys(patched):
        health = local.note(HEALTH, name)
        if not local_times[name] and health is not None and health.heartbeat is not None:
            local.set_note(HEALTH, name, attrs.evolve(health, heartbeat=health.heartbeat - 1))
        local_times[name] = True


def show_server(view: View, server: Server) -> None:
    """The informers catch up with the server, before each pass."""
    for (resource, key), tree in server.objects.items():
        if resource in ("nodes", "pods"):
            view[Cell("copy", CONTROLLER.name, resource, key)] = decode(tree)


def prepare(view: View, server: Server, step: Mapping[str, Any]) -> None:
    """Leases are renewed; kubelets report."""
    for name in step["renew_leases"]:
        if view[lease_cell(name)] != NEVER_RENEWED:
            view[lease_cell(name)] = view[CLOCK] + GRACE_SECONDS
    for name, status in step["report_ready"].items():
        report(view, server, name, status)


def report(view: View, server: Server, name: str, status: str) -> None:
    """A kubelet posts the conditions that are there, with a new heartbeat; Ready may change."""
    tree = copy.deepcopy(server.objects["nodes", name])
    server.objects["nodes", name] = tree
    now = format_time(view[CLOCK])
    for condition in tree["status"].get("conditions", ()):
        condition["lastHeartbeatTime"] = now
        if condition["type"] == "Ready" and condition["status"] != status:
            condition |= {"status": status, "lastTransitionTime": now}
    view[Cell("copy", CONTROLLER.name, *path_of(tree))] = decode(tree)


def sync_key(local: Local, server: Server, key: str, start: int) -> None:
    """One key to the end of its plan."""
    result: Call | Done = CONTROLLER.sync(local, key, "")
    while isinstance(result, Call):
        reply = server.serve(result)
        server.calls[-1]["at"] = go_duration(local.now - start)
        result = CONTROLLER.resume(local, key, result.memo, reply)


compare = by_member(calls=same_calls, events=as_multiset)
ADAPTERS = (Adapter("controllers/nodelifecycle", "sync", run_whole_sync, compare),)
