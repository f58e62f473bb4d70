"""The properties of one search: who asks them, and what the search allows to say of each."""

from math import inf
from time import monotonic

from seatrial.model.apiserver.names import OutOfNames
from seatrial.model.cluster import Cluster
from seatrial.model.scope import Scope
from seatrial.properties.checking.explore.again import shows_unbounded
from seatrial.properties.checking.explore.bounds import felt_generations, felt_versions
from seatrial.properties.checking.explore.graph import Graph, of_search
from seatrial.properties.checking.explore.growth import FAR, is_far, rounded
from seatrial.properties.checking.explore.levels import Sighting
from seatrial.properties.checking.explore.liveness import answer_to, verdict_of
from seatrial.properties.checking.explore.memory import say_bytes
from seatrial.properties.checking.explore.recorded import judge_of, step_judge_of
from seatrial.properties.checking.explore.search import Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.statistics import Decided, Statistics, decided_on, statistics_of
from seatrial.properties.checking.explore.timed import early_timers, is_there_in_time, why_early
from seatrial.properties.checking.explore.transitions import of_cluster
from seatrial.properties.checking.replay import confirm, replay
from seatrial.properties.checking.verdict import HOLDS, UNKNOWN, VIOLATED, Counterexample, Verdict
from seatrial.properties.property import ALWAYS, LIVENESS, SOMETIMES, STEP, Property

FIRST, ALL = "at the first violation", "with each property violated"


class Asked:
    """The properties of one search, by the judge that asks them."""

    def __init__(self, initial: Cluster, properties: tuple[Property, ...], *, audited: bool = True) -> None:
        """Properties of states and of steps are asked by judges of their own; `audited`: see Situations."""
        self.initial = initial
        self.properties = properties
        self._kinds = {each.name: each.kind for each in properties}
        self.graph: Graph | None = None
        self._until = inf
        self.of_states = tuple(each for each in properties if each.kind != STEP)
        self.of_steps = tuple(each for each in properties if each.kind == STEP)
        self.situations = Situations(
            of_cluster(initial), tuple(judge_of(initial.system, each) for each in self.of_states),
            tuple(step_judge_of(initial.system, each) for each in self.of_steps),
            frozenset(at for at, each in enumerate(self.of_states) if each.kind == ALWAYS),
            families=tuple(each.name for each in self.of_states), audited=audited)

    def verdicts(self, search: Search, stopped: str = "", until: float = inf) -> tuple[Verdict, ...]:
        """What the search allows to say of each property that is no `sometimes`; `stopped` says why it ended early.

        From `until` on, by the clock, no more endless runs are looked for.
        """
        self._until = until
        found = self.found(search)
        self.graph = of_search(search) if search.options.graph else None
        return tuple(self._timely(each, self._unbounded(each, self._verdict(
            each, search, found, self.graph, stopped), search)) for each in self.properties if each.kind != SOMETIMES)

    def decided(self, seconds: float) -> Decided | None:
        """What deciding took, if verdicts were decided on a graph."""
        return None if self.graph is None else decided_on(self.graph, seconds)

    def found(self, search: Search) -> dict[str, Sighting]:
        """The first sighting of each property that was violated, or of each `sometimes`."""
        return {self.asked_by(each).name: each for each in search.sightings}

    def seen(self, search: Search) -> tuple[str, ...]:
        """The names of each `sometimes` that was reached."""
        found = self.found(search)
        return tuple(each.name for each in self.properties if each.kind == SOMETIMES and each.name in found)

    def is_answered(self, search: Search, *, first: bool, judged: bool) -> str:
        """Is each property violated, or one if that is enough? Asked of whole levels, so that runs are shortest."""
        broken = [name for name in self.found(search) if self._kinds[name] in (ALWAYS, STEP)] if judged else []
        if broken and first:
            return FIRST
        checked = [each for each in self.properties if each.kind != SOMETIMES]
        return ALL if broken and len(broken) == len(checked) else ""

    def asked_by(self, sighting: Sighting) -> Property:
        """The property whose judge spoke."""
        return (self.of_states if sighting.ordinal is None else self.of_steps)[sighting.judge]

    def _verdict(self, prop: Property, search: Search, found: dict[str, Sighting], graph: Graph | None,
                 stopped: str) -> Verdict:
        if prop.kind in (ALWAYS, STEP) and prop.name in found:
            counterexample = self._counterexample(prop, search, found[prop.name])
            return Verdict(prop.name, VIOLATED, counterexample.sentence, counterexample, prop.kind)
        reason = why_unknown(prop, search, found, self.initial.system.scope, stopped)
        if prop.kind in LIVENESS:
            if graph is None:
                message = f"{prop.name} speaks of endless runs: it must be asked of a search that keeps its graph"
                raise ValueError(message)
            if monotonic() >= self._until:
                return Verdict(prop.name, UNKNOWN, say_undecided(graph), kind=prop.kind)
            said = self._endless(prop, search, graph)
            if said is not None and (said.verdict == VIOLATED or not reason):
                return said
        if reason:
            return Verdict(prop.name, UNKNOWN, reason, kind=prop.kind)
        return Verdict(prop.name, HOLDS, f"in all {search.states:,} states of this scope", kind=prop.kind)

    def _endless(self, prop: Property, search: Search, graph: Graph) -> Verdict | None:
        """What the graph says; None too if its lasso needs a name that the scope does not have."""
        try:
            return verdict_of(self.initial, graph, prop, answer_to(graph, search, prop, self.of_states))
        except OutOfNames:
            if not search.situations.felt:
                raise
            return None

    def _unbounded(self, prop: Property, verdict: Verdict, search: Search) -> Verdict:
        """The verdict, unless generations began anew, and its run shows nothing where they do not."""
        felt = felt_generations(search.situations.layout, self.initial.system.scope.generations)
        if verdict.counterexample is None or not felt or shows_unbounded(self.initial, prop, verdict.counterexample):
            return verdict
        reason = f"a bound was felt that Kubernetes does not have, and without it the run found shows nothing: {felt}"
        return Verdict(prop.name, UNKNOWN, reason, kind=prop.kind)

    def _timely(self, prop: Property, verdict: Verdict) -> Verdict:
        """The verdict, unless it rests on a timer that ran out early and is not found with the clock modelled."""
        found = verdict.counterexample
        if found is None or not early_timers(found.actions):
            return verdict
        if is_there_in_time(self.initial, prop, found, self.properties):
            return verdict
        return Verdict(prop.name, UNKNOWN, why_early(found.actions), kind=prop.kind)

    def _counterexample(self, prop: Property, search: Search, sighting: Sighting) -> Counterexample:
        """A shortest run to the violation, replayed."""
        actions = tuple(search.path_to(sighting.level, sighting.place, sighting.ordinal))
        states = replay(self.initial, actions)
        said = prop.predicate(states[-2], actions[-1], states[-1]) if prop.kind == STEP else prop.predicate(states[-1])
        found = Counterexample(prop.name, actions, said or "", len(actions))
        confirm(self.initial, prop, found)
        return found


def why_unknown(prop: Property, search: Search, found: dict[str, Sighting], scope: Scope, stopped: str) -> str:
    """Why an absence of violations says nothing, or ""."""
    layout = search.situations.layout
    if felt := (search.situations.felt or felt_generations(layout, scope.generations)
                or felt_versions(layout, scope.versions)):
        return f"a bound was felt that Kubernetes does not have: {felt}"
    if not search.complete:
        return say_unfinished(statistics_of(search, 0.0), stopped)
    if prop.sibling and prop.sibling not in found:
        return f"its premise is never reached here: {prop.sibling} was seen in none of {search.states:,} states"
    return ""


def say_undecided(graph: Graph) -> str:
    """Why nothing was looked for in a graph."""
    return (f"the time was over before endless runs were looked for in the graph of {graph.states:,} states: give it "
            "more, or ask for fewer properties")


def say_unfinished(statistics: Statistics, stopped: str) -> str:
    """How far a search came that was stopped, and what it would need, where that can be told."""
    total = statistics.predicted
    need = ""
    if total is not None:
        need = (f", of more than {FAR:,} times as many" if is_far(statistics.states, total) else
                f", of about {rounded(total):,} ({say_bytes(total * statistics.bytes_per_state)})")
    return (f"the search stopped {stopped or 'early'} after {statistics.states:,} states{need}, {statistics.waiting:,} "
            "of them not expanded: give it more time, or a smaller scope")
