"""The ReplicaSet controller: keeps spec.replicas active pods per ReplicaSet.

Mirrors pkg/controller/replicaset/replica_set.go and replica_set_utils.go (release 1.36). A sync claims pods, creates
or deletes the difference in slow-start batches, and writes the status of the pods it claimed before that. Batches
are concurrent upstream; here their calls are made one by one, in every possible interleaving with everybody else,
and a failed batch is finished before the rest is given up, as there. Left out: metrics, the client's rate limit (it
delays, and any call may be delayed here).
"""

from collections.abc import Iterator
from itertools import combinations, islice

import attrs

from seatrial.model.api.apps import ReplicaSet, ReplicaSetStatus
from seatrial.model.api.core import Pod, PodTemplateSpec
from seatrial.model.api.meta import Condition, ObjectMeta, get_condition, get_controller_of, key_of
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.api.registry import kind_of
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import ANY_CHOICE, Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import (
    Claims,
    after_claim,
    begin_claims,
    controller_reference,
    next_claim,
    say_errors,
)
from seatrial.model.controllers.expectations import (
    creation_observed,
    delete_expectations,
    deletion_observed,
    expect,
    expire,
    satisfied_expectations,
)
from seatrial.model.controllers.pods import (
    compare,
    find_min_next_pod_availability_check,
    is_pod_active,
    is_pod_available,
    is_pod_ready,
    is_pod_terminating,
    is_settled_by_uid,
)
from seatrial.model.meta.labels import matches_labels, matches_selector

BURST_REPLICAS = 500
MOST_TIES = 64
KIND = kind_of("replicasets")
REPLICA_FAILURE = "ReplicaFailure"


# Decisions: pure functions of counts and short tuples; the prover lifts the first three.


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
    ranks = {pod.metadata.uid: sum(other.spec.node_name == pod.spec.node_name for other in related if is_pod_active(other))
             for pod in pods}
    last = chosen[-1]
    tied = [pod for pod in (*order, *rest)
            if compare((pod, ranks[pod.metadata.uid]), (last, ranks[last.metadata.uid]), now) == 0]
    sure = tuple(pod for pod in chosen if pod not in tied)
    return tuple((*sure, *some) for some in islice(combinations(tied, count - len(sure)), MOST_TIES))


def calculate_status(replicaset: ReplicaSet, pods: tuple[Pod, ...], terminating: int, error: str, now: int) -> ReplicaSetStatus:
    """The status that these claimed pods give; `error` is what creating or deleting them met."""
    wanted = replicaset.spec.template.metadata.labels
    ready = [pod for pod in pods if is_pod_ready(pod)]
    return attrs.evolve(
        replicaset.status,
        replicas=len(pods),
        fully_labeled_replicas=sum(matches_labels(wanted, pod.metadata.labels) for pod in pods),
        ready_replicas=len(ready),
        available_replicas=sum(is_pod_available(pod, replicaset.spec.min_ready_seconds, now) for pod in ready),
        terminating_replicas=terminating,
        conditions=_failure_condition(replicaset, len(pods), error, now),
    )


def _failure_condition(replicaset: ReplicaSet, active: int, error: str, now: int) -> tuple[Condition, ...]:
    """ReplicaFailure is set once when creating or deleting fails, and removed when it succeeds."""
    held = replicaset.status.conditions
    failure = get_condition(held, REPLICA_FAILURE)
    if error and failure is None:
        difference = active - (replicaset.spec.replicas or 0)
        reason = "FailedCreate" if difference < 0 else "FailedDelete" if difference > 0 else ""
        return (*held, Condition(REPLICA_FAILURE, "True", None, now, reason, error))
    if not error and failure is not None:
        return tuple(each for each in held if each.type != REPLICA_FAILURE)
    return held


# What a plan remembers between two calls.


@attrs.frozen
class Claiming:
    """Pods are being adopted or released; `needs_sync` is what the expectations said when the sync began."""

    replicaset: ReplicaSet
    claims: Claims
    call: Call
    terminating: int
    needs_sync: bool
    choice: str


@attrs.frozen
class Counted:
    """The pods that were claimed, as far as the status, and the next look at it, depend on them."""

    replicaset: ReplicaSet
    pods: tuple[Pod, ...]
    terminating: int


@attrs.frozen
class Creating:
    """Slow start: the batch's size and its calls still open, pods beyond it, failures and the first error."""

    counted: Counted
    batch: int
    left: int
    rest: int
    failed: int = 0
    error: str = ""


@attrs.frozen
class Deleting:
    """The victim in flight, those still to come, the first error."""

    counted: Counted
    victims: tuple[tuple[str, str], ...]
    error: str = ""


@attrs.frozen
class Updating:
    """A status update, or the live read before its one retry."""

    counted: Counted
    status: ReplicaSetStatus
    error: str
    retries: int


# Sync: gather from the informers, decide, begin the plan.


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Syncs one ReplicaSet; `choice` names the victims when pods are tied."""
    replicaset = local.get("replicasets", key)
    if replicaset is None:
        delete_expectations(local, key)
        return Done()
    needs_sync = satisfied_expectations(local, key)
    owned, orphans = gather_pods(local, replicaset)
    candidates = [pod for pod in (*owned, *orphans) if is_pod_active(pod)]
    claims = begin_claims(replicaset, lambda pod: is_selected(replicaset, pod), candidates)
    terminating = sum(is_pod_terminating(pod) and is_selected(replicaset, pod) for pod in owned)
    return claim(local, key, Claiming(replicaset, claims, Call("get", "", ""), terminating, needs_sync, choice))


def gather_pods(local: Local, replicaset: ReplicaSet) -> tuple[list[Pod], list[Pod]]:
    """The pods that this ReplicaSet controls, and those of its namespace that nobody does.

    Upstream's index holds kind, name and UID of the controller: a pod of another kind's with this UID is not found.
    """
    mine = ("ReplicaSet", replicaset.metadata.name, replicaset.metadata.uid)
    owned, orphans = [], []
    for pod in local.list("pods", replicaset.metadata.namespace):
        held = get_controller_of(pod.metadata)
        if held is None:
            orphans.append(pod)
        elif (held.kind, held.name, held.uid) == mine:
            owned.append(pod)
    return owned, orphans


def is_selected(replicaset: ReplicaSet, pod: Pod) -> bool:
    """Does its selector match?"""
    return matches_selector(replicaset.spec.selector, pod.metadata.labels)


def claim(local: Local, key: str, memo: Claiming) -> Call | Done:
    """Makes the next call of the claim; when there is none left, manages replicas."""
    claims, call = next_claim(memo.claims, memo.replicaset, KIND, "pods")
    if call is not None:
        return attrs.evolve(call, memo=attrs.evolve(memo, claims=claims, call=call))
    if claims.errors:
        return Done(error=say_errors(claims.errors))
    counted = Counted(memo.replicaset, claims.claimed, memo.terminating)
    if memo.needs_sync and memo.replicaset.metadata.deletion_timestamp is None:
        return manage(local, key, counted, memo.choice)
    return update_status(local, key, counted, "")


def manage(local: Local, key: str, counted: Counted, choice: str) -> Call | Done:
    """Creates or deletes the difference, and expects to see it."""
    desired = counted.replicaset.spec.replicas or 0
    creations, deletions = manage_replicas(len(counted.pods), desired, burst_of(local))
    if creations:
        expect(local, key, creations=creations)
        batch = first_batch(creations)
        return create_pod(counted.replicaset, Creating(counted, batch, batch, creations - batch))
    if not deletions:
        return update_status(local, key, counted, "")
    victims = choose_victims(local, counted, deletions, choice)
    expect(local, key, deletions=tuple(key_of(pod.metadata) for pod in victims))
    names = tuple((key_of(pod.metadata), pod.metadata.name) for pod in victims)
    return delete_pod(local, key, Deleting(counted, names))


def burst_of(local: Local) -> int:
    """The most creations or deletions of one sync."""
    return local.note("burst", "") or BURST_REPLICAS


def choose_victims(local: Local, counted: Counted, count: int, choice: str) -> tuple[Pod, ...]:
    """The victims that the Action chose; "" leaves it to the UIDs."""
    if not choice:
        return get_pods_to_delete(counted.pods, related_pods(local, counted.replicaset), count, local.now)
    by_name = {pod.metadata.name: pod for pod in counted.pods}
    return tuple(by_name[name] for name in choice.split(","))


def related_pods(local: Local, replicaset: ReplicaSet) -> tuple[Pod, ...]:
    """Pods of all ReplicaSets with the same controller: those on one node are doubled up.

    Upstream lists by each one's selector; a pod that two of them match counts once. A ReplicaSet that nobody
    controls has no related pods, not even its own.
    """
    owner = get_controller_of(replicaset.metadata)
    if owner is None:
        return ()
    sets = [each for each in local.list("replicasets", replicaset.metadata.namespace)
            if (held := get_controller_of(each.metadata)) is not None and held.uid == owner.uid]
    pods = local.list("pods", replicaset.metadata.namespace)
    return tuple(pod for pod in pods if any(is_selected(each, pod) for each in sets))


def choices(local: Local, key: str) -> tuple[str, ...]:
    """The sets of victims that a sync may choose, when pods that compare as equal are tied."""
    replicaset = local.get("replicasets", key)
    if replicaset is None or not satisfied_expectations(local, key) \
            or replicaset.metadata.deletion_timestamp is not None:
        return ANY_CHOICE
    owned, _ = gather_pods(local, replicaset)
    mine = tuple(pod for pod in owned if is_pod_active(pod) and is_selected(replicaset, pod))
    _, deletions = manage_replicas(len(mine), replicaset.spec.replicas or 0, burst_of(local))
    if not deletions or deletions == len(mine):
        return ANY_CHOICE
    ties = tied_choices(mine, related_pods(local, replicaset), deletions, local.now)
    return tuple(",".join(pod.metadata.name for pod in victims) for victims in ties) if len(ties) > 1 else ANY_CHOICE


# Calls.


def create_pod(replicaset: ReplicaSet, memo: Creating) -> Call:
    """One pod from the template, under a generated name."""
    return Call("create", "pods", f"{replicaset.metadata.namespace}/", new_pod(replicaset), memo=memo)


def new_pod(replicaset: ReplicaSet) -> Pod:
    """A pod of this ReplicaSet (upstream: GetPodFromTemplate)."""
    template: PodTemplateSpec = replicaset.spec.template
    meta = ObjectMeta(
        generate_name=f"{replicaset.metadata.name}-", labels=template.metadata.labels,
        annotations=template.metadata.annotations, owner_references=(controller_reference(replicaset, KIND),))
    return Pod(meta, template.spec)


def delete_pod(local: Local, key: str, memo: Deleting) -> Call | Done:
    """The next deletion; after the last one, the status."""
    if not memo.victims:
        return update_status(local, key, memo.counted, memo.error)
    return Call("delete", "pods", memo.victims[0][0], memo=memo)


def update_status(local: Local, key: str, counted: Counted, error: str) -> Call | Done:
    """Writes the status if it changed, even after a failure (upstream: updateReplicaSetStatus)."""
    replicaset = counted.replicaset
    status = calculate_status(replicaset, counted.pods, counted.terminating, error, local.now)
    if status == replicaset.status and replicaset.metadata.generation == replicaset.status.observed_generation:
        return after_status(local, counted, replicaset, error)
    status = attrs.evolve(status, observed_generation=replicaset.metadata.generation)
    return put_status(key, replicaset, Updating(counted, status, error, retries=1))


def put_status(key: str, replicaset: ReplicaSet, memo: Updating) -> Call:
    """One attempt, on the object as read."""
    return Call("update", "replicasets", key, attrs.evolve(replicaset, status=memo.status), "status", memo=memo)


def after_status(local: Local, counted: Counted, updated: ReplicaSet, error: str) -> Done:
    """Ends the sync; while a ready pod is not yet available, looks again when it should be."""
    if error:
        return Done(error=error)
    wait = updated.spec.min_ready_seconds
    if wait and updated.status.ready_replicas != updated.status.available_replicas:
        least = find_min_next_pod_availability_check(counted.pods, wait, local.now)
        return Done(after=wait if least is None else least)
    return Done()


# Resume: what each reply means.


def resume(local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
    """Continues with the claim, the batch, the next victim, or the status."""
    match memo:
        case Claiming():
            claims = after_claim(memo.claims, memo.replicaset, KIND, memo.call, reply)
            return claim(local, key, attrs.evolve(memo, claims=claims))
        case Creating():
            return after_create(local, key, memo, reply)
        case Deleting():
            return after_delete(local, key, memo, reply)
        case Updating():
            return after_update(local, key, memo, reply)
    message = f"the ReplicaSet controller has no plan with the memo {memo!r}"
    raise TypeError(message)


def after_create(local: Local, key: str, memo: Creating, reply: Reply) -> Call | Done:
    """Counts a failure; goes on with the batch, then with one of twice its size, or gives up what is left."""
    memo = attrs.evolve(memo, left=memo.left - 1)
    name = memo.counted.replicaset.metadata.name
    if reply.ok:
        local.emit(f"ReplicaSet/{name}", "Normal", "SuccessfulCreate", f"Created pod: {reply.body.metadata.name}")
    elif reply.cause != "NamespaceTerminating":
        local.emit(f"ReplicaSet/{name}", "Warning", "FailedCreate", f"Error creating: {reply.message}")
        memo = attrs.evolve(memo, failed=memo.failed + 1, error=memo.error or reply.message)
    if memo.left:
        return create_pod(memo.counted.replicaset, memo)
    if memo.failed:
        creation_observed(local, key, memo.failed + memo.rest)
        return update_status(local, key, memo.counted, memo.error)
    if not memo.rest:
        return update_status(local, key, memo.counted, "")
    batch = next_batch(memo.batch, memo.rest)
    return create_pod(memo.counted.replicaset, attrs.evolve(memo, batch=batch, left=batch, rest=memo.rest - batch))


def after_delete(local: Local, key: str, memo: Deleting, reply: Reply) -> Call | Done:
    """A deletion that failed will bring no event; one of a pod that is gone is no error."""
    (pod_key, name), rest = memo.victims[0], memo.victims[1:]
    involved = f"ReplicaSet/{memo.counted.replicaset.metadata.name}"
    error = memo.error
    if reply.ok:
        local.emit(involved, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")
    else:
        deletion_observed(local, key, pod_key)
        if not reply.is_reason("NotFound"):
            local.emit(involved, "Warning", "FailedDelete", f"Error deleting: {reply.message}")
            error = error or f"unable to delete pods: {reply.message}"
    return delete_pod(local, key, Deleting(memo.counted, rest, error))


def after_update(local: Local, key: str, memo: Updating, reply: Reply) -> Call | Done:
    """A failed update is tried once more on the live object, with the status and generation that were acted on."""
    if isinstance(reply.body, ReplicaSet) and memo.retries < 0:
        return put_status(key, reply.body, attrs.evolve(memo, retries=0))
    if reply.ok:
        return after_status(local, memo.counted, reply.body, memo.error)
    if memo.retries > 0:
        return Call("get", "replicasets", key, memo=attrs.evolve(memo, retries=-1))
    return Done(error=reply.message)


# Event handlers.


def handle_replicaset(local: Local, key: str, old: ReplicaSet | None, new: ReplicaSet | None) -> None:
    """Any change queues the ReplicaSet; what was expected of another UID is forgotten."""
    if old is not None and (new is None or new.metadata.uid != old.metadata.uid):
        delete_expectations(local, key)
    local.enqueue(key)


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """Settles expectations and queues the owner; a new orphan, or one that changed, queues who might adopt it."""
    if new is None or new.metadata.deletion_timestamp is not None:
        _handle_deletion(local, key, old, new)
    elif old is None:
        _handle_creation(local, new)
    else:
        _handle_update(local, old, new)


def _handle_creation(local: Local, pod: Pod) -> None:
    owner = resolve(local, pod)
    if owner is not None:
        creation_observed(local, owner)
        local.enqueue(owner)
    elif get_controller_of(pod.metadata) is None:
        _enqueue_adopters(local, pod)


def _handle_update(local: Local, old: Pod, new: Pod) -> None:
    before, after = get_controller_of(old.metadata), get_controller_of(new.metadata)
    if before != after and before is not None and (left := resolve(local, old)) is not None:
        local.enqueue(left)
    if after is None:
        if before is not None or old.metadata.labels != new.metadata.labels:
            _enqueue_adopters(local, new)
        return
    owner = resolve(local, new)
    if owner is None:
        return
    local.enqueue(owner)
    wait = local.get("replicasets", owner).spec.min_ready_seconds
    if wait and not is_pod_ready(old) and is_pod_ready(new):
        local.enqueue_after(owner, wait + 1)


def _handle_deletion(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    seen = [new if new is not None else old]
    if old is not None and new is not None and old.metadata.labels != new.metadata.labels:
        seen.append(old)
    for pod in seen:
        owner = resolve(local, pod) if pod is not None else None
        if owner is not None:
            deletion_observed(local, owner, key)
            local.enqueue(owner)


def resolve(local: Local, pod: Pod) -> str | None:
    """The key of the ReplicaSet that controls a pod, if the informer knows it under this UID."""
    held = get_controller_of(pod.metadata)
    if held is None or held.kind != "ReplicaSet":
        return None
    key = f"{pod.metadata.namespace}/{held.name}"
    return key if local.uid("replicasets", key) == held.uid else None


def _enqueue_adopters(local: Local, pod: Pod) -> None:
    for each in _matching(local, pod):
        local.enqueue(key_of(each.metadata))


def _matching(local: Local, pod: Pod) -> Iterator[ReplicaSet]:
    """The ReplicaSets of the pod's namespace whose selector matches it."""
    return (each for each in local.list("replicasets", pod.metadata.namespace) if is_selected(each, pod))


CONTROLLER = Controller(
    "replicaset-controller",
    watches=(Watch("replicasets", handle_replicaset), Watch("pods", handle_pod)),
    sync=sync,
    resume=resume,
    choices=choices,
    fire=expire,
    consistent=("pods", "replicasets"),
    consistency_gate="StaleControllerConsistencyReplicaSet",
    grants=(
        PolicyRule(("get", "list", "update", "watch"), ("apps", "extensions"), ("replicasets",)),
        PolicyRule(("update",), ("apps", "extensions"), ("replicasets/status", "replicasets/finalizers")),
        PolicyRule(("create", "delete", "list", "patch", "watch"), ("",), ("pods",)),
        PolicyRule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",)),
    ),
    user="system:serviceaccount:kube-system:replicaset-controller",
    binary="kube-controller-manager",
)
