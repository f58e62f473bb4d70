"""Recreation under the same name: an object is deleted, and created again as soon as its name is free.

The new object has another UID; what belongs to the old one must not be taken for its own. Candidates are the `Recreate`
records of `Scope.users`; without any, each object of the scope that has a scale (Deployment, ReplicaSet, …) and that
nobody owns. Between the two requests anything may happen.
Mirrors `kubectl replace --force` (staging/src/k8s.io/kubectl/pkg/cmd/replace, release 1.36), which waits for the
deletion before it creates.
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.api.registry import kind_of
from seatrial.model.client.calls import Call, DeleteOptions
from seatrial.model.client.links import API_SERVER
from seatrial.model.etcd.store import object_cell
from seatrial.model.faults.fault import Fault
from seatrial.model.steps import Step, spend
from seatrial.model.system import System
from seatrial.model.users import KUBECTL, RESOURCES, Recreate, actions_of, ask, is_deletable
from seatrial.model.users_apply import with_last_applied
from seatrial.model.view import Cell, View, is_present

BUDGET = "recreate"


def candidates(system: System) -> tuple[Recreate, ...]:
    """What may be recreated in this scope."""
    listed = tuple(each for each in system.scope.users if isinstance(each, Recreate))
    if listed:
        return listed
    return tuple(Recreate(each) for each in system.scope.objects
                 if type(each) in RESOURCES and kind_of(RESOURCES[type(each)]).has_scale
                 and not each.metadata.owner_references)


def find_candidate(system: System, action: Action) -> Recreate:
    """The record that an Action (of either step) names; raises ValueError when there is none."""
    for known, each in actions_of(candidates(system), BUDGET):
        if isinstance(each, Recreate) and (known.key, known.choice) == (action.key, action.choice):
            return each
    raise ValueError(f"{action}: no such object can be recreated in this scope; add Recreate(manifest) to Scope.users")


def offer_recreate(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Any candidate that is there and not in deletion may be deleted, while the budget lasts."""
    if anchor.kind != BUDGET or view[API_SERVER] == "down":
        return
    for action, each in actions_of(candidates(system), BUDGET):
        if view.get(object_cell(*each.target), is_deletable):
            yield action


def run_recreate(view: View, system: System, action: Action) -> None:
    """The object is deleted."""
    each = find_candidate(system, action)
    resource, key = each.target
    spend(view, BUDGET)
    reply = ask(view, system, Call("delete", resource, key,
                                   options=DeleteOptions(propagation_policy=each.propagation_policy)))
    if reply.ok:
        view[Cell("recreate", "", action.choice, action.key)] = True


def offer_create_again(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The name is free."""
    each = find_candidate(system, Action("CreateAgain", KUBECTL, anchor.key, anchor.kind))
    if view[API_SERVER] != "down" and not view.get(object_cell(*each.target), is_present):
        yield Action("CreateAgain", KUBECTL, anchor.key, anchor.kind)


def run_create_again(view: View, system: System, action: Action) -> None:
    """The manifest is created under the old name."""
    each = find_candidate(system, action)
    resource, key = each.target
    view[Cell("recreate", "", action.choice, action.key)] = None
    ask(view, system, Call("create", resource, key, with_last_applied(kind_of(resource), each.manifest)))


FAULT = Fault(
    "recreate",
    "an object is deleted and created again under the same name",
    (Step("Recreate", "budget", offer_recreate, run_recreate, environment=True,
          say="a user deletes {key}, to create it again"),
     Step("CreateAgain", "recreate", offer_create_again, run_create_again, environment=True,
          say="a user creates {key} again: the same name, another UID")),
)
