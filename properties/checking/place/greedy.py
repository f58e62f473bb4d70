"""The model's own scheduler on the question: one pod at a time, in the question's order, each on the best node.

It never moves a pod again, so it can get stuck although a placement exists. Of several best nodes the first is taken,
where the real one draws; no pod is preempted.
"""

import attrs

from seatrial.model.scheduler.cycle import fit_error_message, schedule_pod
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.properties.checking.place.order import Snapshot
from seatrial.properties.checking.place.question import Question


@attrs.frozen
class Greedy:
    """How far it came: the schedule (batch and node by pod), and the first batch of which a pod found no node, and why.

    `stuck` is None where every pod has its place; later batches are still tried, as the real scheduler does.
    """

    schedule: tuple[tuple[int, str], ...]
    stuck: int | None = None
    message: str = ""


def greedy(question: Question) -> Greedy:
    """Schedules every pod of the question once."""
    snapshot, schedule = Snapshot(question), list[tuple[int, str]]()
    stuck: int | None = None
    message = ""
    names = {node.metadata.name: at for at, node in enumerate(question.nodes)}
    for at, batch in enumerate(question.batches):
        for _ in range(batch.count):
            if not question.nodes:
                return Greedy((), at, "no nodes available to schedule pods")
            result = schedule_pod(PLUGINS, batch.pod, snapshot.infos)
            if not result.best:
                if stuck is None:
                    stuck, message = at, result.error or fit_error_message(result.filtered, len(question.nodes))
                break  # The others of the batch are no different, as long as nothing else is placed.
            snapshot.add(batch.pod, names[result.best[0]])
            schedule.append((at, result.best[0]))
    return Greedy(tuple(schedule), stuck, message)
