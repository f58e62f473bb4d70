"""A machine: what survives a crash of its kubelet, one small cell per pod, image and Service.

The runtime's records are what CRI's ListPodSandbox and ListContainers answer (staging/src/k8s.io/cri-api,
release 1.36): a sandbox with its address, and per container the newest record, with the attempt that upstream
calls the restart count. Older records are left out: the kubelet looks at the newest only, and its garbage
collection keeps one dead container per name; a record that still runs is never dropped, so that two running
containers of one name would be seen. Volumes, cgroups and log files are left out: no modelled component reads
them.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.view import Cell, View

CREATING, CREATED, RUNNING, EXITED, UNKNOWN = "creating", "created", "running", "exited", "unknown"


def moment() -> Any:  # noqa: ANN401 -- what attrs.field returns
    """A time in seconds: `seatrial.model.canonical` counts it from the clock."""
    return attrs.field(default=0, metadata={"time": True})


UNBOUNDED = 2**63 - 1


@attrs.frozen(cache_hash=True)
class Machine:
    """A machine with its power; `address` is the node's own, `pod_cidr` what its pods get ("" = no pod network).

    `memory` is in bytes; where the Node does not say, more than anybody asks for.
    """

    on: bool = True
    address: str = ""
    pod_cidr: str = ""
    memory: int = UNBOUNDED


@attrs.frozen(cache_hash=True)
class Ended:
    """How a run of a container ended; times are in seconds."""

    exit_code: int
    reason: str = ""
    started_at: int = moment()
    finished_at: int = moment()


@attrs.frozen(cache_hash=True)
class Oom:
    """What the kernel was told of a container: its score, and whether it has a memory limit to run into."""

    score_adj: int = 0
    limited: bool = False


@attrs.frozen(cache_hash=True)
class ContainerRecord:
    """A container in the runtime: which attempt, its image, its state, and how it and the attempt before it ended.

    `completes`: it is meant to end by itself (an init container, or the work of a Job). `oom` is None where no budget
    could let memory run out.
    """

    name: str
    image: str = ""
    attempt: int = 0
    state: str = RUNNING
    started_at: int = moment()
    completes: bool = False
    ended: Ended | None = None
    last: Ended | None = None
    oom: Oom | None = None

    @property
    def id(self) -> str:
        """The container's ID: upstream's is random, only its being new with each attempt matters."""
        return f"{self.name}_{self.attempt}"


@attrs.frozen(cache_hash=True)
class PodSandbox:
    """A pod on a machine: its sandbox (attempt, address, ready or dead) and the containers in it, in order of start."""

    attempt: int = 0
    ip: str = ""
    ready: bool = True
    created_at: int = moment()
    containers: tuple[ContainerRecord, ...] = ()

    def find(self, name: str) -> ContainerRecord | None:
        """The newest record of a container."""
        found = [each for each in self.containers if each.name == name]
        return found[-1] if found else None

    def replace(self, record: ContainerRecord) -> "PodSandbox":
        """The sandbox with this record in the place of the one of the same name and attempt."""
        kept = tuple(record if each.id == record.id else each for each in self.containers)
        return attrs.evolve(self, containers=kept)

    @property
    def is_running(self) -> bool:
        """Does any of its containers run?"""
        return any(each.state == RUNNING for each in self.containers)


@attrs.frozen(cache_hash=True)
class Pull:
    """An image on its way, arrived (`done`) or not to be had (`failed`), and the keys of the pods that wait for it."""

    pods: tuple[str, ...]
    done: bool = False
    failed: bool = False


def machine_cell(node: str) -> Cell:
    """The machine of a node."""
    return Cell("machine", node)


def sandbox_cell(node: str, pod: str, uid: str) -> Cell:
    """The sandbox of a pod: one per UID, so that two pods of one name are told apart."""
    return Cell("sandbox", node, pod, uid)


def image_cell(node: str, image: str) -> Cell:
    """Is this image on the machine?"""
    return Cell("image", node, "", image)


def pull_cell(node: str, image: str) -> Cell:
    """Is this image being pulled?"""
    return Cell("pull", node, "", image)


def rules_cell(node: str, service: str) -> Cell:
    """The rules that kube-proxy installed for a Service."""
    return Cell("rules", node, "", service)


def is_on(machine: Machine | None) -> bool:
    """Projection: has the machine power?"""
    return machine is not None and machine.on


def address_of(machine: Machine | None) -> str:
    """Projection: the node's own address."""
    return machine.address if machine is not None else ""


def pod_cidr_of(machine: Machine | None) -> str:
    """Projection: the range of its pods' addresses."""
    return machine.pod_cidr if machine is not None else ""


def memory_of(machine: Machine | None) -> int:
    """Projection: the machine's memory in bytes."""
    return machine.memory if machine is not None else UNBOUNDED


def running_scores(sandbox: PodSandbox | None) -> tuple[int, ...]:
    """Projection: the OOM scores of the containers that run."""
    held = () if sandbox is None else sandbox.containers
    return tuple(each.oom.score_adj for each in held if each.state == RUNNING and each.oom is not None)


def ip_of(sandbox: PodSandbox | None) -> str:
    """Projection: the address that a live sandbox holds, or ""."""
    return sandbox.ip if sandbox is not None and sandbox.ready else ""


def uids_on(view: View, node: str, pod: str) -> tuple[str, ...]:
    """The UIDs under which pods of this name have a sandbox on a machine, in order."""
    return tuple(view.keys("sandbox", node, pod))


def pods_on(view: View, node: str) -> tuple[str, ...]:
    """The keys of the pods that have a sandbox on a machine, in order."""
    return tuple(dict.fromkeys(cell.kind for cell in view.cells("sandbox", node)))


def sandboxes(view: View) -> Iterator[tuple[Cell, PodSandbox]]:
    """Every sandbox of every machine, in order."""
    for cell in view.cells("sandbox"):
        yield cell, view[cell]
