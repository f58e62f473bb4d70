"""The record of a seeded bug: what was wrong upstream, and how to put it back."""

from collections.abc import Callable

import attrs

from seatrial.model.client.controller import Controller
from seatrial.model.scope import Scope


@attrs.frozen
class Variant:
    """A real bug, re-introduced: `apply` puts it into a scope, `scenario` is the scope in which it shows.

    `breaks` names the property that it breaks; in the scenario without it that property holds.
    """

    id: str
    reference: str
    what: str
    breaks: str
    scenario: Scope
    apply: Callable[[Scope], Scope]


def replace_controller(scope: Scope, name: str, controller: Controller) -> Scope:
    """The scope with one control loop replaced by another of the same name."""
    names = (name, name.removesuffix("-controller").removeprefix("kube-"))
    found = tuple(controller if each in names else each for each in scope.controllers)
    return attrs.evolve(scope, controllers=found)
