"""What stands on each node after a placement: a row per node, in numbers and as a table of text."""

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from seatrial.model.api.core import Node, Pod
from seatrial.model.scheduler.plugins.spread_constraints import ZONE
from seatrial.model.scheduler.requests import pod_requests, rounded_amounts
from seatrial.properties.checking.place.answer import Answer
from seatrial.traces.place.questions import Asked

ALWAYS = ("cpu", "memory", "pods")
BYTES = ("memory", "ephemeral-storage")
BINARY = (("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10))
WIDTH, NARROWEST = 120, 40
ONE_BY_ONE, MOST_ROWS, MOST_ZONES = 20, 40, 3
GAP = "  "


@attrs.frozen
class Row:
    """A node: its zone, of each resource what is used and what there is, and how many pods of which workloads.

    `placed` are pods that the placement put there, `standing` those that were there before. cpu is in thousandths,
    everything else in units.
    """

    node: str
    zone: str
    used: tuple[tuple[str, int, int], ...]
    placed: tuple[tuple[str, int], ...]
    standing: tuple[tuple[str, int], ...]


def rows(asked: Asked, answer: Answer) -> tuple[Row, ...]:
    """The nodes in their order."""
    question = asked.question
    names = tuple(resources(pod for pod in (*question.placed, *(each.pod for each in question.batches))))
    new: dict[str, list[tuple[str, Pod, int]]] = {node.metadata.name: [] for node in question.nodes}
    old: dict[str, list[tuple[str, Pod, int]]] = {node.metadata.name: [] for node in question.nodes}
    first_fixed = len(question.placed) - asked.fixed
    for at, (pod, owner) in enumerate(zip(question.placed, asked.standing, strict=True)):
        (old if at < first_fixed else new)[pod.spec.node_name].append((owner, pod, 1))
    for each in answer.placement:
        new[each.node].append((asked.owners[each.batch], question.batches[each.batch].pod, each.count))
    return tuple(row_of(node, names, new[node.metadata.name], old[node.metadata.name]) for node in question.nodes)


def resources(pods: Iterable[Pod]) -> list[str]:
    """The resources worth a column: the usual ones, and what else some pod asks for."""
    asked = {name for pod in pods for name, amount in pod_requests(pod).items() if amount}
    return [*ALWAYS, *sorted(asked - set(ALWAYS))]


def row_of(node: Node, names: tuple[str, ...], new: list[tuple[str, Pod, int]],
           old: list[tuple[str, Pod, int]]) -> Row:
    """One node's row."""
    allocatable = rounded_amounts(node.status.allocatable)
    used: Counter[str] = Counter()
    for _, pod, count in (*new, *old):
        used["pods"] += count
        for name, amount in pod_requests(pod).items():
            used[name] += amount * count
    return Row(node.metadata.name, node.metadata.labels.get(ZONE, ""),
               tuple((name, used[name], allocatable.get(name, 0)) for name in names), summed(new), summed(old))


def summed(pods: list[tuple[str, Pod, int]]) -> tuple[tuple[str, int], ...]:
    """How many pods of which workload, in the order of their first."""
    found: Counter[str] = Counter()
    for owner, _, count in pods:
        found[owner] += count
    return tuple(found.items())


# As text.


def table(found: tuple[Row, ...]) -> Iterator[str]:
    """The rows that hold pods, and in one line the names of those that do not."""
    full = [row for row in found if row.placed or row.standing]
    if len(full) > ONE_BY_ONE:
        full = list(merged(full))
    shown = full[:MOST_ROWS]
    if shown:
        has_zones = any(row.zone for row in found)
        head = ["node", *(["zone"] if has_zones else []), *(name for name, _, _ in shown[0].used), "what stands there"]
        lines = [[row.node, *([row.zone] if has_zones else []),
                  *(f"{say_amount(name, used)} of {say_amount(name, there)}" for name, used, there in row.used)]
                 for row in shown]
        widths = [max(map(len, column)) for column in zip(head[:-1], *lines, strict=True)]
        start = sum(widths) + len(GAP) * len(widths)
        yield GAP.join((*(f"{each:{width}}" for each, width in zip(head[:-1], widths, strict=True)), head[-1]))
        for row, cells in zip(shown, lines, strict=True):
            left = "".join(f"{each:{width}}{GAP}" for each, width in zip(cells, widths, strict=True))
            wrapped = filled(pods_in_words(row), max(WIDTH - start, NARROWEST))
            yield from (f"{left if at == 0 else ' ' * start}{each}".rstrip() for at, each in enumerate(wrapped))
    if len(full) > len(shown):
        yield f"and {len(full) - len(shown)} more lines (--format json lists all nodes)"
    empty = [row.node for row in found if not row.placed and not row.standing]
    if empty:
        more = [f"and {len(empty) - MOST_ROWS} more"] if len(empty) > MOST_ROWS else []
        yield from filled((f"empty: {empty[0]}", *empty[1:MOST_ROWS], *more), WIDTH)


def merged(full: list[Row]) -> Iterator[Row]:
    """Of many nodes those with equal pods and amounts as one, named after the first of them."""
    alike: dict[tuple[object, ...], list[Row]] = {}
    for row in full:
        alike.setdefault((row.used, row.placed, row.standing), []).append(row)
    for first, *others in alike.values():
        zones = dict.fromkeys(each.zone for each in (first, *others))
        more = f" and {len(others)} more" if others else ""
        yield attrs.evolve(first, node=f"{first.node}{more}", zone=", ".join(zones) if len(zones) <= MOST_ZONES else "")


def pods_in_words(row: Row) -> Iterator[str]:
    """What stands on a node; what was there before comes last."""
    yield from (say_count(name, count) for name, count in row.placed)
    for at, (name, count) in enumerate(row.standing):
        yield f"{'there before: ' if at == 0 else ''}{say_count(name, count)}"


def filled(words: Iterable[str], width: int) -> Iterator[str]:
    """Lines of these words with commas between them; none is broken."""
    line = ""
    for word in words:
        if line and len(line) + len(word) + 3 > width:
            yield f"{line},"
            line = word
        else:
            line = f"{line}, {word}" if line else word
    yield line


def say_count(name: str, count: int) -> str:
    """A workload, and how many of its pods if they are several."""
    return name if count == 1 else f"{name} ({count})"


def say_amount(resource: str, amount: int) -> str:
    """An amount as people write it: 1.5 cpu for 1500 thousandths, 2.5Gi for bytes."""
    if resource == "cpu":
        return f"{amount / 1000:g}"
    if resource not in BYTES and not resource.startswith("hugepages-"):
        return str(amount)
    for unit, size in BINARY:
        if amount >= size:
            return f"{amount / size:.1f}".removesuffix(".0") + unit
    return str(amount)
