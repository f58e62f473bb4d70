"""ImageLocality: prefers nodes that have the pod's images already.

Mirrors pkg/scheduler/framework/plugins/imagelocality/image_locality.go (release 1.36). An image's size counts for the
share of nodes that have it, so that one node that has an image does not attract every pod.
"""

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import MAX_NODE_SCORE, Nodes, Plugin, PreScoreResult
from seatrial.model.scheduler.node_info import NodeInfo

NAME = "ImageLocality"
MIB = 1024 * 1024
MIN_THRESHOLD = 23 * MIB
MAX_CONTAINER_THRESHOLD = 1000 * MIB


def calculate_priority(total: int, containers: int) -> int:
    """0 below 23 MiB, 100 above 1000 MiB a container, linear between."""
    greatest = MAX_CONTAINER_THRESHOLD * containers
    held = min(max(total, MIN_THRESHOLD), greatest)
    if greatest == MIN_THRESHOLD:
        return 0
    return MAX_NODE_SCORE * (held - MIN_THRESHOLD) // (greatest - MIN_THRESHOLD)


def scaled_image_score(size: int, holders: int, nodes: int) -> int:
    """An image's size times the share of nodes that have it, rounded down."""
    return int(size * (holders / nodes))


def normalized_image_name(name: str) -> str:
    """A name without a tag or digest means `:latest`."""
    return name if name.rfind(":") > name.rfind("/") else f"{name}:latest"


def image_names(info: NodeInfo) -> tuple[str, ...]:
    """All names of all images of a node."""
    return tuple([name for image in info.node.status.images for name in image.names])


def images_of(pod: Pod) -> tuple[str, ...]:
    """The images of all containers, init containers first."""
    return tuple([normalized_image_name(each.image) for each in (*pod.spec.init_containers, *pod.spec.containers)])


def gather_scores(wanted: tuple[str, ...], nodes: Nodes) -> dict[str, int]:
    """What each wanted image is worth on a node that has it: its size, as the first node says, times its spread."""
    sizes: dict[str, int] = {}
    holders: dict[str, int] = {}
    for info in nodes:
        for image in info.node.status.images:
            for name in image.names:
                if name in wanted:
                    sizes.setdefault(name, image.size_bytes)
                    holders[name] = holders.get(name, 0) + 1
    return {name: scaled_image_score(size, holders[name], len(nodes)) for name, size in sizes.items()}


def pre_score(pod: Pod, feasible: Nodes, nodes: Nodes) -> PreScoreResult:
    """What the images are worth; the spread is over all nodes, not only the feasible ones."""
    del feasible
    wanted = images_of(pod)
    return PreScoreResult(state=(wanted, gather_scores(wanted, nodes)))


def score(state: tuple[tuple[str, ...], dict[str, int]], pod: Pod, info: NodeInfo) -> int:
    """The worth of the images that the node has."""
    del pod
    wanted, worth = state
    held = image_names(info)
    return calculate_priority(sum(worth[name] for name in wanted if name in held), len(wanted))


PLUGIN = Plugin(NAME, score=score, pre_score=pre_score)
