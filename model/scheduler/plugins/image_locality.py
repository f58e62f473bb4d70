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


def sizes_on(info: NodeInfo) -> dict[str, int]:
    """Image name to size, for all images of a node."""
    return {name: image.size_bytes for image in info.node.status.images for name in image.names}


def images_of(pod: Pod) -> tuple[str, ...]:
    """The images of all containers, init containers first."""
    return tuple([normalized_image_name(each.image) for each in (*pod.spec.init_containers, *pod.spec.containers)])


def pre_score(pod: Pod, nodes: Nodes) -> PreScoreResult:
    """How many nodes have each image; the share is of all nodes, not only of the feasible ones."""
    holders = {name: 0 for name in images_of(pod)}
    for info in nodes:
        if info.node.status.images:
            for name in sizes_on(info):
                if name in holders:
                    holders[name] += 1
    return PreScoreResult(state=(holders, len(nodes)))


def score(state: tuple[dict[str, int], int], pod: Pod, info: NodeInfo) -> int:
    """The images that the node has, by size and spread."""
    holders, nodes = state
    images = images_of(pod)
    sizes = sizes_on(info) if info.node.status.images else {}
    total = sum(scaled_image_score(sizes[name], holders[name], nodes) for name in images if name in sizes)
    return calculate_priority(total, len(images))


PLUGIN = Plugin(NAME, score=score, pre_score=pre_score)
