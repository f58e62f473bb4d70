"""A report in words and as JSON, and the counterexamples as files."""

from pathlib import Path
from typing import Any

from seatrial.model.scope import Scope
from seatrial.properties.checking.explore.ladder import counted
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.verdict import Report
from seatrial.traces.account import account_to_json, say_account, step_to_json
from seatrial.traces.codec import Trace, dump_trace
from seatrial.traces.exporters import EXPORTERS
from seatrial.traces.scopes import initial_of

FORMS = {"markdown": "md", "mermaid": "mmd", "text": "txt"}
MOST_ASSUMPTIONS = 12


def found_traces(report: Report, scope: Scope, seed: int | None, source: tuple[str, ...]) -> tuple[Trace, ...]:
    """A trace for each violation."""
    return tuple(Trace(scope, verdict.counterexample, verdict.kind, seed, source)
                 for verdict in report.verdicts if verdict.counterexample is not None)


def write_traces(traces: tuple[Trace, ...], out: Path, command: str) -> tuple[str, ...]:
    """Writes each counterexample as JSON, text, Markdown and diagram; returns the names of the files."""
    written = []
    for trace in traces:
        folder = out / trace.found.property
        folder.mkdir(parents=True, exist_ok=True)
        states = replay(initial_of(trace.scope), trace.found.actions)
        (folder / "trace.json").write_text(dump_trace(trace), encoding="utf-8")
        written.append(f"{trace.found.property}/trace.json")
        for form, ending in FORMS.items():
            name = f"trace.{ending}"
            (folder / name).write_text(EXPORTERS[form](trace, states, command), encoding="utf-8")
            written.append(f"{trace.found.property}/{name}")
    return tuple(written)


def say_report(report: Report, not_modelled: tuple[str, ...], traces: tuple[Trace, ...], command: str,
               written: tuple[str, ...], *, idle: tuple[str, ...] = ()) -> str:
    """The report as text: verdicts, scope, assumptions, counterexamples; `idle` says which loops were left out."""
    width = max((len(verdict.property) for verdict in report.verdicts), default=0)
    lines = [f"{verdict.verdict:8}  {verdict.property:{width}}  {verdict.reason}" for verdict in report.verdicts]
    lines += ["", f"Scope ({say_extent(report)}" + (", interrupted" if report.interrupted else "") + "):"]
    lines += [f"  {each}" for each in report.scope]
    if not_modelled:
        lines += ["Not modelled, and left out:", *(f"  {each}" for each in not_modelled)]
    if idle:
        lines += ["Control loops left out, as they would change nothing (--every-loop runs them too):",
                  *(f"  {each}" for each in idle)]
    if report.assumptions:
        lines += ["Assumed to change nothing:", *(f"  {each}" for each in report.assumptions[:MOST_ASSUMPTIONS])]
        if len(report.assumptions) > MOST_ASSUMPTIONS:
            lines.append(f"  and {len(report.assumptions) - MOST_ASSUMPTIONS} more (--format json lists all)")
    for trace in traces:
        states = replay(initial_of(trace.scope), trace.found.actions)
        lines += ["", EXPORTERS["text"](trace, states, command).rstrip("\n")]
    if report.statistics is not None:
        lines += ["", *say_account(report.statistics)]
    if report.kept:
        lines += ["", f"Kept, to go on with it: {command} --resume {report.kept}"]
    if written:
        lines += ["", "Written:", *(f"  {each}" for each in written)]
    return "\n".join(lines) + "\n"


def say_extent(report: Report) -> str:
    """How far was searched, in the engine's own measure."""
    if report.statistics is None:
        return f"{report.engine}, {report.steps:,} steps in {report.runs:,} runs"
    scopes = f", the last of {report.runs:,} scopes" if len(report.ladder) > 1 else ""
    return f"{report.engine}, {counted(report.statistics.states, 'state')}{scopes}"


def report_to_json(report: Report, not_modelled: tuple[str, ...], written: tuple[str, ...]) -> dict[str, Any]:
    """The report as a JSON tree."""
    found = _report_to_json(report, not_modelled, written)
    if report.statistics is not None:
        found["statistics"] = account_to_json(report.statistics)
        found["kept"] = report.kept
    if report.ladder:
        found["ladder"] = [step_to_json(step) for step in report.ladder]
    return found


def _report_to_json(report: Report, not_modelled: tuple[str, ...], written: tuple[str, ...]) -> dict[str, Any]:
    return {
        "exit": 130 if report.interrupted else report.exit_code,
        "verdicts": [{"property": verdict.property, "verdict": verdict.verdict, "reason": verdict.reason,
                      "because": list(verdict.because),
                      "steps": verdict.counterexample.stem if verdict.counterexample else None}
                     for verdict in report.verdicts],
        "engine": report.engine, "steps": report.steps, "runs": report.runs, "scope": list(report.scope),
        "seen": sorted(report.seen), "not_modelled": list(not_modelled), "assumptions": list(report.assumptions),
        "written": list(written),
    }
