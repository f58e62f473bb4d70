"""What the ReplicaSet controller decides: how many pods, which victims, which status.

Mirrors the decisions of pkg/controller/replicaset/replica_set.go and replica_set_utils.go (release 1.36): pure
functions of counts and short tuples, called by `seatrial.model.controllers.replicaset`. The prover lifts
`manage_replicas`, `first_batch` and `next_batch`. Upstream draws UIDs at random, so pods that only a UID tells apart
are a tie here: `tied_choices` lists every outcome, and the Action chooses.
"""

from itertools import combinations, islice

import attrs

from seatrial.model.api.apps import ReplicaSet, ReplicaSetStatus
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.controllers.pods import (
    compare,
    is_pod_active,
    is_pod_available,
    is_pod_ready,
    is_settled_by_uid,
)
from seatrial.model.meta.labels import matches_labels, matches_selector

MOST_TIES = 64
REPLICA_FAILURE = "ReplicaFailure"


def manage_replicas(active: int, desired: int, burst: int) -> tuple[int, int]:
    """How many pods to create and how many to delete, at most `burst` of either."""
    if active < desired:
        return min(desired - active, burst), 0
    return 0, min(active - desired, burst)


def first_batch(count: int) -> int:
    """The size of the first slow-start batch."""
    return min(count, 1)


def next_batch(batch: int, remaining: int) -> int:
    """The size of the next one, when all of a batch succeeded: twice as many, as far as there are any left."""
    return min(2 * batch, remaining)


def get_pods_to_delete(pods: tuple[Pod, ...], related: tuple[Pod, ...], count: int, now: int) -> tuple[Pod, ...]:
    """The `count` pods to delete, first those that matter least; all of them in the order given.

    Pods that tie go by UID, or in the order given, as upstream's do. The comparison is not transitive (ages are
    compared by their logarithm, UIDs only within one), so the sort has to be upstream's for short lists: insertion.
    """
    if count >= len(pods):
        return pods
    on_node: dict[str, int] = {}
    for pod in related:
        if is_pod_active(pod):
            on_node[pod.spec.node_name] = on_node.get(pod.spec.node_name, 0) + 1

    def goes_first(one: tuple[Pod, int], two: tuple[Pod, int]) -> bool:
        found = compare(one, two, now)
        return found < 0 or (found == 0 and is_settled_by_uid(one[0], two[0])
                             and one[0].metadata.uid < two[0].metadata.uid)

    ranked: list[tuple[Pod, int]] = []
    for pod in pods:
        each = (pod, on_node.get(pod.spec.node_name, 0))
        at = len(ranked)
        while at and goes_first(each, ranked[at - 1]):
            at -= 1
        ranked.insert(at, each)
    return tuple(pod for pod, _ in ranked[:count])


def tied_choices(pods: tuple[Pod, ...], related: tuple[Pod, ...], count: int, now: int) -> tuple[tuple[Pod, ...], ...]:
    """Every set of victims that some order of UIDs gives, the first as `get_pods_to_delete` has it."""
    chosen = get_pods_to_delete(pods, related, count, now)
    order = get_pods_to_delete(pods, related, len(pods) - 1, now) if count < len(pods) else ()
    if not chosen or not order:
        return (chosen,)
    rest = tuple(pod for pod in pods if pod not in order)
    active = [pod.spec.node_name for pod in related if is_pod_active(pod)]
    ranks = {pod.metadata.uid: active.count(pod.spec.node_name) for pod in pods}
    last = chosen[-1]
    tied = [pod for pod in (*order, *rest)
            if compare((pod, ranks[pod.metadata.uid]), (last, ranks[last.metadata.uid]), now) == 0]
    sure = tuple(pod for pod in chosen if pod not in tied)
    return tuple((*sure, *some) for some in islice(combinations(tied, count - len(sure)), MOST_TIES))


def calculate_status(replicaset: ReplicaSet, pods: tuple[Pod, ...], terminating: int, now: int) -> ReplicaSetStatus:
    """The counts that these claimed pods give; its conditions are still the old ones."""
    wanted = replicaset.spec.template.metadata.labels
    ready = [pod for pod in pods if is_pod_ready(pod)]
    return attrs.evolve(
        replicaset.status,
        replicas=len(pods),
        fully_labeled_replicas=sum(matches_labels(wanted, pod.metadata.labels) for pod in pods),
        ready_replicas=len(ready),
        available_replicas=sum(is_pod_available(pod, replicaset.spec.min_ready_seconds, now) for pod in ready),
        terminating_replicas=terminating,
    )


def failure_condition(replicaset: ReplicaSet, active: int, error: str, now: int) -> tuple[Condition, ...]:
    """ReplicaFailure is set once when creating or deleting fails, and removed when it succeeds."""
    held = replicaset.status.conditions
    failure = get_condition(held, REPLICA_FAILURE)
    if error and failure is None:
        difference = active - (replicaset.spec.replicas or 0)
        reason = "FailedCreate" if difference < 0 else "FailedDelete" if difference > 0 else ""
        return (*held, Condition(REPLICA_FAILURE, "True", last_transition_time=now, reason=reason, message=error))
    if not error and failure is not None:
        return tuple(each for each in held if each.type != REPLICA_FAILURE)
    return held


def is_selected(replicaset: ReplicaSet, pod: Pod) -> bool:
    """Does its selector match?"""
    return matches_selector(replicaset.spec.selector, pod.metadata.labels)
