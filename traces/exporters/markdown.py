"""A counterexample as Markdown, to paste into a pull request or a KEP, with its sequence diagram."""

from seatrial.model.cluster import Cluster
from seatrial.properties.property import LIVENESS
from seatrial.traces.codec import Trace
from seatrial.traces.describe import describe_objects, describe_run
from seatrial.traces.exporters.mermaid import export_mermaid
from seatrial.traces.exporters.text import explanation, headline


def export_markdown(trace: Trace, states: tuple[Cluster, ...], command: str) -> str:
    """The counterexample as Markdown."""
    rows = []
    for line in describe_run(states, trace.found.actions):
        quiet = " (quiet)" if trace.kind in LIVENESS and line.number > trace.found.stem else ""
        changed = "<br>".join(cell(each) for each in line.changes)
        rows.append(f"| {line.number}{quiet} | {cell(line.words)} | {changed} |")
    why = "\n".join(each if each[0] != " " else f"- {each.strip()}" for each in explanation(trace, states))
    return "\n".join([
        f"## {cell(headline(trace))}", "",
        f"At the beginning: {cell(', '.join(describe_objects(states[0])) or 'nothing')}.",
        "", "| # | step | what changed |", "|---|---|---|", *rows, "", cell_lines(why), "", "```mermaid",
        export_mermaid(trace, states, command).rstrip("\n"), "```", "", "```sh", command, "```", "",
    ])


def cell(text: str) -> str:
    """Text that cannot break a table or become markup."""
    for mark, safe in ESCAPES:
        text = text.replace(mark, safe)
    return text


ESCAPES = (("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;"), ("\n", " "), ("`", "&#96;"), ("*", "\\*"), ("_", "\\_"))


def cell_lines(text: str) -> str:
    """Several lines of such text."""
    return "\n".join(f"- {cell(line[2:])}" if line.startswith("- ") else cell(line) for line in text.splitlines())
