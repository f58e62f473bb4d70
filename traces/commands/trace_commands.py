"""seatrial trace: show, replay and export a counterexample."""

from pathlib import Path

import click

from seatrial.model.cluster import Cluster
from seatrial.properties.checking.replay import ReplayDisagrees, judge, replay
from seatrial.traces.codec import Trace, TraceError, load_trace, property_of, trace_to_json
from seatrial.traces.commands.options import format_option, print_json
from seatrial.traces.exporters import EXPORTERS
from seatrial.traces.scopes import initial_of

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def trace() -> None:
    """Show, replay or export a counterexample."""


def states_of(path: Path) -> tuple[Trace, tuple[Cluster, ...]]:
    """A trace with the states that it runs through; raises TraceError when it cannot be followed."""
    loaded = load_trace(path)
    try:
        property_of(loaded)
        initial = initial_of(loaded.scope)
    except (ValueError, KeyError) as error:
        message = f"{path}: {error}"
        raise TraceError(message) from error
    try:
        return loaded, replay(initial, loaded.found.actions)
    except ReplayDisagrees as error:
        message = f"{path}: actions: {error}: the trace was made by another version or for another controller"
        raise TraceError(message) from error


@trace.command("show")
@FILE
@format_option
def show(file: Path, form: str) -> int:
    """Print a counterexample, step by step."""
    loaded, states = states_of(file)
    if form == "json":
        print_json(trace_to_json(loaded))
    else:
        click.echo(EXPORTERS["text"](loaded, states, f"seatrial trace replay {file}"), nl=False)
    return 0


@trace.command("replay")
@FILE
@format_option
def replay_file(file: Path, form: str) -> int:
    """Replay a counterexample; exits 1 when it is reproduced, 0 when the property holds."""
    loaded, states = states_of(file)
    said = judge(property_of(loaded), states, loaded.found)
    if form == "json":
        print_json({"property": loaded.found.property, "reproduced": said is not None, "sentence": said,
                    "steps": len(loaded.found.actions)})
    elif said:
        click.echo(f"reproduced: {loaded.found.property} after {len(loaded.found.actions)} steps: {said}")
    else:
        click.echo(f"not reproduced: {loaded.found.property} holds after {len(loaded.found.actions)} steps")
    return 1 if said else 0


@trace.command("export")
@FILE
@click.option("--to", "to", type=click.Choice(sorted(EXPORTERS)), required=True, help="The form to write.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
@format_option
def export(file: Path, to: str, out: Path, form: str) -> int:
    """Write a counterexample as text, Markdown, a Mermaid diagram or a pytest file."""
    loaded, states = states_of(file)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(EXPORTERS[to](loaded, states, f"seatrial trace replay {file.name}"), encoding="utf-8")
    if form == "json":
        print_json({"written": str(out), "form": to})
    else:
        click.echo(f"written: {out}")
    return 0
