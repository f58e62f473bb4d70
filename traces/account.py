"""What an exhaustive search did, in words and as JSON: so that a verdict can be weighed."""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.properties.checking.explore.growth import FAR, factors, is_far, rounded
from seatrial.properties.checking.explore.ladder import counted
from seatrial.properties.checking.explore.memory import say_bytes
from seatrial.properties.checking.explore.statistics import Statistics
from seatrial.properties.checking.verdict import Step

LAST_LEVELS = 8


def say_account(found: Statistics) -> Iterator[str]:
    """The lines of a text report; what must come about has a search, and a part, of its own."""
    yield "Explored:"
    yield from say_search(found)
    yield f"  never taken: {', '.join(found.never_taken) or 'nothing that the scope allows'}"
    yield f"  never reached: {', '.join(found.never_reached) or 'nothing that was looked for'}"
    if found.graph is not None:
        yield ""
        yield "Explored for what must come about, with every state and step:"
        yield from say_search(found.graph)


def say_search(found: Statistics) -> Iterator[str]:
    """The figures of one search."""
    ended = "all of them" if found.complete else f"stopped {found.stopped}, {found.waiting:,} not expanded"
    yield f"  states: {found.states:,} ({ended}), depth {found.depth}, {found.quiet:,} quiet"
    yield f"  transitions: {found.transitions:,}, {found.out_degree:.1f} from a state"
    yield f"  speed: {found.states_per_second:,.0f} states/s in {found.seconds:.1f} s"
    files = f", {say_bytes(found.on_disk)} of it in files" if found.on_disk else ""
    yield f"  memory: {say_bytes(found.bytes)}, {found.bytes_per_state:,.0f} bytes a state{files}"
    yield f"  Python: {found.situations:,} situations run, {share_of_python(found):.2f} % of the transitions"
    yield f"  fingerprints: {found.fingerprint_bits} bits; that two states share one: {found.collision:.0e} at most"
    if found.told_apart:
        yield f"  names: none interchangeable, because {found.told_apart}"
    if not found.complete:
        yield from say_growth(found)
    if found.decided is not None:
        parts = f"{found.decided.components:,} strongly connected components, " if found.decided.components else ""
        loops = f"{found.decided.loops:,} of more than one state, " if found.decided.components else ""
        yield f"  decided: {parts}{loops}in {found.decided.seconds:.1f} s"


def share_of_python(found: Statistics) -> float:
    """Situations that Python ran, in percent of the transitions."""
    return 100 * found.situations / max(1, found.transitions)


def say_growth(found: Statistics) -> Iterator[str]:
    """How the levels grow, and what the whole may need."""
    shown = ", ".join(f"{each:.2f}" for each in factors(found.levels[:-1])[-LAST_LEVELS:])
    yield f"  growth from level to level, of late: {shown or 'not known'}"
    total = found.predicted
    if total is None:
        yield "  predicted need: cannot be told while the levels do not grow more slowly"
        return
    if is_far(found.states, total):
        yield f"  predicted need: more than {FAR:,} times as many states"
        return
    time = f", {total / found.states_per_second:,.0f} s at this speed" if found.states_per_second else ""
    yield f"  predicted need: about {rounded(total):,} states, {say_bytes(total * found.bytes_per_state)}{time}"


def account_to_json(found: Statistics) -> dict[str, Any]:
    """All figures; `seconds` and `states_per_second` are the only ones that depend on the machine.

    `graph` has the same figures of the search for what must come about, where it was one of its own.
    """
    return {
        "states": found.states, "transitions": found.transitions, "quiet": found.quiet, "depth": found.depth,
        "waiting": found.waiting, "complete": found.complete, "stopped": found.stopped,
        "out_degree": round(found.out_degree, 3), "seconds": round(found.seconds, 3),
        "states_per_second": round(found.states_per_second), "bytes": found.bytes, "bytes_on_disk": found.on_disk,
        "bytes_per_state": round(found.bytes_per_state, 1), "situations": found.situations,
        "fingerprint_bits": found.fingerprint_bits, "collision": found.collision, "levels": list(found.levels),
        "growth": [round(each, 3) for each in factors(found.levels)], "predicted_states": found.predicted,
        "taken": list(found.taken), "never_taken": list(found.never_taken), "never_reached": list(found.never_reached),
        "felt": found.felt, "told_apart": found.told_apart,
        "decided": None if found.decided is None else {
            **attrs.asdict(found.decided), "seconds": round(found.decided.seconds, 3)},
        "graph": None if found.graph is None else account_to_json(found.graph),
    }


def say_step(step: Step) -> str:
    """One rung of a ladder in a line."""
    growth = f", {step.factor:,.1f} times the largest below" if step.factor is not None else ""
    following = f"; next: about {rounded(step.predicted):,} states" if step.predicted is not None else ""
    return f"{step.verdict:8}  {step.holds}: {counted(step.states, 'state')} in {step.seconds:.1f} s{growth}{following}"


def step_to_json(step: Step) -> dict[str, Any]:
    """A rung as JSON; only `seconds` depends on the machine."""
    return {"holds": step.holds, "states": step.states, "transitions": step.transitions, "verdict": step.verdict,
            "seconds": round(step.seconds, 3), "factor": None if step.factor is None else round(step.factor, 3),
            "predicted_states_of_next": step.predicted}
