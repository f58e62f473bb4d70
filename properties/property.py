"""What a property is: a name, a kind, why it matters, and a predicate that answers with a sentence.

    always      holds in every state: predicate(cluster)
    step        holds of every step: predicate(before, action, after), judged on what the decider saw
    eventually  once users and faults are quiet, reached and kept: predicate(cluster) says what is still missing
    sometimes   happens in some state: predicate(cluster) answers with a sentence when it does

Two more ask less of what must come about, and predicate(cluster) says what is still missing:

    always-eventually  once users and faults are quiet, reached again and again, and perhaps lost in between
    leads-to           wherever premise(cluster) answers with a sentence, reached then or later, whatever users and
                       faults did in between

A predicate returns a sentence that describes the violation (of a `sometimes`: the sighting), or None.
"""

from collections.abc import Callable
from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.scope import Scope
from seatrial.model.view import Cell

State = Callable[[Cluster], str | None]
Transition = Callable[[Cluster, Action, Cluster], str | None]
Where = Callable[[Scope], bool]


def anywhere(scope: Scope) -> bool:
    """In every scope."""
    del scope
    return True


@attrs.frozen
class Property:
    """One promise of Kubernetes, or the reachability of its premise.

    `reads` names what the predicate looks at, as (table, kind) with kind "" for any: an engine asks again only when a
    step has written there. `restrictions` says under what upstream really keeps it, and `breaks_under` names the
    budgets that break it in a real cluster: it is left out by default while one of them is not zero. `needs` names the
    processes it speaks of, whole or up to a "-" (kubelet for kubelet-node-1); `where` says in which scopes its premise
    can be reached at all (`seatrial.properties.premises`). `sibling` names the `sometimes` that shows that the premise
    of an `always` or `step` is reached; of a `leads-to` the `premise` itself must be reached.
    """

    name: str
    kind: str
    why: str
    predicate: Callable[..., str | None]
    link: str = ""
    restrictions: str = ""
    sibling: str = attrs.field()
    reads: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    breaks_under: tuple[str, ...] = ()
    where: Where = anywhere
    premise: State | None = None

    @sibling.default
    def _premise_of_leads_to(self) -> str:
        return premise_name(self.name) if self.kind == "leads-to" else ""

    def __attrs_post_init__(self) -> None:
        """Raises ValueError for a kind that does not exist, and for a premise where there is none to state."""
        if self.kind not in KINDS:
            message = f"property {self.name!r} has the kind {self.kind!r}; the kinds are {', '.join(KINDS)}"
            raise ValueError(message)
        if (self.kind == LEADS_TO) != (self.premise is not None):
            message = (f"property {self.name!r} is of the kind {self.kind}: " + (
                "say in `premise` what must lead to it" if self.kind == LEADS_TO
                else f"only {LEADS_TO!r} has a premise; leave it out"))
            raise ValueError(message)

    def concerns(self, written: dict[Cell, Any]) -> bool:
        """Could writing these cells have changed the answer?"""
        if not self.reads:
            return True
        return any((cell.table, cell.kind) in self.reads or (cell.table, "") in self.reads for cell in written)

    def applies(self, cluster: Cluster) -> bool:
        """Do the processes that it speaks of run in this scope, and can its premise be reached there?"""
        processes = tuple(cluster.system.processes)
        return self.where(cluster.system.scope) and all(
            any(process == name or process.startswith(f"{name}-") for process in processes) for name in self.needs
        )

    def broken_by(self, cluster: Cluster) -> tuple[str, ...]:
        """The budgets of this scope under which a real cluster breaks it."""
        return tuple(kind for kind in self.breaks_under if cluster.system.scope.budgets.get(kind))


def premise_name(name: str) -> str:
    """What the premise of a `leads-to` is called where engines look for it."""
    return f"premise_of_{name}"


def with_premises(properties: tuple[Property, ...]) -> tuple[Property, ...]:
    """The properties, and for each `leads-to` the `sometimes` that its premise is."""
    names = {each.name for each in properties}
    return (*properties, *(
        Property(premise_name(each.name), SOMETIMES, f"the premise of {each.name}", each.premise, reads=each.reads)
        for each in properties if each.premise is not None and premise_name(each.name) not in names))


KINDS = ("always", "step", "eventually", "sometimes", "always-eventually", "leads-to")
ALWAYS, STEP, EVENTUALLY, SOMETIMES, ALWAYS_EVENTUALLY, LEADS_TO = KINDS
LIVENESS = (EVENTUALLY, ALWAYS_EVENTUALLY, LEADS_TO)
"""The kinds that are judged on runs without end."""


def objects(*resources: str) -> tuple[tuple[str, str], ...]:
    """What a predicate over live objects reads."""
    return tuple(("object", resource) for resource in resources)
