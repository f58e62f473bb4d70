"""Whether a container that ended is started again, and after how long.

Mirrors pkg/api/v1/pod/util.go (ContainerShouldRestart), pkg/kubelet/container/helpers.go
(ShouldContainerBeRestarted) and the kubelet's use of client-go's flowcontrol.Backoff
(pkg/kubelet/kuberuntime: doBackOff), release 1.36 with ContainerRestartRules and
RestartAllContainersOnContainerExits on. Left out: the back-off's jitter, which the kubelet does not ask for,
and its garbage collection, which only drops what counts as expired anyway.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Container
from seatrial.model.node.machine import moment

INITIAL_BACK_OFF = 10
MAX_BACK_OFF = 300
EXPIRY = 600


def find_matching_rule(container: Container, exit_code: int) -> str:
    """The action of the first restart rule that names this exit code, or ""."""
    for rule in container.unmodelled.get("restartPolicyRules", ()):
        codes = rule.get("exitCodes")
        if codes is not None and _fits(codes, exit_code):
            return str(rule.get("action", ""))
    return ""


def _fits(codes: Mapping[str, Any], exit_code: int) -> bool:
    listed = exit_code in codes.get("values", ())
    return listed if codes.get("operator") == "In" else codes.get("operator") == "NotIn" and not listed


def container_should_restart(container: Container, pod_policy: str, exit_code: int) -> bool:
    """Is a container started again after this exit code? Its own policy and rules go before the pod's."""
    if container.restart_policy:
        if find_matching_rule(container, exit_code) in ("Restart", "RestartAllContainers"):
            return True
        if container.restart_policy in ("Always", "OnFailure", "Never"):
            return _restarts(container.restart_policy, exit_code)
    return _restarts(pod_policy, exit_code)


def _restarts(policy: str, exit_code: int) -> bool:
    if policy == "OnFailure":
        return exit_code != 0
    return policy != "Never"


def runs_to_completion(container: Container, pod_policy: str, *, init: bool) -> bool:
    """Is it meant to end by itself? An init container is, and what is not started again after success."""
    if init:
        return not is_sidecar(container)
    return not container_should_restart(container, pod_policy, 0)


@attrs.frozen
class BackOff:
    """How long a container waits between its end and the next start, in seconds, and when it was last started."""

    seconds: int
    since: int = moment()


def is_expired(held: BackOff, ended_at: int) -> bool:
    """Did it run, or wait, long enough for its back-off to be forgotten?"""
    return ended_at - held.since > EXPIRY


def is_in_back_off(held: BackOff | None, ended_at: int, now: int) -> bool:
    """Must a container that ended then still wait?"""
    if held is None or is_expired(held, ended_at):
        return False
    return now - ended_at < held.seconds


def next_back_off(held: BackOff | None, ended_at: int, now: int, longest: int = MAX_BACK_OFF) -> BackOff:
    """The back-off after a start: doubled, up to the longest, or the first one again after an expiry."""
    if held is None or is_expired(held, ended_at):
        return BackOff(min(INITIAL_BACK_OFF, longest), now)
    return BackOff(min(2 * held.seconds, longest), now)
