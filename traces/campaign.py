"""A manifest's campaign, for the pytest plugin: searched once, asked once per property."""

from functools import cached_property
from pathlib import Path

import attrs

from seatrial.properties.checking.check import Options, check_cluster, select
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.idle import exhaustible
from seatrial.properties.checking.explore.memory import default_memory
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.verdict import UNKNOWN, Report
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import Property
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.codec import Trace
from seatrial.traces.exporters.text import export_text
from seatrial.traces.importers.manifests import load_manifests
from seatrial.traces.report import write_traces
from seatrial.traces.scopes import Prepared, decode, default_nodes, initial_of, prepare

EXPLORE_SECONDS = 60.0


@attrs.define(slots=False)
class Campaign:
    """What a manifest is searched with; the search itself waits until it is asked for."""

    path: Path
    prepared: Prepared
    options: Options
    out: Path

    @cached_property
    def properties(self) -> tuple[Property, ...]:
        """The properties that apply."""
        return select(initial_of(self.prepared.scope), PROPERTIES, asked=False)

    @cached_property
    def report(self) -> Report:
        """The search."""
        return check_cluster(initial_of(self.prepared.scope), self.properties, self.options)

    def failure_of(self, name: str) -> str:
        """The counterexample to a property in words, why nothing can be said of it, or ""."""
        verdict = next(each for each in self.report.verdicts if each.property == name)
        if verdict.counterexample is None:
            return f"UNKNOWN {name}: {verdict.reason}" if verdict.verdict == UNKNOWN else ""
        trace = Trace(self.prepared.scope, verdict.counterexample, verdict.kind, self.options.seed, (self.path.name,))
        written = write_traces((trace,), self.out / self.path.stem, "")
        command = f"seatrial trace replay {self.out / self.path.stem / written[0]}"
        return export_text(trace, replay(initial_of(trace.scope), trace.found.actions), command)


def holds_only_nodes(path: Path) -> bool:
    """Is there something in this file, and nothing but Nodes? Raises ManifestError for what cannot be read."""
    found = load_manifests([path])
    return bool(found.objects) and all(each.kind == "Node" for each in found.objects)


def campaign_of(path: Path, *, nodes: str, root: Path, faults: tuple[str, ...], engine: str, seed: int,
                seconds: float | None, steps: int, out: Path) -> Campaign:
    """The campaign of one manifest; raises ManifestError for what cannot be read."""
    if nodes.isdigit():
        machines = default_nodes(int(nodes))
    else:
        found = load_manifests([root / nodes])
        machines = tuple(decode(each) for each in found.objects if each.kind == "Node")
    prepared = prepare(load_manifests([path]), machines, faults=faults)
    if engine == "explore":
        prepared = attrs.evolve(prepared, scope=exhaustible(explorable(prepared.scope)))
        options = Options(engine, seed, Budget(seconds=seconds or EXPLORE_SECONDS), memory=default_memory())
    else:
        options = Options(engine, seed, Budget(steps, seconds))
    return Campaign(path, prepared, options, out)
