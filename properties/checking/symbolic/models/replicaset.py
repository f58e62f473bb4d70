"""ReplicaSet, scheduler and kubelet over counts: what the controller knows, and what there is.

The decisions are the controller's own: `manage_replicas`, `first_batch`, `next_batch` and `is_fulfilled`. The state
holds the pods that the API server has, by phase; the watch events that the controller has not seen, and so the stale
count it acts on (`observed`); its expectations; the note of its own creations that it has not seen (1.36); its plan in
flight, call by call; and whether its key is queued.

Left out, and why that is sound for what is proved here: the identity of pods (a victim may be any pod, so whatever a
ranking picks is covered); the order of events among several pods (any order may be taken); status writes (they change
no pod; one that fails queues the key, which anything may do here); the scheduler's and
kubelet's own caches (a pod is placed on room that is really there: the property of the scheduler is
`no_overcommit`). The spec is what the ReplicaSet informer shows: a rescale happens when its event arrives.
"""

from functools import partial

import attrs

from seatrial.model.controllers.expectations import is_fulfilled
from seatrial.model.controllers.replicaset import BURST_REPLICAS
from seatrial.model.controllers.replicaset_decisions import first_batch, manage_replicas, next_batch
from seatrial.properties.checking.symbolic.system import CountModel, Transition

PENDING, BOUND, RUNNING, GONE = 0, 1, 2, 3
"""Which pod a deletion hits: one not scheduled, not running yet, running, or one that somebody else deleted."""


@attrs.frozen
class Pods:
    """Everything that is counted.

    `unseen_created`, `unseen_deleted` and `unseen_evicted` are events of creations, own deletions and others'
    deletions that wait; `noted` counts the creation events up to the last own one that the controller waits for;
    `left`, `rest` and `failed` are the calls of the present batch, those beyond it and those that failed; `late` are
    creates given up that may still arrive.
    """

    desired: int
    capacity: int
    pending: int
    bound: int
    running: int
    terminating: int
    unseen_created: int
    unseen_deleted: int
    unseen_evicted: int
    expected_created: int
    expected_deleted: int
    expired: bool
    noted: int
    batch: int
    left: int
    rest: int
    failed: int
    to_delete: int
    late: int
    queued: bool


@attrs.frozen
class Release:
    """What the controller has: expectations, and the note of its own unseen creations (on by default since 1.36)."""

    expectations: bool = True
    notes: bool = True


def active(s: Pods) -> int:
    """Pods that are neither finished nor being deleted."""
    return s.pending + s.bound + s.running


def used(s: Pods) -> int:
    """Pods that take room on nodes."""
    return s.bound + s.running + s.terminating


def observed(s: Pods) -> int:
    """The active pods that the controller's informer shows."""
    return active(s) - s.unseen_created + s.unseen_deleted + s.unseen_evicted


def is_expecting(s: Pods) -> bool:
    """Does the controller still await something?"""
    return s.expected_created != 0 or s.expected_deleted != 0


def is_busy(s: Pods) -> bool:
    """Is a plan in flight?"""
    return s.left > 0 or s.to_delete > 0


def settle(s: Pods, created: int, deleted: int) -> Pods:
    """Lowers what is awaited; when all of it has come, the record is dropped."""
    if not is_expecting(s):
        return s
    creations, deletions = s.expected_created - created, max(s.expected_deleted - deleted, 0)
    if is_fulfilled(creations, deletions):
        return attrs.evolve(s, expected_created=0, expected_deleted=0, expired=False)
    return attrs.evolve(s, expected_created=creations, expected_deleted=deletions)


# The controller.


def can_sync(s: Pods) -> bool:
    """The key is queued and no plan is in flight."""
    return s.queued and not is_busy(s)


def sync(release: Release, s: Pods) -> Pods:
    """Acts on what the informer shows, unless it awaits something or knows that it has not seen its own writes."""
    if release.notes and s.noted > 0:
        return s
    s = attrs.evolve(s, queued=False)
    if release.expectations and is_expecting(s) and not s.expired:
        return s
    creations, deletions = manage_replicas(observed(s), s.desired, BURST_REPLICAS)
    if creations > 0:
        batch = first_batch(creations)
        s = attrs.evolve(s, batch=batch, left=batch, rest=creations - batch, failed=0)
    if deletions > 0:
        s = attrs.evolve(s, to_delete=deletions)
    if release.expectations and (creations > 0 or deletions > 0):
        return attrs.evolve(s, expected_created=creations, expected_deleted=deletions, expired=False)
    return s


def is_creating(s: Pods) -> bool:
    """A call of the batch is to be made."""
    return s.left > 0


def after_create(s: Pods, failed: int) -> Pods:
    """Goes on with the batch, then with one of twice its size, or gives up what is left."""
    s = attrs.evolve(s, left=s.left - 1, failed=s.failed + failed)
    if s.left > 0:
        return s
    if s.failed > 0:
        s = settle(s, s.failed + s.rest, 0)
        return attrs.evolve(s, batch=0, rest=0, failed=0, queued=True)
    if s.rest == 0:
        return attrs.evolve(s, batch=0)
    batch = next_batch(s.batch, s.rest)
    return attrs.evolve(s, batch=batch, left=batch, rest=s.rest - batch)


def create(release: Release, s: Pods) -> Pods:
    """A create succeeds; the controller notes it until it sees it."""
    s = attrs.evolve(s, pending=s.pending + 1, unseen_created=s.unseen_created + 1)
    if release.notes:
        s = attrs.evolve(s, noted=s.unseen_created)
    return after_create(s, 0)


def refuse_create(s: Pods) -> Pods:
    """A create fails, and the controller is told."""
    return after_create(s, 1)


def lose_create(s: Pods) -> Pods:
    """A create succeeds, but its answer is lost."""
    s = attrs.evolve(s, pending=s.pending + 1, unseen_created=s.unseen_created + 1)
    return after_create(s, 1)


def delay_create(s: Pods) -> Pods:
    """The controller gives up on a create that is still on its way."""
    return after_create(attrs.evolve(s, late=s.late + 1), 1)


def is_late(s: Pods) -> bool:
    """A create that was given up is still on its way."""
    return s.late > 0


def arrive_late(s: Pods) -> Pods:
    """It arrives after all."""
    return attrs.evolve(s, late=s.late - 1, pending=s.pending + 1, unseen_created=s.unseen_created + 1)


def can_delete(s: Pods, victim: int) -> bool:
    """A deletion is to be made, and there is a pod of that phase."""
    there = ((victim == PENDING and s.pending > 0) or (victim == BOUND and s.bound > 0)
             or (victim == RUNNING and s.running > 0) or (victim == GONE and s.unseen_evicted > 0))
    return s.to_delete > 0 and there


def delete(s: Pods, victim: int) -> Pods:
    """A pod goes: at once if it was on no node, else when its kubelet is done with it."""
    s = attrs.evolve(s, to_delete=s.to_delete - 1, unseen_deleted=s.unseen_deleted + 1)
    if victim == PENDING:
        return attrs.evolve(s, pending=s.pending - 1)
    if victim == BOUND:
        return attrs.evolve(s, bound=s.bound - 1, terminating=s.terminating + 1)
    if victim == RUNNING:
        return attrs.evolve(s, running=s.running - 1, terminating=s.terminating + 1)
    return attrs.evolve(s, unseen_evicted=s.unseen_evicted - 1)


def a_victim(s: Pods) -> tuple[int]:
    """A pod that can be deleted, if any can."""
    if s.pending > 0:
        return (PENDING,)
    if s.bound > 0:
        return (BOUND,)
    return (RUNNING,)


def is_deleting(s: Pods) -> bool:
    """A deletion is to be made."""
    return s.to_delete > 0


def miss_delete(s: Pods) -> Pods:
    """A deletion finds nothing: it will bring no event."""
    return settle(attrs.evolve(s, to_delete=s.to_delete - 1), 0, 1)


def fail_delete(s: Pods) -> Pods:
    """A deletion is refused: it will bring no event, and the sync fails."""
    return attrs.evolve(miss_delete(s), queued=True)


# Its informer and its memory.


def has_created(s: Pods) -> bool:
    """A creation has not been seen."""
    return s.unseen_created > 0


def see_created(s: Pods) -> Pods:
    """The informer shows a new pod."""
    noted = max(s.noted - 1, 0)
    return settle(attrs.evolve(s, unseen_created=s.unseen_created - 1, noted=noted, queued=True), 1, 0)


def has_deleted(s: Pods) -> bool:
    """An own deletion has not been seen."""
    return s.unseen_deleted > 0


def see_deleted(s: Pods) -> Pods:
    """The informer shows that a pod goes which the controller deleted."""
    return settle(attrs.evolve(s, unseen_deleted=s.unseen_deleted - 1, queued=True), 0, 1)


def has_forgotten(s: Pods) -> bool:
    """A deletion that has not been seen is of a pod that is not, or no longer, among the expected ones."""
    return s.unseen_deleted > 0 and s.unseen_deleted + s.to_delete > s.expected_deleted


def see_forgotten(s: Pods) -> Pods:
    """The informer shows a deletion that was not expected any more."""
    return attrs.evolve(s, unseen_deleted=s.unseen_deleted - 1, queued=True)


def can_delete_again(s: Pods) -> bool:
    """The next victim was deleted before, and its deletion is not, or no longer, among the expected ones."""
    return s.to_delete > 0 and s.unseen_deleted + s.to_delete > s.expected_deleted


def delete_again(s: Pods) -> Pods:
    """A pod that goes already, or is gone, is deleted once more: nothing changes, and nothing is settled."""
    return attrs.evolve(s, to_delete=s.to_delete - 1)


def fail_delete_again(s: Pods) -> Pods:
    """The same, and it is refused: the sync fails."""
    return attrs.evolve(s, to_delete=s.to_delete - 1, queued=True)


def has_evicted(s: Pods) -> bool:
    """Somebody else's deletion has not been seen."""
    return s.unseen_evicted > 0


def see_evicted(s: Pods) -> Pods:
    """The informer shows that a pod goes which somebody else deleted."""
    return attrs.evolve(s, unseen_evicted=s.unseen_evicted - 1, queued=True)


def expire(s: Pods) -> Pods:
    """The time to live of the expectations is over."""
    return attrs.evolve(s, expired=True)


def restart(s: Pods) -> Pods:
    """The controller crashes and starts again: its memory is gone, its first list is fresh."""
    return attrs.evolve(s, unseen_created=0, unseen_deleted=0, unseen_evicted=0, expected_created=0, expected_deleted=0,
                        expired=False, noted=0, batch=0, left=0, rest=0, failed=0, to_delete=0, queued=True)


def restart_rescaled(s: Pods, to: int) -> Pods:
    """The same, and the list shows another number of replicas than the informer did."""
    return attrs.evolve(restart(s), desired=to)


# Scheduler, kubelet, users.


def can_schedule(s: Pods) -> bool:
    """A pod waits, and there is room."""
    return s.pending > 0 and used(s) < s.capacity


def schedule(s: Pods) -> Pods:
    """The scheduler binds a pod."""
    return attrs.evolve(s, pending=s.pending - 1, bound=s.bound + 1)


def can_start(s: Pods) -> bool:
    """A pod has a node and does not run yet."""
    return s.bound > 0


def start(s: Pods) -> Pods:
    """A kubelet starts a pod."""
    return attrs.evolve(s, bound=s.bound - 1, running=s.running + 1)


def can_finish(s: Pods) -> bool:
    """A pod is being deleted."""
    return s.terminating > 0


def finish(s: Pods) -> Pods:
    """A kubelet is done with a deleted pod."""
    return attrs.evolve(s, terminating=s.terminating - 1)


def can_evict(s: Pods) -> bool:
    """A pod runs."""
    return s.running > 0


def evict(s: Pods) -> Pods:
    """Somebody else deletes a running pod."""
    return attrs.evolve(s, running=s.running - 1, terminating=s.terminating + 1, unseen_evicted=s.unseen_evicted + 1)


def can_rescale(s: Pods, to: int) -> bool:
    """The new number is one that fits into the cluster."""
    return 0 <= to <= s.capacity


def rescale(s: Pods, to: int) -> Pods:
    """A user changes the number of replicas, and the controller sees it."""
    return attrs.evolve(s, desired=to, queued=True)


def wake(s: Pods) -> Pods:
    """Something else queues the key: a pod that starts or ends, a status update that failed."""
    return attrs.evolve(s, queued=True)


def is_new(s: Pods) -> bool:
    """A ReplicaSet that has just been seen for the first time; nothing else has happened."""
    counts = (s.pending, s.bound, s.running, s.terminating, s.unseen_created, s.unseen_deleted, s.unseen_evicted,
              s.expected_created, s.expected_deleted, s.noted, s.batch, s.left, s.rest, s.failed, s.to_delete, s.late)
    return s.queued and not s.expired and s.desired >= 0 and s.capacity >= 0 and all(each == 0 for each in counts)


def is_new_and_fits(s: Pods) -> bool:
    """The same, and the cluster has room for every replica."""
    return is_new(s) and s.desired <= s.capacity


def replicaset_model(release: Release, name: str) -> CountModel:
    """The model of a controller with these means, with room for every replica."""
    return CountModel(name, Pods, is_new_and_fits, (
        Transition("sync", partial(sync, release), can_sync, fair=True),
        Transition("create", partial(create, release), is_creating, fair=True),
        Transition("delete", delete, can_delete, ("victim",), fair=True, witness=a_victim),
        Transition("see-created", see_created, has_created, fair=True),
        Transition("see-deleted", see_deleted, has_deleted, fair=True),
        Transition("see-evicted", see_evicted, has_evicted, fair=True),
        Transition("see-forgotten", see_forgotten, has_forgotten),
        Transition("delete-again", delete_again, can_delete_again),
        Transition("schedule", schedule, can_schedule, fair=True),
        Transition("start", start, can_start, fair=True),
        Transition("finish", finish, can_finish, fair=True),
        Transition("fail-delete-again", fail_delete_again, can_delete_again, environment=True),
        Transition("wake", wake, environment=True),
        Transition("rescale", rescale, can_rescale, ("to",), environment=True),
        Transition("evict", evict, can_evict, environment=True),
        Transition("refuse-create", refuse_create, is_creating, environment=True),
        Transition("lose-create", lose_create, is_creating, environment=True),
        Transition("delay-create", delay_create, is_creating, environment=True),
        Transition("late-create-arrives", arrive_late, is_late, environment=True),
        Transition("fail-delete", fail_delete, is_deleting, environment=True),
        Transition("delete-finds-nothing", miss_delete, is_deleting, environment=True),
        Transition("expire", expire, is_expecting, environment=True),
        Transition("restart", restart, environment=True),
        Transition("restart-rescaled", restart_rescaled, can_rescale, ("to",), environment=True),
    ))


MODEL = replicaset_model(Release(), "ReplicaSet count model")
OLDER = replicaset_model(Release(notes=False), "ReplicaSet count model, gate StaleControllerConsistencyReplicaSet off")
FORGETFUL = replicaset_model(Release(expectations=False, notes=False), "ReplicaSet count model, without expectations")
RESCALED = ("rescale", "restart-rescaled")
"""Ways in which the number of desired replicas changes."""
ASTRAY = ("lose-create", "delay-create", "late-create-arrives")
"""Creates whose outcome the controller does not learn."""
