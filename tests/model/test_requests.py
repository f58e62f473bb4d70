"""A fault-free run of the model makes the requests that a real control plane makes for a new Deployment."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, DeploymentSpec
from seatrial.model.api.core import PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.client.calls import Answered, Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import Cluster, is_environment
from seatrial.model.frozen import FrozenMap
from seatrial.model.run import Run
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Apply
from seatrial.model.variants.scenarios import LABELS, NAMESPACE, node, pod_spec

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("requests.toml").read_text(encoding="utf-8"))
SLOW_REPLY = 12
Row = tuple[str, str, str, int]


@attrs.frozen
class Request:
    """One request: who made it, the answer's code, and what it asked."""

    who: str
    verb: str
    resource: str
    code: int
    body: Any = None

    @property
    def row(self) -> Row:
        """Its row in the table."""
        return self.who, self.verb, self.resource, self.code


def deployment(replicas: int) -> Deployment:
    """The Deployment default/web."""
    template = PodTemplateSpec(TemplateMeta(LABELS), pod_spec(FrozenMap({"cpu": "100m", "memory": "64Mi"})))
    return Deployment(ObjectMeta(name="web", namespace="default", labels=LABELS),
                      DeploymentSpec(replicas, selector=LabelSelector(LABELS), template=template))


def cluster_for(replicas: int) -> Cluster:
    """Three nodes, and a user who is about to apply the Deployment."""
    return start(Scope(
        controllers=("deployment", "replicaset", "scheduler"), kubelets=True, timed=True,
        objects=(*NAMESPACE, *(node(f"node-{at}") for at in range(3))), users=(Apply(deployment(replicas)),),
        budgets=FrozenMap({"apply": 1}), hypotheses=("lag_below_expectation_ttl",)))


def turn_of(action: Action, since: int) -> tuple[Any, ...]:
    """Whoever waited longest goes first; pods get ready one by one, each when the control plane has settled.

    The answers to the ReplicaSet controller take longer: creating a pod passes more admission than writing a status.
    """
    is_slow = action.process == "replicaset-controller" and action.step == "Reply"
    is_kubelet = action.process.startswith("kubelet") and action.step != "Deliver"
    return action.step == "Advance", is_kubelet, since + SLOW_REPLY * is_slow, action


def requests_of(run: Run) -> Iterator[Request]:
    """Runs to rest by that schedule, and tells each request, Events among them."""
    apply, = (action for action in run.enabled if action.step == "Apply")
    run.take(apply)
    yield Request("user", "create", "deployments", 201)
    since: dict[Action, int] = {}
    for turn in range(2000):
        able = [action for action in run.enabled if not is_environment(action)]
        if not able:
            return
        since = {action: since.get(action, turn) for action in able}
        action = min(able, key=lambda each: turn_of(each, since[each]))
        plan = run.cluster[plan_cell(action.process, action.key)]
        del since[action]
        run.take(action)
        who = action.process.partition("-node-")[0]
        if action.step == "Request" and isinstance(plan, Waiting):
            yield asked(who, plan.call, run.cluster[plan_cell(action.process, action.key)])
        for _ in run.happenings:
            yield Request(who, "create", "events", 201)
    pytest.fail("the run does not come to rest")


def asked(who: str, call: Call, plan: Answered) -> Request:
    """A request that has just been served."""
    resource = f"{call.resource}/{call.subresource}" if call.subresource else call.resource
    return Request(who, call.verb, resource, plan.reply.code, call.body)


@cache
def requests_for(replicas: int) -> tuple[Request, ...]:
    """All requests of one run, which ends with every pod ready."""
    run = Run(cluster_for(replicas))
    found = tuple(requests_of(run))
    assert replicas == run.cluster.get("deployments", "default/web").status.ready_replicas
    return found


def in_range(row: dict[str, Any], replicas: int, count: int) -> bool:
    """Is a count in a row's range?"""
    (low, least), (high, most) = row["least"], row["most"]
    return bool(low * replicas + least <= count <= high * replicas + most)


@pytest.mark.parametrize("replicas", TABLE["replicas"])
def test_it_makes_the_requests_of_a_real_control_plane(replicas: int) -> None:
    """Each component makes as many of each kind as on record, and no others."""
    counts = Counter(request.row for request in requests_for(replicas))
    rows = {(row["who"], row["verb"], row["resource"], row["code"]): row for row in TABLE["request"]}
    assert set(rows) == set(counts)
    assert [] == [(row, counts[row]) for row, expected in rows.items() if not in_range(expected, replicas, counts[row])]


def test_the_table_is_what_was_recorded() -> None:
    """The recordings are in the ranges too, but for the two pods that got ready together at ten replicas."""
    odd = [(row["resource"], replicas) for row in TABLE["request"]
           for replicas, count in zip(TABLE["replicas"], row["upstream"], strict=True)
           if not in_range(row, replicas, count)]
    assert [("deployments/status", 10), ("replicasets/status", 10)] == odd


@pytest.mark.parametrize("replicas", TABLE["replicas"])
def test_the_first_writes_come_in_the_real_order(replicas: int) -> None:
    """Deployment, ReplicaSet, revision (nothing observed), pods, Deployment, ReplicaSet at 0, at n, Deployment."""
    writes = [said(each) for each in requests_for(replicas) if each.code < 300 and is_of_control_plane(each)]
    first = list(dict.fromkeys(writes))[:8]
    assert [
        "create deployments",
        "create replicasets",
        "deployments/status observed 0 replicas 0 unavailable 0 Progressing=NewReplicaSetCreated",
        "create pods",
        f"deployments/status observed 1 replicas 0 unavailable {replicas}",
        "replicasets/status observed 1 replicas 0",
        f"replicasets/status observed 1 replicas {replicas}",
        f"deployments/status observed 1 replicas {replicas} unavailable {replicas}",
    ] == first


def is_of_control_plane(request: Request) -> bool:
    """Is it one of the writes whose order is on record?"""
    return request.resource in ("deployments", "replicasets", "deployments/status", "pods", "replicasets/status")


def said(request: Request) -> str:
    """A write in words, a status with what it says."""
    if request.verb == "create":
        return f"create {request.resource}"
    status = request.body.status
    words = f"{request.resource} observed {status.observed_generation or 0} replicas {status.replicas}"
    if request.resource == "deployments/status":
        words += f" unavailable {status.unavailable_replicas}"
        if not status.observed_generation:
            words += "".join(f" {each.type}={each.reason}" for each in status.conditions)
    return words


def test_nothing_is_read_on_this_path() -> None:
    """No component asks for an object: all reads are informer copies."""
    assert [] == [request for request in requests_for(3) if request.verb in ("get", "list")]
