"""The container runtime at work: images arrive, containers are created, start, end, or are stopped.

    PullImage(node, image)            the pull succeeds
    PullFails(node, image)            it does not (budget "pull")
    StartContainer(node, pod/name)    a create call is answered: the container runs
    CreateTimesOut(node, pod/name)    it was created, but the kubelet is told of a time-out (budget "cri-lost")
    Complete(node, pod/name)          a container that is meant to end does so, with 0
    Exit(node, pod/name)              a container ends with 1 (budget "exit")
    OOMKill(node, pod/name)           the kernel kills it (budget "oom")

Mirrors the contract of CRI (staging/src/k8s.io/cri-api, release 1.36) as containerd keeps it. A container's
name has the attempt in it, so that the runtime refuses a second one for the same attempt; what the kubelet
sees of a lost create is a container that was created and never started. Where no budget could tell the
difference, pull, create and start are part of the kubelet's own step: their delay is a delay of that step,
and nobody else can see what lies between. A premature exit with 0 is left out: under restartPolicy Always it
is the same as one with 1. A kubelet that is up learns of every change (its PLEG polls the runtime), one that
starts again looks at everything.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.core import Container
from seatrial.model.client.process import UP, queue_cell, up_cell
from seatrial.model.network.addresses import allocate_pod_ip
from seatrial.model.node.machine import (
    CREATED,
    CREATING,
    EXITED,
    RUNNING,
    ContainerRecord,
    Ended,
    Oom,
    PodSandbox,
    Pull,
    image_cell,
    ip_of,
    machine_cell,
    pod_cidr_of,
    pull_cell,
    running_scores,
    sandbox_cell,
)
from seatrial.model.node.oom import may_be_killed
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View, is_present

KILLED = Ended(137, "Error")
REBOOTED = Ended(255, "Unknown")
PULLING = "ContainerCreating"
# No gate of Kubernetes: switched off by a scope that looks for k/k#98520.
IDEMPOTENT = "IdempotentCreateContainer"


def kubelet_name(node: str) -> str:
    """The name of a node's kubelet: its process, and its binary."""
    return f"kubelet-{node}"


def wake_kubelet(view: View, node: str, pod: str) -> None:
    """A kubelet that is up notices that something happened to a pod's containers."""
    name = kubelet_name(node)
    if view[up_cell(name)] == UP:
        view[queue_cell(name, pod)] = True


# What the kubelet asks of the runtime.


def run_pod_sandbox(
    view: View, node: str, attempt: int, held: PodSandbox | None, now: int, *, host: bool
) -> PodSandbox:
    """A new sandbox with an address of its own (or the node's), in place of the dead one."""
    old = held or PodSandbox(created_at=now)
    cidr = view.get(machine_cell(node), pod_cidr_of)
    ip = "" if host or not cidr else allocate_pod_ip(node, cidr, addresses_on(view, node))
    return attrs.evolve(old, attempt=attempt, ip=ip, ready=True)


def addresses_on(view: View, node: str) -> list[str]:
    """The addresses that the live sandboxes of a machine hold."""
    return [ip for cell in view.cells("sandbox", node) if (ip := view.get(cell, ip_of))]


def create_container(
    view: View, sandbox: PodSandbox, container: Container, now: int, *, completes: bool, oom: Oom | None = None
) -> PodSandbox:
    """Creates and starts the next attempt of a container; an earlier one that ended is removed.

    One that was created and given up stays until its pod goes: it never runs.
    """
    earlier = sandbox.find(container.name)
    record = ContainerRecord(
        container.name,
        container.image,
        0 if earlier is None else earlier.attempt + 1,
        CREATING if has_budget(view, "cri-lost") else RUNNING,
        now,
        completes,
        last=None if earlier is None else earlier.ended or earlier.last,
        oom=oom,
    )
    kept = tuple(each for each in sandbox.containers if each.name != container.name or each.state != EXITED)
    return attrs.evolve(sandbox, containers=(*kept, record))


def stop_container(sandbox: PodSandbox, container: str, now: int, how: Ended = KILLED) -> PodSandbox:
    """Stops one container (by its ID); it ends with 137, as one does that handles no SIGTERM."""
    records = tuple(
        _ended(each, how, now) if each.id == container and each.state != EXITED else each for each in sandbox.containers
    )
    return attrs.evolve(sandbox, containers=records)


def stop_pod(sandbox: PodSandbox, now: int, how: Ended = KILLED) -> PodSandbox:
    """Stops all containers and the sandbox; its address is free again."""
    for each in sandbox.containers:
        sandbox = stop_container(sandbox, each.id, now, how)
    return attrs.evolve(sandbox, ready=False)


def _ended(record: ContainerRecord, how: Ended, now: int) -> ContainerRecord:
    ended = attrs.evolve(how, started_at=record.started_at, finished_at=now)
    return attrs.evolve(record, state=EXITED, ended=ended)


def pull_policy(container: Container) -> str:
    """The image pull policy; without one Always for the tag latest, else IfNotPresent."""
    if container.image_pull_policy:
        return container.image_pull_policy
    tag = container.image.rpartition("/")[2].partition("@")[0].partition(":")[2]
    return "Always" if tag in ("", "latest") and "@" not in container.image else "IfNotPresent"


def ensure_image_exists(view: View, node: str, pod: str, container: Container) -> str:
    """Asks for an image; "" when the container can be created, else why not (upstream: EnsureImageExists)."""
    policy, cell = pull_policy(container), pull_cell(node, container.image)
    present = view.get(image_cell(node, container.image), is_present)
    if policy == "Never":
        return "" if present else "ErrImageNeverPull"
    pull: Pull | None = view[cell]
    waited = pull is not None and pod in pull.pods
    if pull is not None and waited and pull.done:
        _leave(view, cell, pull, pod)
        return ""
    if present and policy != "Always":
        return ""
    if pull is not None and waited and pull.failed:
        return "ErrImagePull"
    return _ask(view, node, pod, container.image, pull)


def _ask(view: View, node: str, pod: str, image: str, pull: Pull | None) -> str:
    """Joins the pull that is under way, or begins one; where none can fail, the image is there at once."""
    under_way = pull is not None and not pull.done and not pull.failed
    if not under_way and not has_budget(view, "pull"):
        view[image_cell(node, image)] = True
        return ""
    others = pull.pods if pull is not None and under_way else ()
    view[pull_cell(node, image)] = Pull(tuple(sorted({*others, pod})))
    return PULLING


def _leave(view: View, cell: Cell, pull: Pull, pod: str) -> None:
    left = tuple(each for each in pull.pods if each != pod)
    view[cell] = attrs.evolve(pull, pods=left) if left else None


def leave_pulls(view: View, node: str, pod: str, *, failed: bool = False) -> None:
    """A pod that is gone waits for no image any more; after a back-off it forgets those that `failed`."""
    for image, pull in tuple(view.scan("pull", node)):
        if pod in pull.pods and (pull.failed or not failed):
            _leave(view, pull_cell(node, image), pull, pod)


# What happens by itself.


def offer_pull(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """An image is on its way."""
    del system
    pull: Pull = view[anchor]
    if not pull.done and not pull.failed:
        yield Action("PullImage", anchor.owner, anchor.key)


def run_pull(view: View, system: System, action: Action) -> None:
    """It arrives."""
    del system
    view[image_cell(action.process, action.key)] = True
    _finish_pull(view, action, Pull(view[pull_cell(action.process, action.key)].pods, done=True))


def _finish_pull(view: View, action: Action, pull: Pull) -> None:
    view[pull_cell(action.process, action.key)] = pull
    for pod in pull.pods:
        wake_kubelet(view, action.process, pod)


def offer_pull_fails(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """An image may not arrive."""
    del system
    pull: Pull = view[anchor]
    if not pull.done and not pull.failed and has_budget(view, "pull"):
        yield Action("PullFails", anchor.owner, anchor.key)


def run_pull_fails(view: View, system: System, action: Action) -> None:
    """The registry does not answer, or does not know it."""
    del system
    spend(view, "pull")
    _finish_pull(view, action, Pull(view[pull_cell(action.process, action.key)].pods, failed=True))


def _offer(step: str, view: View, anchor: Cell, state: str, *, completes: bool | None = None) -> Iterator[Action]:
    """One Action for each container of a sandbox in this state."""
    for each in view[anchor].containers:
        if each.state == state and completes in (None, each.completes):
            yield Action(step, anchor.owner, f"{anchor.kind}/{each.name}", anchor.key)


def _change(view: View, action: Action, before: str, after: str, how: Ended | None = None) -> None:
    """A container goes from one state to another, and its kubelet notices."""
    pod, _, name = action.key.rpartition("/")
    cell = sandbox_cell(action.process, pod, action.choice)
    sandbox: PodSandbox = view[cell]
    record = next(each for each in sandbox.containers if each.name == name and each.state == before)
    now = int(view[Cell("clock")] or 0)
    changed = attrs.evolve(record, state=after) if how is None else _ended(record, how, now)
    view[cell] = sandbox.replace(changed)
    wake_kubelet(view, action.process, pod)


def offer_start_container(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A create call is on its way."""
    del system
    yield from _offer("StartContainer", view, anchor, CREATING)


def run_start_container(view: View, system: System, action: Action) -> None:
    """The runtime answers; the kubelet starts the container."""
    del system
    _change(view, action, CREATING, RUNNING)


def offer_start_late(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Without idempotent creation a container that was given up may start all the same."""
    if not system.scope.gate(IDEMPOTENT):
        yield from _offer("StartContainerLate", view, anchor, CREATED)


def run_start_late(view: View, system: System, action: Action) -> None:
    """It runs, whatever was started in its place."""
    del system
    _change(view, action, CREATED, RUNNING)


def offer_create_times_out(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A create call may be answered too late."""
    del system
    if has_budget(view, "cri-lost"):
        yield from _offer("CreateTimesOut", view, anchor, CREATING)


def run_create_times_out(view: View, system: System, action: Action) -> None:
    """The runtime has created the container; the kubelet does not know, and will not start this one."""
    del system
    spend(view, "cri-lost")
    _change(view, action, CREATING, CREATED)


def offer_complete(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A container that is meant to end may do so."""
    del system
    yield from _offer("Complete", view, anchor, RUNNING, completes=True)


def run_complete(view: View, system: System, action: Action) -> None:
    """It has done its work."""
    del system
    _change(view, action, RUNNING, EXITED, Ended(0, "Completed"))


def offer_exit(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Any container may fail."""
    del system
    if has_budget(view, "exit"):
        yield from _offer("Exit", view, anchor, RUNNING)


def run_exit(view: View, system: System, action: Action) -> None:
    """It ends with 1."""
    del system
    spend(view, "exit")
    _change(view, action, RUNNING, EXITED, Ended(1, "Error"))


def offer_oom_kill(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Memory may run out: a container's own, or the machine's, and then its score decides who is killed."""
    del system
    if not has_budget(view, "oom"):
        return
    for each in view[anchor].containers:
        if each.state == RUNNING and _is_victim(view, anchor.owner, each.oom or Oom()):
            yield Action("OOMKill", anchor.owner, f"{anchor.kind}/{each.name}", anchor.key)


def _is_victim(view: View, node: str, oom: Oom) -> bool:
    scores = (score for cell in view.cells("sandbox", node) for score in view.get(cell, running_scores))
    return may_be_killed(oom.score_adj, limited=oom.limited, others=scores)


def run_oom_kill(view: View, system: System, action: Action) -> None:
    """The kernel kills it."""
    del system
    spend(view, "oom")
    _change(view, action, RUNNING, EXITED, Ended(137, "OOMKilled"))


STEPS = (
    Step("PullImage", "pull", offer_pull, run_pull, say="image {key} arrives on {process}"),
    Step(
        "StartContainer",
        "sandbox",
        offer_start_container,
        run_start_container,
        say="container {key} starts on {process}",
    ),
    Step("Complete", "sandbox", offer_complete, run_complete, say="container {key} on {process} has done its work"),
)
PULL_FAULTS = (
    Step(
        "PullFails",
        "pull",
        offer_pull_fails,
        run_pull_fails,
        environment=True,
        say="the pull of {key} on {process} fails",
    ),
)
CONTAINER_FAULTS = (
    Step("Exit", "sandbox", offer_exit, run_exit, environment=True, say="container {key} on {process} ends with 1"),
    Step(
        "OOMKill",
        "sandbox",
        offer_oom_kill,
        run_oom_kill,
        environment=True,
        say="container {key} on {process} is killed for want of memory",
    ),
    Step(
        "CreateTimesOut",
        "sandbox",
        offer_create_times_out,
        run_create_times_out,
        environment=True,
        say="the call that created container {key} on {process} times out",
    ),
    Step(
        "StartContainerLate",
        "sandbox",
        offer_start_late,
        run_start_late,
        say="container {key}, given up by the kubelet of {process}, starts all the same",
    ),
)
