"""`check`, for tests of one's own: search a scope, raise with the counterexample in words.

    from seatrial.traces import check

    def test_my_controller() -> None:
        check(Scope(controllers=(MY_CONTROLLER, "replicaset"), objects=(...)), MY_PROPERTIES)

The test then fails with the counterexample, and with the command that replays it.
"""

import hashlib
import os
import re
from pathlib import Path

import attrs

from seatrial.model.scope import Scope
from seatrial.properties.checking.check import ENGINES, Options, check_cluster, select
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.memory import default_memory
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.verdict import UNKNOWN, VIOLATED, Report
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import Property
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.codec import Trace, dump_trace
from seatrial.traces.exporters.text import export_text
from seatrial.traces.scopes import initial_of

FOUND = Path("traces") / "found"
LONGEST_NAME = 120


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
    memory: int | None = None
    reduction: bool = True


def check(scope: Scope, properties: tuple[Property, ...] | None = None, settings: Settings = Settings(), *,
          engine: str = "") -> Report:
    """Searches a scope; returns the report, or raises PropertyViolated or VerdictUnknown with the reason in words.

    Without `properties` every one that applies to the scope is checked. A counterexample is written below
    `settings.out`, in a folder of the test's own, before it is raised. `engine` goes before that of the settings;
    "explore" exhausts the scope, made finite, in `settings.seconds` and beyond `settings.memory` bytes in files.
    """
    __tracebackhide__ = True  # pytest shows the counterexample, not this function
    options = _options(attrs.evolve(settings, engine=engine or settings.engine))
    if options.engine == "explore":
        scope = explorable(scope)
    initial = initial_of(scope)
    chosen = select(initial, properties or PROPERTIES, asked=properties is not None)
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


def _options(settings: Settings) -> Options:
    if settings.engine not in ENGINES:
        message = f"there is no engine {settings.engine!r}; the engines are {', '.join(ENGINES)}"
        raise ValueError(message)
    memory = default_memory() if settings.engine == "explore" and settings.memory is None else settings.memory
    return Options(settings.engine, settings.seed, Budget(settings.steps, settings.seconds, settings.walk_length),
                   memory=memory, reduction=settings.reduction)


def _keep(trace: Trace, out: Path | None) -> str:
    """Writes the trace and returns the command that replays it."""
    if out is None:
        return "run this test again"
    path = out / _folder_of_test() / f"{trace.found.property}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump_trace(trace), encoding="utf-8")
    except OSError as error:
        return f"run this test again ({path} could not be written: {error})"
    return f"seatrial trace replay {path}"


def _folder_of_test() -> str:
    """A folder of its own for each test, named after its id; "" where no test runs.

    What may not stand in a file's name is replaced, and a checksum then keeps the names apart.
    """
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
    plain = test.replace(".py::", "/").replace("::", "/").replace("/", "-")
    name = re.sub(r"[^\w.-]", "_", plain, flags=re.ASCII)
    if name == plain and len(name) <= LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME]}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"
