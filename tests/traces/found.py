"""Two counterexamples to share: a safety violation and a missed goal, found in the scenarios of two seeded bugs.

They are kept as text under golden/, and searched for anew when SEATRIAL_UPDATE_GOLDEN is set: the diff then shows what
a change of the model or of the words does to a reader.
"""

import os
from functools import cache
from pathlib import Path

from seatrial.model.cluster import Cluster
from seatrial.model.variants import VARIANTS
from seatrial.properties.checking.check import Options, check_cluster, select
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.walk import Budget
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.codec import Trace, dump_trace, load_trace
from seatrial.traces.scopes import initial_of, with_variant

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "SEATRIAL_UPDATE_GOLDEN"
BUGS = {"safety": "B02", "liveness": "B01"}


def search(name: str) -> Trace:
    """The counterexample that the walk finds in the bug's own scenario."""
    variant = next(each for each in VARIANTS if each.id == BUGS[name])
    scope = with_variant(variant.scenario, variant.id)
    initial = initial_of(scope)
    wanted = tuple(each for each in PROPERTIES if each.name == variant.breaks)
    report = check_cluster(initial, select(initial, wanted, asked=True), Options(budget=Budget(20_000)))
    verdict = report.verdicts[0]
    assert verdict.counterexample is not None, f"{variant.id} is not found: {verdict.reason}"
    return Trace(scope, verdict.counterexample, verdict.kind, 0, ())


def compare(path: Path, text: str) -> None:
    """The text is that of the golden file, byte for byte; or becomes it, when asked for."""
    if os.environ.get(UPDATE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} differs; {UPDATE}=1 writes it anew"


@cache
def trace_of(name: str) -> Trace:
    """The kept counterexample."""
    path = GOLDEN / name / "trace.json"
    if os.environ.get(UPDATE):
        compare(path, dump_trace(search(name)))
    return load_trace(path)


@cache
def states_of(name: str) -> tuple[Cluster, ...]:
    """The states that it runs through."""
    trace = trace_of(name)
    return replay(initial_of(trace.scope), trace.found.actions)
