"""Each scheduling cycle of a run, held against the solver: the node that it chose, or that it found none.

A property of steps, for sampling in the Hypothesis machine: asking a solver after each cycle is too slow for searches
of millions of steps. What the cycle saw is read from the scheduler's informers as they were before the step; what it
decided, from what it assumes after it.
"""

from seatrial.model.actions import Action
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.scheduler import cache
from seatrial.model.scheduler.cycle import schedule_pod
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.model.scheduler.scheduler import CONTROLLER
from seatrial.properties.checking.place.agree import node_agrees, none_agrees
from seatrial.properties.property import STEP, Property


def cycle_disagrees(before: Cluster, action: Action, after: Cluster) -> str | None:
    """What the solver has against the decision of a scheduling cycle."""
    if (action.process, action.step) != (CONTROLLER.name, "Sync"):
        return None
    local = Local(before.view(), CONTROLLER.name)
    pod, seen = local.get("pods", action.key), cache.snapshot(local)
    if pod is None or pod.spec.node_name or not seen.nodes or cache.is_assumed(local, action.key):
        return None
    assumed = Local(after.view(), CONTROLLER.name).note(cache.NOTE, action.key)
    if assumed is not None:
        if not node_agrees(pod, seen.nodes, assumed.node, seen.nominated):
            return f"pod {action.key} goes to {assumed.node}, which the solver's constraints do not allow"
        return None
    found = schedule_pod(PLUGINS, pod, seen.nodes, seen.nominated)
    if pod.metadata.deletion_timestamp is None and not found.error and not none_agrees(
            pod, seen.nodes, seen.nominated):
        return f"pod {action.key} is told that 0/{len(seen.nodes)} nodes are available, yet the solver finds one"
    return None


SCHEDULER_AGREES = Property(
    "scheduler_agrees_with_solver", STEP,
    "Every node that a scheduling cycle chooses is one that the solver allows, and where it finds none there is none",
    cycle_disagrees)
