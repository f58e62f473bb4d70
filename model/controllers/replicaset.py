"""The ReplicaSet controller: keeps spec.replicas active pods per ReplicaSet.

Mirrors pkg/controller/replicaset/replica_set.go and replica_set_utils.go (release 1.36). A sync claims pods, creates
or deletes the difference in slow-start batches, and writes the status of the pods it claimed before that. Batches
are concurrent upstream; here their calls are made one by one, in every possible interleaving with everybody else,
and a failed batch is finished before the rest is given up, as there. Left out: metrics, the client's rate limit (it
delays, and any call may be delayed here).

The decisions are in `seatrial.model.controllers.replicaset_decisions`, the event handlers in
`seatrial.model.controllers.replicaset_handlers`.
"""

from functools import partial

import attrs

from seatrial.model.api.apps import ReplicaSet, ReplicaSetStatus
from seatrial.model.api.core import Pod, PodTemplateSpec
from seatrial.model.api.meta import ObjectMeta, get_controller_of, key_of
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
from seatrial.model.controllers.pods import find_min_next_pod_availability_check, is_pod_active, is_pod_terminating
from seatrial.model.controllers.replicaset_decisions import (
    calculate_status,
    failure_condition,
    first_batch,
    get_pods_to_delete,
    is_selected,
    manage_replicas,
    next_batch,
    tied_choices,
)
from seatrial.model.controllers.replicaset_handlers import handle_pod, handle_replicaset

BURST_REPLICAS = 500
KIND = kind_of("replicasets")


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
    """What the claimed pods come to: the status they give, and in how many seconds the next becomes available.

    The pods themselves are not remembered: a plan in flight would then differ by everything that is in them.
    """

    replicaset: ReplicaSet
    status: ReplicaSetStatus
    wait: int | None


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

    status: ReplicaSetStatus
    wait: int | None
    error: str
    retries: int


# Sync: gather from the informers, decide, begin the plan.


def sync(local: Local, key: str, choice: str, *, burst_replicas: int = BURST_REPLICAS) -> Call | Done:
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
    memo = Claiming(replicaset, claims, Call("get", "", ""), terminating, needs_sync, choice)
    return claim(local, key, memo, burst_replicas)


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


def claim(local: Local, key: str, memo: Claiming, burst_replicas: int) -> Call | Done:
    """Makes the next call of the claim; when there is none left, manages replicas."""
    claims, call = next_claim(memo.claims, memo.replicaset, KIND, "pods")
    if call is not None:
        return attrs.evolve(call, memo=attrs.evolve(memo, claims=claims, call=call))
    if claims.errors:
        return Done(error=say_errors(claims.errors))
    counted = count(memo.replicaset, claims.claimed, memo.terminating, local.now)
    if memo.needs_sync and memo.replicaset.metadata.deletion_timestamp is None:
        return manage(local, key, counted, claims.claimed, choice=memo.choice, burst_replicas=burst_replicas)
    return update_status(local, key, counted, "")


def count(replicaset: ReplicaSet, pods: tuple[Pod, ...], terminating: int, now: int) -> Counted:
    """What claimed pods come to."""
    wait = find_min_next_pod_availability_check(pods, replicaset.spec.min_ready_seconds, now)
    return Counted(replicaset, calculate_status(replicaset, pods, terminating, now), wait)


def manage(local: Local, key: str, counted: Counted, pods: tuple[Pod, ...], *, choice: str,
           burst_replicas: int) -> Call | Done:
    """Creates or deletes the difference, and expects to see it."""
    desired = counted.replicaset.spec.replicas or 0
    creations, deletions = manage_replicas(len(pods), desired, burst_replicas)
    if creations:
        expect(local, key, creations=creations)
        batch = first_batch(creations)
        return create_pod(counted.replicaset, Creating(counted, batch, batch, creations - batch))
    if not deletions:
        return update_status(local, key, counted, "")
    victims = choose_victims(local, counted.replicaset, pods, deletions, choice)
    expect(local, key, deletions=tuple(key_of(pod.metadata) for pod in victims))
    names = tuple((key_of(pod.metadata), pod.metadata.name) for pod in victims)
    return delete_pod(local, key, Deleting(counted, names))


def choose_victims(local: Local, replicaset: ReplicaSet, pods: tuple[Pod, ...], deletions: int,
                   choice: str) -> tuple[Pod, ...]:
    """The victims that the Action chose; "" leaves it to the UIDs."""
    if not choice:
        return get_pods_to_delete(pods, related_pods(local, replicaset), deletions, local.now)
    by_name = {pod.metadata.name: pod for pod in pods}
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


def choices(local: Local, key: str, *, burst_replicas: int = BURST_REPLICAS) -> tuple[str, ...]:
    """The sets of victims that a sync may choose, when pods that compare as equal are tied."""
    replicaset = local.get("replicasets", key)
    if replicaset is None or not satisfied_expectations(local, key) \
            or replicaset.metadata.deletion_timestamp is not None:
        return ANY_CHOICE
    owned, _ = gather_pods(local, replicaset)
    mine = tuple(pod for pod in owned if is_pod_active(pod) and is_selected(replicaset, pod))
    _, deletions = manage_replicas(len(mine), replicaset.spec.replicas or 0, burst_replicas)
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
    status = attrs.evolve(counted.status, conditions=failure_condition(
        replicaset, counted.status.replicas, error, local.now))
    if status == replicaset.status and replicaset.metadata.generation == replicaset.status.observed_generation:
        return after_status(counted.wait, replicaset, error)
    status = attrs.evolve(status, observed_generation=replicaset.metadata.generation)
    return put_status(key, replicaset, Updating(status, counted.wait, error, retries=1))


def put_status(key: str, replicaset: ReplicaSet, memo: Updating) -> Call:
    """One attempt, on the object as read."""
    return Call("update", "replicasets", key, attrs.evolve(replicaset, status=memo.status), "status", memo=memo)


def after_status(least: int | None, updated: ReplicaSet, error: str) -> Done:
    """Ends the sync; while a ready pod is not yet available, looks again when it should be."""
    if error:
        return Done(error=error)
    wait = updated.spec.min_ready_seconds
    if wait and updated.status.ready_replicas != updated.status.available_replicas:
        return Done(after=wait if least is None else least)
    return Done()


# Resume: what each reply means.


def resume(local: Local, key: str, memo: object, reply: Reply, *, burst_replicas: int = BURST_REPLICAS) -> Call | Done:
    """Continues with the claim, the batch, the next victim, or the status."""
    match memo:
        case Claiming():
            claims = after_claim(memo.claims, memo.replicaset, KIND, memo.call, reply)
            return claim(local, key, attrs.evolve(memo, claims=claims), burst_replicas)
        case Creating():
            return after_create(local, key, memo, reply)
        case Deleting():
            return after_delete(local, key, memo, reply)
        case Updating():
            return after_update(key, memo, reply)
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


def after_update(key: str, memo: Updating, reply: Reply) -> Call | Done:
    """A failed update is tried once more on the live object, with the status and generation that were acted on."""
    if isinstance(reply.body, ReplicaSet) and memo.retries < 0:
        return put_status(key, reply.body, attrs.evolve(memo, retries=0))
    if reply.ok:
        return after_status(memo.wait, reply.body, memo.error)
    if memo.retries > 0:
        return Call("get", "replicasets", key, memo=attrs.evolve(memo, retries=-1))
    return Done(error=reply.message)


def replicaset_controller(burst_replicas: int = BURST_REPLICAS) -> Controller:
    """The ReplicaSet controller; `burst_replicas` bounds the pods that one sync creates or deletes."""
    return Controller(
        "replicaset-controller",
        watches=(Watch("replicasets", handle_replicaset), Watch("pods", handle_pod)),
        sync=partial(sync, burst_replicas=burst_replicas),
        resume=partial(resume, burst_replicas=burst_replicas),
        choices=partial(choices, burst_replicas=burst_replicas),
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


CONTROLLER = replicaset_controller()
