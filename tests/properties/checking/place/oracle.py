"""What placement must agree with: every order tried out, by nothing but the scheduler's own filters."""

from seatrial.model.scheduler.cycle import find_nodes_that_fit_pod
from seatrial.model.scheduler.node_info import new_node_info
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.properties.checking.place.order import Snapshot
from seatrial.properties.checking.place.question import Question

Counts = tuple[tuple[int, ...], ...]


def reachable_ends(question: Question) -> set[Counts]:
    """All ways in which all pods can come to stand, one after the other: for each batch, its pods on each node."""
    start = tuple(tuple(0 for _ in question.nodes) for _ in question.batches)
    seen, todo, ends = {start}, [start], set[Counts]()
    while todo:
        counts = todo.pop()
        if all(sum(of) == each.count for of, each in zip(counts, question.batches, strict=True)):
            ends.add(counts)
        for after in next_counts(question, counts):
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return ends


def next_counts(question: Question, counts: Counts) -> list[Counts]:
    """What one pod more makes of it."""
    infos = list(Snapshot(question).infos)
    for of, each in zip(counts, question.batches, strict=True):
        for at, count in enumerate(of):
            infos[at] = new_node_info(infos[at].node, (*infos[at].pods, *[each.pod] * count))
    found = []
    names = [info.name for info in infos]
    for batch, (of, each) in enumerate(zip(counts, question.batches, strict=True)):
        if sum(of) < each.count:
            for info in find_nodes_that_fit_pod(PLUGINS, each.pod, tuple(infos)).feasible:
                at = names.index(info.name)
                more = (*of[:at], of[at] + 1, *of[at + 1:])
                found.append((*counts[:batch], more, *counts[batch + 1:]))
    return found


def replays(question: Question, schedule: tuple[tuple[int, str], ...]) -> bool:
    """Do the filters let every pod in, in this order, and is that all of them?"""
    snapshot = Snapshot(question)
    names = [node.metadata.name for node in question.nodes]
    left = [each.count for each in question.batches]
    for batch, name in schedule:
        pod = question.batches[batch].pod
        if name not in [info.name for info in find_nodes_that_fit_pod(PLUGINS, pod, snapshot.infos).feasible]:
            return False
        snapshot.add(pod, names.index(name))
        left[batch] -= 1
    return not any(left)
