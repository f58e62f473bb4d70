"""A placement's outcome in words, for a terminal."""

import textwrap
from collections.abc import Iterator

from seatrial.properties.checking.explore.ladder import counted
from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE, Answer, Need
from seatrial.traces.place.outcome import Looked, Loss, Outcome, Packed
from seatrial.traces.place.questions import Asked, listed
from seatrial.traces.place.table import WIDTH, rows, table
from seatrial.traces.place.workloads import counted_kinds

MOST_ASSUMPTIONS = 12
BY_ITSELF = "The scheduler places them so by itself: one pod at a time, each on the node that scores best."
REPLAYED = "It was replayed: pod by pod, in the order found, the scheduler's own filters let each of them in."


def say_outcome(outcome: Outcome) -> str:
    """The whole page."""
    parts = (answer_lines(outcome), looked_lines(outcome.looked), stuck_lines(outcome), loss_lines(outcome),
             packed_lines(outcome), assumption_lines(outcome.asked))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def headline(outcome: Outcome) -> str:
    """The verdict in one sentence."""
    asked, answer = outcome.asked, outcome.answer
    pods = counted(asked.waiting, "pod")
    workloads = counted(len(workload_names(asked)), "workload")
    nodes = counted(len(asked.question.nodes) - len(outcome.drained), "node")
    after = f" once {listed(list(outcome.drained))} {'is' if len(outcome.drained) == 1 else 'are'} drained" \
        if outcome.drained else ""
    who = f"{pods} of {workloads}"
    has = "has" if asked.waiting == 1 else "have"
    stands = "stands" if len(asked.standing) == 1 else "stand"
    if not asked.waiting and not asked.standing:
        return "FEASIBLE: there is nothing to place."
    if not asked.waiting:
        return f"FEASIBLE: nothing is left to place{after}: {counted(len(asked.standing), 'pod')} {stands} on {nodes}."
    if outcome.only_at_once:
        return f"INFEASIBLE ONE BY ONE: {who} could stand together on {nodes}{after}, but no order leads there."
    if answer.verdict == FEASIBLE:
        return f"FEASIBLE: {who} {has} a place on {nodes}{after}."
    if answer.verdict == INFEASIBLE:
        return f"INFEASIBLE: {who} {has} no place on {nodes}{after}, whichever way they are placed."
    return f"UNKNOWN: whether {who} {has} a place on {nodes}{after} was not decided."


def workload_names(asked: Asked) -> tuple[str, ...]:
    """The workloads of which a pod is to be placed."""
    fixed = asked.standing[len(asked.standing) - asked.fixed:]
    return tuple(dict.fromkeys((*asked.owners, *fixed)))


def answer_lines(outcome: Outcome) -> Iterator[str]:
    """The verdict with its evidence."""
    answer = outcome.answer
    yield headline(outcome)
    if answer.reason and (answer.verdict != INFEASIBLE or outcome.only_at_once):
        yield from wrapped(sentence(answer.reason), hanging="")
    if answer.verdict == FEASIBLE and outcome.asked.waiting:
        yield BY_ITSELF if outcome.is_scheduled else REPLAYED
    if outcome.query:
        yield "More --seconds may help, or --back-end cpsat."
        yield f"The query that was too hard is in {outcome.query}, as SMT-LIB for other solvers."
    yield from why_lines(answer)
    if answer.verdict == FEASIBLE:
        yield from after_gap(tuple(table(rows(outcome.asked, answer))))
    elif outcome.only_at_once:
        yield from ("", "The end that no order reaches:", *table(rows(outcome.asked, answer)))


def wrapped(text: str, indent: str = "", hanging: str = "  ") -> list[str]:
    """The text in lines as wide as a page, those after the first further in."""
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}{hanging}",
                         break_long_words=False, break_on_hyphens=False)


def after_gap(lines: tuple[str, ...]) -> Iterator[str]:
    """The lines after an empty one, if there are any."""
    if lines:
        yield ""
        yield from lines


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def why_lines(answer: Answer, indent: str = "") -> Iterator[str]:
    """The minimal core, and what would be enough."""
    if answer.core:
        least = ", and without any one of them the others can" if answer.is_minimal else ""
        yield f"{indent}Why: this alone cannot be met:" if len(answer.core) == 1 else \
            f"{indent}Why: these cannot be met together{least}:"
        for number, each in enumerate(answer.core, 1):
            yield from wrapped(f"{number}. {say_need(each)}", f"{indent}  ", "   ")
    if answer.core and not answer.relaxations:
        yield f"{indent}No small change was found that would be enough."
    if answer.relaxations:
        yield f"{indent}What would be enough:" if len(answer.relaxations) == 1 else \
            f"{indent}What would be enough, any one of:"
        for relaxation in answer.relaxations:
            yield from wrapped(f"- {relaxation.sentence}", f"{indent}  ")


def say_need(need: Need) -> str:
    """A constraint of the core, with the plugin that holds it up."""
    return f"{need.batch}: {need.sentence} ({need.plugin})"


def looked_lines(looked: tuple[Looked, ...]) -> Iterator[str]:
    """What was looked at for each workload."""
    if looked:
        yield "Looked at for each workload:"
    for each in looked:
        yield f"  {each.owner}: may go to {counted(each.open, 'node')}"
        for plugin, reason, nodes in each.ruled_out:
            yield from wrapped(f"not to {listed(list(nodes))}: {reason} ({plugin})", "    ")
        counts = "; ".join(f"{listed(list(what), 8)} ({plugin})" for plugin, what in each.counted)
        yield from wrapped(f"counts there: {counts}", "    ") if counts else ()


def stuck_lines(outcome: Outcome) -> Iterator[str]:
    """Where the scheduler gets stuck by itself."""
    stuck = outcome.stuck
    if stuck is None or not stuck.owner:
        return
    but = "But the scheduler" if outcome.answer.verdict == FEASIBLE else "The scheduler"
    pods = f"{stuck.placed} of {counted(outcome.asked.waiting, 'pod')}"
    yield from wrapped(f"{but} by itself, one pod at a time and each on the node that scores best, places {pods}. Of "
                       f"{stuck.owner} one waits:", hanging="")
    yield from wrapped(stuck.message, "  ")


def loss_lines(outcome: Outcome) -> Iterator[str]:
    """What is survived."""
    for each in outcome.losses:
        yield say_loss(each)
        if each.answer is not None:
            if each.answer.reason and each.verdict != INFEASIBLE:
                yield from wrapped(sentence(each.answer.reason), "  ")
            yield from why_lines(each.answer, "  ")


def say_loss(loss: Loss) -> str:
    """Whether a loss is survived."""
    if loss.verdict == FEASIBLE:
        return f"SURVIVED: losing {loss.what} leaves a place for all pods ({counted(loss.tried, 'case')} tried)."
    without = f"{loss.zone} ({listed(list(loss.lost))})" if loss.zone else listed(list(loss.lost))
    if loss.verdict == INFEASIBLE:
        return f"NOT SURVIVED: losing {loss.what}. Without {without} not all pods have a place."
    return f"UNKNOWN: losing {loss.what}. Without {without} it was not decided."


def packed_lines(outcome: Outcome) -> Iterator[str]:
    """The fewest nodes."""
    if outcome.packed is not None:
        yield say_packed(outcome.packed)


def say_packed(packed: Packed) -> str:
    """How few nodes are enough, as far as that is known."""
    names = listed(list(packed.nodes), 8)
    if packed.is_exact:
        few = "1 node is" if len(packed.nodes) == 1 else f"{len(packed.nodes)} nodes are"
        return f"PACKED: {few} enough, and fewer are not: {names}."
    return (f"PACKED: {len(packed.nodes)} nodes are enough ({names}), at least {packed.at_least} are needed; whether "
            "fewer would do was not decided.")


def assumption_lines(asked: Asked) -> Iterator[str]:
    """What was taken for granted, and what was left out."""
    said = [each.words for each in asked.assumptions]
    if said:
        yield "Assumed:"
        yield from (line for each in said[:MOST_ASSUMPTIONS] for line in wrapped(each, "  "))
    if len(said) > MOST_ASSUMPTIONS:
        yield f"  and {len(said) - MOST_ASSUMPTIONS} more (--format json lists all)"
    if asked.ignored:
        yield from wrapped(f"Without pods, and left out: {counted_kinds(asked.ignored)}.")
