"""Fills nodes up by best fit, and makes room where a pod is left over, by moving others.

A search of its own on the problem in counts, which finds a placement on loaded clusters sooner than a solver does, and
proves nothing: what it cannot place it leaves to others. Each pod goes where it leaves least behind, the largest first;
one that is left over takes the place of a few others, if these find new ones, else of those that are easiest to place
again. Whom it has pushed out often it rather leaves alone.

Chance is drawn from a fixed seed: the same problem is filled in the same way.
"""

from random import Random

from seatrial.properties.checking.place.forms import atoms, holds
from seatrial.properties.checking.place.problem import Guarded, Problem

TRIED = 6
SEED = 1
MOVED, PUSHED = 0.5, 0.2
"""What a move adds to the price of the same move, and of pushing the same pod out of there again."""


class Filling:
    """Counts that break nothing, and what is left of each sum; `left` are the batches of the pods without a place."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.values = [0] * len(problem.bounds)
        self.slack = [formula.bound for formula in problem.always]
        self.left: list[int] = []
        self.batch = {at: batch for batch, each in enumerate(problem.sums) for at in each.variables}
        self.rows: list[list[tuple[int, int]]] = [[] for _ in problem.bounds]
        for row, formula in enumerate(problem.always):
            for at, weight in formula.terms.items():
                self.rows[at].append((row, weight))
        self.guards: list[list[Guarded]] = [[] for _ in problem.bounds]
        for guarded in problem.guarded:
            near = {*guarded.owners, *[at for atom in atoms(guarded.condition) for at in atom.terms]}
            for at in sorted(near):
                self.guards[at].append(guarded)

    def replace(self, values: list[int], left: list[int]) -> None:
        """Changes all counts at once."""
        for at, value in enumerate(values):
            if value != self.values[at]:
                self.add(at, value - self.values[at])
        self.left = left

    def add(self, at: int, by: int = 1) -> None:
        """Changes a count."""
        self.values[at] += by
        for row, weight in self.rows[at]:
            self.slack[row] -= weight * by

    def has_room(self, at: int) -> bool:
        """Do the sums allow one more?"""
        slack = self.slack
        for row, weight in self.rows[at]:  # noqa: SIM110 -- all() takes twice as long, and most time is spent here
            if slack[row] < weight:
                return False
        return True

    def agrees(self, *changed: int) -> bool:
        """Do all conditions hold that look at what was changed?"""
        return all(holds(each.condition, self.values) or not any(self.values[at] for at in each.owners)
                   for at in changed for each in self.guards[at])

    def fits(self, at: int) -> bool:
        """May the count be one more?"""
        if self.values[at] >= self.problem.bounds[at] or not self.has_room(at):
            return False
        if not self.guards[at]:
            return True
        self.values[at] += 1
        found = self.agrees(at)
        self.values[at] -= 1
        return found

    def leaves(self, at: int) -> float:
        """How much one more would leave of what it needs, as shares of the whole."""
        return sum((self.slack[row] - weight) / max(1, self.problem.always[row].bound) for row, weight in self.rows[at])

    def place(self, batch: int) -> int | None:
        """Puts a pod where it leaves least; None if there is no place."""
        fitting = [at for at in self.problem.sums[batch].variables if self.fits(at)]
        if not fitting:
            return None
        best = min(fitting, key=lambda at: (self.leaves(at), at))
        self.add(best)
        return best


def filled(problem: Problem) -> Filling:
    """Every pod placed that best fit has a place for, the largest first."""
    found = Filling(problem)
    sizes = [size(found, batch) for batch in range(len(problem.sums))]
    for batch in sorted(range(len(sizes)), key=lambda batch: -sizes[batch]):
        found.left += [batch for _ in range(problem.sums[batch].total) if found.place(batch) is None]
    return found


def size(filling: Filling, batch: int) -> float:
    """What share of a node a pod takes, of the resource that it needs most; the mean over the nodes it may use."""
    shares = [max((weight / max(1, filling.problem.always[row].bound) for row, weight in filling.rows[at]), default=0.0)
              for at in filling.problem.sums[batch].variables]
    return sum(shares) / max(1, len(shares))


def settle(filling: Filling, steps: int) -> None:
    """Makes room for the pods that are left over, in so many steps at most."""
    random = Random(SEED)  # noqa: S311 -- where to begin, no secret
    prices: dict[tuple[int, int], float] = {}
    sizes = [size(filling, batch) for batch in range(len(filling.problem.sums))]
    for _ in range(steps):
        if not filling.left:
            return
        batch = filling.left.pop(random.randrange(len(filling.left)))
        if filling.place(batch) is None:
            filling.left += make_room(filling, batch, Choice(random, prices, sizes))


class Choice:
    """What decides between places: chance, what a place was paid for before, how hard pods are to place again."""

    def __init__(self, random: Random, prices: dict[tuple[int, int], float], sizes: list[float]) -> None:
        self.random = random
        self.prices = prices
        self.sizes = sizes

    def cost(self, filling: Filling, at: int, out: list[int]) -> float:
        """The price of putting a pod here in place of those."""
        pushed = sum(self.sizes[filling.batch[each]] + self.prices.get((filling.batch[each], each), 0.0)
                     for each in out)
        return pushed + self.prices.get((filling.batch[at], at), 0.0) + self.random.random() / 10

    def pay(self, filling: Filling, at: int, out: list[int]) -> None:
        """Makes the same again dearer."""
        for each, price in ((at, MOVED), *[(each, PUSHED) for each in out]):
            key = (filling.batch[each], each)
            self.prices[key] = self.prices.get(key, 0.0) + price


def make_room(filling: Filling, batch: int, choice: Choice) -> list[int]:
    """Places a pod where others make room; those that are without a place then (itself, if nobody could)."""
    options = []
    for at in filling.problem.sums[batch].variables:
        if filling.values[at] < filling.problem.bounds[at]:
            out = push_out(filling, at, choice.random)
            if filling.has_room(at):
                options.append((choice.cost(filling, at, out), at, out))
            for each in out:
                filling.add(each)
    options.sort(key=lambda option: option[:2])
    if any(swap(filling, at, out) for _, at, out in options[:TRIED]):
        return []
    if not options:
        return [batch]
    _, at, out = options[0]
    exchange(filling, at, out, 1)
    if not filling.agrees(at, *out):
        exchange(filling, at, out, -1)
        return [batch]
    choice.pay(filling, at, out)
    return [filling.batch[each] for each in out]


def push_out(filling: Filling, at: int, random: Random) -> list[int]:
    """Takes pods away, in some order, until a count may be one more; which ones, once for each pod."""
    short = [row for row, weight in filling.rows[at] if filling.slack[row] < weight]
    near = list(dict.fromkeys(other for row in short for other in filling.problem.always[row].terms
                              if filling.values[other] and other != at))
    random.shuffle(near)
    out: list[int] = []
    for other in near:
        while filling.values[other] and not filling.has_room(at):
            filling.add(other, -1)
            out.append(other)
    return out


def exchange(filling: Filling, at: int, out: list[int], by: int) -> None:
    """One more here instead of those there, or (by -1) back again."""
    for each in out:
        filling.add(each, -by)
    filling.add(at, by)


def swap(filling: Filling, at: int, out: list[int]) -> bool:
    """Places a pod, and all that it pushes out somewhere else; nothing is changed if that cannot be done."""
    exchange(filling, at, out, 1)
    put: list[int] = []
    for each in out:
        place = filling.place(filling.batch[each])
        if place is None:
            break
        put.append(place)
    if len(put) == len(out) and filling.agrees(at, *out, *put):
        return True
    for each in put:
        filling.add(each, -1)
    exchange(filling, at, out, -1)
    return False
