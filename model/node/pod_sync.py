"""Makes the containers of one pod follow its spec: the actions of a sync, carried out on the machine.

Mirrors SyncPod in pkg/kubelet/kuberuntime/kuberuntime_manager.go (release 1.36). All calls to the runtime of
one sync are one step here, unless a budget could tell them apart (`seatrial.model.node.runtime`): a kubelet
that crashes between two of them finds what it did, and goes on. Left out: ephemeral containers, in-place
resizing, restarting all containers together (their decisions are in `seatrial.model.node.pod_actions`).
"""

import attrs

from seatrial.model.api.core import Container, Pod
from seatrial.model.client.local import Local
from seatrial.model.node.machine import CREATING, EXITED, Ended, Oom, PodSandbox, machine_cell, memory_of
from seatrial.model.node.memory import (
    BACK_OFF,
    IMAGE_BACK_OFF,
    LIVENESS,
    STARTUP,
    PodMemory,
)
from seatrial.model.node.oom import container_oom_score_adjust, has_memory_limit
from seatrial.model.node.pod_actions import (
    PodActions,
    RuntimePod,
    RuntimeStatus,
    SandboxStatus,
    compute_pod_actions,
)
from seatrial.model.node.probes import refresh_probes, start_probing
from seatrial.model.node.restarts import INITIAL_BACK_OFF, is_in_back_off, next_back_off, runs_to_completion
from seatrial.model.node.runtime import create_container, ensure_image_exists, run_pod_sandbox, stop_container, stop_pod
from seatrial.model.steps import has_budget
from seatrial.model.view import View

CRASH_LOOP = "CrashLoopBackOff"


@attrs.frozen
class Work:
    """A pod, what the machine holds of it, and what its kubelet remembers of it."""

    node: str
    key: str
    pod: Pod
    sandbox: PodSandbox | None
    memory: PodMemory


def runtime_pod(work: Work) -> RuntimePod:
    """What the runtime shows of a pod, newest container first."""
    if work.sandbox is None:
        return RuntimePod()
    images = {each.name: each.image for each in (*work.pod.spec.init_containers, *work.pod.spec.containers)}
    shown = tuple(
        RuntimeStatus(
            each.id,
            each.name,
            each.state,
            0 if each.ended is None else each.ended.exit_code,
            images.get(each.name, each.image) != each.image,
            work.memory.result(each.id, LIVENESS) or "",
            work.memory.result(each.id, STARTUP) or "",
        )
        for each in reversed(work.sandbox.containers)
    )
    return RuntimePod(shown, (SandboxStatus("sandbox", work.sandbox.attempt, work.sandbox.ready),))


def is_busy(work: Work) -> bool:
    """Is a call to the runtime not answered yet?"""
    return work.sandbox is not None and any(each.state == CREATING for each in work.sandbox.containers)


def pending_actions(work: Work) -> PodActions:
    """What a sync would do."""
    return compute_pod_actions(work.pod, runtime_pod(work))


def has_ended(work: Work, actions: PodActions) -> bool:
    """Is the pod over: nothing of it runs, and nothing will be started?"""
    return actions.kill_pod and not actions.create_sandbox and work.sandbox is not None


def sync_pod(local: Local, work: Work, actions: PodActions) -> Work:
    """Carries the actions out."""
    sandbox, now = work.sandbox, local.now
    before = sandbox
    if actions.kill_pod and sandbox is not None:
        sandbox = stop_pod(sandbox, now)
    if actions.create_sandbox:
        host = work.pod.spec.host_network
        sandbox = run_pod_sandbox(local.view, work.node, actions.attempt, _without_init(work, sandbox), now, host=host)
    if sandbox is None or not sandbox.ready:
        return attrs.evolve(work, sandbox=sandbox, memory=refresh_probes(work.memory, work.pod, sandbox))
    for kill in actions.containers_to_kill:
        sandbox = stop_container(sandbox, kill.id, now)
    memory = attrs.evolve(work.memory, reasons=())
    work = attrs.evolve(work, sandbox=sandbox, memory=refresh_probes(memory, work.pod, sandbox))
    for at in actions.init_containers_to_start:
        work = start_container(local, work, before, work.pod.spec.init_containers[at], init=True)
    for at in actions.containers_to_start:
        work = start_container(local, work, before, work.pod.spec.containers[at], init=False)
    return work


def _without_init(work: Work, sandbox: PodSandbox | None) -> PodSandbox | None:
    """In a new sandbox the init containers run again: their old records are removed."""
    if sandbox is None:
        return None
    names = [each.name for each in work.pod.spec.init_containers]
    return attrs.evolve(sandbox, containers=tuple(each for each in sandbox.containers if each.name not in names))


def start_container(local: Local, work: Work, before: PodSandbox | None, container: Container, *, init: bool) -> Work:
    """Starts a container, unless it is in back-off or its image is not there; then says why."""
    assert work.sandbox is not None  # noqa: S101 -- narrows the type
    memory = back_off(local, work, before, container)
    reason = memory.reason(container.name)
    if not reason:
        reason = ensure_image_exists(local.view, work.node, work.key, container)
        if reason == "ErrImagePull":
            local.arm(IMAGE_BACK_OFF, work.key, INITIAL_BACK_OFF, earliest=True)
    if reason:
        return attrs.evolve(work, memory=memory.with_reason(container.name, reason))
    completes = runs_to_completion(container, work.pod.spec.restart_policy, init=init)
    oom = oom_of(local.view, work, container)
    sandbox = create_container(local.view, work.sandbox, container, local.now, completes=completes, oom=oom)
    memory = _after_start(memory, container, before, local.now)
    record = sandbox.find(container.name)
    assert record is not None  # noqa: S101 -- it was created just now
    return attrs.evolve(work, sandbox=sandbox, memory=start_probing(memory, container, record))


def oom_of(view: View, work: Work, container: Container) -> Oom | None:
    """What the kernel is told of a container; nothing where its memory cannot run out."""
    if not has_budget(view, "oom"):
        return None
    capacity = view.get(machine_cell(work.node), memory_of)
    return Oom(container_oom_score_adjust(work.pod, container, capacity), has_memory_limit(work.pod, container))


def _ended_before(before: PodSandbox | None, container: Container) -> tuple[str, Ended] | None:
    """The attempt of this container that ended before this sync, and how."""
    record = None if before is None else before.find(container.name)
    if record is None or record.state != EXITED or record.ended is None:
        return None
    return record.id, record.ended


def back_off(local: Local, work: Work, before: PodSandbox | None, container: Container) -> PodMemory:
    """Gives the reason CrashLoopBackOff, and arms the timer, when a container must wait (upstream: doBackOff).

    In untimed scopes the timer may run out at any step; what has waited until it did does not wait again.
    """
    found = _ended_before(before, container)
    if found is None or found[0] in work.memory.waited:
        return work.memory
    held = work.memory.back_off(container.name)
    if held is None or not is_in_back_off(held, found[1].finished_at, local.now):
        return work.memory
    local.arm(BACK_OFF, f"{work.key}/{found[0]}", found[1].finished_at + held.seconds - local.now)
    return work.memory.with_reason(container.name, CRASH_LOOP)


def _after_start(memory: PodMemory, container: Container, before: PodSandbox | None, now: int) -> PodMemory:
    """A restart after an end makes the next back-off longer."""
    found = _ended_before(before, container)
    if found is None:
        return memory
    held = next_back_off(memory.back_off(container.name), found[1].finished_at, now)
    waited = tuple(each for each in memory.waited if each != found[0])
    return attrs.evolve(memory.with_back_off(container.name, held), waited=waited)
