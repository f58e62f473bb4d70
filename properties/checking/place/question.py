"""What is asked: nodes, the pods that stand on them already, and the pods to be placed, identical ones in one batch."""

import attrs

from seatrial.model.api.core import Node, Pod


@attrs.frozen
class Batch:
    """Pods that differ in nothing but their names: whose they are, one of them (without a node), how many.

    `name` is the workload's, as users say it: "Deployment web/frontend".
    """

    name: str
    pod: Pod
    count: int


@attrs.frozen
class Question:
    """Nodes, bound pods that stay where they are, and batches to be placed, in the order in which they are created."""

    nodes: tuple[Node, ...]
    placed: tuple[Pod, ...] = ()
    batches: tuple[Batch, ...] = ()
