"""seatrial check: manifests, or a variant's own scenario, through the model under faults."""

from pathlib import Path
from shlex import quote
from typing import Any

import attrs
import click

from seatrial.model.api.core import Node
from seatrial.model.apiserver.names import OutOfNames
from seatrial.model.rest import NoRest
from seatrial.model.scope import Scope
from seatrial.model.variants import VARIANTS
from seatrial.properties.checking.check import ENGINES, Options, Progress, check_cluster, select
from seatrial.properties.checking.explore.bounds import explorable, left_out
from seatrial.properties.checking.explore.idle import exhaustible, say_idle
from seatrial.properties.checking.explore.ladder import Climbed, Trim, as_it_is, climb, summary
from seatrial.properties.checking.explore.memory import default_memory
from seatrial.properties.checking.verdict import Report, Step
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import SOMETIMES, Property
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.account import say_step
from seatrial.traces.campaign import EXPLORE_SECONDS
from seatrial.traces.codec import controller_named, properties_beside
from seatrial.traces.commands.options import DURATION, SIZE, format_option, names, print_json
from seatrial.traces.importers.errors import ManifestError
from seatrial.traces.importers.kubectl import CommandError, user_actions
from seatrial.traces.importers.manifests import load_manifests
from seatrial.traces.progress import progress_line
from seatrial.traces.report import found_traces, report_to_json, say_report, write_traces
from seatrial.traces.scopes import (
    DEFAULT_NODES,
    Prepared,
    decode,
    default_nodes,
    initial_of,
    objects_in,
    prepare,
    with_users,
    with_variant,
)

DEFAULT_SECONDS = 10.0
EXPLORE = "explore"
BOUNDS = ("names", "versions", "generations")


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--nodes", default=str(DEFAULT_NODES), show_default=True, help="A file of Nodes, or how many equal ones.")
@click.option("--faults", multiple=True, default=("all",), show_default=True, help="Names of faults, all, or none.")
@click.option("--property", "wanted", multiple=True, help="Names of properties; all that apply by default.")
@click.option("--variant", "variant", default="", help="A seeded bug; without a file its own scenario is checked.")
@click.option("--controller", "controllers", multiple=True, help="A controller of your own, as module:CONTROLLER.")
@click.option("--do", "done", multiple=True, metavar="COMMAND",
              help="What a user may do once, as at kubectl: 'scale deployment/web --replicas=3'; may be repeated.")
@click.option("--from-rest", is_flag=True, default=False,
              help="Begin where the cluster has come to rest, not where nothing runs yet.")
@click.option("--engine", type=click.Choice(ENGINES), default="walk", show_default=True, help="How to search.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed finds the same.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=None,
              help=f"Stop after so long; {DEFAULT_SECONDS:.0f} by default, {EXPLORE_SECONDS:.0f} for explore.")
@click.option("--steps", type=click.IntRange(min=1), default=None, help="Stop after so many steps: reproducible.")
@click.option("--memory", type=SIZE, default=None,
              help="With --engine explore: beyond this size, 4G say, go on in files; half of what is free by default.")
@click.option("--threads", type=click.IntRange(1, 2), default=1, show_default=True,
              help="With --engine explore: two are faster from a million states on.")
@click.option("--ladder", type=DURATION, default=None,
              help="With --engine explore: exhaust scopes from the smallest up, for so long: 60s, 5m, 1h.")
@click.option("--no-reduction", is_flag=True, default=False,
              help="With --engine explore: leave no state out because another one stands for it.")
@click.option("--every-loop", is_flag=True, default=False,
              help="With --engine explore: also run the control loops that have nothing to do in these manifests.")
@click.option("--names", type=click.IntRange(min=1), default=None,
              help="With --engine explore: so many generated names of one base at most; more if this bound was felt.")
@click.option("--versions", type=click.IntRange(min=2), default=None,
              help="With --engine explore: so many versions of an object, before they begin anew.")
@click.option("--generations", type=click.IntRange(min=2), default=None,
              help="With --engine explore: so many generations of an object, before they begin anew.")
@click.option("--resume", type=click.Path(path_type=Path), default=None,
              help="With --engine explore: go on with the search that was kept in this folder.")
@click.option("--out", type=click.Path(path_type=Path), default=None,
              help="A folder for the counterexamples, and for a search that could not be finished.")
@format_option
def check(files: tuple[Path, ...], form: str, **given: Any) -> int:  # noqa: ANN401 -- click's options
    """Check manifests for what they break under faults, or a seeded bug in its own scenario."""
    check_options(given)
    prepared, asked = _prepare(files, given)
    if prepared is None:
        return 4
    try:
        return _check(files, form, given, attrs.evolve(prepared, scope=begun(prepared.scope, given)), asked)
    except (NoRest, OutOfNames) as error:
        click.echo(f"UNKNOWN: {error}")
        return 4


def _check(files: tuple[Path, ...], form: str, given: dict[str, Any], prepared: Prepared,
           asked: tuple[str, ...]) -> int:
    """Searches what was prepared, and prints the report."""
    out: Path | None = given["out"]
    known = (*PROPERTIES, *properties_beside(prepared.scope.controllers))
    search = Search(prepared.scope, _properties(asked, known), bool(asked), _options(given),
                    exhaustible if files and not given["every_loop"] else as_it_is)
    with progress_line() as tell:
        report, scope = climbed(search, given, form, tell) if given["ladder"] else searched(search, tell)
    report = attrs.evolve(report, assumptions=prepared.assumptions)
    by_clock = given["engine"] != EXPLORE and (given["seconds"] or not given["steps"])
    command = _command(files, {**given, "steps": _steps_taken(report)} if by_clock else given)
    traces = found_traces(report, scope, given["seed"], tuple(path.name for path in files))
    written = write_traces(traces, out, command) if out else ()
    not_modelled = (*prepared.not_modelled, *(left_out(prepared.scope) if given["engine"] == EXPLORE else ()))
    idle = search.left_out_of(scope)
    if form == "json":
        print_json({**report_to_json(report, not_modelled, written), "loops_left_out": list(idle)})
    else:
        click.echo(say_report(report, not_modelled, traces, command, written, idle=idle), nl=False)
    return 130 if report.interrupted else report.exit_code


def begun(scope: Scope, given: dict[str, Any]) -> Scope:
    """The scope with the beginning, the bounds and the users that were asked for."""
    scope = attrs.evolve(scope, at_rest=given["from_rest"] or scope.at_rest,
                         **{bound: given[bound] for bound in BOUNDS if given[bound]})
    if not given["done"] and not scope.at_rest:
        return scope
    cluster = initial_of(scope)
    try:
        users = tuple(each for text in given["done"] for each in user_actions(text, cluster, objects_in))
    except CommandError as error:
        raise click.BadParameter(str(error), param_hint="--do") from error
    return with_users(scope, users)


@attrs.frozen
class Search:
    """What to search, for which properties (were they asked for by name?), and how."""

    scope: Scope
    properties: tuple[Property, ...]
    asked: bool
    options: Options
    trim: Trim

    def of(self, scope: Scope, options: Options, tell: Progress) -> Report:
        """The report of one scope."""
        initial = initial_of(scope)
        return check_cluster(initial, select(initial, self.properties, asked=self.asked), options, tell)

    def left_out_of(self, scope: Scope) -> tuple[str, ...]:
        """Which control loops a scope that was searched did not run, why, and what is not asked because of that."""
        whole = attrs.evolve(scope, controllers=self.scope.controllers, proxies=self.scope.proxies)
        loops = say_idle(whole, scope)
        asked = {each.name for each in select(initial_of(scope), self.properties, asked=self.asked)}
        more = [each.name for each in select(initial_of(whole), self.properties, asked=self.asked)
                if each.kind != SOMETIMES and each.name not in asked] if loops else []
        return (*loops, f"and so not asked: {', '.join(more)}") if more else loops


def searched(search: Search, tell: Progress) -> tuple[Report, Scope]:
    """One search, and the scope that it was of: a finite one for the engine explore."""
    scope = search.trim(explorable(search.scope)) if search.options.engine == EXPLORE else search.scope
    return search.of(scope, search.options, tell), scope


def climbed(search: Search, given: dict[str, Any], form: str, tell: Progress) -> tuple[Report, Scope]:
    """The rungs of a ladder, each printed when it is done."""
    def check_one(scope: Scope, seconds: float) -> Report:
        budget = Budget(seconds=seconds)
        return search.of(scope, attrs.evolve(search.options, budget=budget, first=True, keep=None), tell)

    done: list[tuple[Climbed, Step]] = []
    for rung, step in climb(explorable(search.scope), check_one, given["ladder"], search.trim):
        done.append((rung, step))
        if form == "text":
            click.echo(say_step(step))
    if form == "text":
        click.echo()
    report = summary(tuple(rung for rung, _ in done), tuple(step for _, step in done))
    return report, done[-1][0].scope


def check_options(given: dict[str, Any]) -> None:
    """Raises UsageError for options that do not go together."""
    if given["engine"] == EXPLORE:
        if given["steps"]:
            raise click.UsageError("--engine explore counts states, not steps: leave --steps out, and give --seconds")
        if given["ladder"] and (given["resume"] or given["seconds"]):
            raise click.UsageError("--ladder has its own time and begins with the smallest scope: leave --seconds and "
                                   "--resume out")
        return
    if given["threads"] > 1:
        raise click.UsageError("--threads is for the exhaustive search: add --engine explore")
    for option in ("memory", "ladder", "no_reduction", "every_loop", "resume", *BOUNDS):
        if given[option]:
            raise click.UsageError(f"--{option.replace('_', '-')} is for the exhaustive search: add --engine explore")


def _options(given: dict[str, Any]) -> Options:
    if given["engine"] == EXPLORE:
        memory = default_memory() if given["memory"] is None else int(given["memory"])
        return Options(EXPLORE, given["seed"], Budget(seconds=given["seconds"] or EXPLORE_SECONDS), memory=memory,
                       threads=given["threads"], reduction=not given["no_reduction"], resume=given["resume"],
                       keep=given["out"] or given["resume"])
    seconds = given["seconds"] if given["seconds"] or given["steps"] else DEFAULT_SECONDS
    return Options(given["engine"], given["seed"], Budget(given["steps"] or 20_000, seconds))


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


def _steps_taken(report: Report) -> int | None:
    """The bound with which walks that the clock ended go as far again; Hypothesis does not look at the clock."""
    return report.steps if report.engine == "walk" else None


def _command(files: tuple[Path, ...], given: dict[str, Any]) -> str:
    """The command that finds the same again."""
    words = ["seatrial check", *(path.name for path in files)]
    given = {**given, "seed": None} if given["engine"] == EXPLORE else given
    words += [f"--{option} {given[option]}" for option in ("variant", "engine", "seed", "steps")
              if given[option] not in (None, "", "walk")]
    words += [f"--do {quote(each)}" for each in given["done"]]
    if given["from_rest"]:
        words.append("--from-rest")
    if files:
        words.append(f"--faults {','.join(names(given['faults']))}")
        if given["nodes"] != str(DEFAULT_NODES):
            words.append(f"--nodes {Path(given['nodes']).name}")
    if given["ladder"]:
        words.append(f"--ladder {given['ladder']:g}s")
    words += [f"--{option.replace('_', '-')}" for option in ("no_reduction", "every_loop") if given[option]]
    words += [f"--{bound} {given[bound]}" for bound in BOUNDS if given[bound]]
    words += [f"--threads {given['threads']}"] if given["threads"] > 1 else []
    for option, plural in (("property", "wanted"), ("controller", "controllers")):
        if given[plural]:
            words.append(f"--{option} {','.join(names(given[plural]))}")
    return " ".join(words)


