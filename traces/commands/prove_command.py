"""seatrial prove: what holds for every count, proved by Z3 on the functions that the model runs."""

from pathlib import Path
from typing import Any

import click

from seatrial.properties.checking.symbolic.answer import say_run
from seatrial.properties.checking.symbolic.cache import ProofCache, default_folder
from seatrial.properties.checking.symbolic.proof import Proof, Result, prove
from seatrial.properties.checking.symbolic.proofs import PROOFS
from seatrial.properties.checking.symbolic.query import QUERY_SECONDS, Limits
from seatrial.properties.checking.symbolic.terms import NotLiftableError
from seatrial.properties.checking.verdict import UNKNOWN, VIOLATED
from seatrial.traces.commands.options import format_option, names, print_json
from seatrial.traces.proofs import ProofError, proofs_named, trace_of
from seatrial.traces.report import write_traces

NOT_LIFTED, GAVE_UP = 3, 4
QUERIES = Path("build/proofs")


@click.command("prove")
@click.argument("wanted", metavar="[NAME]...", nargs=-1)
@click.option("--explain", is_flag=True, default=False, help="Print each invariant, rank and counterexample in words.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=QUERY_SECONDS, show_default=True,
              help="How long one query to the solver may take.")
@click.option("--no-cache", is_flag=True, default=False,
              help="Prove again what was proved before from the same source.")
@click.option("--out", type=click.Path(path_type=Path), default=None,
              help="A folder for counterexamples that the model of objects can follow, and for queries the solver gave "
                   f"up on, which else go to {QUERIES}.")
@format_option
def prove_command(wanted: tuple[str, ...], form: str, out: Path | None, **given: Any) -> int:  # noqa: ANN401 -- click's options
    """Prove claims for every count and percentage; a proof of your own is module:NAME."""
    try:
        chosen = proofs_named(names(wanted), PROOFS)
    except ProofError as error:
        raise click.BadParameter(str(error), param_hint="NAME") from error
    try:
        results = run_proofs(chosen, Limits(given["seconds"]), form, cached=not given["no_cache"],
                             explain=given["explain"])
    except NotLiftableError as error:
        click.echo(str(error), err=True)
        return NOT_LIFTED
    save_queries(results, out or QUERIES)
    if out is not None:
        save_traces(results, out)
    if form == "json":
        print_json([result_to_json(each) for each in results])
    else:
        click.echo(say_total(results))
    return exit_code(results)


def run_proofs(chosen: tuple[Proof, ...], limits: Limits, form: str, *, cached: bool,
               explain: bool) -> tuple[Result, ...]:
    """Runs the proofs one after another, and prints each as it is done."""
    kept = ProofCache(default_folder()) if cached else None
    results = []
    for each in chosen:
        cache = kept if each in PROOFS else None
        found = None if cache is None else cache.get(each)
        if found is None:
            found = prove(each, limits)
            if cache is not None:
                cache.put(found)
        results.append(found)
        if form == "text":
            click.echo("\n".join(say_result(found, explain=explain)))
    return tuple(results)


def exit_code(results: tuple[Result, ...]) -> int:
    """0 when every verdict is the expected one; 4 when the solver gave up on one, else 1."""
    if any(each.answer.verdict == UNKNOWN for each in results):
        return GAVE_UP
    return 0 if all(each.is_expected for each in results) else 1


def result_to_json(found: Result) -> dict[str, Any]:
    """One entry of the list."""
    proof = found.proof
    return {
        "name": proof.name, "model": proof.model, "statement": proof.statement, "verdict": found.verdict,
        "expected": proof.expected, "seconds": round(found.seconds, 3), "rule": proof.rule.name,
        "parameters": list(proof.parameters), "hypotheses": list(proof.hypotheses), "control_of": proof.control_of,
        "refinement": proof.refinement, "cached": found.cached, "explained": list(found.answer.explained),
        "steps": None if found.counterexample is None else [str(each) for each in found.counterexample.actions],
        "sentence": None if found.counterexample is None else found.counterexample.sentence,
    }


def say_result(found: Result, *, explain: bool) -> list[str]:
    """A proof and its verdict in words."""
    proof = found.proof
    wrong = "" if found.is_expected else f", but {proof.expected} was expected"
    once = ", as found before" if found.cached else f" in {found.seconds:.2f} s"
    lines = [f"{proof.name}: {found.verdict}{wrong}{once}", f"  {proof.statement}",
             f"  for {', '.join(proof.parameters)}; by {proof.rule.name}"]
    if proof.hypotheses:
        lines.append(f"  if {'; '.join(proof.hypotheses)}")
    if proof.expected == VIOLATED and proof.control_of:
        lines.append(f"  a negative control of {proof.control_of}")
    if explain or not found.is_expected:
        lines += [f"    {each}" for each in found.answer.explained]
        lines += list(say_run(found.run)) if found.run is not None else []
    return lines


def say_total(results: tuple[Result, ...]) -> str:
    """How many were as expected."""
    fine = sum(each.is_expected for each in results)
    controls = sum(each.proof.expected == VIOLATED for each in results)
    seconds = sum(each.seconds for each in results)
    if fine == len(results):
        return f"{fine} of {len(results)} as expected, {controls} of which must fail and do so; {seconds:.1f} s"
    return f"{len(results) - fine} of {len(results)} not as expected; {seconds:.1f} s"


def save_traces(results: tuple[Result, ...], out: Path) -> None:
    """Writes each run that the model of objects can follow as a trace, in every form."""
    for each in results:
        trace = trace_of(each)
        if trace is not None:
            folder = out / each.proof.name
            written = write_traces((trace,), folder, f"seatrial prove {each.proof.name}")
            click.echo(f"{each.proof.name}: written to {folder}: {', '.join(written)}", err=True)


def save_queries(results: tuple[Result, ...], out: Path) -> None:
    """Writes what the solver gave up on, so that it can be given to another one."""
    for each in results:
        if each.answer.query:
            out.mkdir(parents=True, exist_ok=True)
            path = out / f"{each.proof.name}.smt2"
            path.write_text(each.answer.query, encoding="utf-8")
            click.echo(f"{each.proof.name}: the query that the solver gave up on is in {path}", err=True)
