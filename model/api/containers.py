"""Which containers of a pod run beside each other, and which before.

Mirrors IsRestartableInitContainer in pkg/api/v1/pod/util.go (release 1.36).
"""

from seatrial.model.api.core import Container


def is_sidecar(container: Container) -> bool:
    """Is this init container one that keeps running beside the others (restartPolicy Always)?"""
    return container.restart_policy == "Always"
