"""Pods and nodes with what the scheduler looks at, as plain builders and as Hypothesis strategies."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from seatrial.model.api.core import (
    Container,
    ContainerPort,
    Node,
    NodeSpec,
    NodeStatus,
    Pod,
    PodSpec,
    PodStatus,
    ResourceRequirements,
)
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.frozen import FrozenMap


def new_container(
    name: str = "c", *, ports: tuple[ContainerPort, ...] = (), sidecar: bool = False, **requests: str
) -> Container:
    """A container that asks for `requests` (cpu="1", memory="1Gi")."""
    return Container(name, "image", ports=ports, restart_policy="Always" if sidecar else "",
                     resources=ResourceRequirements(requests=FrozenMap(requests)))


def new_pod(name: str = "p", node: str = "", *, labels: Mapping[str, str] | None = None, **spec: Any) -> Pod:
    """A pending pod, or one bound to `node`; `spec` has other fields of its spec."""
    spec.setdefault("containers", (new_container(cpu="1"),))
    meta = ObjectMeta(name=name, namespace="default", uid=f"uid-{name}", labels=FrozenMap(labels or {}))
    return Pod(meta, PodSpec(node_name=node, **spec), PodStatus(phase="Pending"))


def new_node(
    name: str = "n1", *, labels: Mapping[str, str] | None = None, images: Any = (), spec: NodeSpec | None = None,
    **allocatable: str,
) -> Node:
    """A node with these labels and allocatable resources; 110 pods unless said otherwise."""
    limits = {"cpu": "4", "memory": "8Gi", "pods": "110"} | allocatable
    meta = ObjectMeta(name=name, uid=f"uid-{name}", labels=FrozenMap(labels or {}))
    return Node(meta, spec or NodeSpec(), NodeStatus(allocatable=FrozenMap(limits), images=images))


milli_cpus = st.integers(0, 4000).map(lambda amount: f"{amount}m")
mebibytes = st.integers(0, 4096).map(lambda amount: f"{amount}Mi")


@st.composite
def pods(draw: st.DrawFn, name: str = "p", node: str = "") -> Pod:
    """A pod with one to three containers, and init containers of which some are sidecars."""
    running = st.builds(new_container, cpu=milli_cpus, memory=mebibytes)
    before = st.builds(new_container, sidecar=st.booleans(), cpu=milli_cpus, memory=mebibytes)
    containers = draw(st.lists(running, min_size=1, max_size=3))
    inits = draw(st.lists(before, max_size=3))
    return new_pod(name, node, containers=tuple(containers), init_containers=tuple(inits))
