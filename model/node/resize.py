"""Whether a change of a running container's resources is made in place, or by starting it again.

Mirrors computePodResizeAction in pkg/kubelet/kuberuntime/kuberuntime_manager.go (release 1.36). Units:
millicores and bytes. What was given to a container is compared with what its spec asks; in place changes have
no effect on any modelled component and end here.
"""

import attrs

from seatrial.model.api.core import Container, ResourceRequirements
from seatrial.model.meta.quantity import milli_value, value


@attrs.frozen
class Resize:
    """Which resources change in place ("memory", "cpu"; `shrinks` those that shrink), or whether a restart is due."""

    in_place: tuple[str, ...] = ()
    shrinks: tuple[str, ...] = ()
    restart: bool = False


KEEP = Resize()
READ = (("memory", "limits"), ("memory", "requests"), ("cpu", "limits"), ("cpu", "requests"))


def amounts(resources: ResourceRequirements) -> tuple[int, int, int, int]:
    """Memory limit and request in bytes, cpu limit and request in millicores; 0 for none."""
    found = []
    for name, side in READ:
        text = getattr(resources, side).get(name)
        found.append(0 if text is None else value(text) if name == "memory" else milli_value(text))
    return found[0], found[1], found[2], found[3]


def compute_resize(container: Container, actuated: ResourceRequirements) -> Resize:
    """What has to be done to give a running container what its spec asks."""
    wanted, held = amounts(container.resources), amounts(actuated)
    if wanted == held:
        return KEEP
    policies = {
        each["resourceName"]: each.get("restartPolicy") for each in container.unmodelled.get("resizePolicy", ())
    }
    changes = [(name, new - old) for (name, _), new, old in zip(READ, wanted, held, strict=True) if new != old]
    if any(policies.get(name) == "RestartContainer" for name, _ in changes):
        return Resize(restart=True)
    first = dict(reversed(changes))
    return Resize(tuple(sorted(first, reverse=True)), tuple(sorted(name for name, by in first.items() if by < 0)))
