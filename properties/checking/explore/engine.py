"""The explore engine: every reachable state of a scope, and a verdict for each property that says so.

A scope is explored with its bounds on: generated names and resourceVersions are finite, timers may fire at any step. If
a bound was felt, or time or memory ran out, nothing is said to hold.
"""

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import attrs

from seatrial.model.cluster import Cluster
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.checkpoint import load, purpose, save
from seatrial.properties.checking.explore.coverage import never_taken
from seatrial.properties.checking.explore.growth import rounded
from seatrial.properties.checking.explore.interrupt import interruptible
from seatrial.properties.checking.explore.memory import say_bytes
from seatrial.properties.checking.explore.recorded import judge_of, step_judge_of
from seatrial.properties.checking.explore.refusals import Impure, blamed
from seatrial.properties.checking.explore.search import Options as SearchOptions
from seatrial.properties.checking.explore.search import Search, Sighting
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.space import NoRoom, Space
from seatrial.properties.checking.explore.statistics import Statistics, statistics_of
from seatrial.properties.checking.explore.transitions import of_cluster
from seatrial.properties.checking.replay import confirm, replay
from seatrial.properties.checking.verdict import HOLDS, UNKNOWN, VIOLATED, Counterexample, Verdict
from seatrial.properties.property import ALWAYS, EVENTUALLY, SOMETIMES, STEP, Property

__all__ = ["Explored", "Limits", "explorable", "explore_cluster"]
Progress = Callable[[Statistics], None]
OFTEN = 0.2
"""So many seconds are between two looks at what a search has found."""


@attrs.frozen
class Limits:
    """When to stop, in seconds and states, or at the first violation; None for never.

    Beyond `memory` bytes levels and the table of states go to files in `folder`, by default a temporary one.
    """

    seconds: float | None = None
    memory: int | None = None
    states: int | None = None
    folder: Path | None = None
    first: bool = False


@attrs.frozen
class Explored:
    """What a search counted, and what it allows to say of each property.

    `seen` names each `sometimes` that was reached; `kept` says where an unfinished search can be gone on with.
    """

    statistics: Statistics
    verdicts: tuple[Verdict, ...]
    seen: tuple[str, ...] = ()
    interrupted: bool = False
    kept: Path | None = None


def explore_cluster(initial: Cluster, properties: tuple[Property, ...], limits: Limits,
                    progress: Progress | None = None, *, reduction: bool = True, keep: Path | None = None,
                    resume: Path | None = None) -> Explored:
    """Searches every state that can be reached; raises ValueError for a scope without bounds.

    An unfinished search is written to the folder `keep`; `resume` goes on with one, or raises Refused. Raises Impure
    for a step that looks beyond its View, Refused if it is the user's.
    """
    check_finite(initial)
    asked = Asked(initial, properties)
    options = search_options(properties, initial.system.scope.names, reduction=reduction)
    space = Space(limits.memory, limits.folder)
    what = purpose(initial, properties, options)
    if resume is None:
        search = Search(asked.situations, options, space)
    else:
        search = load(resume, what, asked.situations, space)
        asked.situations = search.situations
    watch = Watch(search.states)
    statistics = partial(figures, search, watch)
    try:
        stopped = drive(search, asked, limits, progress, watch)
    except Impure as error:
        raise blamed(initial, error) from error
    kept, lost = keep_search(search, keep, what) if stopped and keep is not None else (None, "")
    seen = asked.seen(search)
    told = attrs.evolve(
        statistics(), stopped=stopped + lost, never_taken=never_taken(initial.system.scope, statistics().taken),
        never_reached=tuple(each.name for each in properties if each.kind == SOMETIMES and each.name not in seen))
    return Explored(told, asked.verdicts(search, stopped), seen, stopped == INTERRUPTED, kept)


def check_finite(initial: Cluster) -> None:
    """Raises ValueError for a scope without bounds."""
    scope = initial.system.scope
    if not scope.names or not scope.versions or scope.timed:
        message = "this scope is not finite: explore `explorable(scope)` instead, which bounds names and versions"
        raise ValueError(message)


def search_options(properties: tuple[Property, ...], names: int, *, reduction: bool) -> SearchOptions:
    """How to search for these properties: reductions are for safety, the graph is for liveness."""
    alive = any(each.kind == EVENTUALLY for each in properties)
    reduced = reduction and not alive
    return SearchOptions(graph=alive, local_first=reduced, symmetry=names if reduced else 0)


@attrs.define
class Watch:
    """How long a search has taken, and how many states were known `before`; loading compiled code does not count."""

    before: int
    began: float = attrs.field(factory=monotonic)
    runs: bool = False

    def start(self) -> None:
        """Begins to count, once the first piece of work is done."""
        if not self.runs:
            self.runs, self.began = True, monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been counting."""
        return monotonic() - self.began


def figures(search: Search, watch: Watch) -> Statistics:
    """The figures of a search so far."""
    return attrs.evolve(statistics_of(search, watch.seconds), resumed=watch.before)


INTERRUPTED = "interrupted"


def drive(search: Search, asked: "Asked", limits: Limits, progress: Progress | None,
          watch: Watch) -> str:
    """Searches to the end, and answers "", or until something stops it, and answers what."""
    looked = monotonic()
    try:
        with interruptible() as is_pressed:
            for judged in search.moments():
                if search.transitions:
                    watch.start()
                if progress is not None and monotonic() - looked >= OFTEN:
                    looked = monotonic()
                    progress(figures(search, watch))
                if is_pressed():
                    return INTERRUPTED
                if reason := reached(search, limits, watch) or asked.is_answered(search, limits, judged=judged):
                    return reason
    except NoRoom as error:
        return f"out of room: {error}"
    except MemoryError:
        return "out of memory"
    search.complete = True
    return ""


def reached(search: Search, limits: Limits, watch: Watch) -> str:
    """Which limit was reached, in words, or ""."""
    if limits.seconds is not None and watch.runs and watch.seconds >= limits.seconds:
        return "out of time"
    return f"at its limit of {limits.states:,} states" if limits.states and search.states >= limits.states else ""


def keep_search(search: Search, folder: Path, what: dict[str, Any]) -> tuple[Path | None, str]:
    """Where a search was written down, or why it was not."""
    try:
        return save(search, folder, what).parent, ""
    except (NoRoom, OSError, pickle.PicklingError, AttributeError, TypeError) as error:
        return None, f"; it cannot be gone on with: {error}"


class Asked:
    """The properties of one search, by the judge that asks them."""

    def __init__(self, initial: Cluster, properties: tuple[Property, ...]) -> None:
        """Properties of states and of steps are asked by judges of their own."""
        self.initial = initial
        self.properties = properties
        self._kinds = {each.name: each.kind for each in properties}
        self.of_states = tuple(each for each in properties if each.kind != STEP)
        self.of_steps = tuple(each for each in properties if each.kind == STEP)
        self.situations = Situations(
            of_cluster(initial), tuple(judge_of(initial.system, each) for each in self.of_states),
            tuple(step_judge_of(initial.system, each) for each in self.of_steps),
            frozenset(at for at, each in enumerate(self.of_states) if each.kind == ALWAYS))

    def verdicts(self, search: Search, stopped: str = "") -> tuple[Verdict, ...]:
        """What the search allows to say of each property that is no `sometimes`; `stopped` says why it ended early."""
        found = self.found(search)
        return tuple(self._verdict(each, search, found, stopped) for each in self.properties if each.kind != SOMETIMES)

    def found(self, search: Search) -> dict[str, Sighting]:
        """The first sighting of each property that was violated, or of each `sometimes`."""
        return {self.asked_by(each).name: each for each in search.sightings}

    def seen(self, search: Search) -> tuple[str, ...]:
        """The names of each `sometimes` that was reached."""
        found = self.found(search)
        return tuple(each.name for each in self.properties if each.kind == SOMETIMES and each.name in found)

    def is_answered(self, search: Search, limits: Limits, *, judged: bool) -> str:
        """Is each property violated, or one if that is enough? Asked of whole levels, so that runs are shortest."""
        broken = [name for name in self.found(search) if self._kinds[name] in (ALWAYS, STEP)] if judged else []
        if broken and limits.first:
            return "at the first violation"
        checked = [each for each in self.properties if each.kind != SOMETIMES]
        return "with each property violated" if broken and len(broken) == len(checked) else ""

    def asked_by(self, sighting: Sighting) -> Property:
        """The property whose judge spoke."""
        return (self.of_states if sighting.ordinal is None else self.of_steps)[sighting.judge]

    def _verdict(self, prop: Property, search: Search, found: dict[str, Sighting], stopped: str) -> Verdict:
        if prop.kind in (ALWAYS, STEP) and prop.name in found:
            counterexample = self._counterexample(prop, search, found[prop.name])
            return Verdict(prop.name, VIOLATED, counterexample.sentence, counterexample, prop.kind)
        if reason := why_unknown(prop, search, found, stopped):
            return Verdict(prop.name, UNKNOWN, reason, kind=prop.kind)
        return Verdict(prop.name, HOLDS, f"in all {search.states:,} states of this scope", kind=prop.kind)

    def _counterexample(self, prop: Property, search: Search, sighting: Sighting) -> Counterexample:
        """A shortest run to the violation, replayed."""
        actions = tuple(search.path_to(sighting.level, sighting.place, sighting.ordinal))
        states = replay(self.initial, actions)
        said = prop.predicate(states[-2], actions[-1], states[-1]) if prop.kind == STEP else prop.predicate(states[-1])
        found = Counterexample(prop.name, actions, said or "", len(actions))
        confirm(self.initial, prop, found)
        return found


def why_unknown(prop: Property, search: Search, found: dict[str, Sighting], stopped: str = "") -> str:
    """Why an absence of violations says nothing, or ""."""
    if search.situations.felt:
        return f"a bound was felt that Kubernetes does not have: {search.situations.felt}"
    if not search.complete:
        return say_unfinished(statistics_of(search, 0.0), stopped)
    if prop.kind == EVENTUALLY:
        return "liveness was not decided"
    if prop.sibling and prop.sibling not in found:
        return f"its premise is never reached here: {prop.sibling} was seen in none of {search.states:,} states"
    return ""


def say_unfinished(statistics: Statistics, stopped: str) -> str:
    """How far a search came that was stopped, and what it would need, where that can be told."""
    total = statistics.predicted
    need = f", of about {rounded(total):,} ({say_bytes(total * statistics.bytes_per_state)})" if total else ""
    return (f"the search stopped {stopped or 'early'} after {statistics.states:,} states{need}, {statistics.waiting:,} "
            "of them not expanded: give it more time, or a smaller scope")
