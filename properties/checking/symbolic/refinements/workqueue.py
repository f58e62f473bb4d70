"""The work queue's count model beside the machinery that runs every control loop (`seatrial.model.client.process`).

That machinery is the same for all controllers, so it is compared on the smallest one that shows everything: `LOOKER`
looks its object up, notes the copy that it acted on when that succeeds, and asks to be synced again for an object of no
replicas. The note is what the model's `changed` is read off: is the live object another than the last one acted on?
Timers, crashes and watches that break are left out: they are no steps of the count model, and scopes with them are
refused. Mirrors staging/src/k8s.io/client-go/util/workqueue (release 1.36).
"""

from collections.abc import Iterator
from itertools import product

from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Answered, Call, Done, Reply, Waiting
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.informer import events_cell
from seatrial.model.client.local import Local
from seatrial.model.client.process import plan_cell, queue_cell
from seatrial.model.cluster import Cluster
from seatrial.model.view import Cell
from seatrial.properties.checking.symbolic.models.workqueue import MODEL, ONE, TWO, Key, Queue
from seatrial.properties.checking.symbolic.refinement import Refinement
from seatrial.properties.checking.symbolic.system import Transition

ACTED = "acted"
RESOURCE = "replicasets"


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Looks the object up, and remembers the copy that it acts on."""
    del choice
    copy = local.get(RESOURCE, key)
    return Done() if copy is None else Call("get", RESOURCE, key, memo=copy)


def resume(local: Local, key: str, memo: object, reply: Reply) -> Done:
    """Notes the copy; asks for another sync when it has no replicas."""
    if not reply.ok:
        return Done(error=reply.message)
    local.set_note(ACTED, key, memo)
    return Done(requeue=not getattr(memo, "spec").replicas)  # noqa: B009 -- a memo is any object


def looker(workers: int) -> Controller:
    """The controller that is compared, with so many workers."""
    return Controller("looker", watches=(Watch(RESOURCE),), sync=sync, resume=resume, workers=workers,
                      grants=(PolicyRule(("get", "list", "watch"), ("apps",), (RESOURCE,)),))


def choices(transition: Transition, before: Queue, after: Queue) -> Iterator[tuple[int, ...]]:
    """Either key, and any outcome."""
    del before, after
    return product((ONE, TWO), *((0, 1) for _ in transition.choices[1:]))


REFINEMENT = Refinement(MODEL, choices, proved_to=3, walked_to=40, budgets=("scale", "refused"),
                        unit="changes of two objects")


def queue_counts(cluster: Cluster, one: str, two: str) -> Queue:
    """The two keys of the controller `looker`, which has acted on both before."""
    workers = cluster.system.processes["looker"].workers or 0
    busy = sum(1 for _ in cluster.view().keys("plan", "looker"))
    return Queue(key_counts(cluster, one), key_counts(cluster, two), workers - busy)


def key_counts(cluster: Cluster, key: str) -> Key:
    """One key: its object, its events, its place in the queue, its plan."""
    version = cluster.get(RESOURCE, key).metadata.resource_version
    acted = cluster[Cell("note", "looker", ACTED, key)]
    plan = cluster[plan_cell("looker", key)]
    memo = plan.call.memo if isinstance(plan, Waiting | Answered) else None
    waiting = sum(event.key == key for event in cluster[events_cell("looker", RESOURCE)] or ())
    return Key(
        changed=acted is None or acted.metadata.resource_version != version, waiting=waiting,
        queued=bool(cluster[queue_cell("looker", key)]), in_flight=memo is not None,
        current=memo is not None and memo.metadata.resource_version == version)
