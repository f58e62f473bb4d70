"""`check`, for tests of one's own: search a scope, raise with the counterexample in words.

    from seatrial.traces import check

    def test_my_controller() -> None:
        check(Scope(controllers=(MY_CONTROLLER, "replicaset"), objects=(...)), MY_PROPERTIES)

The test then fails with the counterexample, and with the command that replays it.
"""

from pathlib import Path

import attrs

from seatrial.model.scope import Scope
from seatrial.properties.checking.check import Options, check_cluster, select
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.verdict import UNKNOWN, VIOLATED, Report
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import Property
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.codec import Trace, dump_trace
from seatrial.traces.exporters.text import export_text
from seatrial.traces.scopes import initial_of

FOUND = Path("traces") / "found"


class PropertyViolated(AssertionError):  # noqa: N818 -- it names what is wrong
    """A property is violated; the message is the counterexample."""


class VerdictUnknown(AssertionError):  # noqa: N818 -- it names what is wrong
    """Nothing can be said of a property; the message says why."""


@attrs.frozen
class Settings:
    """How `check` searches: see `seatrial check --help`."""

    engine: str = "walk"
    seed: int = 0
    steps: int = 20_000
    seconds: float | None = None
    walk_length: int = 400
    out: Path | None = FOUND


def check(scope: Scope, properties: tuple[Property, ...] | None = None, settings: Settings = Settings()) -> Report:
    """Searches a scope; returns the report, or raises PropertyViolated or VerdictUnknown with the reason in words.

    Without `properties` every one that applies to the scope is checked. A counterexample is written below
    `settings.out` before it is raised.
    """
    __tracebackhide__ = True  # pytest shows the counterexample, not this function
    initial = initial_of(scope)
    chosen = select(initial, properties or PROPERTIES, asked=properties is not None)
    options = Options(settings.engine, settings.seed, Budget(settings.steps, settings.seconds, settings.walk_length))
    report = check_cluster(initial, chosen, options)
    texts = []
    for verdict in report.verdicts:
        if verdict.verdict == VIOLATED and verdict.counterexample is not None:
            trace = Trace(scope, verdict.counterexample, verdict.kind, settings.seed)
            states = replay(initial, verdict.counterexample.actions)
            texts.append(export_text(trace, states, _keep(trace, settings.out)))
    if texts:
        raise PropertyViolated("\n\n".join(["", *texts]))
    unknown = [f"{verdict.property}: {verdict.reason}" for verdict in report.verdicts if verdict.verdict == UNKNOWN]
    if unknown or not report.verdicts:
        raise VerdictUnknown("; ".join(unknown) or "no property applies to this scope: name its processes")
    return report


def _keep(trace: Trace, out: Path | None) -> str:
    """Writes the trace and returns the command that replays it."""
    if out is None:
        return "run this test again"
    path = out / f"{trace.found.property}.json"
    try:
        out.mkdir(parents=True, exist_ok=True)
        path.write_text(dump_trace(trace), encoding="utf-8")
    except OSError as error:
        return f"run this test again ({path} could not be written: {error})"
    return f"seatrial trace replay {path}"
