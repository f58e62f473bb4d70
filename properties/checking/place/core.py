"""Why there is no placement: a minimal set of constraints that cannot be met together.

A constraint, for this, is what one plugin, with one reason, demands for all pods of one batch, on all nodes at once; it
has a switch, and the solver says which switches it cannot have on together. Then every switch is tried off: what is
left is minimal, without any one of them the others can be met.

A batch whose switch is off also takes nothing of what the others count: pods that ask for no cpu leave it to others,
and need not be kept apart. A sum that several batches share counts, for each, a number that is at least its pods, as
long as its switch is on.

What cannot be held against an end state is not in a core (see `necessity`); where only the question with an order has
no solution, the switches are on its demands, step by step.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import attrs
import z3

from seatrial.properties.checking.place.forms import Condition, Formula, atoms
from seatrial.properties.checking.place.lower_z3 import count_text, sum_of
from seatrial.properties.checking.place.necessity import necessary
from seatrial.properties.checking.place.order import total_pods
from seatrial.properties.checking.place.ordered import step_demands
from seatrial.properties.checking.place.portfolio import Deadline
from seatrial.properties.checking.place.problem import Key, Keys, Reading, conjuncts, is_unguarded, reduced
from seatrial.properties.checking.place.world import World

Term: TypeAlias = Any
FIRST_WORK = 20_000_000
WORK_EACH = 2_000_000
UNLIMITED = 2**63


@attrs.frozen
class Label:
    """What one plugin demands for a batch, with one reason; a plugin without `demands` gives no reason here."""

    batch: int
    plugin: str
    reason: str = ""


@attrs.frozen
class Core:
    """Constraints that cannot be met together; `is_minimal`: for each, it is known that the others can."""

    labels: tuple[Label, ...] = ()
    is_minimal: bool = True


@attrs.frozen(eq=False)
class Family:
    """A condition of a plugin and reason, and the variables that demand it; `is_sum`: it needs no guard."""

    plugin: str
    reason: str
    owners: list[int]
    condition: Condition
    is_sum: bool = False


@attrs.frozen(eq=False)
class Switched:
    """A problem as SMT-LIB whose constraints hang on switches: `L3` is that of the fourth label."""

    labels: tuple[Label, ...]
    text: str


def end_state_core(world: World, deadline: Deadline) -> Core:
    """A core of what every end state must meet; empty if there is none or it was not found in time.

    Looked for in the constraints of each batch alone first: that is quick, and tells most.
    """
    found = tuple(families(world, necessary(world)))
    for batch in suspects(world, found):
        core = minimal(switched(world, found, batch), deadline)
        if core.labels:
            return core
    return minimal(switched(world, found), deadline)


def suspects(world: World, found: Sequence[Family]) -> tuple[int, ...]:
    """The batches that may have no place even alone: those first whose sums leave too little room, then the unsure."""
    refused = {world.variable(each.batch, each.node) for each in world.refusals}
    of_batch: dict[int, list[Family]] = {}
    for family in found:
        for batch in dict.fromkeys(world.cell(at)[0] for at in family.owners):
            of_batch.setdefault(batch, []).append(family)
    full, unsure = [], []
    for batch, each in enumerate(world.batches):
        demanded = of_batch.get(batch, [])
        room = room_alone(range(batch * world.width, (batch + 1) * world.width), refused, demanded)
        if room < each.count:
            full.append(batch)
        elif not all(family.is_sum for family in demanded):
            unsure.append(batch)
    return (*full, *unsure)


def room_alone(row: range, refused: set[int], demanded: Sequence[Family]) -> int:
    """How many pods of a batch find room when each node takes as many as its sums allow, one node after the other."""
    sums = [family.condition for family in demanded if family.is_sum and isinstance(family.condition, Formula)]
    left, of_variable = [formula.bound for formula in sums], dict[int, list[tuple[int, int]]]()
    for place, formula in enumerate(sums):
        for at, weight in formula.terms.items():
            of_variable.setdefault(at, []).append((place, weight))
    total = 0
    for at in row:
        if at not in refused:
            count = min((left[place] // weight for place, weight in of_variable.get(at, ())), default=UNLIMITED)
            total += count
            for place, weight in of_variable.get(at, ()):
                left[place] -= weight * count
    return total


def ordered_core(world: World, deadline: Deadline) -> Core:
    """A core of what every order must meet; empty if there is none or it was not found in time."""
    return minimal(switched_steps(world), deadline)


def minimal(problem: Switched, deadline: Deadline) -> Core:
    """Switches that cannot all be on, none of which can be spared."""
    solver = z3.SimpleSolver(ctx=z3.Context())
    solver.from_string(problem.text)
    found = try_on(solver, tuple(range(len(problem.labels))), deadline, FIRST_WORK)
    needed, rest, is_minimal = list[int](), list(found or ()), True
    while rest:
        tried = rest.pop(0)
        fewer = try_on(solver, (*needed, *rest), deadline, WORK_EACH)
        if fewer:
            needed, rest = ([each for each in part if each in fewer] for part in (needed, rest))
        else:
            needed.append(tried)
            is_minimal = is_minimal and fewer is not None
    return Core(tuple(problem.labels[each] for each in sorted(needed)), is_minimal)


def try_on(solver: Term, on: tuple[int, ...], deadline: Deadline, work: int) -> tuple[int, ...] | None:
    """Those of the switches that cannot be on together, in order; none if they can, None if that is not known."""
    if deadline.left <= 0:
        return None
    solver.set("timeout", max(1, int(deadline.left * 1000)))
    solver.set("rlimit", work)
    answer = solver.check(*[z3.Bool(f"L{each}", solver.ctx) for each in on])
    if answer != z3.unsat:
        return () if answer == z3.sat else None
    found = {str(each) for each in solver.unsat_core()}
    return tuple(each for each in on if f"L{each}" in found)


# End states.


class Labels:
    """Gives every label its switch."""

    def __init__(self) -> None:
        self.known: dict[Label, int] = {}

    def switch(self, label: Label) -> str:
        """The name of a label's switch."""
        return f"L{self.known.setdefault(label, len(self.known))}"

    def finish(self, lines: list[str]) -> Switched:
        """The problem with its switches declared."""
        declared = [f"(declare-const L{at} Bool)" for at in self.known.values()]
        return Switched(tuple(self.known), "\n".join([*declared, *lines]))


def switched(world: World, found: Sequence[Family], only: int | None = None) -> Switched:
    """The world's problem in counts, with switches; `only` leaves out the constraints of all batches but one."""
    labels, lines, mentioned = Labels(), list[str](), set[int]()
    for label, nodes in refusals_by_label(world).items():
        if only in (None, label.batch):
            total = sum_of(dict.fromkeys((world.variable(label.batch, node) for node in nodes), 1))
            lines.append(f"(assert (=> {labels.switch(label)} (<= {total} 0)))")
            mentioned.add(label.batch)
    shared: dict[tuple[int, str, str], str] = {}
    for family in found:
        owners = family.owners if only is None else [at for at in family.owners if world.cell(at)[0] == only]
        if owners:
            lines += switched_condition(world, labels, shared, attrs.evolve(family, owners=owners))
            mentioned.update(world.cell(at)[0] for part in atoms(family.condition) for at in part.terms)
            mentioned.update(world.cell(at)[0] for at in owners)
    declared = [f"(declare-const {each} Int)" for each in shared.values()]
    return labels.finish([*declared, *count_lines(world, sorted(mentioned)), *lines])


def count_lines(world: World, batches: Iterable[int]) -> Iterator[str]:
    """The variables of some batches, and what they add up to."""
    for batch in batches:
        count, variables = world.batches[batch].count, range(batch * world.width, (batch + 1) * world.width)
        for at in variables:
            yield f"(declare-const x{at} Int)(assert (<= 0 x{at} {count}))"
        yield f"(assert (= {sum_of(dict.fromkeys(variables, 1))} {count}))"


def refusals_by_label(world: World) -> dict[Label, list[int]]:
    """The nodes that each plugin without demands refuses each batch."""
    found: dict[Label, list[int]] = {}
    for each in world.refusals:
        found.setdefault(Label(each.batch, each.plugin), []).append(each.node)
    return found


def families(world: World, reading: Reading) -> Iterator[Family]:
    """Each different condition of a plugin and reason, with the variables that demand it."""
    found: dict[Key, Family] = {}
    keys = Keys()
    for each in world.constraints:
        at = world.variable(each.batch, each.node)
        for part in conjuncts(reading(each)):
            key = (each.plugin, each.reason, keys.key_of(part))
            if key not in found:
                found[key] = Family(each.plugin, each.reason, [], part)
            if not found[key].owners or found[key].owners[-1] != at:
                found[key].owners.append(at)
    for family in found.values():
        formula = reduced(family.condition) if isinstance(family.condition, Formula) else family.condition
        is_sum = isinstance(formula, Formula) and is_unguarded(formula, family.owners)
        yield attrs.evolve(family, condition=formula, is_sum=is_sum)


def switched_condition(world: World, labels: Labels, shared: dict[tuple[int, str, str], str],
                       family: Family) -> Iterator[str]:
    """A condition under the switches of all batches that demand it."""
    by_batch: dict[int, list[int]] = {}
    for at in family.owners:
        by_batch.setdefault(world.cell(at)[0], []).append(at)
    switch = {batch: labels.switch(Label(batch, family.plugin, family.reason)) for batch in by_batch}
    formula = family.condition
    if isinstance(formula, Formula) and family.is_sum:
        there = [at for at in family.owners if at in formula.terms]
        names = {at: shared.setdefault((at, family.plugin, family.reason), f"z{len(shared)}") for at in there}
        yield from (f"(assert (>= {name} 0))(assert (=> {switch[world.cell(at)[0]]} (>= {name} x{at})))"
                    for at, name in names.items())
        parts = [f"(* {formula.terms[at]} {name})" for at, name in names.items()]
        yield f"(assert (<= (+ 0 {' '.join(parts)}) {formula.bound}))"
        return
    text = count_text(formula) if isinstance(formula, Formula) else "true" if formula else "false"
    for batch, owners in by_batch.items():
        yield f"(assert (=> {switch[batch]} (or (<= {sum_of(dict.fromkeys(owners, 1))} 0) {text})))"


# Steps.


def switched_steps(world: World) -> Switched:
    """The problem with an order, with switches."""
    labels, lines = Labels(), list[str]()
    steps, cells = total_pods(world.batches), len(world.batches) * world.width
    lines += [f"(declare-const x{at} Int)(assert (<= 0 x{at} 1))" for at in range(steps * cells)]
    lines += [f"(assert (= {sum_of(dict.fromkeys(range(step * cells, (step + 1) * cells), 1))} 1))"
              for step in range(steps)]
    for batch, each in enumerate(world.batches):
        everywhere = (step * cells + world.variable(batch, node)
                      for step in range(steps) for node in range(world.width))
        lines.append(f"(assert (= {sum_of(dict.fromkeys(everywhere, 1))} {each.count}))")
    for label, nodes in refusals_by_label(world).items():
        there = [step * cells + world.variable(label.batch, node) for step in range(steps) for node in nodes]
        lines.append(f"(assert (=> {labels.switch(label)} (<= {sum_of(dict.fromkeys(there, 1))} 0)))")
    for step in range(steps):
        for constraint in step_demands(world, step, cells):
            switch = labels.switch(Label(constraint.batch, constraint.plugin, constraint.reason))
            at = step * cells + world.variable(constraint.batch, constraint.node)
            text = count_text(constraint.condition) if isinstance(constraint.condition, Formula) else "false"
            lines.append(f"(assert (=> {switch} (or (<= x{at} 0) {text})))")
    return labels.finish(lines)

