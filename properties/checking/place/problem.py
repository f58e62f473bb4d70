"""A world as a problem in counts: bounds, sums and conditions that every back-end takes.

A condition counts only where its batch stands on the node. Yet a sum of counts that may not exceed a bound holds
without that guard, as soon as every batch in the sum demands the very same of its nodes: where no such pod is, the sum
is 0. Nearly all of NodeResourcesFit and NodePorts is of that kind, and a solver does far better without guards.

Numbers are made small by dividing a sum by the common divisor of its weights (bytes of memory become mebibytes), its
bound rounded down, which changes no solution.
"""

from collections.abc import Callable, Iterator, Sequence
from math import gcd
from typing import TypeAlias

import attrs

from seatrial.properties.checking.place.constraint import Constraint
from seatrial.properties.checking.place.forms import ALL, AT_MOST, Condition, Formula, holds, restricted
from seatrial.properties.checking.place.world import World

Key: TypeAlias = tuple[object, ...]
Reading: TypeAlias = Callable[[Constraint], Condition]


@attrs.frozen(eq=False)
class Guarded:
    """A condition that must hold where any of these counts is above 0."""

    owners: tuple[int, ...]
    condition: Formula


@attrs.frozen(eq=False)
class Sum:
    """Counts that must add up to a batch's number of pods."""

    variables: tuple[int, ...]
    total: int


@attrs.frozen(eq=False)
class Problem:
    """Every variable's bound (0: it is not there), what the counts add up to, and what else must hold."""

    bounds: tuple[int, ...]
    sums: tuple[Sum, ...]
    always: tuple[Formula, ...]
    guarded: tuple[Guarded, ...]

    @property
    def variables(self) -> tuple[int, ...]:
        """The variables that may be above 0."""
        return tuple(at for at, bound in enumerate(self.bounds) if bound)

    def is_solved_by(self, values: Sequence[int]) -> bool:
        """Are these counts, one for each variable, a solution?"""
        return (all(0 <= value <= bound for value, bound in zip(values, self.bounds, strict=True))
                and all(each.total == sum(values[at] for at in each.variables) for each in self.sums)
                and all(holds(each, values) for each in self.always)
                and all(holds(each.condition, values) or not any(values[at] for at in each.owners)
                        for each in self.guarded))


def as_stated(constraint: Constraint) -> Condition:
    """A constraint's own condition."""
    return constraint.condition


def new_problem(world: World, reading: Reading = as_stated) -> Problem:
    """The problem of a world; `reading` says what to take for a constraint's condition."""
    owned = owned_conditions(world, reading)
    bounds = bounds_of(world, owned)
    always, guarded = [], []
    for owners, formula in owned.values():
        there = [at for at in owners if bounds[at]]
        found = restricted(formula, bounds) if there else True
        if found is False:  # By bounds that were found after its owners had been looked at.
            found = Formula(AT_MOST, (), dict.fromkeys(there, 1), 0)
        if not isinstance(found, Formula):
            continue
        found = reduced(found)
        if is_unguarded(found, there):
            always.append(found)
        else:
            guarded.append(Guarded(tuple(there), found))
    width = world.width
    sums = tuple(Sum(tuple(at for at in range(batch * width, (batch + 1) * width) if bounds[at]), each.count)
                 for batch, each in enumerate(world.batches))
    return Problem(bounds, sums, tuple(always), tuple(guarded))


def owned_conditions(world: World, reading: Reading = as_stated) -> dict[Key, tuple[list[int], Condition]]:
    """Each different condition, with the variables that demand it where they are above 0."""
    found: dict[Key, tuple[list[int], Condition]] = {}
    keys = Keys()
    for each in world.constraints:
        at = world.variable(each.batch, each.node)
        for part in conjuncts(reading(each)):
            owners = found.setdefault(keys.key_of(part), ([], part))[0]
            if not owners or owners[-1] != at:
                owners.append(at)
    return found


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """The conditions that must all hold; none if it is plainly true."""
    if isinstance(condition, Formula) and condition.op == ALL:
        yield from condition.parts
    elif condition is not True:
        yield condition


class Keys:
    """Tells conditions apart by what they say; a dict of terms that many conditions share is read only once."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[object, Key]] = {}

    def key_of(self, condition: Condition) -> Key:
        """Equal for conditions that say the same in the same way."""
        if not isinstance(condition, Formula):
            return (condition,)
        if condition.op != AT_MOST:
            return (condition.op, *[self.key_of(each) for each in condition.parts])
        known = self._seen.get(id(condition.terms))
        if known is None:
            known = self._seen[id(condition.terms)] = (condition.terms, tuple(sorted(condition.terms.items())))
        return (condition.bound, known[1])


def bounds_of(world: World, owned: dict[Key, tuple[list[int], Condition]]) -> tuple[int, ...]:
    """How many pods of each batch each node can take at most, by what is demanded for that batch alone."""
    bounds = [batch.count for batch in world.batches for _ in range(world.width)]
    for each in world.refusals:
        bounds[world.variable(each.batch, each.node)] = 0
    for owners, condition in owned.values():
        for at in owners:
            if bounds[at]:
                bounds[at] = min(bounds[at], most(condition, at, bounds))
    return tuple(bounds)


def most(condition: Condition, at: int, bounds: Sequence[int]) -> int:
    """How far a count may go, if it is above 0, without the condition failing for it; 0 if it fails anyway."""
    if not isinstance(condition, Formula):
        return bounds[at] if condition else 0
    if condition.op != AT_MOST:
        return bounds[at] if restricted(condition, bounds) is not False else 0
    weight = condition.terms.get(at, 0)
    helped = sum(each * bounds[other] for other, each in condition.terms.items() if each < 0 and other != at)
    if weight <= 0:
        return bounds[at] if weight * bounds[at] + helped <= condition.bound else 0
    return max(0, (condition.bound - helped) // weight)


def is_unguarded(formula: Formula, owners: Sequence[int]) -> bool:
    """May it be asked whether or not one of its owners is there? No sum of others may break it, nor nothing at all."""
    return (formula.op == AT_MOST and formula.bound >= 0
            and set(owners).issuperset(at for at, weight in formula.terms.items() if weight > 0)
            and all(weight > 0 for weight in formula.terms.values()))


def reduced(formula: Formula) -> Formula:
    """The same condition with smaller numbers."""
    if formula.op != AT_MOST:
        return Formula(formula.op, tuple(reduced(each) for each in formula.parts), {}, 0)
    divisor = gcd(*formula.terms.values())
    if divisor == 1:
        return formula
    terms = {at: weight // divisor for at, weight in formula.terms.items()}
    return Formula(AT_MOST, (), terms, formula.bound // divisor)
