"""The default engine: seeded walks over everything that can happen, each ending in a fair suffix.

A walk takes a random number of steps, chosen with priorities that change at a few random points (PCT, so that rare
orders of many processes are reached) or uniformly. Sometimes the system then runs without any repair for a while, so
that a fault shows all it does. Then users and faults fall quiet, whatever budget is left, and the
system runs fairly until it rests or repeats itself; there the liveness properties are judged. Each violation is
replayed through plain `step` before anyone sees it. The first walk is undisturbed, and where it comes to rest later
ones begin too (`seatrial.properties.checking.origins`). The next ones, and every other one after that, strike once, at
rest and on the way there by turns, with each kind of fault and of user action in turn, and follow what comes of it
before any repair.
"""

from collections.abc import Callable
from random import Random
from time import monotonic

import attrs

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.faults import FAULTS
from seatrial.model.run import Run
from seatrial.model.view import Cell
from seatrial.properties.checking.concerns import Concerns
from seatrial.properties.checking.fair import CUT_OFF, FIXPOINT, Suffix, fails_at_end, run_fairly
from seatrial.properties.checking.origins import Origins
from seatrial.properties.checking.replay import confirm
from seatrial.properties.checking.verdict import BOUNDED, UNKNOWN, VIOLATED, Counterexample, Verdict
from seatrial.properties.property import ALWAYS, LIVENESS, SOMETIMES, STEP, Property

LONGEST_SUFFIX, LONG_SUFFIX = 20_000, 5_000
LONGEST_LINGER = 1_000
LINGERS = 1 / 3
REPAIRS = frozenset(step.name for fault in FAULTS for step in fault.steps if not step.environment)
CHANGES = 1 / 50
SHRINKING = 1 / 4


@attrs.frozen
class Budget:
    """When to stop: after so many steps, or, if `seconds` is given, when they are over.

    Of the seconds the share `SHRINKING` is for what was found, once something was.
    """

    steps: int = 20_000
    seconds: float | None = None
    walk_length: int = 400


@attrs.define
class Tally:
    """What the walks have seen so far."""

    steps: int = 0
    walks: int = 0
    suffixes: int = 0
    cut_off: int = 0
    interrupted: bool = False
    seen: dict[str, None] = attrs.field(factory=dict)
    taken: dict[str, int] = attrs.field(factory=dict)
    found: dict[str, Counterexample] = attrs.field(factory=dict)


class Walker:
    """One seeded campaign of walks over one initial cluster."""

    def __init__(self, initial: Cluster, properties: tuple[Property, ...], seed: int, budget: Budget,
                 progress: Callable[[Tally], None] | None = None) -> None:
        self.initial = initial
        self.properties = properties
        self.chance = Random(seed)  # noqa: S311 -- a search, not a secret
        self.budget = budget
        self.progress = progress
        self.tally = Tally()
        self._started, self._longest_suffix = monotonic(), 0
        self._origins = Origins(initial)
        self._by_kind = {kind: tuple(each for each in self.properties if each.kind == kind)
                         for kind in (ALWAYS, STEP, SOMETIMES)}
        self._concerns = {kind: Concerns(found) for kind, found in self._by_kind.items()}

    def run_until_interrupted(self) -> Tally:
        """Walks like `run`; Ctrl-C ends it, and nothing found is lost."""
        try:
            return self.run()
        except KeyboardInterrupt:
            self.tally.interrupted = True
            return self.tally

    def run(self) -> Tally:
        """Walks until the budget is spent or every property is violated."""
        self._started = monotonic()
        while not self._is_over():
            self._walk()
            self.tally.walks += 1
            if self.progress is not None:
                self.progress(self.tally)
        return self.tally

    def _is_late(self) -> bool:
        """Are the seconds over? Walks are then cut short; a walk that is not the last one never is."""
        share = 1 - SHRINKING if self.tally.found else 1
        return self.budget.seconds is not None and monotonic() - self._started >= share * self.budget.seconds

    def _is_over(self) -> bool:
        if self._is_late():
            return True
        checked = [each for each in self.properties if each.kind != SOMETIMES]
        if self.tally.walks and all(each.name in self.tally.found for each in checked):
            return True
        if self.tally.walks and not Run(self.initial, record=False).anchors:
            return True  # nothing can ever happen here, so no number of walks takes a step
        return self.budget.seconds is None and self.tally.steps >= self.budget.steps

    def _walk(self) -> None:
        first = self.tally.walks == 0
        origin = self._origins.choose(self.tally.walks, self.chance)
        run = Run(origin.cluster, origin.taken)
        self._judge_state(run, everything=True)
        struck = bool(origin.struck) and self._strike_once(run, origin.struck)
        if not struck and not first:
            self._stray(run)

        before = run.cluster

        def visit(_: Cluster) -> None:
            nonlocal before
            self._judge_step(run, before)
            before = run.cluster
            if first:
                self._origins.pass_by(run)

        if struck or (not first and self.chance.random() < LINGERS):
            run_fairly(run, self.chance, LONGEST_LINGER, visit, withheld=REPAIRS, is_over=self._is_late)
        stem = run.length
        suffix = run_fairly(run, self.chance, self._suffix_limit(), visit, is_over=self._is_late)
        self.tally.suffixes += 1
        self.tally.cut_off += suffix.end == CUT_OFF
        if suffix.end != CUT_OFF:
            self._longest_suffix = max(self._longest_suffix, run.length - stem)
            self._judge_end(run, stem, suffix)
        if first:
            self._origins.end(run, rests=suffix.end == FIXPOINT)

    def _suffix_limit(self) -> int:
        """How many steps a suffix may take: twice what others needed, so that one without end costs the others little.

        As long as none came to its end, each may take twice as many as the one before.
        """
        likely = 2 * self._longest_suffix if self._longest_suffix else LONG_SUFFIX << min(self.tally.cut_off, 8)
        return min(max(LONG_SUFFIX, likely), LONGEST_SUFFIX)

    def _strike_once(self, run: Run, where: str) -> bool:
        """Takes one action of the environment; False if there is none."""
        action = self._origins.strike(run, where, self.chance)
        if action is not None:
            self._step(run, action)
        return action is not None

    def _stray(self, run: Run) -> None:
        """Takes a random number of steps of any kind."""
        choose = self._chooser()
        for _ in range(self.chance.randrange(self.budget.walk_length + 1)):
            if not run.anchors:
                break
            self._step(run, choose(run))

    def _chooser(self) -> Callable[[Run], Action]:
        """Uniform choice, or priorities with a few random changes (PCT): whoever is last may wait for very long."""
        chance = self.chance
        if chance.random() < 1 / 3:
            return lambda run: chance.choice(run.offered(chance.choice(run.anchors)))
        ranks: dict[tuple[str, str], float] = {}

        def rank(anchor: Cell) -> float:
            return ranks.setdefault((anchor.table, anchor.owner), chance.random())

        def by_priority(run: Run) -> Action:
            best = max(run.anchors, key=rank)
            if chance.random() < CHANGES:
                ranks[best.table, best.owner] = 0.0
            same = [each for each in run.anchors if (each.table, each.owner) == (best.table, best.owner)]
            return chance.choice(run.offered(chance.choice(same)))

        return by_priority

    def _step(self, run: Run, action: Action) -> None:
        before = run.cluster
        run.take(action)
        self._judge_step(run, before)

    def _judge_step(self, run: Run, before: Cluster) -> None:
        action = run.actions[-1]
        self.tally.steps += 1
        self.tally.taken[action.step] = self.tally.taken.get(action.step, 0) + 1
        for each in self._concerns[STEP].of(run.written):
            if each.name not in self.tally.found \
                    and (said := each.predicate(before, action, run.cluster)):
                self._found(each, run, said, run.length)
        self._judge_state(run)

    def _judge_state(self, run: Run, *, everything: bool = False) -> None:
        for each in self._concerned(run, ALWAYS, everything=everything):
            if each.name not in self.tally.found \
                    and (said := each.predicate(run.cluster)):
                self._found(each, run, said, run.length)
        for each in self._concerned(run, SOMETIMES, everything=everything):
            if each.name not in self.tally.seen and each.predicate(run.cluster):
                self.tally.seen[each.name] = None

    def _concerned(self, run: Run, kind: str, *, everything: bool) -> tuple[Property, ...]:
        """The properties of a kind that the last step may have changed, or all of them."""
        return self._by_kind[kind] if everything else self._concerns[kind].of(run.written)

    def _judge_end(self, run: Run, stem: int, suffix: Suffix) -> None:
        for each in self.properties:
            if each.kind in LIVENESS and each.name not in self.tally.found \
                    and (said := fails_at_end(each, self.initial, run, suffix)):
                self._found(each, run, said, stem, suffix.loop)

    def _found(self, each: Property, run: Run, said: str, stem: int, loop: int | None = None) -> None:
        found = Counterexample(each.name, tuple(run.actions), said, stem, loop)
        confirm(self.initial, each, found)
        self.tally.found[each.name] = found


def verdicts_of(walker: Walker) -> tuple[Verdict, ...]:
    """What the walks allow to say of each property."""
    tally = walker.tally
    said = []
    for each in walker.properties:
        if each.kind == SOMETIMES:
            continue
        found = tally.found.get(each.name)
        if found is not None:
            said.append(Verdict(each.name, VIOLATED, found.sentence, found))
        elif each.sibling and each.sibling not in tally.seen:
            said.append(Verdict(each.name, UNKNOWN, f"its premise was never reached ({each.sibling})"))
        elif each.kind in LIVENESS and tally.cut_off == tally.suffixes:
            said.append(Verdict(each.name, UNKNOWN, "no fair suffix came to rest or repeated itself"))
        else:
            said.append(Verdict(each.name, BOUNDED, f"nothing found in {tally.steps} steps of {tally.walks} walks"))
    return tuple(said)
