"""What controllers ask of a pod: active, ready, available, and which of two goes first.

Mirrors pkg/controller/controller_utils.go (ActivePodsWithRanks, FilterActivePods) and pkg/api/v1/pod/util.go (release
1.36). A comparison that upstream settles by UID is a tie here: UIDs are random there, so the Action chooses.
"""

from collections.abc import Iterable

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import ContainerStatus, Pod
from seatrial.model.api.meta import get_condition

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
NANOSECONDS = 10**9


def is_pod_terminal(pod: Pod) -> bool:
    """Succeeded or Failed: it never runs again."""
    return pod.status.phase in ("Succeeded", "Failed")


def is_pod_active(pod: Pod) -> bool:
    """Neither ended nor in deletion."""
    return not is_pod_terminal(pod) and pod.metadata.deletion_timestamp is None


def is_pod_terminating(pod: Pod) -> bool:
    """In deletion, and not yet ended."""
    return not is_pod_terminal(pod) and pod.metadata.deletion_timestamp is not None


def is_pod_ready(pod: Pod) -> bool:
    """Is its Ready condition True?"""
    ready = get_condition(pod.status.conditions, "Ready")
    return ready is not None and ready.status == "True"


def ready_time(pod: Pod) -> int | None:
    """Since when the pod is ready; None when it is not."""
    ready = get_condition(pod.status.conditions, "Ready")
    return ready.last_transition_time if ready is not None and ready.status == "True" else None


def is_pod_available(pod: Pod, min_ready_seconds: int, now: int) -> bool:
    """Ready for at least `min_ready_seconds`."""
    if not is_pod_ready(pod):
        return False
    since = ready_time(pod)
    return min_ready_seconds == 0 or (since is not None and since + min_ready_seconds <= now)


def find_min_next_pod_availability_check(pods: Iterable[Pod], min_ready_seconds: int, now: int) -> int | None:
    """Seconds until the next ready pod becomes available; None when none will."""
    waits = [since + min_ready_seconds - now for pod in pods
             if (since := ready_time(pod)) is not None and since + min_ready_seconds > now]
    return min(waits, default=None)


def deletion_cost(pod: Pod) -> int:
    """The pod-deletion-cost annotation, a 32-bit number; 0 when absent or malformed."""
    text = pod.metadata.annotations.get(DELETION_COST, "")
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or (text[0] == "0" and text != "0"):
        return 0
    cost = int(text)
    return cost if -(2**31) <= cost < 2**31 else 0


def max_restarts(pod: Pod) -> tuple[int, int]:
    """The most restarts of any container, and of any sidecar."""
    sidecars = {each.name for each in pod.spec.init_containers if is_sidecar(each)}
    return (_most(pod.status.container_statuses),
            _most(tuple(each for each in pod.status.init_container_statuses if each.name in sidecars)))


def _most(statuses: tuple[ContainerStatus, ...]) -> int:
    return max((status.restart_count for status in statuses), default=0)


def rank_by_age(since: int | None, now: int) -> int:
    """The logarithm of an age, to the base 2: pods of similar age tie (LogarithmicScaleDown)."""
    age = (now - (since or 0)) * NANOSECONDS
    return age.bit_length() - 1 if age > 0 else -1


def compare(left: tuple[Pod, int], right: tuple[Pod, int], now: int) -> int:
    """Which of two pods (with the number of related pods on its node) is deleted first: negative for `left`.

    0 is a tie: upstream settles it by UID, or by the order of its cache, both of which are drawn at random.
    """
    (one, one_rank), (two, two_rank) = left, right
    if bool(one.spec.node_name) != bool(two.spec.node_name):
        return -1 if not one.spec.node_name else 1
    for first, second in (
        (PHASES.get(one.status.phase, 0), PHASES.get(two.status.phase, 0)),
        (is_pod_ready(one), is_pod_ready(two)),
        (deletion_cost(one), deletion_cost(two)),
        (two_rank, one_rank),
    ):
        if first != second:
            return -1 if first < second else 1
    if is_pod_ready(one) and ready_time(one) != ready_time(two):
        return _compare_times(ready_time(one), ready_time(two), now)
    if max_restarts(one) != max_restarts(two):
        return -1 if max_restarts(one) > max_restarts(two) else 1
    return _compare_times(one.metadata.creation_timestamp, two.metadata.creation_timestamp, now)


def is_settled_by_uid(one: Pod, two: Pod) -> bool:
    """Of two pods that tie: are they of different, if similar, age? Then upstream compares their UIDs."""
    if is_pod_ready(one) and ready_time(one) != ready_time(two):
        return True
    return one.metadata.creation_timestamp != two.metadata.creation_timestamp


def _compare_times(one: int | None, two: int | None, now: int) -> int:
    """An unknown time first, then the younger, by logarithmic age."""
    if one == two:
        return 0
    if one is None or two is None:
        return -1 if one is None else 1
    return rank_by_age(one, now) - rank_by_age(two, now)
