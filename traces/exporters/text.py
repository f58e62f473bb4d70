"""A counterexample as text, in the order a design review reads it.

One sentence of verdict, the numbered steps with only what changed, why the predicate is false, what was stale and by
how much, one command that reproduces it. Runs of forced steps may be folded; the numbers stay those of the JSON.
"""

from collections.abc import Iterator

from seatrial.model.cluster import Cluster, enabled
from seatrial.traces.codec import Trace
from seatrial.traces.describe import Line, describe_objects, describe_run, staleness


def export_text(trace: Trace, states: tuple[Cluster, ...], command: str) -> str:
    """The counterexample as plain text."""
    return "\n".join(lines_of(trace, states, command)) + "\n"


def lines_of(trace: Trace, states: tuple[Cluster, ...], command: str) -> Iterator[str]:
    """The lines of the text."""
    yield headline(trace)
    yield ""
    yield f"At the beginning: {', '.join(describe_objects(states[0])) or 'nothing'}."
    yield ""
    described = describe_run(states, trace.found.actions)
    width = len(str(len(described)))
    for line in described:
        if line.number == trace.found.stem + 1 and trace.kind == "eventually":
            yield f"{'':{width}}  -- from here on users and faults are quiet, and everybody gets their turn --"
        if trace.found.loop is not None and line.number == trace.found.loop + 1:
            yield f"{'':{width}}  -- what follows repeats for ever --"
        yield f"{line.number:{width}}. {line.words}"
        for change in line.changes:
            yield f"{'':{width}}    {change}"
    yield ""
    yield from explanation(trace, states)
    yield ""
    yield f"Reproduce: {command}"


def headline(trace: Trace) -> str:
    """One sentence of verdict."""
    found = trace.found
    steps = f"{found.stem} step{'s' if found.stem != 1 else ''}"
    if trace.kind != "eventually":
        return f"VIOLATED {found.property} after {steps}: {found.sentence}."
    if found.loop is None:
        return f"VIOLATED {found.property}: after {steps} the cluster comes to rest, and still {found.sentence}."
    return f"VIOLATED {found.property}: after {steps} the cluster repeats itself for ever, and {found.sentence}."


def explanation(trace: Trace, states: tuple[Cluster, ...]) -> Iterator[str]:
    """Why the predicate is false, and who acted on what was stale."""
    yield f"Why: {trace.found.sentence}."
    stale = list(staleness(states[trace.found.stem]))
    if stale:
        yield "Stale at that point:"
        for each in stale:
            yield f"  {each}"
    else:
        yield "Nothing was stale at that point: every informer had seen every write."


def folded(lines: tuple[Line, ...], states: tuple[Cluster, ...]) -> Iterator[Line]:
    """The lines without the steps that were forced: the only thing that could happen, and nothing changed."""
    for line in lines:
        if line.changes or len(enabled(states[line.number - 1])) > 1:
            yield line
