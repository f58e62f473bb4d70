"""The ReplicaSet's count model beside its controller, informers and pods.

`replicaset_counts` reads a cluster, the informers, notes and plan of its ReplicaSet controller included, as a state of
the count model; a step of the cluster is one transition, or none. Left out: faults that the count model has no
transition for; scopes that have them are refused. Mirrors what pkg/controller/replicaset (release 1.36) remembers.
"""

from collections.abc import Iterator
from itertools import product

import attrs

from seatrial.model.client.calls import Answered, Reply, Waiting
from seatrial.model.client.informer import events_cell
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.expectations import NOTE, Expectations
from seatrial.model.controllers.pods import is_pod_active
from seatrial.model.controllers.replicaset import Creating, Deleting, Updating
from seatrial.model.view import Cell
from seatrial.properties.checking.symbolic.models.replicaset import MODEL, Pods, after_create, miss_delete
from seatrial.properties.checking.symbolic.refinement import Refinement
from seatrial.properties.checking.symbolic.system import Transition

CONTROLLER = "replicaset-controller"
BINARY = "kube-controller-manager"
RUNNING = "Running"
GATE = "StaleControllerConsistencyReplicaSet"


def choices(transition: Transition, before: Pods, after: Pods) -> Iterator[tuple[int, ...]]:
    """What a transition may have chosen: a small number, or the number desired afterwards."""
    del before
    return product(*((*range(4), after.desired) for _ in transition.choices))


REFINEMENT = Refinement(
    MODEL, choices, proved_to=3, walked_to=40,
    budgets=("scale", "refused", "crash", "lost", "late", "lost-create", "late-create", "drop", "gone"))


def replicaset_counts(cluster: Cluster, key: str, capacity: int) -> Pods:
    """The counts of one ReplicaSet whose pods are all the pods there are, on nodes for `capacity` pods."""
    bare = with_late(cluster, key, get_pods(cluster, capacity))
    if cluster[Cell("up", BINARY)] != "up":
        return attrs.evolve(bare, desired=get_desired(cluster, key), queued=True)
    known = with_memory(cluster, key, with_informer(cluster, bare))
    return with_plan(cluster, key, attrs.evolve(known, desired=get_desired(cluster, key)))


def get_desired(cluster: Cluster, key: str) -> int:
    """What the informer shows, or the API server if it shows nothing yet."""
    seen = cluster[Cell("copy", CONTROLLER, "replicasets", key)] or cluster.get("replicasets", key)
    return int(seen.spec.replicas or 0)


def get_pods(cluster: Cluster, capacity: int) -> Pods:
    """The pods of the API server by phase; everything that a controller remembers is empty."""
    pods = cluster.objects("pods")
    active = [each for each in pods if is_pod_active(each)]
    bound = [each for each in active if each.spec.node_name]
    running = sum(each.status.phase == RUNNING for each in bound)
    return Pods(0, capacity, len(active) - len(bound), len(bound) - running, running, len(pods) - len(active),
                0, 0, 0, 0, 0, expired=False, noted=0, batch=0, left=0, rest=0, failed=0, to_delete=0, late=0,
                queued=False)


def with_informer(cluster: Cluster, s: Pods) -> Pods:
    """Creations and deletions that the informer does not show."""
    seen = {key: is_pod_active(value) for key, value in cluster.view().scan("copy", CONTROLLER, "pods")}
    held = {f"{each.metadata.namespace}/{each.metadata.name}": is_pod_active(each) for each in cluster.objects("pods")}
    created = sum(active and key not in seen for key, active in held.items())
    deleted = sum(active and not held.get(key) for key, active in seen.items())
    return attrs.evolve(s, unseen_created=created, unseen_deleted=deleted)


def with_memory(cluster: Cluster, key: str, s: Pods) -> Pods:
    """Expectations, the note of an own write that was not seen, the queue."""
    held: Expectations | None = cluster[Cell("note", CONTROLLER, NOTE, key)]
    if held is not None:
        s = attrs.evolve(s, expected_created=held.creations, expected_deleted=len(held.deletions), expired=held.expired)
    noted = cluster[Cell("unseen", CONTROLLER, "pods", key)]
    if noted is not None:
        s = attrs.evolve(s, noted=creations_up_to(cluster, noted))
    return attrs.evolve(s, queued=bool(cluster[Cell("queue", CONTROLLER, "", key)]))


def with_late(cluster: Cluster, key: str, s: Pods) -> Pods:
    """A create that was given up and is still on its way."""
    call = cluster[Cell("late", CONTROLLER, "", key)]
    return s if call is None or call.verb != "create" else attrs.evolve(s, late=1)


def creations_up_to(cluster: Cluster, mark: tuple[str, int]) -> int:
    """How many creations the informer will show until it shows this write."""
    seen = {key for key, _ in cluster.view().scan("copy", CONTROLLER, "pods")}
    found: set[str] = set()
    for event in reversed(cluster[events_cell(CONTROLLER, "pods")] or ()):
        if event.key not in seen and event.object is not None:
            found.add(event.key)
        if (event.key, event.version) == mark:
            break
    return len(found)


def with_plan(cluster: Cluster, key: str, s: Pods) -> Pods:
    """The plan in flight; an answer on its way counts as received, which changes nothing that others see."""
    plan = cluster[Cell("plan", CONTROLLER, "", key)]
    memo = plan.call.memo if isinstance(plan, Waiting | Answered) else None
    match memo:
        case Creating():
            s = attrs.evolve(s, batch=memo.batch, left=memo.left, rest=memo.rest, failed=memo.failed)
            if isinstance(plan, Answered) and plan.reply.ok:
                s = attrs.evolve(s, noted=s.unseen_created if is_unseen(cluster, plan) else s.noted)
            return after_create(s, 0 if plan.reply.ok else 1) if isinstance(plan, Answered) else s
        case Deleting():
            s = attrs.evolve(s, to_delete=len(memo.victims), queued=s.queued or bool(memo.error))
            if isinstance(plan, Answered):
                return after_deletion(s, plan.reply, awaited=is_awaited(cluster, key, memo.victims[0][0]))
        case Updating():
            return attrs.evolve(s, queued=s.queued or bool(memo.error))
    return s


def is_awaited(cluster: Cluster, key: str, pod: str) -> bool:
    """Is the deletion of this pod among the expected ones?"""
    held: Expectations | None = cluster[Cell("note", CONTROLLER, NOTE, key)]
    return held is not None and pod in held.deletions


def after_deletion(s: Pods, reply: Reply, *, awaited: bool) -> Pods:
    """What the answer to a deletion means; a deletion that is awaited no more settles nothing."""
    missed = miss_delete(s) if awaited and not reply.ok else attrs.evolve(s, to_delete=s.to_delete - 1)
    failed = not reply.ok and not reply.is_reason("NotFound")
    return attrs.evolve(missed, queued=missed.queued or failed)


def is_unseen(cluster: Cluster, plan: Answered) -> bool:
    """Has the informer yet to show what this plan has just created, and does the controller note that?"""
    meta = plan.reply.body.metadata
    if not cluster.system.scope.gate(GATE):
        return False
    return cluster[Cell("copy", CONTROLLER, "pods", f"{meta.namespace}/{meta.name}")] is None
