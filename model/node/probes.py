"""Probes: what one run of a probe changes, what its results say of a container, and when they turn.

    ProbeSucceeds(kubelet, pod/name/probe)   the probe passes, as often as its threshold asks
    ProbeFails(kubelet, pod/name/probe)      it fails, as often as its threshold asks (budget "probe")

Mirrors pkg/kubelet/prober (worker.go, prober_manager.go, release 1.36). A step stands for a whole run of
equal results: below the threshold nothing is visible. What a probe does (HTTP, exec, …) is the container's
business; that a healthy container passes in the end is the fair step, and a failure spends budget. Probes
hold results in the kubelet's memory only: after a restart they are not known, and a container that was ready
stays so until it fails.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.core import Container, ContainerStatus, Pod, PodStatus
from seatrial.model.api.meta import get_condition
from seatrial.model.client.local import Local
from seatrial.model.node.machine import RUNNING, ContainerRecord, PodSandbox, sandbox_cell
from seatrial.model.node.memory import (
    FAILURE,
    LIVENESS,
    NONE,
    NOTE,
    READINESS,
    STARTUP,
    SUCCESS,
    UNKNOWN,
    PodMemory,
    ProbeResult,
    remember,
)
from seatrial.model.node.phase import find_status
from seatrial.model.node.restarts import container_should_restart, find_matching_rule, is_sidecar
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View

INITIAL = {LIVENESS: SUCCESS, READINESS: FAILURE, STARTUP: UNKNOWN}


def probes_of(container: Container) -> tuple[str, ...]:
    """Which probes a container has."""
    found = (
        (LIVENESS, container.liveness_probe),
        (READINESS, container.readiness_probe),
        (STARTUP, container.startup_probe),
    )
    return tuple(name for name, probe in found if probe is not None)


# Decisions.


@attrs.frozen
class Worker:
    """A probe's worker: the container it knows, its stored result, its run of equal results, and whether it rests."""

    container_id: str = ""
    result: str = NONE
    last: str = ""
    run: int = 0
    on_hold: bool = False


@attrs.frozen
class Look:
    """What a worker is told when its turn comes: who it works for, and what the probe would say."""

    pod: Pod
    container: Container
    probe: str
    status: PodStatus | None
    outcome: str
    is_init: bool = False
    restarted: bool = False
    delay_over: bool = True


def do_probe(worker: Worker, look: Look) -> tuple[Worker, bool]:
    """One turn of a worker; also says whether it goes on."""
    if look.status is None:
        return worker, True
    if look.status.phase in ("Failed", "Succeeded"):
        return worker, False
    status = _known(look.status.container_statuses, look) or _known(look.status.init_container_statuses, look)
    if status is None:
        return worker, True
    if worker.container_id != status.container_id:
        worker = _meet(worker, look, status)
    if worker.on_hold:
        return worker, True
    if status.state.running is None:
        return attrs.evolve(worker, result=FAILURE), _goes_on(look, status)
    if look.pod.metadata.deletion_timestamp is not None and look.probe in (LIVENESS, STARTUP):
        return attrs.evolve(worker, result=SUCCESS), False
    if not look.delay_over or bool(status.started) == (look.probe == STARTUP):
        return worker, True
    return _judge(worker, look), True


def _known(statuses: tuple[ContainerStatus, ...], look: Look) -> ContainerStatus | None:
    found = find_status(statuses, look.container.name)
    return found if found is not None and found.container_id else None


def _meet(worker: Worker, look: Look, status: ContainerStatus) -> Worker:
    """A new container: its result starts anew, unless it ran before the kubelet did."""
    restarted = look.restarted and status.state.running is not None
    result = NONE if restarted else INITIAL[look.probe]
    if restarted and look.is_init and is_sidecar(look.container) and look.probe == STARTUP and status.started:
        result = SUCCESS
    return attrs.evolve(worker, container_id=status.container_id, result=result, on_hold=False)


def _goes_on(look: Look, status: ContainerStatus) -> bool:
    """Does a worker whose container does not run wait for the next one?"""
    ended = status.state.terminated
    if ended is None or container_should_restart(look.container, look.pod.spec.restart_policy, ended.exit_code):
        return True
    return should_all_containers_restart(look.pod, look.status)


def should_all_containers_restart(pod: Pod, status: PodStatus | None) -> bool:
    """Does the exit of one container ask for a restart of all (RestartAllContainersOnContainerExits)?"""
    if status is None:
        return False
    asked = get_condition(status.conditions, "AllContainersRestarting")
    if asked is not None and asked.status == "True":
        return True
    held = status.init_container_statuses + status.container_statuses
    for container in (*pod.spec.init_containers, *pod.spec.containers):
        found = find_status(held, container.name)
        if (
            found is not None
            and found.state.terminated is not None
            and (find_matching_rule(container, found.state.terminated.exit_code) == "RestartAllContainers")
        ):
            return True
    return False


def _judge(worker: Worker, look: Look) -> Worker:
    """Counts a result, and stores it when its threshold is reached; an error of the prober counts for nothing."""
    if look.outcome == "error":
        return worker
    result = SUCCESS if look.outcome in ("success", "warning") else FAILURE
    run = worker.run + 1 if worker.last == result else 1
    worker = attrs.evolve(worker, last=result, run=run)
    probe = {
        LIVENESS: look.container.liveness_probe,
        READINESS: look.container.readiness_probe,
        STARTUP: look.container.startup_probe,
    }[look.probe]
    threshold = 1 if probe is None else probe.failure_threshold if result == FAILURE else probe.success_threshold
    if run < threshold:
        return worker
    worker = attrs.evolve(worker, result=result)
    if look.probe == STARTUP or (look.probe == LIVENESS and result == FAILURE):
        return attrs.evolve(worker, on_hold=True, run=0)
    return worker


def is_started(*, running: bool, startup: str | None, was_started: bool) -> bool:
    """Is a container past its startup probe? `startup` None: it has none; NONE: not known since a restart."""
    if not running:
        return False
    if startup is None:
        return True
    return was_started if startup == NONE else startup == SUCCESS


def is_ready(*, started: bool, readiness: str | None, was_ready: bool) -> bool:
    """Is a started container ready? `readiness` as for is_started."""
    if not started:
        return False
    if readiness is None:
        return True
    return was_ready if readiness == NONE else readiness == SUCCESS


# Memory and steps.


def start_probing(memory: PodMemory, container: Container, record: ContainerRecord) -> PodMemory:
    """The first results of a container that the kubelet has just started."""
    for probe in probes_of(container):
        memory = memory.with_result(record.id, probe, INITIAL[probe])
    return memory


def refresh_probes(memory: PodMemory, pod: Pod, sandbox: PodSandbox | None) -> PodMemory:
    """Drops the results of containers that run no longer, and meets those that ran before the kubelet did."""
    if sandbox is None:
        return attrs.evolve(memory, results=())
    running = {each.id: each for each in sandbox.containers if each.state != "exited"}
    kept = tuple(each for each in memory.results if each.container in running)
    memory = attrs.evolve(memory, results=kept)
    for container in (*pod.spec.init_containers, *pod.spec.containers):
        record = sandbox.find(container.name)
        for probe in probes_of(container) if record is not None and record.id in running else ():
            if record is not None and memory.result(record.id, probe) is None:
                memory = memory.with_result(record.id, probe, NONE)
    return memory


def running_ids(sandbox: PodSandbox | None) -> tuple[str, ...]:
    """Projection: the containers that run."""
    return () if sandbox is None else tuple(each.id for each in sandbox.containers if each.state == RUNNING)


def _probed(view: View, system: System, anchor: Cell) -> Iterator[ProbeResult]:
    """The results that a probe could change: of running containers, and before the startup probe no other."""
    if anchor.kind != NOTE or not system.processes[anchor.owner].node:
        return
    memory: PodMemory = view[anchor]
    node = system.processes[anchor.owner].node
    running = view.get(sandbox_cell(node, anchor.key, memory.uid), running_ids) if memory.results else ()
    for each in memory.results:
        startup = memory.result(each.container, STARTUP)
        if each.container in running and (each.probe == STARTUP or startup in (None, SUCCESS)):
            yield each


def _action(step: str, anchor: Cell, each: ProbeResult) -> Action:
    return Action(step, anchor.owner, f"{anchor.key}/{each.container}/{each.probe}")


def offer_probe_succeeds(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A probe that has not passed may pass; one that gave a container up is not asked again."""
    for each in _probed(view, system, anchor):
        if each.result != SUCCESS and (each.probe == READINESS or each.result != FAILURE):
            yield _action("ProbeSucceeds", anchor, each)


def offer_probe_fails(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A probe may fail."""
    if anchor.kind != NOTE or not has_budget(view, "probe"):
        return
    for each in _probed(view, system, anchor):
        if each.result in (NONE, UNKNOWN) or (each.result == SUCCESS and each.probe != STARTUP):
            yield _action("ProbeFails", anchor, each)


def _store(view: View, action: Action, result: str) -> None:
    pod, container, probe = action.key.rsplit("/", 2)
    local = Local(view, action.process)
    memory: PodMemory = local.note(NOTE, pod)
    remember(local, pod, memory.with_result(container, probe, result))
    local.enqueue(pod)


def run_probe_succeeds(view: View, system: System, action: Action) -> None:
    """Its result is stored, and the pod is looked at."""
    del system
    _store(view, action, SUCCESS)


def run_probe_fails(view: View, system: System, action: Action) -> None:
    """Its result is stored, and the pod is looked at."""
    del system
    spend(view, "probe")
    _store(view, action, FAILURE)


STEPS = (
    Step("ProbeSucceeds", "note", offer_probe_succeeds, run_probe_succeeds, say="probe {key} of {process} passes"),
)
FAULTS = (
    Step(
        "ProbeFails", "note", offer_probe_fails, run_probe_fails, environment=True, say="probe {key} of {process} fails"
    ),
)
