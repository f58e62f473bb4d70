"""The kubelet: makes a machine's containers follow the pods bound to its node, and reports what became of them.

Mirrors pkg/kubelet (pod_workers.go, kubelet.go: SyncPod, SyncTerminatingPod, SyncTerminatedPod;
status/status_manager.go; kubelet_node_status.go), release 1.36. One process per node. Its containers survive
its crash, what it remembers does not. A sync looks at the informer's copy of a pod and at the runtime, and is
one plan:

    a container ended           report it (patch pods/status), start it again, report that
    nothing runs yet            create the sandbox, start the containers, report
    deletionTimestamp is set    stop the containers, report the end, DELETE with grace 0 and the UID
    another or no pod is there  kill what runs under the name

The read before each status patch is part of the patch, which is computed against what the informer shows and
changes only what differs. The status manager's memory of what it sent is left out: a status is compared with
the informer's copy, so that one may be sent twice, and a write that changes nothing stores nothing. SIGTERM,
the grace period and SIGKILL are one step: how long a container takes to stop is a delay of that step. A
container that is stopped ends with 137, so that a pod stopped before its work was done is Failed. Left out:
static and mirror pods, volumes, eviction under pressure, node registration, device and resource managers,
ephemeral containers, in-place resizing.
"""

from typing import Any

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Node, Pod, PodStatus
from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, DeleteOptions, Done, Reply, status_patch
from seatrial.model.client.controller import Controller, Watch, finish
from seatrial.model.client.local import Local
from seatrial.model.node.admission import admit
from seatrial.model.node.machine import address_of, machine_cell, pods_on, sandbox_cell, uids_on
from seatrial.model.node.memory import BACK_OFF, NOTE, Rejection, forget_pod, recall, remember
from seatrial.model.node.pod_actions import PodActions
from seatrial.model.node.pod_sync import Work, has_ended, is_busy, pending_actions, sync_pod
from seatrial.model.node.probes import refresh_probes
from seatrial.model.node.runtime import kubelet_name, leave_pulls, stop_pod
from seatrial.model.node.status import (
    TERMINAL,
    generate_pod_status,
    merge_conditions,
    rejected_status,
)

REPORTED, SYNCED, TERMINATED, DELETED = "reported", "synced", "terminated", "deleted"


def handle_node(local: Local, key: str, old: Node | None, new: Node | None) -> None:
    """Its own node: only a Ready condition that is not True needs the kubelet."""
    del old
    if new is not None and is_ready_lost(new):
        local.enqueue(key)


def is_ready_lost(node: Node) -> bool:
    """Does a node that reports conditions not say that it is ready?"""
    ready = get_condition(node.status.conditions, "Ready")
    return ready is not None and ready.status != "True"


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Syncs a pod, or the node's own status."""
    del choice
    if "/" not in key:
        return sync_node(local, key)
    pod: Pod | None = local.get("pods", key)
    kill_others(local, key, pod)
    if pod is None:
        return Done()
    return sync_own(local, key, pod)


def sync_node(local: Local, key: str) -> Call | Done:
    """Reports Ready after the node was taken for lost (upstream: tryUpdateNodeStatus)."""
    node: Node | None = local.get("nodes", key)
    if node is None or not is_ready_lost(node):
        return Done()
    ready = Condition("Ready", "True", reason="KubeletReady", message="kubelet is posting ready status")
    conditions = merge_conditions(node.status.conditions, (ready,), local.now)
    new = attrs.evolve(node.status, conditions=conditions)
    return Call("patch", "nodes", key, status_patch(node.metadata.uid, node.status, new), "status", memo=SYNCED)


def kill_others(local: Local, key: str, pod: Pod | None) -> None:
    """Kills what runs under this name for a pod that is gone, or was replaced by another one."""
    node = node_of(local)
    uid = "" if pod is None else pod.metadata.uid
    for each in uids_on(local.view, node, key):
        if each != uid:
            local.view[sandbox_cell(node, key, each)] = None
            leave_pulls(local.view, node, key)
    memory = local.note(NOTE, key)
    if memory is not None and memory.uid != uid:
        forget_pod(local, key)


def node_of(local: Local) -> str:
    """The node of a kubelet, from its name."""
    return local.process.removeprefix(kubelet_name(""))


def gather(local: Local, key: str, pod: Pod) -> Work:
    """What the machine holds and the kubelet remembers of a pod."""
    node = node_of(local)
    sandbox = local.view[sandbox_cell(node, key, pod.metadata.uid)]
    memory = refresh_probes(recall(local, key, pod.metadata.uid), pod, sandbox)
    return Work(node, key, pod, sandbox, memory)


def keep(local: Local, work: Work) -> None:
    """Writes down what became of a pod."""
    local.view[sandbox_cell(work.node, work.key, work.pod.metadata.uid)] = work.sandbox
    remember(local, work.key, work.memory)


def sync_own(local: Local, key: str, pod: Pod, *, reported: bool = False) -> Call | Done:
    """One round of a pod's worker; `reported`: its containers' ends have been told."""
    work = gather(local, key, pod)
    if pod.metadata.deletion_timestamp is not None:
        return terminate(local, work)
    if pod.status.phase in TERMINAL:
        return stop(local, work)
    if work.sandbox is None:
        rejection = work.memory.rejection or admit(local, pod)
        if rejection is not None:
            return reject(local, work, rejection)
    if is_busy(work):
        keep(local, work)
        return Done()
    return start(local, work, reported=reported)


def start(local: Local, work: Work, *, reported: bool) -> Call | Done:
    """Reports what ended, starts what is to run, and reports that."""
    actions = pending_actions(work)
    starts = actions.containers_to_start or actions.init_containers_to_start
    if starts and work.sandbox is not None and not reported:
        call = report(local, work, REPORTED)
        if call is not None:
            keep(local, work)
            return call
    ended = has_ended(work, actions)
    work = sync_until_settled(local, work, actions)
    keep(local, work)
    return report(local, work, SYNCED, terminating=ended) or Done()


def sync_until_settled(local: Local, work: Work, actions: PodActions) -> Work:
    """Carries the actions out; a sidecar that has started lets the next container start at once."""
    after = sync_pod(local, work, actions)
    while any(map(is_sidecar, work.pod.spec.init_containers)) and after.sandbox != work.sandbox and not is_busy(after):
        work, after = after, sync_pod(local, after, pending_actions(after))
    return after


def report(local: Local, work: Work, memo: str, *, terminating: bool = False) -> Call | None:
    """A patch of the pod's status, if it differs from what the informer shows."""
    return patch_status(work, current_status(local, work, terminating=terminating), memo)


def current_status(local: Local, work: Work, *, terminating: bool = False) -> PodStatus:
    """The status of a pod as it is now."""
    address = local.view.get(machine_cell(work.node), address_of)
    return generate_pod_status(work.pod, work.sandbox, work.memory, local.now, address, terminating=terminating)


def patch_status(work: Work, status: PodStatus, memo: str) -> Call | None:
    """The call that makes the API show this status."""
    old = work.pod.status
    if status == old:
        return None
    patch = status_patch(work.pod.metadata.uid, old, status)
    return Call("patch", "pods", work.key, patch, "status", memo=memo, heeds_body=memo != SYNCED)


def reject(local: Local, work: Work, rejection: Rejection) -> Call | Done:
    """A pod that is not admitted fails, and none of its containers is ever started."""
    local.emit(work.key, "Warning", rejection.reason, rejection.message)
    keep(local, attrs.evolve(work, memory=attrs.evolve(work.memory, rejection=rejection)))
    status = rejected_status(work.pod, rejection.reason, rejection.message, local.now)
    return patch_status(work, status, SYNCED) or Done()


def stop(local: Local, work: Work) -> Call | Done:
    """A pod that has ended, or that somebody else declared failed, runs no more."""
    if work.sandbox is not None and work.sandbox.is_running:
        work = attrs.evolve(work, sandbox=stop_pod(work.sandbox, local.now))
        keep(local, work)
        return report(local, work, SYNCED, terminating=True) or Done()
    return Done()


def terminate(local: Local, work: Work) -> Call | Done:
    """Stops a pod in deletion, reports its end, and lets go of it."""
    if work.sandbox is not None and work.sandbox.ready:
        work = attrs.evolve(work, sandbox=stop_pod(work.sandbox, local.now))
    forget_pod(local, work.key)
    leave_pulls(local.view, work.node, work.key)
    local.view[sandbox_cell(work.node, work.key, work.pod.metadata.uid)] = work.sandbox
    work = attrs.evolve(work, memory=recall(local, work.key, work.pod.metadata.uid))
    return report(local, work, TERMINATED, terminating=True) or let_go(work.key, work.pod)


def let_go(key: str, pod: Pod) -> Call:
    """The last request for a pod: a DELETE without grace, of this very pod."""
    options = DeleteOptions(grace_period_seconds=0, uid=pod.metadata.uid)
    return Call("delete", "pods", key, options=options, memo=DELETED)


def resume(local: Local, key: str, memo: Any, reply: Reply) -> Call | Done:  # noqa: ANN401 -- one of the memos
    """Goes on after an answer; a pod that is gone, or is another one, is the next sync's business."""
    if reply.is_reason("NotFound", "Invalid"):
        return Done()
    if not reply.ok or memo in (SYNCED, DELETED):
        return finish(local, key, memo, reply)
    pod: Pod | None = local.get("pods", key)
    if pod is None or pod.metadata.uid != reply.body.metadata.uid:
        return Done(requeue=True)
    if memo == TERMINATED:
        return let_go(key, pod)
    return sync_own(local, key, pod, reported=True)


def fire(local: Local, timer: str, key: str) -> None:
    """A back-off is over: a container has waited, or images are asked for again."""
    if timer == BACK_OFF:
        key, _, container = key.rpartition("/")
        memory = local.note(NOTE, key)
        if memory is not None:
            remember(local, key, memory.with_waited(container))
    else:
        leave_pulls(local.view, node_of(local), key, failed=True)
    local.enqueue(key)


def started(local: Local) -> None:
    """After a restart it looks at every pod that the machine still has."""
    for key in pods_on(local.view, node_of(local)):
        local.enqueue(key)


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """Every change of a pod wakes its worker, except a status that says what the kubelet would say."""
    if old is None or new is None or _substance(old) != _substance(new):
        local.enqueue(key)
        return
    work = gather(local, key, new)
    ended = new.status.phase in TERMINAL and (work.sandbox is None or not work.sandbox.is_running)
    if not ended and new.status != current_status(local, work):
        local.enqueue(key)


def _substance(pod: Pod) -> tuple[object, ...]:
    """What a pod is to its worker, its status apart."""
    return pod.metadata.uid, pod.metadata.deletion_timestamp, pod.spec


def kubelet(node_name: str) -> Controller:
    """The kubelet of a node: its process and binary are called kubelet-NODE, its user system:node:NODE."""
    name = kubelet_name(node_name)
    return Controller(
        name,
        watches=(
            Watch("pods", handle_pod, fields=f"spec.nodeName={node_name}"),
            Watch("nodes", handle_node, fields=f"metadata.name={node_name}"),
        ),
        sync=sync,
        resume=resume,
        fire=fire,
        started=started,
        grants=GRANTS,
        user=f"system:node:{node_name}",
        groups=("system:nodes",),
        binary=name,
        node=node_name,
        workers=None,
    )


GRANTS = (
    PolicyRule(verbs=("get", "list", "watch"), api_groups=("",), resources=("nodes", "pods")),
    PolicyRule(verbs=("patch", "update"), api_groups=("",), resources=("nodes/status", "pods/status")),
    PolicyRule(verbs=("delete",), api_groups=("",), resources=("pods",)),
)
