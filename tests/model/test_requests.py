"""A fault-free run of the model makes the requests that a real control plane makes for a new Deployment.

How many statuses are written depends on the schedule, in the real thing as here: what comes in between two writes is
told in one. So there are two tests. Under every fair schedule the counts are within the range of all recordings. And in
a run in which each step takes as long as on record, they are exactly those of the table.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
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
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.run import Run
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Apply
from seatrial.model.variants.scenarios import LABELS, NAMESPACE, node, pod_spec
from tests.model.schedules import Schedule, at_random, by_latency, fair

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("requests.toml").read_text(encoding="utf-8"))
Row = tuple[str, str, str, int]
ROWS: dict[Row, dict[str, Any]] = {
    (row["who"], row["verb"], row["resource"], row["code"]): row for row in TABLE["request"]}
SEEDS = 30
SMALL = (1, 3, 5)


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


MILLISECONDS = {"Sync": 1, "Reply": 1, "Advance": 10**6}
"""What a worker and the way of an answer take: next to nothing. Time passes when all else has happened."""
STARTS, APART = 500, 60
"""When the first container runs, and how much later each one after it: the recorded kubelets took turns like that."""


def as_recorded(lag: int) -> Schedule:
    """Requests take as long as the recorded ones, events follow after `lag`, containers start one after the other."""
    starts = dict[Action, int]()

    def latency(run: Run, action: Action) -> int:
        if action.process.startswith("kubelet") and action.step == "Sync":
            return STARTS + APART * starts.setdefault(action, len(starts))
        if action.step == "Request":
            call = run.cluster[plan_cell(action.process, action.key)].call
            return int(TABLE["milliseconds"][f"{call.verb} {resource_of(call)}"])
        return MILLISECONDS.get(action.step, lag)

    return by_latency(latency)


def requests_of(run: Run, schedule: Schedule) -> Iterator[Request]:
    """Runs to rest by a schedule, and tells each request, Events among them."""
    apply, = (action for action in run.enabled if action.step == "Apply")
    run.take(apply)
    yield Request("user", "create", "deployments", 201)
    for action in islice(schedule(run), 2000):
        plan = run.cluster[plan_cell(action.process, action.key)]
        run.take(action)
        who = action.process.partition("-node-")[0]
        if action.step == "Request" and isinstance(plan, Waiting):
            yield asked(who, plan.call, run.cluster[plan_cell(action.process, action.key)])
        for _ in run.happenings:
            yield Request(who, "create", "events", 201)
    assert [] == fair(run), "the run does not come to rest"


def asked(who: str, call: Call, plan: Answered) -> Request:
    """A request that has just been served."""
    return Request(who, call.verb, resource_of(call), plan.reply.code, call.body)


def resource_of(call: Call) -> str:
    """The resource that it asks for, with its subresource."""
    return f"{call.resource}/{call.subresource}" if call.subresource else call.resource


@cache
def recorded_requests(replicas: int, lag: int = 3) -> tuple[Request, ...]:
    """All requests of the run in which each step takes as long as on record."""
    return requests_for(replicas, as_recorded(lag))


@cache
def random_requests(replicas: int, seed: int) -> tuple[Request, ...]:
    """All requests of a run in any order."""
    return requests_for(replicas, at_random(seed))


def requests_for(replicas: int, schedule: Schedule) -> tuple[Request, ...]:
    """All requests of one run, which ends with every pod ready."""
    run = Run(cluster_for(replicas), record=False)
    found = tuple(requests_of(run, schedule))
    assert replicas == run.cluster.get("deployments", "default/web").status.ready_replicas
    return found


def misses(requests: tuple[Request, ...], replicas: int, least: str, most: str) -> list[tuple[Row, int]]:
    """The rows whose counts are not between two bounds of the table, and those that are not in the table."""
    counts = Counter(request.row for request in requests)
    return [(row, counts[row]) for row in dict.fromkeys((*ROWS, *counts))
            if row not in ROWS or not bound(row, least, replicas) <= counts[row] <= bound(row, most, replicas)]


def bound(row: Row, name: str, replicas: int) -> int:
    """A bound of the table for so many replicas; a row without a range of its own has the formula's."""
    each, constant = ROWS[row].get(name) or ROWS[row][{"fewest": "least", "most_ever": "most"}[name]]
    return int(each * replicas + constant)


@pytest.mark.parametrize("lag", [1, 3, 5])
@pytest.mark.parametrize("replicas", TABLE["replicas"])
def test_it_makes_the_requests_of_a_real_control_plane(replicas: int, lag: int) -> None:
    """Each component makes as many of each kind as on record, and no others, however late its events are."""
    assert [] == misses(recorded_requests(replicas, lag), replicas, "least", "most")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_fair_schedule_stays_in_the_range_of_the_recordings(seed: int) -> None:
    """Creations and bindings are as many as pods whatever the order; statuses are told in fewer writes, never in more,
    and the Deployment controller meets its own write at least once.
    """
    for replicas in SMALL:
        assert [] == misses(random_requests(replicas, seed), replicas, "fewest", "most_ever")


def test_the_schedules_differ() -> None:
    """Negative control: over the seeds the statuses are not always as many, and not always as few, as they may be."""
    counts = {Counter(each.row for each in random_requests(3, seed))["deployment-controller", "update",
              "deployments/status", 200] for seed in range(SEEDS)}
    assert 3 <= len(counts)


def test_a_request_too_many_is_found() -> None:
    """Negative control: one more creation, or a request that nobody made on record, is out of range."""
    found = random_requests(3, 0)
    pod = next(each for each in found if each.row == ("replicaset-controller", "create", "pods", 201))
    assert [(pod.row, 4)] == misses((*found, pod), 3, "fewest", "most_ever")
    stray = Request("kube-scheduler", "get", "pods", 200)
    assert [(stray.row, 1)] == misses((*found, stray), 3, "fewest", "most_ever")


def test_the_ranges_are_those_of_the_recordings() -> None:
    """Every recording that brings up a Deployment is within them; one Deployment status follows each ReplicaSet's."""
    columns = {"deployment_statuses": ("deployment-controller", "update", "deployments/status", 200),
               "conflicts": ("deployment-controller", "update", "deployments/status", 409),
               "replicaset_statuses": ("replicaset-controller", "update", "replicasets/status", 200)}
    for name, replicas, *counts in TABLE["recorded"]:
        for row, count in zip(columns.values(), counts, strict=True):
            assert bound(row, "fewest", replicas) <= count <= bound(row, "most_ever", replicas), name
    assert all(statuses == own + 1 for _, _, statuses, _, own in TABLE["recorded"])


@pytest.mark.parametrize("replicas", TABLE["replicas"])
def test_the_first_writes_come_in_the_real_order(replicas: int) -> None:
    """Deployment, ReplicaSet, revision (nothing observed), pods, both observe, ReplicaSet at n, Deployment."""
    first = list(dict.fromkeys(words_of(recorded_requests(replicas))))[:8]
    assert list(order_of(replicas)) == first


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_causes_a_write_comes_before_it(seed: int) -> None:
    """In any order of the steps: a ReplicaSet before its revision is noted and before its pods, pods before the status
    that counts them, and that before the Deployment's.
    """
    made = words_of(random_requests(3, seed))
    deployment, owner, revision, pods, *_ = order_of(3)
    for cause, effect in ((deployment, owner), (owner, revision), (owner, pods)):
        assert made.index(cause) < made.index(effect)
    last = len(made) - 1 - made[::-1].index(pods)
    counted = [at for at, words in enumerate(made) if "replicas 3" in words]
    assert last < min(counted)
    assert made[counted[0]].startswith("replicasets/status")


def order_of(replicas: int) -> tuple[str, ...]:
    """The first writes as the recordings have them.

    The two that first observe are a race: a ReplicaSet that has created one pod is done before the Deployment
    controller has met its own write (3 of 3 recordings), one that creates more comes after it (33 of 36).
    """
    first = (f"deployments/status observed 1 replicas 0 unavailable {replicas}",
             "replicasets/status observed 1 replicas 0")
    return (
        "create deployments",
        "create replicasets",
        "deployments/status observed 0 replicas 0 unavailable 0 Progressing=NewReplicaSetCreated",
        "create pods",
        *(first if replicas > 1 else first[::-1]),
        f"replicasets/status observed 1 replicas {replicas}",
        f"deployments/status observed 1 replicas {replicas} unavailable {replicas}",
    )


def words_of(requests: tuple[Request, ...]) -> list[str]:
    """The writes of the control plane that were accepted, in words."""
    return [said(each) for each in requests if each.code < 300 and is_of_control_plane(each)]


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
    assert [] == [request for request in random_requests(3, 0) if request.verb in ("get", "list")]
