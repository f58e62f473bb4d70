"""A cloud that may fail: its load balancers, and the calls that controllers make to it.

    CloudCall(P, key)              the plan's call reaches the cloud, which does it and answers
    CloudFails(P, key, outcome)    failed (not done), or lost (done, and the answer never arrives); spends "cloud"

A call to the cloud is a plan's call like any other (`Call.remote`), but passes no API server; its answer comes as
a `Reply`. A load balancer is known to the cloud by its Service's UID (upstream: "a" and the UID without dashes), so
that a Service recreated under the same name has another one. Mirrors the LoadBalancer interface of
staging/src/k8s.io/cloud-provider/cloud.go (release 1.36). Left out: instances, routes and disks, which no modelled
controller asks for, and rate limits, which delay.
"""

from collections.abc import Callable, Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.model.client.calls import Answered, Call, Reply, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View

CLOUD = "cloud"
BUDGET = "cloud"
OUTCOMES = ("failed", "lost")
LOAD_BALANCERS = "loadbalancers"
ABSENT = Reply(404, reason="NotFound", message="there is no such load balancer")
FAILED = Reply(500, reason="CloudError", message="the cloud failed: nothing was done")
LOST = Reply(504, reason="CloudTimeout", message="the cloud did not answer in time: it may have done it")


@attrs.frozen
class LoadBalancer:
    """A load balancer: the Service it was made for, its address, its ports and the nodes behind it."""

    service: str
    ip: str
    ports: tuple[int, ...] = ()
    hosts: tuple[str, ...] = ()


@attrs.frozen
class Wanted:
    """What an ensure call asks for; of an update of the hosts, only those."""

    service: str
    ports: tuple[int, ...]
    hosts: tuple[str, ...]


def load_balancer_cell(uid: str) -> Cell:
    """The load balancer of the Service with this UID."""
    return Cell("cloud", "", LOAD_BALANCERS, uid)


def load_balancers(view: View) -> Iterator[tuple[str, LoadBalancer]]:
    """Every load balancer that the cloud has, by the UID of its Service."""
    return view.scan("cloud", "", LOAD_BALANCERS)


def free_address(view: View) -> str:
    """The lowest address that no load balancer has."""
    taken = {each.ip for _, each in load_balancers(view)}
    number = 1
    while (address := f"203.0.{113 + number // 256}.{number % 256}") in taken:
        number += 1
    return address


# What the cloud does.


def get_load_balancer(view: View, call: Call) -> Reply:
    """Is there one?"""
    found = view[load_balancer_cell(call.key)]
    return ABSENT if found is None else Reply(200, found)


def ensure_load_balancer(view: View, call: Call) -> Reply:
    """Creates it, or brings it to what is wanted; its address stays."""
    cell, wanted = load_balancer_cell(call.key), call.body
    held = view[cell]
    address = free_address(view) if held is None else held.ip
    view[cell] = LoadBalancer(wanted.service, address, wanted.ports, wanted.hosts)
    return Reply(200, view[cell])


def update_load_balancer(view: View, call: Call) -> Reply:
    """Sets the nodes behind it."""
    cell = load_balancer_cell(call.key)
    if view[cell] is None:
        return ABSENT
    view[cell] = attrs.evolve(view[cell], hosts=call.body.hosts)
    return Reply(200, view[cell])


def ensure_load_balancer_deleted(view: View, call: Call) -> Reply:
    """Deletes it; one that is not there is no failure."""
    view[load_balancer_cell(call.key)] = None
    return Reply(200)


DOES: dict[str, Callable[[View, Call], Reply]] = {
    "get-load-balancer": get_load_balancer,
    "ensure-load-balancer": ensure_load_balancer,
    "update-load-balancer": update_load_balancer,
    "ensure-load-balancer-deleted": ensure_load_balancer_deleted,
}
READS = ("get-load-balancer",)


def ask_cloud(verb: str, uid: str, body: Wanted | None = None, memo: object = None) -> Call:
    """A call to the cloud about the load balancer of the Service with this UID."""
    return Call(verb, LOAD_BALANCERS, uid, body, memo=memo, remote=CLOUD)


# Its steps.


def offer_call(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A call to the cloud waits."""
    del system
    plan = view[anchor]
    if isinstance(plan, Waiting) and plan.call.remote == CLOUD:
        yield Action("CloudCall", anchor.owner, anchor.key)


def run_call(view: View, system: System, action: Action) -> None:
    """The cloud does it; the answer is on its way."""
    del system
    cell = plan_cell(action.process, action.key)
    call = view[cell].call
    view[cell] = Answered(call, DOES[call.verb](view, call))


def offer_failure(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """It may go wrong, while the budget lasts; a read cannot be lost in another way than it fails."""
    for action in offer_call(view, system, anchor):
        if has_budget(view, BUDGET):
            for outcome in OUTCOMES[:1] if view[anchor].call.verb in READS else OUTCOMES:
                yield Action("CloudFails", action.process, action.key, outcome)


def run_failure(view: View, system: System, action: Action) -> None:
    """Nothing is done, or it is done and nobody is told."""
    del system
    spend(view, BUDGET)
    cell = plan_cell(action.process, action.key)
    call = view[cell].call
    if action.choice == "lost":
        DOES[call.verb](view, call)
    view[cell] = Answered(call, LOST if action.choice == "lost" else FAILED)


STEPS = (Step("CloudCall", "plan", offer_call, run_call, say="the cloud does what {process} asks for {key}"),)
FAILURES = (Step("CloudFails", "plan", offer_failure, run_failure, environment=True,
                 say="{process}'s call to the cloud for {key} goes wrong: {choice}"),)
