"""A counterexample as a Mermaid sequence diagram.

Lifelines are the processes that move, the API server among them; an arrow to the API server is a request, a dashed
one back a reply or a watch event, a cross an answer that is lost. Steps that changed nothing are left out of long
diagrams, and the number left out is said: more than about sixty messages cannot be read.
"""

from collections.abc import Iterator

from seatrial.model.cluster import BY_NAME, Cluster
from seatrial.traces.codec import Trace
from seatrial.traces.describe import Line, describe_run

MOST_MESSAGES = 60
SERVER = "kube-apiserver"


def export_mermaid(trace: Trace, states: tuple[Cluster, ...], command: str, most: int = MOST_MESSAGES) -> str:
    """The diagram's source; a run of more than `most` steps is folded to at most so many that changed something."""
    del command
    lines = describe_run(states, trace.found.actions)[: trace.found.stem]
    shown = lines if len(lines) <= most else tuple(line for line in lines if line.changes)[:most]
    actors = dict.fromkeys([SERVER, *(line.actor for line in shown)])
    names = {actor: f"P{at}" for at, actor in enumerate(actors)}
    body = ["sequenceDiagram", *(f"    participant {names[actor]} as {label(actor)}" for actor in actors)]
    for line in shown:
        body.extend(f"    {message}" for message in _messages(line, trace, names))
    if len(shown) < len(lines):
        body.append(f"    Note over {names[SERVER]}: {len(lines) - len(shown)} steps that changed nothing are left out")
    body.append(f"    Note over {names[SERVER]}: {label(trace.found.sentence)}")
    return "\n".join(body) + "\n"


def _messages(line: Line, trace: Trace, names: dict[str, str]) -> Iterator[str]:
    action = trace.found.actions[line.number - 1]
    me, server = names[line.actor], names[SERVER]
    words = label(f"{line.number}. {line.words.removeprefix(f'{line.actor} ')}")
    if action.step in ("Deliver", "Reply"):
        yield f"{server}-->>{me}: {words}"
    elif action.step == "Request":
        yield f"{me}{'-x' if action.choice in ('refused', 'unreachable') else '->>'}{server}: {words}"
    elif BY_NAME[action.step].environment:
        yield f"Note over {me}: {words}"
    else:
        yield f"{me}->>{me}: {words}"
    for change in line.changes[:1] if action.step == "Request" else ():
        yield f"Note right of {server}: {label(change)}"


def label(text: str) -> str:
    """Text that Mermaid takes for nothing but text."""
    return "".join(ESCAPES.get(mark, mark) for mark in text)


ESCAPES = {"#": "#35;", ";": "#59;", "<": "#lt;", ">": "#gt;", "%": "#37;", "\n": " "}
