"""Writes the reference pages, and the blocks of other pages that show what a command prints, from real runs.

    python docs/reference/generate.py                  # pages, and the blocks of the README and of the how-to
    python docs/reference/generate.py --report FILE    # the conformance table too, from a report

A test compares what is on disk with what this script would write. The report is what
`pytest tests/conformance --conformance-report FILE` wrote; its table changes only when a report is given.
"""

import argparse
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from seatrial.model.faults import FAULTS
from seatrial.model.loops import LOOPS
from seatrial.model.variants import VARIANTS
from seatrial.properties.checking.symbolic.proofs import PROOFS
from seatrial.properties.property import SOMETIMES, Property
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.cli import seatrial

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
README = ROOT / "README.md"
EXPLORE = ROOT / "docs" / "how-to" / "explore-a-scope.md"
PLACE = ROOT / "docs" / "how-to" / "place-your-pods.md"
EXAMPLES = ROOT / "docs" / "examples"
DIAGRAM = ROOT / "traces" / "corpus" / "ten-steps" / "diagram.mmd"
TEN_STEPS = ("The ten published steps from `kubectl apply` to the status in etcd, as the model takes them. A test "
             "replays them; `seatrial trace show traces/corpus/ten-steps/trace.json` prints them.")
SHOWN = ("check", "--variant", "B02", "--seed", "7")
NOTICE = "<!-- Written by docs/reference/generate.py: change the registry, not this page. -->\n"
MEASURED = ("  speed: ", "  memory: ")
"""Lines that say how fast a machine is, and how much it holds."""
FIGURES = tuple(f"  {each}: " for each in ("Python", "fingerprints", "decided", "growth from level to level, of late",
                                            "predicted need", "never taken", "never reached"))
"""Figures of a search that a short form leaves out."""
KINDS = {
    "always": "holds in every state",
    "step": "holds of every step, judged on what the decider saw",
    "eventually": "is reached and kept, once users and faults are quiet",
}
PROVE_AGAIN = ("`seatrial prove` proves each of these again; what the verdicts rest on is told in "
               "[Proofs](../explanation/proofs.md).")
PROOF_VERDICTS = {
    "PROVED": "holds for all values",
    "VIOLATED": "negative controls and true counterexamples, each a run that was replayed",
}
SIBLINGS = ("A property's sibling is the `sometimes` that shows that its premise was reached in the same run; without "
            "it the answer is UNKNOWN, not BOUNDED.")
OF_ONES_OWN = """
## Two more kinds, for properties of your own

* `always-eventually`: once users and faults are quiet, the goal is reached again and again; it may be lost in between.
* `leads-to`: wherever the `premise` holds, the goal is reached then or later, whatever users and faults did in between.

`Property("answered", "leads-to", why, missing, premise=asked)`: `missing(cluster)` says what is lacking, and
`asked(cluster)` answers with a sentence where an answer is owed. Every engine judges both; only `--engine explore` can
say HOLDS.
"""
BESIDE = "What every check runs, beside a kubelet on each node and, where there is a Service, a kube-proxy."
EXIT_CODES = ("Exit codes: 0 holds, 1 violated (for `trace replay`: reproduced), 2 usage, 3 input unreadable or "
              "rejected, 4 unknown, 70 internal, 130 interrupted.")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = tuple(head)
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def properties_page() -> str:
    """Every property with what it promises, where Kubernetes promises it, and when a real cluster keeps it."""
    parts = [f"{NOTICE}# Properties\n\n{SIBLINGS}\n"]
    for kind, meaning in KINDS.items():
        parts.append(f"\n## {kind}: {meaning}\n\n")
        rows = [property_row(each) for each in PROPERTIES if each.kind == kind]
        parts.append(table(("property", "why it matters", "kept by a real cluster under", "sibling"), rows))
    rows = [(f"`{each.name}`", each.why) for each in PROPERTIES if each.kind == SOMETIMES]
    parts.append(f"\n## sometimes: happens in some state\n\n{table(('property', 'of what'), rows)}")
    return "".join((*parts, OF_ONES_OWN))


def property_row(each: Property) -> tuple[str, ...]:
    """The row of a property."""
    name = f"[`{each.name}`]({each.link})" if each.link else f"`{each.name}`"
    conditions = [each.restrictions] if each.restrictions else []
    if each.breaks_under:
        conditions.append(f"left out by default while these may happen: {', '.join(each.breaks_under)}")
    return name, each.why, "; ".join(conditions), f"`{each.sibling}`" if each.sibling else ""


def faults_page() -> str:
    """Every fault with its budgets and its steps."""
    rows = [(f"`{each.name}`", each.what, ", ".join(f"`{kind}`" for kind in each.budgets),
             ", ".join(f"{step.name}{'' if step.environment else ' (repair)'}" for step in each.steps))
            for each in FAULTS]
    return (f"{NOTICE}# Faults\n\n`--faults` takes the names of faults or of budgets. Each budget is 1 in a check, so "
            "that a fault of one name strikes once per run. Repairs cost nothing and are taken in the end.\n\n"
            f"{table(('fault', 'what happens', 'budgets', 'steps'), rows)}")


def variants_page() -> str:
    """Every seeded bug."""
    rows = [(f"`{each.id}`", f"[{each.reference}]({issue_link(each.reference)})", each.what, f"`{each.breaks}`")
            for each in VARIANTS]
    return (f"{NOTICE}# Seeded bugs\n\n`seatrial check --variant ID` puts a bug that Kubernetes once had back into the "
            "model and checks the scenario in which it shows. In the same scenario without it the property holds.\n\n"
            f"{table(('variant', 'upstream', 'the bug', 'breaks'), rows)}")


def issue_link(reference: str) -> str:
    """The address of an upstream issue."""
    repository, _, number = reference.partition("#")
    return f"https://github.com/{repository}/issues/{number}"


def controllers_page() -> str:
    """Every control loop with its informers and the opening of its module."""
    parts = [f"{NOTICE}# Control loops\n\n{BESIDE}\n"]
    for each in LOOPS:
        watched = ", ".join(watch.resource for watch in each.watches)
        more = f" A sync waits for its own writes to {', '.join(each.consistent)}." if each.consistent else ""
        workers = f"At most {each.workers} plans at once." if each.workers else "Any number of plans at once."
        opening = (sys.modules[each.sync.__module__].__doc__ or "").strip()
        parts.append(f"\n## {each.name}\n\nWatches {watched}.{more} {workers}\n\n```text\n{opening}\n```\n")
    return "".join(parts)


def cli_page() -> str:
    """Every command with its arguments and options."""
    parts = [f"{NOTICE}# Command line\n\n{EXIT_CODES}\n"]
    for name, command in commands(seatrial, "seatrial"):
        arguments = " ".join(each.make_metavar(click.Context(command)) for each in command.params
                             if isinstance(each, click.Argument))
        parts.append(f"\n## {name} {arguments}".rstrip() + f"\n\n{command.help}\n")
        rows = [option_row(each) for each in command.params if isinstance(each, click.Option)]
        if rows:
            parts.append(f"\n{table(('option', 'value', 'default', 'meaning'), rows)}")
    return "".join(parts)


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    """The commands that do something, with their full names."""
    for word, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


def option_row(option: click.Option) -> tuple[str, ...]:
    """The row of an option."""
    kind = option.type
    value = ", ".join(kind.choices) if isinstance(kind, click.Choice) else kind.name
    default = ", ".join(map(str, option.default)) if isinstance(option.default, tuple) else option.default
    shown = "" if default is None or "Sentinel" in repr(default) else str(default)
    return f"`{', '.join(option.opts)}`", value, shown, option.help or ""


def conformance_table(report: dict[str, Any]) -> str:
    """The figures of a conformance report, by area; the areas of which nothing is modelled in one line."""
    rows, absent = [], []
    for area, held in sorted(report.items()):
        run = held["passed"] + held["failed"]
        if not run:
            absent.append(f"{area} ({held['cases']:,})")
            continue
        share = 100 * held["passed"] / run
        agree = f"{held['passed']:,} ({share:.2f} %)" if held["failed"] else f"{held['passed']:,} (all)"
        rows.append((area, *(f"{held[name]:,}" for name in ("cases", "not_modelled", "superseded")), f"{run:,}", agree))
    head = ("area", "cases", "not modelled", "superseded", "run", "agree")
    return f"{table(head, rows)}\nNot run, because not modelled yet (cases): {', '.join(absent)}.\n"


def proofs_page() -> str:
    """Every proof with its hypotheses and its rule; those that must fail are apart."""
    parts = [f"{NOTICE}# Proofs\n\n{PROVE_AGAIN}\n"]
    head = ("proof", "for", "if", "rule", "model")
    for expected, meaning in PROOF_VERDICTS.items():
        rows = [(f"`{each.name}`: {each.statement}", "; ".join(each.parameters), "; ".join(each.hypotheses),
                 each.rule.name, "; ".join(part for part in (each.model, each.refinement) if part))
                for each in PROOFS if each.expected == expected]
        parts.append(f"\n## {expected}: {meaning}\n\n{table(head, rows)}")
    return "".join(parts)


PAGES = {"properties.md": properties_page, "proofs.md": proofs_page, "faults.md": faults_page,
         "variants.md": variants_page, "controllers.md": controllers_page, "cli.md": cli_page}


def counterexample() -> str:
    """What the command prints that the README shows."""
    printed = CliRunner().invoke(seatrial, SHOWN, standalone_mode=False).output
    return f"```console\n$ seatrial {' '.join(SHOWN)}\n{printed.rstrip()}\n```\n"


def printed(command: str) -> str:
    """What a command prints in the folder of the examples; what depends on the machine is left out, or a dash."""
    with chdir(EXAMPLES):
        said = CliRunner().invoke(seatrial, shlex.split(command), standalone_mode=False).output
    kept = [line for line in said.splitlines() if not line.startswith(MEASURED)]
    return re.sub(r"\bin \d+\.\d s\b", "in - s", "\n".join(kept))


def chosen(text: str, *parts: str) -> str:
    """Those parts of an output that begin with one of these words, up to an empty line; "..." for what is between."""
    found: list[str] = []
    for each in re.split(r"\n\n+", text.strip()):
        shown = each.startswith(parts)
        if shown or found[-1:] != ["..."]:
            found.append(each if shown else "...")
    return "\n".join(found)


def console(command: str, text: str) -> str:
    """A command and what it prints, as a block of a page."""
    return f"```console\n$ seatrial {command}\n{text}\n```\n"


def whole(command: str) -> str:
    """All that a command prints."""
    return console(command, printed(command))


def first_part(command: str) -> str:
    """What a command prints before the first empty line."""
    return console(command, printed(command).partition("\n\n")[0])


def counted(command: str) -> str:
    """The figures of a search."""
    return console(command, chosen(printed(command), "Explored"))


def story(command: str) -> str:
    """The verdict, the run and the reason of a counterexample."""
    shown = chosen(printed(command), "VIOLATED", "1. ", " 1. ", "Why", "Explored")
    return console(command, "\n".join(line for line in shown.splitlines() if not line.startswith(FIGURES)))


def place_part(*parts: str) -> Callable[[str], str]:
    """What a placement says of one more question; "..." stands for the rest."""
    return lambda command: console(command, chosen(printed(command), *parts))


ONE_REPLICASET = "check web.yaml --nodes 1 --engine explore"
ON_FIVE = "--nodes nodes.yaml"
FROM_REST = (f"{ONE_REPLICASET} --faults none --from-rest --do 'scale rs/web --replicas=2' --variant B02 "
             "--property replicas_not_exceeded")
SHOWN_IN: dict[Path, dict[str, tuple[Callable[[str], str], str]]] = {
    README: {"explored": (story, "check --variant B01 --engine explore")},
    EXPLORE: {
        "exhausted": (whole, f"{ONE_REPLICASET} --faults crash --property bind_once,replicas_converge"),
        "ladder": (first_part, f"{ONE_REPLICASET} --faults crash,refused --ladder 60s --property bind_once"),
        "from-rest": (story, FROM_REST),
    },
    PLACE: {
        "feasible": (whole, f"place quorum.yaml {ON_FIVE}"),
        "infeasible": (whole, "place too-large.yaml --nodes small-node.yaml"),
        "stuck": (whole, f"place report.yaml {ON_FIVE}"),
        "lost": (place_part("SURVIVED", "NOT SURVIVED"), f"place quorum.yaml {ON_FIVE} --lose 1"),
        "drained": (whole, f"place quorum.yaml {ON_FIVE} --drain node-c1"),
        "packed": (place_part("PACKED"), f"place report.yaml {ON_FIVE} --pack"),
    },
}
"""The blocks of a page that show a command's output: how much of it, and which command."""


def with_outputs(page: Path) -> str:
    """A page with its blocks as the commands would print them now."""
    text = page.read_text(encoding="utf-8")
    for name, (shown, command) in SHOWN_IN[page].items():
        text = replace_block(text, name, shown(command))
    return text


def ten_steps() -> str:
    """The section on the ten published steps, or nothing while their diagram is not there."""
    if not DIAGRAM.exists():
        return ""
    diagram = DIAGRAM.read_text("utf-8").rstrip()
    return f"## From kubectl apply to a running pod\n\n{TEN_STEPS}\n\n```mermaid\n{diagram}\n```\n"


def replace_block(text: str, name: str, block: str) -> str:
    """The text with the block between two marks replaced; raises ValueError when the marks are not there."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
    if not pattern.search(text):
        message = f"there is no block {name!r}: write <!-- {name} --> and <!-- end {name} --> around it"
        raise ValueError(message)
    return pattern.sub(lambda found: found.group(1) + block + found.group(2), text)


def main() -> None:
    """Writes the pages and the blocks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, help="a conformance report")
    given = parser.parse_args()
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    for page in (EXPLORE, PLACE):
        page.write_text(with_outputs(page), encoding="utf-8")
    text = replace_block(with_outputs(README), "counterexample", counterexample())
    text = replace_block(text, "ten-steps", ten_steps())
    if given.report:
        text = replace_block(text, "conformance", conformance_table(json.loads(given.report.read_text("utf-8"))))
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
