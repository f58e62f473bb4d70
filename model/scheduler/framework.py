"""What a scheduler plugin is: pure functions for the extension points, and the events that may help whom it rejected.

Mirrors staging/src/k8s.io/kube-scheduler/framework and pkg/scheduler/framework (release 1.36). A plugin is a record;
what upstream keeps in its CycleState between two extension points is the `state` that PreFilter or PreScore answers
and the next call gets.

A filter whose verdict depends on the pods that are there is a comparison of totals in the world after placement, and
states it as `demands`: the same functions decide one node in the scheduler, where totals are ints, and many nodes at
once in a solver, where totals are forms over counts that it chooses. Such code uses only what both have: totals are
added, multiplied by ints and compared; conditions are combined with `&` and `|`, never with `and`, `or` or `not`.

Left out: Permit, PreBind and PostBind (no modelled plugin has them), extenders, scores that
fail, and running plugins in parallel (their answers do not depend on each other).
"""

from collections.abc import Callable
from typing import Any

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.node_info import NodeInfo

MAX_NODE_SCORE = 100
SUCCESS, ERROR, SKIP = "Success", "Error", "Skip"
UNSCHEDULABLE, UNRESOLVABLE = "Unschedulable", "UnschedulableAndUnresolvable"


@attrs.frozen
class Status:
    """The answer of an extension point: code, reasons for the message, the plugin that gave it."""

    code: str = SUCCESS
    reasons: tuple[str, ...] = ()
    plugin: str = ""

    @property
    def is_success(self) -> bool:
        """Did it pass?"""
        return self.code == SUCCESS

    @property
    def is_rejected(self) -> bool:
        """Is it a verdict about the pod, rather than a failure?"""
        return self.code in (UNSCHEDULABLE, UNRESOLVABLE)

    @property
    def message(self) -> str:
        """All reasons in one line."""
        return ", ".join(self.reasons)


PASSED = Status()
SKIPPED = Status(SKIP)


@attrs.frozen
class PreFilterResult:
    """What PreFilter found: a status, the state for Filter, and the only nodes worth looking at (None: all)."""

    status: Status = PASSED
    state: Any = None
    node_names: tuple[str, ...] | None = None


@attrs.frozen
class PreScoreResult:
    """What PreScore found: a status, and the state for Score."""

    status: Status = PASSED
    state: Any = None


@attrs.frozen
class ClusterEvent:
    """What changed: of which resource (Node, AssignedPod, UnschedulablePod), and how (Add, UpdateNodeTaint)."""

    resource: str
    action: str


QueueingHint = Callable[[Pod, Any, Any], bool]
Nodes = tuple[NodeInfo, ...]
Condition = Any
"""A bool, or a formula over the counts that a solver chooses."""


@attrs.frozen
class Demand:
    """What must hold once the pod is on the node, and how the node is rejected if it does not."""

    condition: Condition
    reason: str
    code: str = UNSCHEDULABLE


Demands = Callable[[NodeInfo], tuple[Demand, ...]]


def first_failure(demands: tuple[Demand, ...], plugin: str) -> Status:
    """The status of a node where all totals are known: the first demand that it does not meet speaks for it."""
    failed = next((each for each in demands if not each.condition), None)
    return PASSED if failed is None else Status(failed.code, (failed.reason,), plugin)


def always_queue(pod: Pod, old: object, new: object) -> bool:
    """The hint of a registration that has none: any such event is worth a try."""
    del pod, old, new
    return True


@attrs.frozen
class Registration:
    """Events that may make a pod schedulable which the plugin rejected; `hint` looks closer (True: try again).

    `resource` is Node or Pod; Pod covers assigned and unscheduled ones.
    """

    resource: str
    actions: tuple[str, ...]
    hint: QueueingHint = always_queue

    def covers(self, event: ClusterEvent) -> bool:
        """Is the event one of these?"""
        resource = "Pod" if event.resource.endswith("Pod") else event.resource
        return self.resource == resource and event.action in self.actions


@attrs.frozen(eq=False)
class Plugin:
    """A plugin by its extension points; an absent one is None. `weight` counts when it scores.

    Filter gets the state of PreFilter and one node, PreScore the feasible nodes and all of them, Score the state and
    one node. `demands` gets the pod and all nodes with whatever is placed on them, this pod too, and answers what it
    demands of each; a plugin that filters without it looks at nothing but the pod and the node. `add_pod` answers the
    state of PreFilter with a pod (not the one that is scheduled) so many times more on a node: 1, or -1 to take it
    away. A score of None leaves the node out: it gets 0, and the others are normalised without it.
    """

    name: str
    filter: Callable[[Any, Pod, NodeInfo], Status] | None = None
    pre_filter: Callable[[Pod, Nodes], PreFilterResult] | None = None
    score: Callable[[Any, Pod, NodeInfo], int | None] | None = None
    pre_score: Callable[[Pod, Nodes, Nodes], PreScoreResult] | None = None
    normalize: Callable[[tuple[int, ...]], tuple[int, ...]] | None = None
    pre_enqueue: Callable[[Pod], Status] | None = None
    events: tuple[Registration, ...] = ()
    weight: int = 1
    demands: Callable[[Pod, Nodes], Demands] | None = None
    add_pod: Callable[[Any, Pod, NodeInfo, int], Any] | None = None


def registrations(plugin: Plugin) -> tuple[Registration, ...]:
    """The events that wake what this plugin rejected.

    A plugin that waits for new nodes but not for taint updates is woken by every taint update too: a node may have
    been added under a taint, and then the event of its addition was not looked at. Source:
    pkg/scheduler/scheduler.go, unionedGVKs and buildQueueingHintMap, release 1.36.
    """
    actions = [action for each in plugin.events if each.resource == "Node" for action in each.actions]
    if "Add" in actions and "UpdateNodeTaint" not in actions:
        return (*plugin.events, Registration("Node", ("UpdateNodeTaint",)))
    return plugin.events


def default_normalize_score(scores: tuple[int, ...], *, reverse: bool) -> tuple[int, ...]:
    """Scores scaled so that the greatest is 100; reversed, what was 0 gets 100.

    Source: pkg/scheduler/framework/plugins/helper/normalize_score.go, release 1.36.
    """
    greatest = max(scores, default=0)
    if greatest == 0:
        return tuple(MAX_NODE_SCORE for _ in scores) if reverse else scores
    scaled = tuple(MAX_NODE_SCORE * score // greatest for score in scores)
    return tuple(MAX_NODE_SCORE - score for score in scaled) if reverse else scaled
