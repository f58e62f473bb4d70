"""seatrial check: manifests, or a variant's own scenario, through the model under faults."""

from pathlib import Path
from typing import Any

import attrs
import click

from seatrial.model.api.core import Node
from seatrial.model.variants import VARIANTS
from seatrial.properties.checking.check import ENGINES, Options, check_cluster, select
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import Property
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.codec import controller_named, properties_beside
from seatrial.traces.commands.options import format_option, names, print_json
from seatrial.traces.importers.errors import ManifestError
from seatrial.traces.importers.manifests import load_manifests
from seatrial.traces.progress import progress_line
from seatrial.traces.report import found_traces, report_to_json, say_report, write_traces
from seatrial.traces.scopes import (
    DEFAULT_NODES,
    Prepared,
    decode,
    default_nodes,
    initial_of,
    prepare,
    with_variant,
)

DEFAULT_SECONDS = 10.0


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--nodes", default=str(DEFAULT_NODES), show_default=True, help="A file of Nodes, or how many equal ones.")
@click.option("--faults", multiple=True, default=("all",), show_default=True, help="Names of faults, all, or none.")
@click.option("--property", "wanted", multiple=True, help="Names of properties; all that apply by default.")
@click.option("--variant", "variant", default="", help="A seeded bug; without a file its own scenario is checked.")
@click.option("--controller", "controllers", multiple=True, help="A controller of your own, as module:CONTROLLER.")
@click.option("--engine", type=click.Choice(ENGINES), default="walk", show_default=True, help="How to search.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed finds the same.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=None,
              help=f"Stop after so long; {DEFAULT_SECONDS:.0f} by default.")
@click.option("--steps", type=click.IntRange(min=1), default=None, help="Stop after so many steps: reproducible.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="A folder for the counterexamples.")
@format_option
def check(files: tuple[Path, ...], form: str, out: Path | None, **given: Any) -> int:  # noqa: ANN401 -- click's options
    """Check manifests for what they break under faults, or a seeded bug in its own scenario."""
    prepared, asked = _prepare(files, given)
    if prepared is None:
        return 4
    initial = initial_of(prepared.scope)
    known = (*PROPERTIES, *properties_beside(prepared.scope.controllers))
    properties = select(initial, _properties(asked, known), asked=bool(asked))
    seconds = given["seconds"] if given["seconds"] or given["steps"] else DEFAULT_SECONDS
    options = Options(given["engine"], given["seed"], Budget(given["steps"] or 20_000, seconds))
    with progress_line() as tell:
        report = check_cluster(initial, properties, options, tell)
    report = attrs.evolve(report, assumptions=prepared.assumptions)
    command = _command(files, given)
    traces = found_traces(report, prepared.scope, given["seed"], tuple(path.name for path in files))
    written = write_traces(traces, out, command) if out else ()
    if form == "json":
        print_json(report_to_json(report, prepared.not_modelled, written))
    else:
        click.echo(say_report(report, prepared.not_modelled, traces, command, written), nl=False)
    return 130 if report.interrupted else report.exit_code


def _prepare(files: tuple[Path, ...], given: dict[str, Any]) -> tuple[Prepared | None, tuple[str, ...]]:
    """The scope to check, and the properties asked for by name."""
    asked = names(given["wanted"])
    variant = given["variant"]
    by_id = {each.id: each for each in VARIANTS}
    if variant and variant not in by_id:
        message = f"there is no variant {variant!r}; see `seatrial list variants`"
        raise click.BadParameter(message, param_hint="--variant")
    if not files and not variant:
        raise click.UsageError("give a manifest to check, or a seeded bug with --variant; `seatrial check --help`")
    if not files:
        chosen = by_id[variant]
        return Prepared(with_variant(chosen.scenario, variant), (), (), ()), asked or (chosen.breaks,)
    manifests = load_manifests(files)
    try:
        prepared = prepare(manifests, _nodes(given["nodes"]), faults=names(given["faults"]),
                           controllers=tuple(controller_named(each) for each in names(given["controllers"])))
    except ValueError as error:
        if isinstance(error, ManifestError):
            raise
        raise click.UsageError(str(error)) from error
    if not given["controllers"] and not any(kind in SERVED for kind in prepared.kinds):
        _say_nothing_to_check(prepared)
        return None, asked
    scope = with_variant(prepared.scope, variant) if variant else prepared.scope
    return attrs.evolve(prepared, scope=scope), asked


def _nodes(text: str) -> tuple[Node, ...]:
    if text.isdigit():
        return default_nodes(int(text))
    found = load_manifests([Path(text)])
    nodes = tuple(decode(each) for each in found.objects if each.kind == "Node")
    if not nodes:
        message = f"{text} holds no Node: give a file with nodes, or a number"
        raise click.BadParameter(message, param_hint="--nodes")
    return nodes


SERVED = ("Deployment", "Pod", "ReplicaSet", "ResourceQuota", "Service", "ServiceAccount")


def _say_nothing_to_check(prepared: Prepared) -> None:
    click.echo("UNKNOWN: nothing in these files is modelled in a way that could break.")
    for each in prepared.not_modelled:
        click.echo(f"  not modelled: {each}")


def _properties(asked: tuple[str, ...], known: tuple[Property, ...]) -> tuple[Property, ...]:
    by_name = {each.name: each for each in known}
    for name in asked:
        if name not in by_name:
            raise click.BadParameter(f"there is no property {name!r}; see `seatrial list properties`",
                                     param_hint="--property")
    if not asked:
        return known
    siblings = {by_name[name].sibling for name in asked}
    return tuple(each for each in known if each.name in asked or each.name in siblings)


def _command(files: tuple[Path, ...], given: dict[str, Any]) -> str:
    """The command that finds the same again."""
    words = ["seatrial check", *(path.name for path in files)]
    words += [f"--{option} {given[option]}" for option in ("variant", "engine", "seed", "steps")
              if given[option] not in (None, "", "walk")]
    if files:
        words.append(f"--faults {','.join(names(given['faults']))}")
        if given["nodes"] != str(DEFAULT_NODES):
            words.append(f"--nodes {Path(given['nodes']).name}")
    for option, plural in (("property", "wanted"), ("controller", "controllers")):
        if given[plural]:
            words.append(f"--{option} {','.join(names(given[plural]))}")
    return " ".join(words)


