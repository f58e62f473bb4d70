"""Made-up workloads of which a placement is known: pods are placed first, then nodes are cut to what they hold.

The load is what the planted pods take of the nodes that hold them: at 1.0 every node is exactly full, and one pod more
is too much for all of them together.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

import attrs

from seatrial.model.api.affinity import (
    Affinity,
    NodeAffinity,
    NodeSelector,
    NodeSelectorTerm,
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    SelectorRequirement,
    TopologySpreadConstraint,
)
from seatrial.model.api.core import ContainerPort, Node, NodeSpec, Pod, Taint, Toleration
from seatrial.model.api.meta import LabelSelector
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.requests import pod_requests
from seatrial.properties.checking.place.order import Snapshot
from seatrial.properties.checking.place.question import Batch, Question
from tests.strategies.scheduler_objects import new_container, new_node, new_pod

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
GPU = "nvidia.com/gpu"
KINDS = ("plain", "plain", "plain", "spread", "anti", "ssd", "generation", "port", "affinity", "gpu")
PLENTY = "1000000"


def make_nodes(count: int) -> tuple[Node, ...]:
    """Nodes in three zones with two kinds of disk; some have tainted GPUs, and of many the last one is cordoned."""
    found = []
    for at in range(count):
        labels = {ZONE: f"z{at % 3}", HOST: f"n{at}", "disk": "ssd" if at % 2 else "hdd", "generation": str(at % 4)}
        has_gpu = at % 10 == 4 and count >= 10
        spec = NodeSpec(taints=(Taint("gpu", "true", "NoSchedule"),) if has_gpu else (),
                        unschedulable=count >= 20 and at == count - 1)
        more: dict[str, Any] = {GPU: "4"} if has_gpu else {}
        found.append(new_node(f"n{at}", labels=labels, spec=spec, cpu=PLENTY, memory=f"{PLENTY}Gi", **more))
    return tuple(found)


def constraints(kind: str, labels: Mapping[str, str], groups: int, random: Random) -> dict[str, Any]:
    """The fields of a pod's spec that make it one of a kind."""
    selector = LabelSelector(FrozenMap(labels))
    match kind:
        case "spread":
            spread = TopologySpreadConstraint(1, ZONE, "DoNotSchedule", selector)
            return {"topology_spread_constraints": (spread,)}
        case "anti":
            return {"affinity": Affinity(pod_anti_affinity=PodAntiAffinity((PodAffinityTerm(selector, (), HOST),)))}
        case "ssd":
            return {"node_selector": FrozenMap({"disk": "ssd"})}
        case "generation":
            newer = SelectorRequirement("generation", "Gt", ("1",)), SelectorRequirement("disk", "NotIn", ("tape",))
            terms = (NodeSelectorTerm(newer), NodeSelectorTerm((SelectorRequirement("disk", "In", ("ssd",)),)))
            return {"affinity": Affinity(NodeAffinity(NodeSelector(terms)))}
        case "affinity" if groups:
            other = LabelSelector(FrozenMap({"app": f"a{random.randrange(groups)}"}))
            return {"affinity": Affinity(pod_affinity=PodAffinity((PodAffinityTerm(other, (), ZONE),)))}
        case "gpu":
            return {"tolerations": (Toleration("gpu", "Exists"),)}
    return {}


def make_pod(at: int, kind: str, random: Random) -> Pod:
    """A pod of a kind; `at` tells its group from others."""
    requests: dict[str, Any] = {"cpu": f"{random.choice([250, 500, 1000, 1500, 2000, 3000])}m",
                "memory": f"{random.choice([512, 1024, 2048, 4096, 8000])}Mi"}
    if kind == "gpu":
        requests[GPU] = "1"
    ports = (ContainerPort(host_port=8000 + at, container_port=80),) if kind == "port" else ()
    labels = {"app": f"a{at}"}
    return new_pod(f"a{at}", labels=labels, containers=(new_container(ports=ports, **requests),),
                   **constraints(kind, labels, at, random))


def planted(pods: int, nodes: int, load: float, seed: int, extra: int = 0) -> Question:
    """So many pods on so many nodes, at this load; `extra` more of the largest plain pod."""
    random = Random(seed)  # noqa: S311 -- a made-up workload, no secret
    snapshot = Snapshot(Question(make_nodes(nodes)))
    kinds = KINDS if nodes >= 10 else KINDS[:-1]
    used = [{"cpu": 500, "memory": 2**30} for _ in range(nodes)]
    batches: list[Batch] = []
    left = pods
    for group in range(10 * pods):
        if not left:
            break
        kind = random.choice(kinds)
        most = {"anti": max(1, nodes // 3), "port": max(1, nodes // 3), "gpu": 2}.get(kind, pods)
        pod = make_pod(group, kind, random)
        placed = sum(plant(snapshot, pod, used, random)
                     for _ in range(min(random.choice([1, 2, 3, 5, 8, 12]), left, most)))
        if placed:
            batches.append(Batch(f"Deployment default/{pod.metadata.name}", pod, placed))
        left -= placed
    if extra:
        plain = [at for at, each in enumerate(batches) if each.pod.spec.affinity is None and not
                 each.pod.spec.topology_spread_constraints and not each.pod.spec.containers[0].ports]
        largest = max(plain, key=lambda at: pod_requests(batches[at].pod)["cpu"])
        batches[largest] = attrs.evolve(batches[largest], count=batches[largest].count + extra)
    random.shuffle(batches)
    return Question(tuple(cut(info.node, taken, load) for info, taken in zip(snapshot.infos, used, strict=True)),
                    batches=tuple(batches))


def plant(snapshot: Snapshot, pod: Pod, used: list[dict[str, int]], random: Random) -> bool:
    """Puts the pod onto one of a few nodes that can take it, the emptiest; False if there is none."""
    fitting = [at for at in range(len(used)) if snapshot.fits(pod, at)]
    random.shuffle(fitting)
    if not fitting:
        return False
    node = min(fitting[:4], key=lambda at: used[at]["cpu"] / 1000 + used[at]["memory"] / 2**31)
    snapshot.add(pod, node)
    for name in ("cpu", "memory"):
        used[node][name] += pod_requests(pod)[name]
    return True


def cut(node: Node, used: Mapping[str, int], load: float) -> Node:
    """The node with just so much cpu and memory that what is used is the load."""
    size = {"cpu": f"{int((used['cpu'] - (500 if used['cpu'] > 500 else 0)) / load)}m",
            "memory": str(int((used["memory"] - (2**30 if used["memory"] > 2**30 else 0)) / load))}
    return attrs.evolve(node, status=attrs.evolve(node.status, allocatable=node.status.allocatable.update(size)))
