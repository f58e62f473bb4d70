"""Small clusters with machines, and ways to walk through all or some of their states."""

import random
from collections.abc import Callable, Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.core import Container, Node, Pod, PodSpec, PodStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.client.controller import Controller
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.node.kubelet import kubelet
from seatrial.model.node.machine import Machine, PodSandbox, machine_cell, sandboxes
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import Cell, View

NODE = "node-a"
CIDR = "10.244.0.0/24"


def make_pod(name: str = "web", policy: str = "Always", node: str = NODE, **spec: object) -> Pod:
    """A pod bound to a node by hand, with one container unless said otherwise."""
    given: dict[str, object] = {"containers": (Container("app", image="app:v1"),)} | spec
    bound = attrs.evolve(PodSpec(node_name=node, restart_policy=policy), **given)  # type: ignore[arg-type]
    return Pod(ObjectMeta(name=name, namespace="default"), bound, PodStatus(phase="Pending"))


def make_cluster(
    *objects: object,
    budgets: dict[str, int] | None = None,
    controllers: tuple[str | Controller, ...] = (),
    nodes: tuple[str, ...] = (NODE,),
    cidr: str = CIDR,
    versions: int = 0,
    gates: dict[str, bool] | None = None,
    timed: bool = False,
) -> Cluster:
    """A cluster with a machine and a kubelet for each node."""
    kubelets = tuple(kubelet(node) for node in nodes)
    held = tuple(Node(ObjectMeta(name=node)) for node in nodes)
    scope = Scope(
        controllers=(*controllers, *kubelets),
        objects=(*held, *objects),
        versions=versions,
        budgets=FrozenMap(budgets or {}),
        gates=FrozenMap(gates or {}),
        timed=timed,
    )
    cluster = start(scope)
    view = View(cluster.cells)
    for at, node in enumerate(nodes):
        address, own_cidr = f"192.168.0.{at + 1}", cidr.replace(".0.0/", f".{at}.0/")
        view[machine_cell(node)] = Machine(address=address, pod_cidr=own_cidr)
    return Cluster(cluster.system, view.commit())


def take(cluster: Cluster, name: str, *, process: str = "", key: str = "", choice: str = "") -> Cluster:
    """Takes the one enabled Action of this name; fails with what is enabled when there is none."""
    for action in enabled(cluster):
        if (
            action.step == name
            and (process in ("", action.process))
            and (key in ("", action.key))
            and (choice in ("", action.choice))
        ):
            return step(cluster, action)
    raise AssertionError(f"{name} is not enabled; enabled are {[str(each) for each in enabled(cluster)]}")


def offers(cluster: Cluster, name: str) -> bool:
    """Is an Action of this name enabled?"""
    return any(each.step == name for each in enabled(cluster))


def settle(cluster: Cluster, avoid: tuple[str, ...] = ()) -> Cluster:
    """Takes Actions that are no user's and no fault's until none is left."""
    for _ in range(500):
        fair = [each for each in enabled(cluster) if not is_environment(each) and each.step not in avoid]
        if not fair:
            return cluster
        cluster = step(cluster, fair[0])
    raise AssertionError("the cluster does not come to rest")


def states(cluster: Cluster, limit: int = 30_000) -> Iterator[tuple[Cluster, Action, Cluster]]:
    """Every transition of a cluster's states, breadth first; fails when there are more states than `limit`."""
    seen = {cluster.cells}
    front = [cluster]
    while front:
        following = []
        for each in front:
            for action in enabled(each):
                after = step(each, action)
                yield each, action, after
                if after.cells not in seen:
                    seen.add(after.cells)
                    following.append(after)
        assert len(seen) <= limit, f"more than {limit} states"
        front = following


def quiet_states(cluster: Cluster) -> list[Cluster]:
    """Every state in which nothing more can happen."""
    return [after for _, _, after in states(cluster) if not enabled(after)]


def walk(cluster: Cluster, seed: int, steps: int = 200) -> Iterator[Cluster]:
    """The clusters of one seeded random walk."""
    dice = random.Random(seed)  # noqa: S311 -- a seeded walk
    for _ in range(steps):
        actions = enabled(cluster)
        if not actions:
            return
        cluster = step(cluster, dice.choice(actions))
        yield cluster


def change(cluster: Cluster, edit: Callable[[View], None]) -> Cluster:
    """The cluster after an edit of its cells."""
    view = View(cluster.cells)
    edit(view)
    return Cluster(cluster.system, view.commit())


def sandbox_of(cluster: Cluster, key: str = "default/web") -> PodSandbox | None:
    """The sandbox of a pod of this name."""
    return next((sandbox for cell, sandbox in sandboxes(cluster.view()) if cell.kind == key), None)


def budget(kind: str) -> Cell:
    """The budget cell of a kind."""
    return Cell("budget", "", kind)
