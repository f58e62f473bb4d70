"""One check: a cluster, its properties, an engine, and what came of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import attrs

from seatrial.model.cluster import Cluster
from seatrial.model.scope import Scope
from seatrial.model.users import STEP_NAMES, actions_of
from seatrial.properties.checking.explore.statistics import Statistics
from seatrial.properties.checking.machine import search_with_hypothesis
from seatrial.properties.checking.shrink import shrink
from seatrial.properties.checking.verdict import Report, Verdict
from seatrial.properties.checking.walk import SHRINKING, Budget, Tally, Walker, verdicts_of
from seatrial.properties.property import LIVENESS, SOMETIMES, Property, with_premises

ENGINES = ("walk", "hypothesis", "explore")
Progress = Callable[[Tally | Statistics], None]


@attrs.frozen
class Options:
    """How to search: the engine, the seed, when to stop, and whether to shorten what is found.

    For the engine explore only: `memory` is how many bytes it may take before it goes on in files (None: no bound),
    `threads` how many there are, one or two: with two, another one of several shortest runs may be told,
    `reduction` whether it may leave out states that change no answer, `first` whether one violation is enough. An
    unfinished search is kept in the folder `keep` (its files are there too), and `resume` names one to go on with.
    """

    engine: str = "walk"
    seed: int = 0
    budget: Budget = attrs.field(factory=Budget)
    shorten: bool = True
    memory: int | None = None
    threads: int = 1
    reduction: bool = True
    first: bool = False
    keep: Path | None = None
    resume: Path | None = None


def select(initial: Cluster, properties: tuple[Property, ...], *, asked: bool) -> tuple[Property, ...]:
    """The properties that this cluster can be asked, each with its sibling.

    Unless they were `asked` for by name, those whose processes or premise the scope lacks are left out, and those
    that a real cluster breaks in this scope.
    """
    chosen = [each for each in properties if each.kind != SOMETIMES
              and (asked or (each.applies(initial) and not each.broken_by(initial)))]
    siblings = {each.sibling for each in chosen}
    return with_premises(
        (*chosen, *(each for each in properties if each.kind == SOMETIMES and each.name in siblings)))


def check_cluster(initial: Cluster, properties: tuple[Property, ...], options: Options,
                  progress: Progress | None = None) -> Report:
    """Searches for violations; every one reported was replayed, and shortened if asked.

    The engine explore wants a finite scope (`seatrial.properties.checking.explore.bounds`): ValueError for another.
    """
    if options.engine == "explore":
        return explore_checked(initial, properties, options, progress)
    if options.engine == "hypothesis":
        tally, verdicts = search_with_hypothesis(initial, properties, options.seed, options.budget)
    else:
        walker = Walker(initial, properties, options.seed, options.budget, progress)
        tally = walker.run_until_interrupted()
        verdicts = verdicts_of(walker)
    by_name = {each.name: each for each in properties}
    verdicts = tuple(attrs.evolve(each, kind=by_name[each.property].kind) for each in verdicts)
    if options.shorten:
        verdicts = _shortened(initial, by_name, verdicts, options.budget.seconds)
    return Report(verdicts, scope=describe_scope(initial), assumptions=(), engine=options.engine, steps=tally.steps,
                  runs=tally.walks, seen=tuple(tally.seen), interrupted=tally.interrupted)


def explore_checked(initial: Cluster, properties: tuple[Property, ...], options: Options,
                    progress: Progress | None) -> Report:
    """Exhausts a scope; what it finds was replayed, and is shortest unless a reduction took steps in another order."""
    from seatrial.properties.checking.explore.engine import Limits, explore_cluster  # noqa: PLC0415 -- imports numba

    limits = Limits(options.budget.seconds, options.memory, folder=options.keep, first=options.first,
                    threads=options.threads)
    found = explore_cluster(initial, properties, limits, progress, reduction=options.reduction, keep=options.keep,
                            resume=options.resume)
    verdicts = found.verdicts
    if options.shorten and options.reduction:
        by_name = {each.name: each for each in properties if each.kind not in LIVENESS}
        verdicts = _shortened(initial, by_name, verdicts, options.budget.seconds)
    return Report(verdicts, scope=describe_scope(initial), assumptions=(), engine=options.engine,
                  steps=found.statistics.transitions, runs=1, seen=found.seen, interrupted=found.interrupted,
                  statistics=found.statistics, kept="" if found.kept is None else str(found.kept))


def _shortened(initial: Cluster, by_name: dict[str, Property], verdicts: tuple[Verdict, ...],
               seconds: float | None) -> tuple[Verdict, ...]:
    """The verdicts of these properties with short counterexamples; each gets an equal part of the seconds left."""
    until = monotonic() + SHRINKING * (seconds or 0)
    left = sum(each.counterexample is not None and each.property in by_name for each in verdicts)
    shorter = []
    for each in verdicts:
        if each.counterexample is None or each.property not in by_name:
            shorter.append(each)
            continue
        share = None if seconds is None else max(until - monotonic(), 0) / left
        found = shrink(initial, by_name[each.property], each.counterexample, seconds=share)
        shorter.append(attrs.evolve(each, counterexample=found, reason=found.sentence))
        left -= 1
    return tuple(shorter)


def users_in_words(scope: Scope) -> Iterator[str]:
    """What the users of a scope may do, while their budgets last."""
    for verb in STEP_NAMES:
        if scope.budgets.get(verb):
            for action, _ in actions_of(scope.users, verb):
                yield " ".join(word for word in (verb, action.key, action.choice) if word)


def describe_scope(initial: Cluster) -> tuple[str, ...]:
    """What ran, what could go wrong, and what was assumed about time, in words."""
    scope = initial.system.scope
    faults = ", ".join(f"{kind} {count}" for kind, count in scope.budgets.items() if count) or "none"
    lines = [f"processes: {', '.join(initial.system.processes)}", f"users and faults, how often: {faults}",
             "time: " + ("only Advance moves the clock" if scope.timed else "any armed timer may fire at any step")]
    if scope.at_rest:
        lines.insert(0, "begins: at rest, where only users and faults can move")
    if done := tuple(users_in_words(scope)):
        lines.insert(-1, f"users may: {'; '.join(done)}")
    if scope.hypotheses:
        lines.append(f"hypotheses: {', '.join(scope.hypotheses)}")
    if scope.gates:
        lines.append("gates: " + ", ".join(f"{name}={'on' if on else 'off'}" for name, on in scope.gates.items()))
    if scope.history:
        lines.append(f"history: the watch cache holds the last {scope.history} events of each resource")
    if scope.variant:
        lines.append(f"variant: {scope.variant}")
    if scope.names or scope.versions:
        bounds = [f"{scope.names} generated names of one base at once"] if scope.names else []
        bounds += [f"resource versions modulo {scope.versions}"] if scope.versions else []
        bounds += [f"generations up to {scope.generations}"] if scope.generations else []
        lines.append(f"bounds: {', '.join(bounds)}")
    return tuple(lines)
