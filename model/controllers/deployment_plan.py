"""What one sync of a Deployment remembers between two calls, and the stages that it goes through.

Upstream's sync is straight-line code around blocking calls (pkg/controller/deployment, release 1.36). Here each piece
between two calls is a stage: a function that answers the next Call, Done, or a Plan whose `then` names the stage to
go on with. `Plan.deployment` is upstream's `d`: the copy as read, with what this sync has changed; a status update's
answer is not taken over, so a second one in the same sync carries the old resourceVersion and conflicts, as recorded.
"""

from collections.abc import Callable

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import Claims

# The stages, in upstream's words.
START = "start"
PATH = "path"
SCALING_EVENT = "scaling event"
SCALE = "scale"
SCALED = "scaled"
ROLLBACK = "rollback"
ROLL = "roll"
RECONCILE_OLD = "reconcile old"
SCALE_DOWN_OLD = "scale down old"
RECREATE = "recreate"
SCALE_UP = "scale up"
CLEAN_UP = "clean up"
STATUS = "status"
ROLLOUT_STATUS = "rollout status"


@attrs.frozen
class Plan:
    """A sync under way.

    `replica_sets`: as claimed, in creation order. `running`: UIDs of those with pods that have not ended (Recreate
    only). `hash`: that of the template, if no ReplicaSet has it. `new`: the new ReplicaSet, as last read or written.
    `old`: the active old ones, as last written, while they are scaled. `scaled`: was any of them?
    """

    deployment: Deployment
    replica_sets: tuple[ReplicaSet, ...]
    running: tuple[str, ...] = ()
    hash: str = ""
    then: str = START
    new: ReplicaSet | None = None
    old: tuple[ReplicaSet, ...] = ()
    scaled: bool = False


Progress = Call | Done | Plan
Stage = Callable[[Local, str, Plan], Progress]


@attrs.frozen
class Claiming:
    """A ReplicaSet is being adopted or released, or the Deployment read live before that."""

    deployment: Deployment
    claims: Claims
    call: Call


@attrs.frozen
class Continuing:
    """A status update in the middle of a sync; an error ends it."""

    plan: Plan


@attrs.frozen
class Ending:
    """The last call of a sync, which ends with `error` or, if there is none, with the call's own."""

    error: str = ""


@attrs.frozen
class Ignoring:
    """The last call of a sync, whose outcome nobody looks at."""


@attrs.frozen
class Creating:
    """The new ReplicaSet is being created."""

    plan: Plan
    made: ReplicaSet


@attrs.frozen
class Annotating:
    """The new ReplicaSet is being annotated."""

    plan: Plan


@attrs.frozen
class Scaling:
    """ReplicaSets with their new sizes, the first one in flight; `forgiving`: an error only ends the scaling."""

    plan: Plan
    todo: tuple[tuple[ReplicaSet, int], ...]
    forgiving: bool = False


@attrs.frozen
class Cleaning:
    """Keys of old ReplicaSets that are being deleted, the first one in flight."""

    plan: Plan
    todo: tuple[str, ...]


@attrs.frozen
class RollingBack:
    """The template of a revision is being put back; `message` says so in an Event, if it is."""

    message: str


def emit(local: Local, deployment: Deployment, type_: str, reason: str, message: str) -> None:
    """Records an Event on the Deployment."""
    local.emit(f"Deployment/{deployment.metadata.name}", type_, reason, message)


def update_status(key: str, deployment: Deployment, memo: object) -> Call:
    """Writes the Deployment's status, and the annotations with it."""
    return Call("update", "deployments", key, deployment, "status", memo=memo)
