"""seatrial place: is there a place for all pods of some manifests, and what if nodes go?"""

from pathlib import Path
from typing import Any

import attrs
import click

from seatrial.properties.checking.place.check import PlaceError
from seatrial.properties.checking.place.lower_cpsat import NoSolverError
from seatrial.properties.checking.place.portfolio import BACK_ENDS
from seatrial.traces.commands.options import format_option, names, print_json
from seatrial.traces.place.finding import Wanted, find_out
from seatrial.traces.place.inputs import check_drained, check_losses, read_inputs
from seatrial.traces.place.json_form import outcome_to_json
from seatrial.traces.place.losses import ZONE
from seatrial.traces.place.outcome import Outcome
from seatrial.traces.place.questions import ask
from seatrial.traces.place.text import say_outcome

INPUT = 3
SECONDS = 10.0
QUERIES = Path("build/place")


class Loss(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.2
    """How many nodes are lost, or that a zone is."""

    name = "N|zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """A number above 0 as text, or the word."""
        if value != ZONE and not (str(value).isdigit() and int(value)):
            self.fail(f"{value!r} is neither a number of nodes above 0 nor the word zone", param, ctx)
        return str(value)


@click.command("place")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--nodes", default=None, metavar="FILE|COUNT",
              help="A file of Nodes, or how many equal ones; by default those of the files, else 3 equal ones.")
@click.option("--lose", "losses", multiple=True, type=Loss(),
              help="Ask also whether all pods have a place after losing any N nodes, or any zone; may be repeated.")
@click.option("--drain", multiple=True, metavar="NODE", help="Ask with these nodes drained; may be repeated.")
@click.option("--pack", is_flag=True, default=False, help="Ask also how few nodes are enough.")
@click.option("--explain", is_flag=True, default=False, help="Print what was looked at for each workload.")
@click.option("--back-end", type=click.Choice(BACK_ENDS), default="z3", show_default=True,
              help="The solver; cpsat needs the extra seatrial[cpsat].")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=SECONDS, show_default=True,
              help="How long the solver may take for one question.")
@click.option("--out", type=click.Path(path_type=Path), default=None,
              help=f"A folder for a query that was too hard, which else goes to {QUERIES}.")
@format_option
def place_command(files: tuple[Path, ...], form: str, **given: Any) -> int:  # noqa: ANN401 -- click's options
    """Find a place for all pods of manifests, with the scheduler's own filters, or say why there is none."""
    try:
        outcome = _outcome(files, given)
    except (NoSolverError, PlaceError) as error:
        click.echo(str(error), err=True)
        return INPUT
    outcome = save_query(outcome, given["out"] or QUERIES, files[0])
    if form == "json":
        print_json(outcome_to_json(outcome))
    else:
        click.echo(say_outcome(outcome), nl=False)
    return outcome.exit_code


def _outcome(files: tuple[Path, ...], given: dict[str, Any]) -> Outcome:
    manifests, nodes, assumed = read_inputs(files, given["nodes"])
    drained, losses = names(given["drain"]), tuple(dict.fromkeys(given["losses"]))
    check_drained(drained, nodes)
    check_losses(losses, nodes, drained)
    asked = ask(manifests, nodes, drained)
    wanted = Wanted(losses, given["back_end"], given["seconds"], pack=given["pack"], explain=given["explain"])
    found = find_out(attrs.evolve(asked, assumptions=(*assumed, *asked.assumptions)), wanted)
    return attrs.evolve(found, drained=drained)


def save_query(outcome: Outcome, folder: Path, first: Path) -> Outcome:
    """Writes what the solver gave up on, so that it can be given to another one."""
    queries = [each for each in (outcome.answer, *(loss.answer for loss in outcome.losses)) if each and each.query]
    if not queries:
        return outcome
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{first.stem}.smt2"
    path.write_text(queries[0].query, encoding="utf-8")
    return attrs.evolve(outcome, query=str(path))
