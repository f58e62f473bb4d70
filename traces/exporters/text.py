"""A counterexample as text, in the order a design review reads it.

One sentence of verdict, the numbered steps with only what changed, why the predicate is false, what was stale and by
how much, one command that reproduces it. Of the fair suffix only its ends and what changed is said; the numbers stay
those of the JSON.
"""

from collections.abc import Iterator

from seatrial.model.cluster import Cluster
from seatrial.properties.checking.turns import because
from seatrial.properties.property import EVENTUALLY, LIVENESS, SOMETIMES
from seatrial.traces.codec import Trace
from seatrial.traces.describe import Line, describe_objects, describe_run, staleness

ENDS = 6
MOST_FOLDED = 40
MOST_TURNS = 24


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
    quiet = trace.found.stem if trace.kind in LIVENESS else len(described)
    for line in described[:quiet]:
        yield from say_line(line, width)
    if trace.kind in LIVENESS:
        yield f"{'':{width}}  -- from here on users and faults are quiet, and everybody gets their turn --"
        turn = len(described) if trace.found.loop is None else max(trace.found.loop, quiet)
        yield from say_folded(described[quiet:turn], width)
        if trace.found.loop is not None:
            yield f"{'':{width}}  -- what follows repeats for ever --"
            yield from say_folded(described[turn:], width)
    yield ""
    yield from explanation(trace, states)
    yield ""
    yield f"Reproduce: {command}"


def headline(trace: Trace) -> str:
    """One sentence of verdict."""
    found = trace.found
    steps = f"{found.stem} step{'s' if found.stem != 1 else ''}"
    if trace.kind == SOMETIMES:
        return f"REACHED {found.property} after {steps}: {found.sentence}."
    if trace.kind not in LIVENESS:
        return f"VIOLATED {found.property} after {steps}: {found.sentence}."
    begin = f"after {steps} the cluster" if found.stem else "left alone, the cluster"
    if found.loop is None:
        return f"VIOLATED {found.property}: {begin} comes to rest, and still {found.sentence}."
    often = "again and again" if trace.kind == EVENTUALLY else "all the while"
    rounds = f"repeats steps {found.loop + 1} to {len(found.actions)} for ever"
    return f"VIOLATED {found.property}: {begin} {rounds}, and {often} {found.sentence}."


def explanation(trace: Trace, states: tuple[Cluster, ...]) -> Iterator[str]:
    """Why the predicate is false, and who acted on what was stale."""
    yield f"Why: {trace.found.sentence}."
    if trace.kind in LIVENESS:
        yield from why_for_ever(trace, states)
    stale = list(staleness(states[trace.found.stem]))
    if stale:
        yield "Stale at that point:"
        for each in stale:
            yield f"  {each}"
    else:
        yield "Nothing was stale at that point: every informer had seen every write."


def why_for_ever(trace: Trace, states: tuple[Cluster, ...]) -> Iterator[str]:
    """Why nobody comes to help: nobody can move, or in each round everybody has a turn who always could."""
    said = because(states, trace.found.actions, trace.found.loop)
    if trace.found.loop is None:
        yield f"Why it stays so: {said[0]}."
        return
    yield "Why nobody may complain: in each round, whoever can move all the time gets a turn."
    for each in said[:MOST_TURNS]:
        yield f"  {each}"
    if len(said) > MOST_TURNS:
        yield f"  and {len(said) - MOST_TURNS} more"


def say_line(line: Line, width: int) -> Iterator[str]:
    """A step and what it changed."""
    yield f"{line.number:{width}}. {line.words}"
    for change in line.changes:
        yield f"{'':{width}}    {change}"


def say_folded(lines: tuple[Line, ...], width: int) -> Iterator[str]:
    """Steps that only show where a run ends up: the first and last few, and of the others those that change a thing."""
    shown = [at for at, line in enumerate(lines) if at < ENDS or at >= len(lines) - ENDS or line.changes]
    shown = shown if len(shown) <= MOST_FOLDED else shown[: MOST_FOLDED - ENDS] + shown[-ENDS:]
    last = -1
    for at in shown:
        if at > last + 1:
            yield f"{'':{width}}  … {at - last - 1} more step{'s' if at > last + 2 else ''}"
        yield from say_line(lines[at], width)
        last = at
