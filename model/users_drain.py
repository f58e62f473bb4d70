"""`kubectl drain`: cordon a node, list its pods once, and evict them one by one.

The pods to evict are chosen when the drain begins: every pod on the node but those of DaemonSets and the static pods'
mirrors (`--ignore-daemonsets`); pods without a controller too (`--force`). Each eviction is a request of its own; one
that a disruption budget refuses (429) is tried again later, any other failure ends the drain there. While the drain
waits anything may happen, an uncordon included; a user who gives up is a drain that evicts nothing more, since no user
is fair. A pod that a PodDisruptionBudget selects makes the drain not modelled, and it is not offered: the
controller that keeps the budget's status is not here yet. Left out: `--timeout`, `--disable-eviction`, waiting
for the pods to be gone (nothing depends on when kubectl exits).
Mirrors staging/src/k8s.io/kubectl/pkg/drain (release 1.36).
"""

from collections.abc import Iterator
from typing import Any

from seatrial.model.actions import Action
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import LabelSelector, get_controller_of, key_of
from seatrial.model.api.wire import from_json
from seatrial.model.client.calls import Call
from seatrial.model.client.links import API_SERVER
from seatrial.model.meta.labels import matches_selector
from seatrial.model.steps import Step, spend
from seatrial.model.system import System
from seatrial.model.users import KUBECTL, actions_of, ask, find_user_action, plan_cordon
from seatrial.model.view import Cell, View

MIRROR = "kubernetes.io/config.mirror"
TOO_MANY_REQUESTS = 429


def eviction_cell(node: str, pod: str) -> Cell:
    """Does the drain of this node still have to evict this pod?"""
    return Cell("drain", node, "", pod)


def pods_to_evict(view: View, node: str) -> tuple[Pod, ...]:
    """The pods on a node that a drain evicts, in key order (drain/filters.go)."""
    return tuple(pod for _, pod in view.scan("object", "", "pods")
                 if pod.spec.node_name == node and not is_left_alone(pod))


def is_left_alone(pod: Pod) -> bool:
    """A DaemonSet would put it back, or the kubelet itself keeps it."""
    owner = get_controller_of(pod.metadata)
    return MIRROR in pod.metadata.annotations or (owner is not None and owner.kind == "DaemonSet")


def has_disruption_budget(view: View, pod: Pod) -> bool:
    """Does a PodDisruptionBudget of its namespace select this pod?"""
    return any(budget.metadata.namespace == pod.metadata.namespace
               and matches_selector(selector_of(budget), pod.metadata.labels)
               for _, budget in view.scan("object", "", "poddisruptionbudgets"))


def selector_of(budget: Any) -> LabelSelector | None:  # noqa: ANN401 -- any API object
    """A budget's selector; the kind itself may be modelled or not."""
    if hasattr(budget, "spec"):
        return budget.spec.selector  # type: ignore[no-any-return]
    tree = budget.unmodelled.get("spec", {}).get("selector")
    return None if tree is None else from_json(LabelSelector, tree)


def offer_drain(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The scope lists it, the node has something to cordon or evict, and no disruption budget is in the way."""
    if anchor.kind != "drain" or view[API_SERVER] == "down":
        return
    for action, user in actions_of(system.scope.users, "drain"):
        node = user.target[1]
        if any(True for _ in view.keys("drain", node)):
            continue
        pods = pods_to_evict(view, node)
        if not any(has_disruption_budget(view, pod) for pod in pods) and (pods or plan_cordon(view, user) is not None):
            yield action


def run_drain(view: View, system: System, action: Action) -> None:
    """The node is cordoned, and its pods are listed."""
    user = find_user_action(system, action)
    spend(view, "drain")
    call = plan_cordon(view, user)
    if call is not None and not ask(view, system, call).ok:
        return
    for pod in pods_to_evict(view, user.target[1]):
        view[eviction_cell(user.target[1], key_of(pod.metadata))] = True


def offer_evict(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The drain goes on with any pod of its list (kubectl evicts them side by side)."""
    del system
    if view[API_SERVER] != "down":
        yield Action("Evict", KUBECTL, anchor.key, anchor.owner)


def run_evict(view: View, system: System, action: Action) -> None:
    """Asks for the eviction; done when it is granted or the pod is gone, again later after 429, else given up."""
    node, pod = action.choice, action.key
    reply = ask(view, system, Call("create", "pods", pod, subresource="eviction"))
    if reply.code == TOO_MANY_REQUESTS:
        return
    view[eviction_cell(node, pod)] = None
    if not reply.ok and not reply.is_reason("NotFound"):
        for key in list(view.keys("drain", node)):
            view[eviction_cell(node, key)] = None


STEPS: tuple[Step, ...] = (
    Step("Drain", "budget", offer_drain, run_drain, environment=True, say="a user drains {key}: it is cordoned"),
    Step("Evict", "drain", offer_evict, run_evict, environment=True, say="the drain of {choice} evicts {key}"),
)
