"""Which container the kernel kills when memory runs out.

The kubelet gives each container a score: what is added to its share of the machine's memory, in thousandths, when the
kernel looks for a victim. Mirrors GetContainerOOMScoreAdjust in pkg/kubelet/qos/policy.go (release 1.36) and the choice
of Linux' mm/oom_kill.c. How much memory a container uses is not modelled: any amount is possible, so that only a
container whose score keeps it behind another one at every use is safe. Left out: what else runs on a machine.
"""

from collections.abc import Iterable

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Container, Pod
from seatrial.model.api.pod_resources import container_requests
from seatrial.model.api.qos import BEST_EFFORT, GUARANTEED, get_pod_qos
from seatrial.model.meta.quantity import scaled_value, value
from seatrial.model.node.phase import is_static

CRITICAL_SCORE, BEST_EFFORT_SCORE = -997, 1000
SYSTEM_CRITICAL_PRIORITY = 2_000_000_000
WHOLE_MACHINE = 1000


def container_oom_score_adjust(pod: Pod, container: Container, capacity: int) -> int:
    """How much sooner a container is killed when memory runs out; `capacity` is the machine's, in bytes."""
    critical = pod.spec.priority is not None and pod.spec.priority >= SYSTEM_CRITICAL_PRIORITY
    if (critical or is_static(pod)) and pod.spec.priority_class_name == "system-node-critical":
        return CRITICAL_SCORE
    qos = get_pod_qos(pod)
    if qos == GUARANTEED:
        return CRITICAL_SCORE
    if qos == BEST_EFFORT:
        return BEST_EFFORT_SCORE
    share = _unallocated_share(pod)
    score = _score(_memory(container) + share, capacity)
    if is_sidecar(container) and container in pod.spec.init_containers:
        score = min(score, _score(min(_memory(each) for each in pod.spec.containers) + share, capacity))
    score = max(score, 1000 + CRITICAL_SCORE)
    return score - 1 if score == BEST_EFFORT_SCORE else score


def _score(memory: int, capacity: int) -> int:
    share = abs(1000 * memory) // capacity
    return 1000 - (share if memory >= 0 else -share)


def _memory(container: Container) -> int:
    text = container.resources.requests.get("memory")
    return 0 if text is None else value(text)


def _unallocated_share(pod: Pod) -> int:
    """What each container gets of the memory that only the pod as a whole asks for."""
    level = pod.spec.resources
    if level is None or not level.requests.get("memory"):
        return 0
    total = value(level.requests["memory"])
    held = container_requests(pod).get("memory")
    rest = total - (0 if held is None else scaled_value(held, 0))
    share = abs(rest) // (len(pod.spec.containers) + len(pod.spec.init_containers))
    return share if rest >= 0 else -share


def has_memory_limit(pod: Pod, container: Container) -> bool:
    """Is there a limit that this container can run into, its own or its pod's?"""
    level = pod.spec.resources
    return "memory" in container.resources.limits or (level is not None and "memory" in level.limits)


def may_be_killed(score: int, *, limited: bool, others: Iterable[int]) -> bool:
    """Can the kernel choose this container, given the scores of the others that run on the machine?

    At its own limit it is killed whatever the scores are. When the machine's memory runs out the greatest sum of score
    and use dies: at most its score and the whole machine, against the others' scores and nothing. No score is greater
    than that of a best-effort container.
    """
    most = score + WHOLE_MACHINE
    return limited or most >= BEST_EFFORT_SCORE or all(most >= each for each in others)
