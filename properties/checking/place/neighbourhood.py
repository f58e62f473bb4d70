"""Solves a large problem part by part: a few nodes are freed, all others stay as they are.

From a filling that leaves a few pods over (`repair`), one of these is to find its place among the nodes that have most
left, some of which it may use, whose pods are placed anew by an exact back-end. If that does not work out, other nodes
are tried, and more of them. What has a part that cannot be solved is not refuted: the other nodes were taken as given.
"""

from collections.abc import Callable
from random import Random
from typing import TypeAlias

import attrs

from seatrial.properties.checking.place.forms import ALL, AT_MOST, Condition, Formula, both, either, restricted
from seatrial.properties.checking.place.lower_z3 import Asked
from seatrial.properties.checking.place.problem import Guarded, Problem
from seatrial.properties.checking.place.repair import SEED, Filling, filled, settle

Solve: TypeAlias = Callable[[Problem], Asked]
IsLate: TypeAlias = Callable[[], bool]
STEPS = 400
FIRST_NODES = 12
FAILS_PER_NODE = 2
CHANCE = 0.6
FEW_LEFT = 0.2
"""A part of all pods; if more than that are left over, parts will not do."""


def solve_in_parts(problem: Problem, width: int, solve: Solve, *, rounds: int, is_late: IsLate) -> Asked:
    """A solution, or (neither) that none was found; variable v is about node v modulo `width`."""
    filling = filled(problem)
    settle(filling, STEPS)
    parts = Parts(problem, width, solve)
    total = sum(each.total for each in problem.sums)
    for _ in range(rounds):
        if not filling.left or len(filling.left) > FEW_LEFT * total or is_late():
            break
        parts.improve(filling)
    if filling.left or not problem.is_solved_by(filling.values):
        return Asked(partial=tuple(filling.values))
    return Asked(tuple(filling.values))


class Parts:
    """Which nodes to free next: how many, after how many failures."""

    def __init__(self, problem: Problem, width: int, solve: Solve) -> None:
        self.problem = problem
        self.width = width
        self.solve = solve
        self.random = Random(SEED)  # noqa: S311 -- where to look, no secret
        self.nodes = FIRST_NODES
        self.nodes_of = [frozenset(at % width for at in formula.terms) for formula in problem.always]
        self.fails = 0

    def improve(self, filling: Filling) -> None:
        """Places one pod more, if some part allows it; else another pod is to be tried next."""
        free = self.chosen(filling)
        part = self.freed(free, filling)
        found = Asked() if part is None else self.solve(part)
        if found.values is None:
            self.fails += 1
            self.nodes += self.fails % FAILS_PER_NODE == 0
            self.random.shuffle(filling.left)
            return
        self.fails = 0
        values = [found.values[at] if at % self.width in free else value for at, value in enumerate(filling.values)]
        filling.replace(values, filling.left[1:])

    def free_shares(self, filling: Filling) -> dict[int, float]:
        """The share of each node that is left, of the resource that is scarcest there."""
        found: dict[int, float] = {}
        for row, nodes in enumerate(self.nodes_of):
            bound = self.problem.always[row].bound
            if len(nodes) == 1 and bound > 1:
                node = min(nodes)
                found[node] = min(found.get(node, 1.0), filling.slack[row] / bound)
        return found

    def freed(self, free: frozenset[int], filling: Filling) -> Problem | None:
        """The part; sums that are about no free node hold already, and are left out of it."""
        near = tuple(formula for formula, nodes in zip(self.problem.always, self.nodes_of, strict=True)
                     if not free.isdisjoint(nodes))
        return freed(attrs.evolve(self.problem, always=near), self.width, free, filling)

    def chosen(self, filling: Filling) -> frozenset[int]:
        """Nodes that have much left, half of them such as the first pod may use; with some chance."""
        left = self.free_shares(filling)
        rank = {node: -share - CHANCE * self.random.random() for node, share in left.items()}
        usable = sorted({at % self.width for at in self.problem.sums[filling.left[0]].variables})
        mine = sorted(usable, key=lambda node: rank.get(node, 0.0))[:max(2, self.nodes // 2)]
        rest = sorted((node for node in rank if node not in mine), key=lambda node: rank[node])
        return frozenset((*mine, *rest[:self.nodes - len(mine)]))


def freed(problem: Problem, width: int, free: frozenset[int], filling: Filling) -> Problem | None:
    """The problem of placing the pods on some nodes anew, with the first that is left over; None if it has none.

    The others that are left over stay so.
    """
    fixed = {at: value for at, value in enumerate(filling.values) if at % width not in free}
    bounds = tuple(0 if at in fixed else bound for at, bound in enumerate(problem.bounds))
    always: list[Condition] = [restricted(fill_in(each, fixed), bounds) for each in problem.always]
    guarded = []
    for each in problem.guarded:
        condition = restricted(fill_in(each.condition, fixed), bounds)
        owners = tuple(at for at in each.owners if bounds[at])
        if any(fixed.get(at, 0) for at in each.owners):
            always.append(condition)
        elif isinstance(condition, Formula) and owners:
            guarded.append(Guarded(owners, condition))
        elif condition is False and owners:
            always.append(Formula(AT_MOST, (), dict.fromkeys(owners, 1), 0))
    if any(each is False for each in always):
        return None
    waiting = filling.left[1:]
    sums = tuple(attrs.evolve(
        each, variables=tuple(at for at in each.variables if bounds[at]),
        total=each.total - waiting.count(batch) - sum(fixed.get(at, 0) for at in each.variables))
        for batch, each in enumerate(problem.sums))
    return Problem(bounds, sums, tuple(each for each in always if isinstance(each, Formula)), tuple(guarded))


def fill_in(condition: Formula, fixed: dict[int, int]) -> Condition:
    """The condition with what is fixed as a number."""
    if condition.op != AT_MOST:
        parts = [fill_in(each, fixed) for each in condition.parts]
        return both(parts) if condition.op == ALL else either(parts)
    terms = {at: weight for at, weight in condition.terms.items() if at not in fixed}
    bound = condition.bound - sum(weight * fixed[at] for at, weight in condition.terms.items() if at in fixed)
    return Formula(AT_MOST, (), terms, bound) if terms else bound >= 0
