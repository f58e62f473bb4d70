"""The taint eviction controller: pods leave a node with a NoExecute taint that they do not tolerate, or not for long.

Mirrors pkg/controller/tainteviction/taint_eviction.go and timed_workers.go (release 1.36). Each evicted pod is read,
gets the condition DisruptionTarget, and is deleted; five attempts, then nothing until its node or tolerations change.
A second, shorter toleration does not bring an eviction forward that is waiting already, as upstream. Left out: the
10 ms between attempts; two evictions of one pod at once (upstream starts a second one when the taints change
while the first is asking; here the second waits for the first).

    node/N, pod/NS/NAME    what changed, as in upstream's two queues
    evict/NS/NAME          the eviction itself, run by upstream's timed worker
"""

import attrs

from seatrial.model.api.core import Node, Pod, Taint, Toleration
from seatrial.model.api.meta import Condition, get_condition, key_of
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.api.registry import kind_of
from seatrial.model.api.wire import to_json
from seatrial.model.client.calls import Call, Done, Patch, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.frozen import FrozenMap, freeze
from seatrial.model.meta.patch_diff import create_two_way_merge_patch
from seatrial.model.meta.patch_schema import schema_of
from seatrial.model.scheduler.plugins.taint_toleration import tolerates_taint

ATTEMPTS = 5
TAINTED, WORK, TIMER = "tainted", "work", "evict"
BEGUN = -1
KIND = kind_of("pods")


@attrs.frozen
class Evicting:
    """An eviction in flight: the call awaited, and how many attempts are left after this one."""

    waits_for: str
    left: int


# Decisions.


def get_no_execute_taints(taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    """The taints that evict."""
    return tuple(each for each in taints if each.effect == "NoExecute")


def get_matching_tolerations(
    taints: tuple[Taint, ...], tolerations: tuple[Toleration, ...]
) -> tuple[Toleration, ...] | None:
    """The first toleration of each taint; None when some taint has none."""
    found = []
    for taint in taints:
        matching = next((each for each in tolerations if tolerates_taint(each, taint)), None)
        if matching is None:
            return None
        found.append(matching)
    return tuple(found)


def get_min_toleration_time(seconds: tuple[int | None, ...]) -> int | None:
    """For how long a pod stays, in seconds, given its tolerations' seconds (None: for ever); None: for ever."""
    if not seconds:
        return 0
    limits = [max(each, 0) for each in seconds if each is not None]
    return min(limits) if limits else None


# Sync.


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Handles a node's or a pod's change, or evicts a pod."""
    del choice
    what, _, name = key.partition("/")
    if what == "evict":
        return evict(local, name)
    if what == "node":
        handle_node_update(local, name)
    else:
        handle_pod_update(local, name)
    return Done()


def handle_node_update(local: Local, name: str) -> None:
    """Remembers the node's taints, and judges each of its pods."""
    node: Node | None = local.get("nodes", name)
    taints = () if node is None else get_no_execute_taints(node.spec.taints)
    local.set_note(TAINTED, name, taints or None)
    if node is None:
        return
    for pod in local.list("pods"):
        if pod.spec.node_name != name:
            continue
        if taints:
            process_pod_on_node(local, pod, taints)
        else:
            cancel_work(local, key_of(pod.metadata))


def handle_pod_update(local: Local, key: str) -> None:
    """Judges a pod by its node's taints; a pod that is gone needs no eviction."""
    pod: Pod | None = local.get("pods", key)
    if pod is None:
        cancel_work(local, key)
        return
    taints = local.note(TAINTED, pod.spec.node_name)
    if pod.spec.node_name and taints:
        process_pod_on_node(local, pod, taints)


def process_pod_on_node(local: Local, pod: Pod, taints: tuple[Taint, ...]) -> None:
    """Evicts now, later or never."""
    key = key_of(pod.metadata)
    used = get_matching_tolerations(taints, pod.spec.tolerations)
    if used is None:
        cancel_work(local, key)
        add_work(local, key, 0)
        return
    wait = get_min_toleration_time(tuple(each.toleration_seconds for each in used))
    if wait is None:
        cancel_work(local, key)
        return
    since = local.note(WORK, key)
    if since is not None and since != BEGUN:
        if since < local.now:
            return
        cancel_work(local, key)
    add_work(local, key, wait)


def add_work(local: Local, key: str, wait: int) -> None:
    """Plans an eviction, unless one is planned or was begun (upstream: TimedWorkerQueue.AddWork)."""
    if local.note(WORK, key) is not None:
        return
    if wait > 0:
        local.set_note(WORK, key, local.now)
        local.arm(TIMER, key, wait)
    else:
        local.set_note(WORK, key, BEGUN)
        local.enqueue(f"evict/{key}")


def cancel_work(local: Local, key: str) -> None:
    """Forgets an eviction; one that is under way goes on (upstream: CancelWork)."""
    since = local.note(WORK, key)
    if since is None:
        return
    if since != BEGUN:
        local.disarm(TIMER, key)
        say(local, key, "Cancelling deletion of Pod")
    local.set_note(WORK, key, None)


def fire(local: Local, timer: str, key: str) -> None:
    """The tolerated time is over."""
    del timer
    local.enqueue(f"evict/{key}")


def say(local: Local, key: str, what: str) -> None:
    """Records the Event."""
    local.emit(f"Pod/{key.rpartition('/')[2]}", "Normal", "TaintManagerEviction", f"{what} {key}")


# The eviction.


def evict(local: Local, key: str) -> Call:
    """Reads the pod, to mark it and then delete it (upstream: deletePodHandler)."""
    say(local, key, "Marking for deletion Pod")
    return Call("get", "pods", key, memo=Evicting("get", ATTEMPTS - 1))


def resume(local: Local, key: str, memo: Evicting, reply: Reply) -> Call | Done:
    """Read, mark, delete; any failure begins again, until no attempt is left."""
    pod_key = key.partition("/")[2]
    if not reply.ok:
        if memo.left:
            return Call("get", "pods", pod_key, memo=Evicting("get", memo.left - 1))
        local.set_note(WORK, pod_key, None)
        return Done()
    if memo.waits_for == "get" and (patch := mark_disrupted(reply.body, local.now)) is not None:
        return Call("patch", "pods", pod_key, patch, "status", memo=attrs.evolve(memo, waits_for="patch"))
    if memo.waits_for != "delete":
        return Call("delete", "pods", pod_key, memo=attrs.evolve(memo, waits_for="delete"))
    local.set_note(WORK, pod_key, None)
    return Done()


def mark_disrupted(pod: Pod, now: int) -> Patch | None:
    """The patch that says why the pod goes; None when it says so already."""
    held = get_condition(pod.status.conditions, "DisruptionTarget")
    wanted = Condition(
        "DisruptionTarget", "True", last_transition_time=now, reason="DeletionByTaintManager",
        message="Taint manager: deleting due to NoExecute taint", observed_generation=pod.metadata.generation,
        unmodelled=FrozenMap({"lastProbeTime": None}))
    if held is not None and held.status == wanted.status:
        wanted = attrs.evolve(wanted, last_transition_time=held.last_transition_time, unmodelled=held.unmodelled)
    if held == wanted:
        return None
    conditions = (*pod.status.conditions, wanted) if held is None else tuple(
        wanted if each is held else each for each in pod.status.conditions)
    old, new = to_json(pod.status), to_json(attrs.evolve(pod.status, conditions=conditions))
    tree = create_two_way_merge_patch({"status": old}, {"metadata": {"uid": pod.metadata.uid}, "status": new},
                                      schema_of(KIND.api_version, KIND.name))
    return Patch("strategic", freeze(tree))


# Event handlers.


def handle_node(local: Local, key: str, old: Node | None, new: Node | None) -> None:
    """Queues a node whose NoExecute taints changed."""
    if old is None or new is None or get_no_execute_taints(old.spec.taints) != get_no_execute_taints(new.spec.taints):
        local.enqueue(f"node/{key}")


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """Queues a pod that is new, gone, bound, or tolerates something else."""
    if old is None or new is None or old.spec.node_name != new.spec.node_name \
            or old.spec.tolerations != new.spec.tolerations:
        local.enqueue(f"pod/{key}")


CONTROLLER = Controller(
    "taint-eviction-controller",
    watches=(Watch("nodes", handle_node), Watch("pods", handle_pod)),
    sync=sync,
    resume=resume,
    fire=fire,
    grants=(
        PolicyRule(("get", "list", "watch"), ("",), ("nodes",)),
        PolicyRule(("delete", "get", "list", "watch"), ("",), ("pods",)),
        PolicyRule(("patch",), ("",), ("pods/status",)),
        PolicyRule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",)),
    ),
    user="system:serviceaccount:kube-system:node-controller",
    binary="kube-controller-manager",
    workers=None,
)
