"""What a sync of a pod does to its containers, given what the runtime holds.

Mirrors computePodActions and computeInitContainerActions in pkg/kubelet/kuberuntime (kuberuntime_manager.go
and kuberuntime_container.go) and PodSandboxChanged in pkg/kubelet/kuberuntime/util (release 1.36, default
gates).
"""

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Container, Pod, ResourceRequirements
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.node.machine import CREATED, EXITED, RUNNING, UNKNOWN
from seatrial.model.node.resize import compute_resize
from seatrial.model.node.restarts import container_should_restart, find_matching_rule


@attrs.frozen
class RuntimeStatus:
    """A container as the runtime shows it, with the results of its probes ("" = none stored)."""

    id: str
    name: str
    state: str
    exit_code: int = 0
    changed: bool = False
    liveness: str = ""
    startup: str = ""


@attrs.frozen
class SandboxStatus:
    """A sandbox as the runtime shows it; `ip` None: it has no network of its own to report."""

    id: str
    attempt: int = 0
    ready: bool = True
    ip: str | None = None


@attrs.frozen
class Kill:
    """A container to be killed, and why."""

    id: str
    name: str
    message: str = ""
    reason: str = ""


@attrs.frozen
class Reset:
    """A container to be removed because all are to start again; `kill`: it still has to be killed."""

    id: str
    name: str
    kill: bool


@attrs.frozen
class PodActions:
    """What is to be done; containers to start are given by their index in the spec."""

    kill_pod: bool = False
    create_sandbox: bool = False
    sandbox_id: str = ""
    attempt: int = 0
    init_containers_to_start: tuple[int, ...] = ()
    containers_to_start: tuple[int, ...] = ()
    ephemeral_containers_to_start: tuple[int, ...] = ()
    containers_to_kill: tuple[Kill, ...] = ()
    containers_to_reset: tuple[Reset, ...] = ()
    containers_to_update: tuple[tuple[str, tuple[str, ...]], ...] = ()
    update_pod_resources: bool = False


@attrs.frozen
class RuntimePod:
    """All that the runtime shows of a pod, newest first, and what differs from the spec in resources given."""

    containers: tuple[RuntimeStatus, ...] = ()
    sandboxes: tuple[SandboxStatus, ...] = ()
    actuated: FrozenMap[str, ResourceRequirements] = EMPTY

    def find(self, name: str) -> RuntimeStatus | None:
        """The newest status of a container."""
        return next((each for each in self.containers if each.name == name), None)


def pod_sandbox_changed(pod: Pod, held: RuntimePod) -> tuple[bool, int, str]:
    """Is a new sandbox needed, with which attempt, and the ID of the one that was."""
    if not held.sandboxes:
        return True, 0, ""
    newest = held.sandboxes[0]
    ready = sum(1 for each in held.sandboxes if each.ready)
    if ready > 1 or not newest.ready:
        return True, newest.attempt + 1, newest.id
    if not pod.spec.host_network and newest.ip is not None and not newest.ip:
        return True, newest.attempt + 1, newest.id
    return False, newest.attempt, newest.id


def should_container_be_restarted(container: Container, pod: Pod, held: RuntimePod) -> bool:
    """Is a container that does not run to be started?"""
    if pod.metadata.deletion_timestamp is not None:
        return False
    status = held.find(container.name)
    if status is None or status.state in (UNKNOWN, CREATED):
        return True
    if status.state == RUNNING:
        return False
    return container_should_restart(container, pod.spec.restart_policy, status.exit_code)


def compute_pod_actions(pod: Pod, held: RuntimePod, *, restart_all: bool = False) -> PodActions:
    """What a sync of this pod has to do."""
    create, attempt, sandbox = pod_sandbox_changed(pod, held)
    base = PodActions(kill_pod=create, create_sandbox=create, sandbox_id=sandbox, attempt=attempt)
    if restart_all:
        return attrs.evolve(base, containers_to_reset=_resets(pod, held))
    if create:
        return _with_new_sandbox(pod, held, base)
    ephemeral = tuple(
        at
        for at, each in enumerate(pod.spec.unmodelled.get("ephemeralContainers", ()))
        if held.find(each["name"]) is None
    )
    work = Work(pod, held)
    initialized = work.inspect_init_containers()
    if initialized and not work.kill_pod:
        work.inspect_containers()
    return attrs.evolve(
        base,
        kill_pod=work.kill_pod,
        init_containers_to_start=tuple(work.init_start),
        containers_to_start=tuple(work.start),
        ephemeral_containers_to_start=ephemeral,
        containers_to_kill=tuple(work.kill.values()),
        containers_to_update=work.updates(),
        update_pod_resources=work.update_pod,
    )


def _with_new_sandbox(pod: Pod, held: RuntimePod, base: PodActions) -> PodActions:
    """Everything starts anew in a new sandbox, unless nothing is left to run."""
    if pod.spec.restart_policy == "Never" and base.attempt != 0 and held.containers:
        return attrs.evolve(base, create_sandbox=False)
    start = tuple(at for at, each in enumerate(pod.spec.containers) if not _ran_once(each, pod, held))
    created = any(
        status is not None and status.state in (CREATED, RUNNING, EXITED)
        for status in (held.find(each.name) for each in pod.spec.containers)
    )
    if not start and created:
        return attrs.evolve(base, create_sandbox=False)
    if pod.spec.init_containers:
        return attrs.evolve(base, init_containers_to_start=(0,))
    return attrs.evolve(base, containers_to_start=start)


def _ran_once(container: Container, pod: Pod, held: RuntimePod) -> bool:
    """Has a container that is to succeed once done so?"""
    status = held.find(container.name)
    policy = container.restart_policy or pod.spec.restart_policy
    return policy == "OnFailure" and status is not None and status.state == EXITED and status.exit_code == 0


def _resets(pod: Pod, held: RuntimePod) -> tuple[Reset, ...]:
    """All containers, those whose exit asked for it last, init containers after the others of their group."""
    targets: list[Reset] = []
    sources: list[Reset] = []
    for group in (pod.spec.containers, pod.spec.init_containers):
        for container in group:
            for status in held.containers:
                if status.name != container.name:
                    continue
                asked = status.state == EXITED and (
                    find_matching_rule(container, status.exit_code) == "RestartAllContainers"
                )
                (sources if asked else targets).append(Reset(status.id, status.name, status.state != EXITED))
    return tuple(targets + sources)


class Work:
    """The actions of one pod while they are gathered; it lives no longer than one call of compute_pod_actions."""

    def __init__(self, pod: Pod, held: RuntimePod) -> None:
        self.pod = pod
        self.held = held
        self.kill_pod = False
        self.update_pod = False
        self.init_start: list[int] = []
        self.start: list[int] = []
        self.kill: dict[str, Kill] = {}
        self.update: dict[str, list[str]] = {}

    def updates(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The in place changes, by resource."""
        return tuple((name, tuple(self.update[name])) for name in sorted(self.update))

    def keeps(self, container: Container, status: RuntimeStatus, start: list[int], at: int) -> bool:
        """Does a running container go on? Its resources may have to change, in place or by a restart."""
        if status.state != RUNNING:
            return True
        need = compute_resize(container, self.held.actuated.get(container.name, container.resources))
        if need.restart:
            self.kill[status.id] = Kill(status.id, status.name, f"Container {status.name} resize requires restart")
            start.append(at)
            self.update_pod = True
            return False
        for name in need.in_place:
            row = self.update.setdefault(name, [])
            row.insert(0 if name in need.shrinks else len(row), container.name)
        return True

    def inspect_init_containers(self) -> bool:
        """Goes through the init containers, last one first; says whether the pod is initialized."""
        containers = self.pod.spec.init_containers
        if not containers:
            return True
        initialized = any(
            status is not None and status.state in (CREATED, RUNNING)
            for status in (self.held.find(each.name) for each in self.pod.spec.containers)
        )
        previously = initialized
        for at in range(len(containers) - 1, -1, -1):
            status = self.held.find(containers[at].name)
            if status is None:
                if previously and is_sidecar(containers[at]):
                    self.init_start.append(at)
                continue
            if previously and not is_sidecar(containers[at]):
                continue
            done = self._inspect_init_container(at, containers[at], status, previously=previously)
            if self.kill_pod:
                self.init_start = []
                return False
            if done and at == len(containers) - 1:
                initialized = True
            previously = True
        if not previously:
            self.init_start.append(0)
        self.init_start.reverse()
        return initialized

    def _inspect_init_container(
        self, at: int, container: Container, status: RuntimeStatus, *, previously: bool
    ) -> bool:
        """What one init container needs; says whether it has done its part for the next one to start."""
        if status.state == CREATED:
            self.init_start.append(at)
        elif status.state == RUNNING and not is_sidecar(container):
            self.keeps(container, status, self.init_start, at)
        elif status.state == RUNNING:
            return self._inspect_sidecar(at, container, status, previously=previously)
        elif status.state == EXITED:
            return self._inspect_ended(at, container, status)
        else:
            restart = is_sidecar(container) or (container.restart_policy or self.pod.spec.restart_policy) != "Never"
            if not restart:
                self.kill_pod = True
                return False
            self._restart_init(
                at, status, f'Init container is in "{status.state}" state, try killing it before restart', "Unknown"
            )
        return False

    def _restart_init(self, at: int, status: RuntimeStatus, message: str, reason: str) -> None:
        self.kill[status.id] = Kill(status.id, status.name, message, reason)
        self.init_start.append(at)

    def _inspect_sidecar(self, at: int, container: Container, status: RuntimeStatus, *, previously: bool) -> bool:
        """A running sidecar: it counts as done once it started, and is killed by a changed spec or a failed probe."""
        if container.startup_probe is not None and status.startup != "Success":
            if status.startup == "Failure":
                self._restart_init(at, status, f"Init container {container.name} failed startup probe", "StartupProbe")
            return False
        if at < len(self.pod.spec.init_containers) - 1 and not previously:
            self.init_start.append(at + 1)
        if status.changed:
            self._restart_init(at, status, f"Init container {container.name} definition changed", "")
        elif container.liveness_probe is not None and not status.liveness:
            pass
        elif container.liveness_probe is not None and status.liveness == "Failure":
            self._restart_init(at, status, f"Init container {container.name} failed liveness probe", "LivenessProbe")
        else:
            self.keeps(container, status, self.init_start, at)
        return True

    def _inspect_ended(self, at: int, container: Container, status: RuntimeStatus) -> bool:
        """An init container that ended: the next one starts, or it starts again, or the pod has failed."""
        if is_sidecar(container):
            self.init_start.append(at)
            return False
        if status.exit_code != 0:
            if not should_container_be_restarted(container, self.pod, self.held):
                self.kill_pod = True
                return False
            self.init_start.append(at)
            return False
        if at < len(self.pod.spec.init_containers) - 1:
            self.init_start.append(at + 1)
        return True

    def inspect_containers(self) -> None:
        """Goes through the regular containers; a pod of which none runs or starts is killed."""
        kept = 0
        for at, container in enumerate(self.pod.spec.containers):
            status = self.held.find(container.name)
            if status is None or status.state != RUNNING:
                self._inspect_stopped(at, container, status)
            elif self._inspect_running(at, container, status):
                kept += 1
        if not kept and not self.start:
            self.kill_pod = True
            self.init_start = []

    def _inspect_stopped(self, at: int, container: Container, status: RuntimeStatus | None) -> None:
        if not should_container_be_restarted(container, self.pod, self.held):
            return
        self.start.append(at)
        if status is not None and status.state == UNKNOWN:
            self.kill[status.id] = Kill(
                status.id,
                status.name,
                f'Container is in "{status.state}" state, try killing it before restart',
                "Unknown",
            )

    def _inspect_running(self, at: int, container: Container, status: RuntimeStatus) -> bool:
        """Does a running container stay? A changed spec or a failed probe kills it."""
        restart = (container.restart_policy or self.pod.spec.restart_policy) != "Never"
        if status.changed:
            message, reason, restart = f"Container {container.name} definition changed", "", True
        elif status.liveness == "Failure":
            message, reason = f"Container {container.name} failed liveness probe", "LivenessProbe"
        elif status.startup == "Failure":
            message, reason = f"Container {container.name} failed startup probe", "StartupProbe"
        else:
            return self.keeps(container, status, self.start, at)
        if restart:
            message += ", will be restarted"
            self.start.append(at)
        self.kill[status.id] = Kill(status.id, status.name, message, reason)
        return False
