"""What a kubelet remembers of a pod: probe results, back-offs, why a container waits. A crash of it loses all.

Mirrors the prober's results managers, the crash-loop back-off and the reason cache (pkg/kubelet/prober,
pkg/kubelet/reason_cache.go, release 1.36). A pod of which there is nothing to remember takes no cell.
"""

import attrs

from seatrial.model.client.local import Local
from seatrial.model.node.restarts import BackOff

NOTE = "pod"
BACK_OFF, IMAGE_BACK_OFF = "back-off", "image-back-off"
SUCCESS, FAILURE, UNKNOWN, NONE = "Success", "Failure", "Unknown", ""
STARTUP, READINESS, LIVENESS = "startup", "readiness", "liveness"


@attrs.frozen
class ProbeResult:
    """The result of one probe of one container attempt; NONE: not known since the kubelet was started again."""

    container: str
    probe: str
    result: str


@attrs.frozen
class Rejection:
    """Why a pod is not admitted."""

    reason: str
    message: str


@attrs.frozen
class PodMemory:
    """Of the pod of this UID: probe results, back-offs by container, containers that have waited, and reasons."""

    uid: str
    results: tuple[ProbeResult, ...] = ()
    back_offs: tuple[tuple[str, BackOff], ...] = ()
    waited: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    rejection: Rejection | None = None

    def result(self, container: str, probe: str) -> str | None:
        """The result of a probe of this container attempt; None: it has no such probe."""
        return next((each.result for each in self.results if (each.container, each.probe) == (container, probe)), None)

    def with_result(self, container: str, probe: str, result: str) -> "PodMemory":
        """The memory with this result in place of an older one."""
        rest = [each for each in self.results if (each.container, each.probe) != (container, probe)]
        rest.append(ProbeResult(container, probe, result))
        return attrs.evolve(self, results=tuple(sorted(rest, key=lambda each: (each.container, each.probe))))

    def back_off(self, name: str) -> BackOff | None:
        """The back-off of a container."""
        return dict(self.back_offs).get(name)

    def with_back_off(self, name: str, held: BackOff) -> "PodMemory":
        """The memory with this back-off."""
        return attrs.evolve(self, back_offs=tuple(sorted((dict(self.back_offs) | {name: held}).items())))

    def with_waited(self, container: str) -> "PodMemory":
        """The memory, with this container attempt having waited long enough."""
        return attrs.evolve(self, waited=tuple(sorted({*self.waited, container})))

    def reason(self, name: str) -> str:
        """Why a container was not started when it was last tried, or ""."""
        return dict(self.reasons).get(name, "")

    def with_reason(self, name: str, reason: str) -> "PodMemory":
        """The memory with this reason; "" forgets it."""
        held = dict(self.reasons) | {name: reason}
        return attrs.evolve(self, reasons=tuple(sorted((key, value) for key, value in held.items() if value)))


def recall(local: Local, pod: str, uid: str) -> PodMemory:
    """What is remembered of a pod; nothing of another one of its name."""
    held = local.note(NOTE, pod)
    return held if held is not None and held.uid == uid else PodMemory(uid)


def remember(local: Local, pod: str, memory: PodMemory) -> None:
    """Keeps the memory of a pod."""
    local.set_note(NOTE, pod, None if memory == PodMemory(memory.uid) else memory)


def forget_pod(local: Local, pod: str) -> None:
    """Forgets a pod, and stops its timers."""
    local.set_note(NOTE, pod, None)
    local.disarm(IMAGE_BACK_OFF, pod)
    for key in tuple(local.view.keys("timer", local.process, BACK_OFF)):
        if key.rpartition("/")[0] == pod:
            local.disarm(BACK_OFF, key)
