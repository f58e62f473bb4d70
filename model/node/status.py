"""The status that the kubelet computes for a pod, from the runtime and what it remembers.

Mirrors generateAPIPodStatus and convertToAPIContainerStatuses in pkg/kubelet/kubelet_pods.go, and
TerminatePod in pkg/kubelet/status/status_manager.go (release 1.36). Left out: container and image IDs and
resources in container statuses (nobody modelled reads them), the conditions PodReadyToStartContainers and
AllContainersRestarting, the QoS class (the API server sets it at creation), host IPs of a second family.
"""

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import (
    Container,
    ContainerState,
    ContainerStatus,
    Pod,
    PodIP,
    PodStatus,
    Running,
    Terminated,
    Waiting,
)
from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.node.conditions import (
    containers_ready_condition,
    has_any_regular_container_started,
    pod_initialized_condition,
    pod_ready_condition,
)
from seatrial.model.node.machine import EXITED, RUNNING, ContainerRecord, Ended, PodSandbox
from seatrial.model.node.memory import READINESS, STARTUP, PodMemory
from seatrial.model.node.phase import find_status, get_phase
from seatrial.model.node.probes import is_ready, is_started
from seatrial.model.node.restarts import container_should_restart

TERMINAL = ("Succeeded", "Failed")
LOST = Terminated(137, "ContainerStatusUnknown")


def generate_pod_status(
    pod: Pod,
    sandbox: PodSandbox | None,
    memory: PodMemory,
    now: int,
    address: str,
    *,
    terminating: bool = False,
) -> PodStatus:
    """The status of a pod as its kubelet sees it now; a phase that is Succeeded or Failed stays."""
    old = pod.status
    init = tuple(convert_status(each, pod, sandbox, memory, init=True) for each in pod.spec.init_containers)
    regular = tuple(convert_status(each, pod, sandbox, memory, init=False) for each in pod.spec.containers)
    phase = get_phase(
        pod, init + regular, is_terminal=terminating, has_initialized=has_any_regular_container_started(pod, regular)
    )
    if old.phase in TERMINAL:
        phase = old.phase
    elif terminating and phase not in TERMINAL:
        phase, regular = "Failed", _mark_lost(pod, init, regular)
    ip = sandbox.ip if sandbox is not None and sandbox.ip else old.pod_ip
    status = attrs.evolve(
        old,
        phase=phase,
        init_container_statuses=init,
        container_statuses=regular,
        host_ip=address or old.host_ip,
        pod_ip=ip,
        pod_ips=(PodIP(ip),) if ip else (),
        observed_generation=pod.metadata.generation,
        start_time=_start_time(old, sandbox, now),
    )
    return attrs.evolve(status, conditions=merge_conditions(old.conditions, conditions_of(pod, status), now))


def _start_time(old: PodStatus, sandbox: PodSandbox | None, now: int) -> int:
    if old.start_time is not None:
        return old.start_time
    return now if sandbox is None else sandbox.created_at


def _mark_lost(
    pod: Pod, init: tuple[ContainerStatus, ...], regular: tuple[ContainerStatus, ...]
) -> tuple[ContainerStatus, ...]:
    """Containers of an initialized pod that nobody saw end count as failed."""
    done = all(each.ready or each.state.terminated for each in init) or has_any_regular_container_started(pod, regular)
    if not done:
        return regular
    return tuple(
        each if each.state.terminated is not None else attrs.evolve(each, state=ContainerState(terminated=LOST))
        for each in regular
    )


def convert_status(
    container: Container,
    pod: Pod,
    sandbox: PodSandbox | None,
    memory: PodMemory,
    *,
    init: bool,
) -> ContainerStatus:
    """The status of one container."""
    record = None if sandbox is None else sandbox.find(container.name)
    status = ContainerStatus(
        container.name,
        image=container.image,
        restart_count=0 if record is None else record.attempt,
        state=_state(container, pod, record, memory),
        last_state=ContainerState(terminated=_terminated(None if record is None else record.last)),
    )
    if status.state.waiting is not None and record is not None and record.state == EXITED:
        status = attrs.evolve(status, last_state=ContainerState(terminated=_terminated(record.ended)))
    return _with_probes(status, container, pod, record, memory, init=init)


def _state(container: Container, pod: Pod, record: ContainerRecord | None, memory: PodMemory) -> ContainerState:
    reason = memory.reason(container.name)
    if record is not None and record.state == RUNNING:
        return ContainerState(running=Running(record.started_at))
    if record is not None and record.ended is not None:
        again = container_should_restart(container, pod.spec.restart_policy, record.ended.exit_code)
        if not (reason and again and pod.metadata.deletion_timestamp is None):
            return ContainerState(terminated=_terminated(record.ended))
    return ContainerState(
        waiting=Waiting(reason or ("PodInitializing" if pod.spec.init_containers else "ContainerCreating"))
    )


def _terminated(ended: Ended | None) -> Terminated | None:
    if ended is None:
        return None
    return Terminated(ended.exit_code, ended.reason, ended.started_at, ended.finished_at)


def _with_probes(
    status: ContainerStatus,
    container: Container,
    pod: Pod,
    record: ContainerRecord | None,
    memory: PodMemory,
    *,
    init: bool,
) -> ContainerStatus:
    """Sets `started` and `ready` from the probes; an init container is ready when it ended well."""
    old = find_status(pod.status.init_container_statuses if init else pod.status.container_statuses, container.name)
    startup = None if record is None else memory.result(record.id, STARTUP)
    started = is_started(
        running=status.state.running is not None, startup=startup, was_started=old is not None and bool(old.started)
    )
    if init and not is_sidecar(container):
        done = status.state.terminated is not None and status.state.terminated.exit_code == 0
        return attrs.evolve(status, started=started, ready=done)
    was = get_condition(pod.status.conditions, "Ready")
    readiness = None if record is None else memory.result(record.id, READINESS)
    ready = is_ready(started=started, readiness=readiness, was_ready=was is not None and was.status == "True")
    return attrs.evolve(status, started=started, ready=ready)


def conditions_of(pod: Pod, status: PodStatus) -> tuple[Condition, ...]:
    """The conditions that the kubelet owns."""
    both = status.init_container_statuses + status.container_statuses
    old = pod.status.conditions
    scheduled = Condition("PodScheduled", "True", observed_generation=pod.metadata.generation)
    return (
        pod_initialized_condition(pod, old, both, status.phase),
        pod_ready_condition(pod, old, both, status.phase),
        containers_ready_condition(pod, both, status.phase),
        get_condition(old, "PodScheduled") or scheduled,
    )


def merge_conditions(old: tuple[Condition, ...], new: tuple[Condition, ...], now: int) -> tuple[Condition, ...]:
    """New conditions in place of old ones of their type; one that keeps its status keeps the time of its change."""
    stamped = {each.type: _stamp(each, get_condition(old, each.type), now) for each in new}
    kept = tuple(stamped.pop(each.type, each) for each in old)
    return kept + tuple(stamped.values())


def _stamp(new: Condition, old: Condition | None, now: int) -> Condition:
    if old is not None and old.status == new.status:
        return attrs.evolve(new, last_transition_time=old.last_transition_time)
    return attrs.evolve(new, last_transition_time=now)


def rejected_status(pod: Pod, reason: str, message: str, now: int) -> PodStatus:
    """The status of a pod that the kubelet does not admit."""
    old = pod.status
    return attrs.evolve(
        old,
        phase="Failed",
        reason=reason,
        message=f"Pod was rejected: {message}",
        start_time=old.start_time if old.start_time is not None else now,
    )
