"""Probes: what one run of a probe changes, what its results say of a container, and when they turn.

    ProbeSucceeds(kubelet, pod/name/probe)   the probe passes, as often as its threshold asks
    ProbeFails(kubelet, pod/name/probe)      it fails, as often as its threshold asks (budget "probe")

Mirrors pkg/kubelet/prober (worker.go, prober_manager.go, release 1.36). A step stands for the last turn of a
run of equal results (`do_probe`): below the threshold nothing is visible. What a probe does (HTTP, exec, …) is
the container's business; that a healthy container passes in the end is the fair step, and a failure spends
budget. Probes hold results in the kubelet's memory only: after a restart they are not known, and a container
that was ready stays so until it fails. Left out: the initial delay, which any step may take, and workers that
outlive their container, whose result nobody looks at.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Container, ContainerState, ContainerStatus, Pod, PodStatus, Running
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
from seatrial.model.node.restarts import container_should_restart, find_matching_rule
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View

PASSES, FAILS = "success", "failure"
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
    started_sidecar = look.is_init and is_sidecar(look.container) and bool(status.started)
    result = first_result(look.probe, restarted=restarted, started_sidecar=started_sidecar)
    return attrs.evolve(worker, container_id=status.container_id, result=result, on_hold=False)


def first_result(probe: str, *, restarted: bool = False, started_sidecar: bool = False) -> str:
    """What counts before a probe has said anything; `restarted`: the container ran before the kubelet did."""
    if not restarted:
        return INITIAL[probe]
    return SUCCESS if probe == STARTUP and started_sidecar else NONE


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
    if run < threshold_of(look.container, look.probe, result):
        return worker
    worker = attrs.evolve(worker, result=result)
    return attrs.evolve(worker, on_hold=True, run=0) if rests_after(look.probe, result) else worker


def threshold_of(container: Container, name: str, result: str) -> int:
    """How often in a row a probe has to say this before it counts."""
    probe = {
        LIVENESS: container.liveness_probe, READINESS: container.readiness_probe, STARTUP: container.startup_probe,
    }[name]
    if probe is None:
        return 1
    return probe.failure_threshold if result == FAILURE else probe.success_threshold


def rests_after(probe: str, result: str) -> bool:
    """Does a probe that has stored this wait for another container?"""
    if probe == STARTUP:
        return result in (SUCCESS, FAILURE)
    return probe == LIVENESS and result == FAILURE


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
        memory = memory.with_result(record.id, probe, first_result(probe))
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
                sidecar = is_sidecar(container) and was_started(pod, container)
                first = first_result(probe, restarted=True, started_sidecar=sidecar)
                memory = memory.with_result(record.id, probe, first)
    return memory


def running_ids(sandbox: PodSandbox | None) -> tuple[str, ...]:
    """Projection: the containers that run."""
    return () if sandbox is None else tuple(each.id for each in sandbox.containers if each.state == RUNNING)


def was_started(pod: Pod, container: Container) -> bool:
    """Does the pod's status say that this container has started?"""
    status = find_status(pod.status.init_container_statuses + pod.status.container_statuses, container.name)
    return status is not None and bool(status.started)


def last_turn(pod: Pod, memory: PodMemory, held: ProbeResult, outcome: str) -> str:
    """The result stored when the probe of a running container has said this as often as its threshold asks."""
    name = held.container.rpartition("_")[0]
    container = next(each for each in (*pod.spec.init_containers, *pod.spec.containers) if each.name == name)
    startup = memory.result(held.container, STARTUP)
    started = is_started(running=True, startup=startup, was_started=was_started(pod, container))
    running = ContainerStatus(
        name, container_id=held.container, started=started, state=ContainerState(running=Running(0))
    )
    status = PodStatus(phase=pod.status.phase, container_statuses=(running,))
    last = SUCCESS if outcome == PASSES else FAILURE
    run = threshold_of(container, held.probe, last) - 1
    worker = Worker(held.container, held.result, last, run, rests_after(held.probe, held.result))
    return do_probe(worker, Look(pod, container, held.probe, status, outcome))[0].result


def _turns(view: View, system: System, anchor: Cell, outcome: str) -> Iterator[tuple[ProbeResult, str]]:
    """The results of running containers that would turn, and what they would turn to."""
    node = system.processes[anchor.owner].node
    if anchor.kind != NOTE or not node:
        return
    memory: PodMemory = view[anchor]
    running = view.get(sandbox_cell(node, anchor.key, memory.uid), running_ids) if memory.results else ()
    probed = [each for each in memory.results if each.container in running]
    pod: Pod | None = Local(view, anchor.owner).get("pods", anchor.key) if probed else None
    if pod is None or pod.metadata.uid != memory.uid:
        return
    for each in probed:
        result = last_turn(pod, memory, each, outcome)
        if result != each.result:
            yield each, result


def _action(step: str, anchor: Cell, each: ProbeResult) -> Action:
    return Action(step, anchor.owner, f"{anchor.key}/{each.container}/{each.probe}")


def offer_probe_succeeds(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A probe that has not passed may pass; one that gave a container up is not asked again."""
    for each, result in _turns(view, system, anchor, PASSES):
        if result == SUCCESS:
            yield _action("ProbeSucceeds", anchor, each)


def offer_probe_fails(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A probe may fail."""
    if anchor.kind != NOTE or not has_budget(view, "probe"):
        return
    for each, result in _turns(view, system, anchor, FAILS):
        if result == FAILURE:
            yield _action("ProbeFails", anchor, each)


def _store(view: View, action: Action, outcome: str) -> None:
    key, container, probe = action.key.rsplit("/", 2)
    local = Local(view, action.process)
    memory: PodMemory = local.note(NOTE, key)
    held = next(each for each in memory.results if (each.container, each.probe) == (container, probe))
    result = last_turn(local.get("pods", key), memory, held, outcome)
    remember(local, key, memory.with_result(container, probe, result))
    local.enqueue(key)


def run_probe_succeeds(view: View, system: System, action: Action) -> None:
    """Its result is stored, and the pod is looked at."""
    del system
    _store(view, action, PASSES)


def run_probe_fails(view: View, system: System, action: Action) -> None:
    """Its result is stored, and the pod is looked at."""
    del system
    spend(view, "probe")
    _store(view, action, FAILS)


STEPS = (
    Step("ProbeSucceeds", "note", offer_probe_succeeds, run_probe_succeeds, say="probe {key} of {process} passes"),
)
FAULTS = (
    Step(
        "ProbeFails", "note", offer_probe_fails, run_probe_fails, environment=True, say="probe {key} of {process} fails"
    ),
)
