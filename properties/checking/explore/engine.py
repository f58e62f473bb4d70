"""The explore engine: every reachable state of a scope, and a verdict for each property that says so.

A scope is explored with its bounds on: generated names and resourceVersions are finite, timers may fire at any step. If
a bound was felt, or time or memory ran out, nothing is said to hold.
"""

import pickle
from collections.abc import Callable
from functools import partial
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import attrs

from seatrial.model.cluster import Cluster
from seatrial.properties.checking.explore.asked import ALL, FIRST, Asked
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.checkpoint import load, purpose, save
from seatrial.properties.checking.explore.coverage import never_taken
from seatrial.properties.checking.explore.interrupt import interruptible
from seatrial.properties.checking.explore.loops import EITHER, NUMBA
from seatrial.properties.checking.explore.refusals import Impure, blamed
from seatrial.properties.checking.explore.search import Options as SearchOptions
from seatrial.properties.checking.explore.search import Search
from seatrial.properties.checking.explore.space import NoRoom, Space
from seatrial.properties.checking.explore.statistics import Statistics, statistics_of
from seatrial.properties.checking.verdict import UNKNOWN, Verdict
from seatrial.properties.property import LIVENESS, SOMETIMES, Property, with_premises

__all__ = ["Explored", "Limits", "explorable", "explore_cluster"]
Progress = Callable[[Statistics], None]
OFTEN = 0.2
"""So many seconds are between two looks at what a search has found."""


@attrs.frozen
class Limits:
    """When to stop, in seconds and states, or at the first violation; None for never.

    Beyond `memory` bytes levels and the table of states go to files in `folder`, by default a temporary one. `threads`
    are one or two; a search that keeps its graph has one.
    """

    seconds: float | None = None
    memory: int | None = None
    states: int | None = None
    folder: Path | None = None
    first: bool = False
    threads: int = 1


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

    Safety is searched with reductions; liveness needs the whole graph, and so a search of its own: it has a share of
    the seconds, and what the first one left. An unfinished search is written to the folder `keep`; `resume` goes on
    with one, or raises Refused. Raises Impure for a step that looks beyond its View, Refused if it is the user's.
    """
    check_finite(initial)
    properties = with_premises(properties)
    alive = tuple(each for each in properties if each.kind in LIVENESS)
    safe = tuple(each for each in properties if each.kind not in LIVENESS)
    once = partial(explore_once, initial, progress=progress, reduction=reduction)
    if not alive or all(each.kind == SOMETIMES for each in safe):
        return once(properties, limits, keep=keep, resume=resume)
    share = None if limits.seconds is None else (1 - SHARE_OF_LIVENESS) * limits.seconds
    first = once(safe, attrs.evolve(limits, seconds=share), keep=within(keep, OF_SAFETY),
                 resume=kept_within(resume, OF_SAFETY))
    if first.interrupted:
        return joined(properties, first, attrs.evolve(first, verdicts=tuple(map(not_begun, alive))), keep)
    left = None if limits.seconds is None else max(limits.seconds - first.statistics.seconds, LEAST_SECONDS)
    graph = once((*alive, *(each for each in safe if each.kind == SOMETIMES)), attrs.evolve(limits, seconds=left),
                 keep=within(keep, OF_LIVENESS), resume=kept_within(resume, OF_LIVENESS))
    return joined(properties, first, graph, keep)


OF_SAFETY, OF_LIVENESS = "safety", "liveness"
LEAST_SECONDS = 1.0
SHARE_OF_LIVENESS = 1 / 3


def not_begun(prop: Property) -> Verdict:
    """What is said of a property whose search was never begun."""
    return Verdict(prop.name, UNKNOWN, "interrupted before what must come about was looked at", kind=prop.kind)


def within(folder: Path | None, name: str) -> Path | None:
    """A folder for one of two searches."""
    return None if folder is None else folder / name


def kept_within(folder: Path | None, name: str) -> Path | None:
    """Where one of two searches was left; None if it had ended."""
    found = within(folder, name)
    return found if found is not None and found.exists() else None


def joined(properties: tuple[Property, ...], first: Explored, graph: Explored, keep: Path | None) -> Explored:
    """What the two searches found, in the order of the properties."""
    by_name = {each.property: each for each in (*first.verdicts, *graph.verdicts)}
    seen = dict.fromkeys((*first.seen, *graph.seen))
    return Explored(
        attrs.evolve(
            first.statistics, graph=None if graph.statistics is first.statistics else graph.statistics,
            never_reached=tuple(name for name in first.statistics.never_reached if name not in seen)),
        tuple(by_name[each.name] for each in properties if each.name in by_name), tuple(seen),
        first.interrupted or graph.interrupted, keep if first.kept or graph.kept else None)


def explore_once(initial: Cluster, properties: tuple[Property, ...], limits: Limits, *, progress: Progress | None,
                 reduction: bool, keep: Path | None, resume: Path | None) -> Explored:
    """One search for all these properties."""
    options = search_options(properties, reduction=reduction, threads=limits.threads)
    asked = Asked(initial, properties, audited=options.local_first)
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
    unfinished = stopped not in ("", FIRST, ALL)
    kept, lost = keep_search(search, keep, what) if unfinished and keep is not None else (None, "")
    seen = asked.seen(search)
    told = statistics()
    began = monotonic()
    until = inf if limits.seconds is None else began + max(limits.seconds, LEAST_SECONDS)
    verdicts = asked.verdicts(search, stopped, until)
    told = attrs.evolve(
        told, decided=asked.decided(monotonic() - began), stopped=stopped + lost,
        never_taken=never_taken(initial.system.scope, told.taken),
        never_reached=tuple(each.name for each in properties if each.kind == SOMETIMES and each.name not in seen))
    return Explored(told, verdicts, seen, stopped == INTERRUPTED, kept)


def check_finite(initial: Cluster) -> None:
    """Raises ValueError for a scope without bounds."""
    scope = initial.system.scope
    if not scope.names or not scope.versions or scope.timed:
        message = "this scope is not finite: explore `explorable(scope)` instead, which bounds names and versions"
        raise ValueError(message)


def search_options(properties: tuple[Property, ...], *, reduction: bool, threads: int = 1) -> SearchOptions:
    """How to search for these properties: reductions are for safety, the graph is for liveness.

    Two threads find states in another order than one, so they do not begin on the loops in numpy, which have one: what
    is found would depend on how long compiling takes.
    """
    alive = any(each.kind in LIVENESS for each in properties)
    reduced = reduction and not alive
    return SearchOptions(graph=alive, local_first=reduced, symmetry=reduced, threads=threads,
                         engine=EITHER if threads == 1 or alive else NUMBA)


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


def drive(search: Search, asked: Asked, limits: Limits, progress: Progress | None,
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
                reason = reached(search, limits, watch)
                if reason or (reason := asked.is_answered(search, first=limits.first, judged=judged)):
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
    if search.options.graph and limits.memory is not None and search.bytes >= limits.memory:
        return "out of memory for the graph that liveness needs"
    return f"at its limit of {limits.states:,} states" if limits.states and search.states >= limits.states else ""


def keep_search(search: Search, folder: Path, what: dict[str, Any]) -> tuple[Path | None, str]:
    """Where a search was written down, or why it was not."""
    try:
        return save(search, folder, what).parent, ""
    except (NoRoom, OSError, pickle.PicklingError, AttributeError, TypeError) as error:
        return None, f"; it cannot be gone on with: {error}"
