"""A Deployment's rolling update over counts: one old ReplicaSet, one new one, and what their controllers see of it.

The decisions are the controllers' own: `new_rs_new_replicas`, `max_scaled_down`, `cleanup_unhealthy_replicas`,
`scale_down_old_replica_sets_for_rolling_update` for the Deployment, `manage_replicas` for both ReplicaSets. Each
ReplicaSet has a size (spec.replicas), pods, available pods, the status in the API server (which lags behind the pods)
and the copy of size and status that the Deployment's informer shows (which lags behind the API server). A write with an
old copy is a conflict and changes nothing.

A sync makes its writes one by one. After the creation of the new ReplicaSet and after a cleanup it goes on with what it
has written itself, which the informer may show much later: `created` and `cleaned` are this knowledge. What it read
before is what was seen then: copies move when it is over.

Left out, and why that is sound: the order of single watch events (a copy may be any mixture of values between what it
was and what is true, which covers every such order while sizes and statuses move one way, as in a single rollout); the
ReplicaSet controllers' own staleness (their part is the proofs of the ReplicaSet: here they may take any part of a
step, as late as they like); minReadySeconds (a pod becomes available as late as it likes); wake-ups (a sync may run at
any time: that a change queues the Deployment is the work queue's proof). Several old ReplicaSets are left out without
such a reason: what is proved is about one. A rescale and a rollback are there to break claims, at once or with the
rollout's own steps: what a sync does after a rescale, scaling in proportion, is left out, and so nothing is proved of
it.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import attrs

from seatrial.model.controllers.deployment_scaling import (
    cleanup_unhealthy_replicas,
    max_scaled_down,
    new_rs_new_replicas,
    scale_down_old_replica_sets_for_rolling_update,
)
from seatrial.model.controllers.replicaset import BURST_REPLICAS
from seatrial.model.controllers.replicaset_decisions import manage_replicas
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition

Cleanup: TypeAlias = Callable[[tuple[tuple[int, int], ...], int], tuple[tuple[int, ...], bool]]


@attrs.frozen
class Rollout:
    """Everything that is counted; `surge` and `unavailable` are the bounds after rounding.

    Of a sync that has written and may go on: `created` is the size of the ReplicaSet that it has just created, and
    `cleaned` says that it has taken unhealthy replicas away. It acts on what was seen when it began, and on these.
    """

    desired: int
    surge: int
    unavailable: int
    old_size: int
    old_pods: int
    old_available: int
    old_status: int
    seen_old_size: int
    seen_old_status: int
    new_size: int
    new_pods: int
    new_available: int
    new_status: int
    seen_new_size: int
    seen_new_status: int
    created: int
    cleaned: bool


# The Deployment controller: a sync ends with its first write, unless it knows enough to go on.


def is_at_work(s: Rollout) -> bool:
    """Has a sync written something, and is there more to do?"""
    return s.created > 0 or s.cleaned


def can_sync(s: Rollout) -> bool:
    """No sync is under way."""
    return not is_at_work(s)


def sync(cleanup: Cleanup, s: Rollout) -> Rollout:
    """Scales the new ReplicaSet up, or creates it; if it cannot, looks at the old one."""
    size = s.seen_new_size
    if s.seen_new_size < s.desired:
        total = s.seen_old_size + s.seen_new_size
        size = new_rs_new_replicas(s.desired, s.surge, total, s.seen_new_size)
    if s.seen_new_size > s.desired:
        size = s.desired
    if size != s.seen_new_size:
        fresh = s.seen_new_size == s.new_size and s.seen_new_status == s.new_status
        created = size if s.seen_new_size == 0 else 0
        return attrs.evolve(s, new_size=size, created=created) if fresh else s
    return reconcile_old_replica_sets(cleanup, s, s.seen_new_size, s.seen_new_status)


def has_created(s: Rollout) -> bool:
    """It has created the new ReplicaSet, and has not looked at the old one."""
    return s.created > 0 and not s.cleaned


def go_on(cleanup: Cleanup, s: Rollout) -> Rollout:
    """After the creation of the new ReplicaSet, which is as created, the old one."""
    return reconcile_old_replica_sets(cleanup, s, s.created, 0)


def has_cleaned(s: Rollout) -> bool:
    """It has taken unhealthy replicas away."""
    return s.cleaned


def finish(s: Rollout) -> Rollout:
    """After a cleanup, as many more as availability allows, unless the old ReplicaSet has changed since."""
    new_status = 0 if s.created > 0 else s.seen_new_status
    return scale_down_old(s, s.old_size, new_status) if s.old_status == s.seen_old_status else stop(s)


def reconcile_old_replica_sets(cleanup: Cleanup, s: Rollout, new_size: int, new_status: int) -> Rollout:
    """Takes unhealthy old replicas away and goes on after that; without any, as many as availability allows."""
    most = max_scaled_down(s.seen_old_size + new_size, s.desired - s.unavailable, new_size, new_status)
    fresh = s.seen_old_size == s.old_size and s.seen_old_status == s.old_status
    if s.seen_old_size == 0 or most <= 0 or not fresh:
        return stop(s)
    sizes, valid = cleanup(((s.seen_old_size, s.seen_old_status),), most)
    if sizes[0] != s.old_size:
        return attrs.evolve(s, old_size=sizes[0], cleaned=valid, created=s.created if valid else 0)
    return scale_down_old(s, sizes[0], new_status) if valid else stop(s)


def scale_down_old(s: Rollout, size: int, new_status: int) -> Rollout:
    """The last write of a sync."""
    left = scale_down_old_replica_sets_for_rolling_update(
        (size,), s.seen_old_status + new_status - (s.desired - s.unavailable))
    return attrs.evolve(stop(s), old_size=left[0])


def stop(s: Rollout) -> Rollout:
    """A sync ends, or a call of its fails: what it knew beyond what the informer shows is forgotten."""
    return attrs.evolve(s, created=0, cleaned=False)


# The ReplicaSet controllers: any number of the calls that are to be made.


def old_calls(s: Rollout) -> int:
    """Creations, or deletions, that the old ReplicaSet's controller makes at once."""
    creations, deletions = manage_replicas(s.old_pods, s.old_size, BURST_REPLICAS)
    return creations + deletions


def new_calls(s: Rollout) -> int:
    """The same for the new one."""
    creations, deletions = manage_replicas(s.new_pods, s.new_size, BURST_REPLICAS)
    return creations + deletions


def can_scale_old(s: Rollout, calls: int) -> bool:
    """Some of them."""
    return 1 <= calls <= old_calls(s)


def scale_old(s: Rollout, calls: int) -> Rollout:
    """Pods come, or go: those that are not available first."""
    pods = s.old_pods + calls if s.old_pods < s.old_size else s.old_pods - calls
    return attrs.evolve(s, old_pods=pods, old_available=min(s.old_available, pods))


def every_old_call(s: Rollout) -> tuple[int]:
    """All of them."""
    return (old_calls(s),)


def can_scale_new(s: Rollout, calls: int) -> bool:
    """Some of them."""
    return 1 <= calls <= new_calls(s)


def scale_new(s: Rollout, calls: int) -> Rollout:
    """Pods come, or go: those that are not available first."""
    pods = s.new_pods + calls if s.new_pods < s.new_size else s.new_pods - calls
    return attrs.evolve(s, new_pods=pods, new_available=min(s.new_available, pods))


def every_new_call(s: Rollout) -> tuple[int]:
    """All of them."""
    return (new_calls(s),)


# What lags: a value moves from what it was towards what is true.


def is_between(value: int, was: int, true: int) -> bool:
    """On the way from one to the other, both included."""
    return was <= value <= true or true <= value <= was


def can_report_old(s: Rollout, value: int) -> bool:
    """A status nearer to the truth."""
    return value != s.old_status and is_between(value, s.old_status, s.old_available)


def report_old(s: Rollout, value: int) -> Rollout:
    """The old ReplicaSet's status is written."""
    return attrs.evolve(s, old_status=value)


def true_old(s: Rollout) -> tuple[int]:
    """What is true."""
    return (s.old_available,)


def can_report_new(s: Rollout, value: int) -> bool:
    """A status nearer to the truth."""
    return value != s.new_status and is_between(value, s.new_status, s.new_available)


def report_new(s: Rollout, value: int) -> Rollout:
    """The new ReplicaSet's status is written."""
    return attrs.evolve(s, new_status=value)


def true_new(s: Rollout) -> tuple[int]:
    """What is true."""
    return (s.new_available,)


def can_see_old(s: Rollout, size: int, status: int) -> bool:
    """A copy nearer to what the API server has."""
    nearer = size != s.seen_old_size or status != s.seen_old_status
    return nearer and is_between(size, s.seen_old_size, s.old_size) and is_between(
        status, s.seen_old_status, s.old_status)


def see_old(s: Rollout, size: int, status: int) -> Rollout:
    """The Deployment's informer shows more of the old ReplicaSet."""
    return attrs.evolve(s, seen_old_size=size, seen_old_status=status)


def stored_old(s: Rollout) -> tuple[int, int]:
    """What the API server has."""
    return s.old_size, s.old_status


def can_see_new(s: Rollout, size: int, status: int) -> bool:
    """A copy nearer to what the API server has."""
    nearer = size != s.seen_new_size or status != s.seen_new_status
    return nearer and is_between(size, s.seen_new_size, s.new_size) and is_between(
        status, s.seen_new_status, s.new_status)


def see_new(s: Rollout, size: int, status: int) -> Rollout:
    """The Deployment's informer shows more of the new ReplicaSet."""
    return attrs.evolve(s, seen_new_size=size, seen_new_status=status)


def stored_new(s: Rollout) -> tuple[int, int]:
    """What the API server has."""
    return s.new_size, s.new_status


# Pods and users.


def can_become_available(s: Rollout) -> bool:
    """A new pod is not available yet."""
    return s.new_available < s.new_pods


def become_available(s: Rollout) -> Rollout:
    """It is now."""
    return attrs.evolve(s, new_available=s.new_available + 1)


def can_fail(s: Rollout) -> bool:
    """An old pod is available."""
    return s.old_available > 0


def fail(s: Rollout) -> Rollout:
    """It is not any more."""
    return attrs.evolve(s, old_available=s.old_available - 1)


def can_delete_too_many(s: Rollout) -> bool:
    """There is an old pod."""
    return s.old_pods > 0


def delete_too_many(s: Rollout) -> Rollout:
    """The old ReplicaSet's controller deletes a pod beyond what is asked, on a stale count: expectations expired."""
    return attrs.evolve(s, old_pods=s.old_pods - 1, old_available=min(s.old_available, s.old_pods - 1))


def may_rescale(s: Rollout, to: int) -> bool:
    """Any number."""
    return to >= s.unavailable


def rescale(s: Rollout, to: int) -> Rollout:
    """A user changes the Deployment's replicas."""
    return attrs.evolve(s, desired=to)


def roll_back(s: Rollout) -> Rollout:
    """A user puts the former template back: old and new change places, with all that is known of them."""
    return attrs.evolve(
        stop(s), old_size=s.new_size, old_pods=s.new_pods, old_available=s.new_available, old_status=s.new_status,
        seen_old_size=s.seen_new_size, seen_old_status=s.seen_new_status, new_size=s.old_size, new_pods=s.old_pods,
        new_available=s.old_available, new_status=s.old_status, seen_new_size=s.seen_old_size,
        seen_new_status=s.seen_old_status)


def is_resolved(s: Rollout) -> bool:
    """The bounds, as `resolve_fenceposts` and `max_unavailable` leave them."""
    return s.desired >= 0 and s.surge >= 0 and 0 <= s.unavailable <= s.desired


def allows_progress(s: Rollout) -> bool:
    """At least one pod too many or too few is allowed, unless none is desired."""
    return s.surge + s.unavailable >= 1 or s.desired == 0


def has_settled(s: Rollout) -> bool:
    """All replicas of the old template are available, and everybody knows; the new ReplicaSet has just been made."""
    old = (s.old_size, s.old_pods, s.old_available, s.old_status, s.seen_old_size, s.seen_old_status)
    new = (s.new_size, s.new_pods, s.new_available, s.new_status, s.seen_new_size, s.seen_new_status)
    settled = all(each == s.desired for each in old) and all(each == 0 for each in new)
    return is_resolved(s) and settled and not is_at_work(s) and s.created == 0


def begins(s: Rollout) -> bool:
    """The same, with bounds that allow a step."""
    return has_settled(s) and allows_progress(s)


def rollout_model(cleanup: Cleanup, name: str) -> CountModel:
    """A single rollout with this way of taking unhealthy replicas away.

    The order of the transitions is one in which Spacer finds its invariant soon: others take it several times as long.
    """
    return CountModel(name, Rollout, begins, (
        Transition("report-new", report_new, can_report_new, ("available",), fair=True, witness=true_new),
        Transition("scale-new", scale_new, can_scale_new, ("calls",), fair=True, witness=every_new_call),
        Transition("sync", partial(sync, cleanup), can_sync, fair=True),
        Transition("go-on", partial(go_on, cleanup), has_created, fair=True),
        Transition("report-old", report_old, can_report_old, ("available",), fair=True, witness=true_old),
        Transition("become-available", become_available, can_become_available, fair=True),
        Transition("see-new", see_new, can_see_new, ("size", "available"), fair=True, witness=stored_new),
        Transition("scale-old", scale_old, can_scale_old, ("calls",), fair=True, witness=every_old_call),
        Transition("stop", stop, is_at_work),
        Transition("finish", finish, has_cleaned, fair=True),
        Transition("see-old", see_old, can_see_old, ("size", "available"), fair=True, witness=stored_old),
        Transition("fail-old", fail, can_fail, environment=True),
        Transition("delete-too-many", delete_too_many, can_delete_too_many, environment=True),
        Transition("rescale", rescale, may_rescale, ("to",), environment=True),
        Transition("roll-back", roll_back, environment=True),
    ))


MODEL = rollout_model(cleanup_unhealthy_replicas, "Deployment count model")
SINGLE_ROLLOUT = MODEL.without("rescale", "roll-back")
FAILURES = ("fail-old", "delete-too-many")
"""Ways in which old pods are lost that nobody asked for."""
HEALTHY = SINGLE_ROLLOUT.without(*FAILURES)


# What is claimed, and what makes it inductive.


def sizes_within_surge(s: Rollout) -> bool:
    """What maxSurge bounds."""
    return s.old_size + s.new_size <= s.desired + s.surge


SURGE = Clause("spec.replicas of old and new together <= desired + maxSurge", sizes_within_surge)
PODS_WITHIN_SURGE = Clause("live pods of old and new together <= desired + maxSurge",
                           lambda s: s.old_pods + s.new_pods <= s.desired + s.surge)
AVAILABLE = Clause("available pods of old and new together >= desired - maxUnavailable",
                   lambda s: s.old_available + s.new_available >= s.desired - s.unavailable)
BOUNDS = Clause("0 <= maxUnavailable <= desired, 0 <= maxSurge", is_resolved)
PROGRESS = Clause("maxSurge + maxUnavailable >= 1, unless nothing is desired", allows_progress)
COUNTS = Clause("no count of pods or in a status is below 0", lambda s: all(each >= 0 for each in (
    s.old_pods, s.old_available, s.old_status, s.seen_old_status, s.new_pods, s.new_available, s.new_status,
    s.seen_new_status)))
NEW_GROWS = Clause("the new size grows up to desired, and no copy of it is greater",
                   lambda s: 0 <= s.seen_new_size <= s.new_size <= s.desired)
OLD_SHRINKS = Clause("the old size shrinks down to 0, and no copy of it is smaller",
                     lambda s: 0 <= s.old_size <= s.seen_old_size)
OLD_LAGS = Clause("old pods are available, no fewer than the size, and neither status nor copy knows of fewer",
                  lambda s: s.old_size <= s.old_pods and s.old_pods == s.old_available
                  and s.old_available <= s.old_status <= s.seen_old_status)
NEW_LAGS = Clause("new pods are no more than the size, and neither status nor copy knows of more available ones",
                  lambda s: 0 <= s.seen_new_status <= s.new_status <= s.new_available <= s.new_pods <= s.new_size)
KNOWN = Clause("no old replica was unhealthy and taken away, and what was created is a new replica",
               lambda s: not s.cleaned and 0 <= s.created <= s.new_size)
COVERED = Clause("the old size and the new available pods together >= desired - maxUnavailable",
                 lambda s: s.old_size + s.new_available >= s.desired - s.unavailable)
