"""One check: a cluster, its properties, an engine, and what came of it."""

from collections.abc import Callable

import attrs

from seatrial.model.cluster import Cluster
from seatrial.properties.checking.machine import search_with_hypothesis
from seatrial.properties.checking.shrink import shrink
from seatrial.properties.checking.verdict import Report, Verdict
from seatrial.properties.checking.walk import Budget, Tally, Walker, verdicts_of
from seatrial.properties.property import SOMETIMES, Property

ENGINES = ("walk", "hypothesis")


@attrs.frozen
class Options:
    """How to search: the engine, the seed, when to stop, and whether to shorten what is found."""

    engine: str = "walk"
    seed: int = 0
    budget: Budget = attrs.field(factory=Budget)
    shorten: bool = True


def select(initial: Cluster, properties: tuple[Property, ...], *, asked: bool) -> tuple[Property, ...]:
    """The properties that this cluster can be asked, each with its sibling.

    Unless they were `asked` for by name, those whose processes or premise the scope lacks are left out, and those
    that a real cluster breaks in this scope.
    """
    chosen = [each for each in properties if each.kind != SOMETIMES
              and (asked or (each.applies(initial) and not each.broken_by(initial)))]
    siblings = {each.sibling for each in chosen}
    return (*chosen, *(each for each in properties if each.kind == SOMETIMES and each.name in siblings))


def check_cluster(initial: Cluster, properties: tuple[Property, ...], options: Options,
                  progress: Callable[[Tally], None] | None = None) -> Report:
    """Searches for violations; every one reported was replayed, and shortened if asked."""
    if options.engine == "hypothesis":
        tally, verdicts = search_with_hypothesis(initial, properties, options.seed, options.budget)
    else:
        walker = Walker(initial, properties, options.seed, options.budget, progress)
        tally = walker.run_until_interrupted()
        verdicts = verdicts_of(walker)
    by_name = {each.name: each for each in properties}
    verdicts = tuple(attrs.evolve(each, kind=by_name[each.property].kind) for each in verdicts)
    if options.shorten:
        verdicts = tuple(_shortened(initial, by_name[each.property], each) for each in verdicts)
    return Report(verdicts, scope=describe_scope(initial), assumptions=(), engine=options.engine, steps=tally.steps,
                  runs=tally.walks, seen=tuple(tally.seen), interrupted=tally.interrupted)


def _shortened(initial: Cluster, prop: Property, verdict: Verdict) -> Verdict:
    if verdict.counterexample is None:
        return verdict
    found = shrink(initial, prop, verdict.counterexample)
    return attrs.evolve(verdict, counterexample=found, reason=found.sentence)


def describe_scope(initial: Cluster) -> tuple[str, ...]:
    """What ran, what could go wrong, and what was assumed about time, in words."""
    scope = initial.system.scope
    faults = ", ".join(f"{kind} {count}" for kind, count in scope.budgets.items() if count) or "none"
    lines = [f"processes: {', '.join(initial.system.processes)}", f"users and faults, how often: {faults}",
             "time: " + ("only Advance moves the clock" if scope.timed else "any armed timer may fire at any step")]
    if scope.hypotheses:
        lines.append(f"hypotheses: {', '.join(scope.hypotheses)}")
    if scope.gates:
        lines.append("gates: " + ", ".join(f"{name}={'on' if on else 'off'}" for name, on in scope.gates.items()))
    if scope.variant:
        lines.append(f"variant: {scope.variant}")
    return tuple(lines)
