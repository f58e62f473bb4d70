"""A placement's outcome as a JSON tree; the how-to documents its keys."""

from collections import Counter
from typing import Any

from seatrial.properties.checking.place.answer import FEASIBLE, Answer
from seatrial.traces.place.outcome import Looked, Loss, Outcome, Packed, Stuck
from seatrial.traces.place.questions import Asked
from seatrial.traces.place.table import Row, rows


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """The whole outcome."""
    asked, answer = outcome.asked, outcome.answer
    return {
        "exit": outcome.exit_code, **answer_to_json(answer),
        "only_at_once": outcome.only_at_once, "pods": asked.waiting, "drained": list(outcome.drained),
        "nodes": [row_to_json(row) for row in rows(asked, answer)],
        "order": order_to_json(asked, answer) if answer.verdict == FEASIBLE else [],
        "one_at_a_time": None if outcome.stuck is None else stuck_to_json(outcome.stuck),
        "losses": [loss_to_json(each) for each in outcome.losses],
        "pack": None if outcome.packed is None else packed_to_json(outcome.packed),
        "looked_at": [looked_to_json(each) for each in outcome.looked],
        "assumptions": [{"object": each.object, "field": each.field, "sentence": each.sentence}
                        for each in asked.assumptions],
        "left_out": dict(sorted(Counter(asked.ignored).items())), "query": outcome.query or None,
    }


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Verdict, reason, core and relaxations."""
    return {
        "verdict": answer.verdict, "reason": answer.reason, "engine": answer.engine,
        "seconds": round(answer.seconds, 3),
        "core": [{"workload": each.batch, "plugin": each.plugin, "sentence": each.sentence} for each in answer.core],
        "relaxations": [{"sentence": each.sentence,
                         "needs": [{"workload": need.batch, "plugin": need.plugin} for need in each.needs]}
                        for each in answer.relaxations],
    }


def row_to_json(row: Row) -> dict[str, Any]:
    """A node: cpu is in thousandths, everything else in units."""
    return {
        "name": row.node, "zone": row.zone,
        "resources": {name: {"used": used, "allocatable": there} for name, used, there in row.used},
        "placed": [{"workload": name, "pods": count} for name, count in row.placed],
        "standing": [{"workload": name, "pods": count} for name, count in row.standing],
    }


def order_to_json(asked: Asked, answer: Answer) -> list[dict[str, str]]:
    """The order in which the filters let the pods in: first daemon pods, which have no choice."""
    question = asked.question
    first = len(question.placed) - asked.fixed
    fixed = zip(asked.standing[first:], question.placed[first:], strict=True)
    return [*({"workload": owner, "node": pod.spec.node_name} for owner, pod in fixed),
            *({"workload": asked.owners[batch], "node": node} for batch, node in answer.schedule)]


def stuck_to_json(stuck: Stuck) -> dict[str, Any]:
    """How far the scheduler comes by itself."""
    return {"placed": stuck.placed, "stuck_on": stuck.owner or None, "message": stuck.message or None}


def loss_to_json(loss: Loss) -> dict[str, Any]:
    """What a loss does."""
    return {"losing": loss.what, "verdict": loss.verdict, "lost": list(loss.lost), "zone": loss.zone or None,
            "tried": loss.tried, "answer": None if loss.answer is None else answer_to_json(loss.answer)}


def packed_to_json(packed: Packed) -> dict[str, Any]:
    """The fewest nodes."""
    return {"at_least": packed.at_least, "nodes": list(packed.nodes), "exact": packed.is_exact,
            "reason": packed.reason}


def looked_to_json(looked: Looked) -> dict[str, Any]:
    """What was looked at for a workload."""
    return {
        "workload": looked.owner, "open_nodes": looked.open,
        "ruled_out": [{"plugin": plugin, "reason": reason, "nodes": list(nodes)}
                      for plugin, reason, nodes in looked.ruled_out],
        "counts": [{"plugin": plugin, "what": list(what)} for plugin, what in looked.counted],
    }
