"""The phase of a pod, from the statuses of its containers.

Mirrors getPhase in pkg/kubelet/kubelet_pods.go (release 1.36, ContainerRestartRules on). A pod that is
Succeeded or Failed stays so: that rule is the caller's (`seatrial.model.node.status`), as it is upstream.
"""

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Container, ContainerStatus, Pod
from seatrial.model.node.restarts import container_should_restart

RESTARTING_ALL = "RestartingAllContainers"


@attrs.frozen
class Tally:
    """How many containers are where; `started_once` is not lost when sidecars start again."""

    pending_init: int = 0
    pending_sidecars: int = 0
    failed_init: int = 0
    unknown: int = 0
    running: int = 0
    waiting: int = 0
    stopped: int = 0
    stopped_for_good: int = 0
    succeeded: int = 0


def find_status(statuses: tuple[ContainerStatus, ...], name: str) -> ContainerStatus | None:
    """The status of this container, if there is one."""
    return next((each for each in statuses if each.name == name), None)


def get_phase(pod: Pod, statuses: tuple[ContainerStatus, ...], *, is_terminal: bool, has_initialized: bool) -> str:
    """The phase; `is_terminal`: its containers ended and none will be started again, whatever the policy."""
    return decide_phase(
        tally(pod, statuses), is_terminal=is_terminal and not is_static(pod), has_initialized=has_initialized
    )


def is_static(pod: Pod) -> bool:
    """Does the pod come from the machine itself, not from the API?"""
    return bool(pod.metadata.annotations.get("kubernetes.io/config.source", "api") != "api")


def decide_phase(counts: Tally, *, is_terminal: bool, has_initialized: bool) -> str:
    """The phase, from counts alone."""
    if counts.failed_init > 0:
        return "Failed"
    initializing = counts.pending_init > 0 or (counts.pending_sidecars > 0 and not has_initialized)
    if initializing or counts.waiting > 0:
        return "Pending"
    if counts.unknown > 0:
        return "Pending"
    if counts.running > 0:
        return "Running"
    if counts.stopped == 0:
        return "Pending"
    if not is_terminal and counts.stopped != counts.stopped_for_good:
        return "Running"
    return "Succeeded" if counts.stopped == counts.succeeded else "Failed"


def tally(pod: Pod, statuses: tuple[ContainerStatus, ...]) -> Tally:
    """Counts the containers of a pod."""
    counts = Tally()
    for each in pod.spec.init_containers:
        status = find_status(statuses, each.name)
        counts = _count_sidecar(counts, status) if is_sidecar(each) else _count_init(counts, each, pod, status)
    for each in pod.spec.containers:
        counts = _count_regular(counts, each, pod, find_status(statuses, each.name))
    return counts


def _add(counts: Tally, *names: str) -> Tally:
    return attrs.evolve(counts, **{name: getattr(counts, name) + 1 for name in names})


def _ended_code(status: ContainerStatus) -> tuple[int, str] | None:
    """Exit code and reason of a container that ended, or that waits to be started again."""
    ended = status.state.terminated or (status.last_state.terminated if status.state.waiting else None)
    return None if ended is None else (ended.exit_code, ended.reason)


def _count_init(counts: Tally, container: Container, pod: Pod, status: ContainerStatus | None) -> Tally:
    if status is None or status.state.running is not None:
        return _add(counts, "pending_init")
    ended = _ended_code(status)
    if ended is None:
        return _add(counts, "pending_init")
    code, reason = ended
    again = container_should_restart(container, pod.spec.restart_policy, code) or reason == RESTARTING_ALL
    return _add(counts, "failed_init") if code != 0 and not again else counts


def _count_sidecar(counts: Tally, status: ContainerStatus | None) -> Tally:
    if status is None:
        return _add(counts, "unknown")
    if status.state.running is not None:
        return _add(counts, "running") if status.started else _add(counts, "running", "pending_sidecars")
    if _ended_code(status) is not None:
        return counts
    return _add(counts, "pending_sidecars", "waiting" if status.state.waiting is not None else "unknown")


def _count_regular(counts: Tally, container: Container, pod: Pod, status: ContainerStatus | None) -> Tally:
    if status is None:
        return _add(counts, "unknown")
    if status.state.running is not None:
        return _add(counts, "running")
    ended = _ended_code(status)
    if ended is None:
        return _add(counts, "waiting" if status.state.waiting is not None else "unknown")
    code, reason = ended
    again = container_should_restart(container, pod.spec.restart_policy, code) or reason == RESTARTING_ALL
    names = ["stopped"] if again else ["stopped", "stopped_for_good"]
    if code == 0 and status.state.terminated is not None:
        names.append("succeeded")
    return _add(counts, *names)
