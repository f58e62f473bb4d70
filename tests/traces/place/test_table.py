"""Rows per node: sums, names, and how they are laid out."""

from pathlib import Path

import attrs
import pytest

from seatrial.properties.checking.place.answer import FEASIBLE, Answer, Placed
from seatrial.traces.place.table import WIDTH, Row, rows, say_amount, table
from seatrial.traces.scopes import default_nodes
from tests.traces.place.documents import asked, bound_pod, workload

FULL = Row("n", "a", (("cpu", 0, 1),), (("Pod a/b", 1),), ())


def test_a_row_sums_what_stands_and_what_is_placed(tmp_path: Path) -> None:
    """Of the resources that somebody asks for; daemon pods count as placed, bound ones as standing."""
    gpu = workload("Deployment", "gpu").replace("memory: 1Gi", "memory: 1Gi, example.com/gpu: 2, ephemeral-storage: 1Gi"
                                                ).replace("}}}]", "}, limits: {example.com/gpu: 2}}}]")
    found = asked(tmp_path, gpu, workload("DaemonSet", "agent"), bound_pod("old", "node-1"), nodes=default_nodes(1))
    (row,) = rows(found, Answer(FEASIBLE, placement=(Placed(0, "node-1", 1),)))
    assert Row("node-1", "a", (("cpu", 1500, 8000), ("memory", 3 << 30, 32 << 30), ("pods", 3, 110),
                               ("ephemeral-storage", 1 << 30, 100 << 30), ("example.com/gpu", 2, 0)),
               (("DaemonSet shop/agent", 1), ("Deployment shop/gpu", 1)), (("Pod shop/old", 1),)) == row


def test_long_lists_are_wrapped_below_their_column() -> None:
    """No line is longer than the page, no name is broken."""
    names = tuple((f"Deployment a-name-space/component-number-{number}", 2) for number in range(8))
    lines = list(table((Row("n", "", (("cpu", 1, 2),), names, ()),)))
    assert WIDTH >= max(map(len, lines))
    start = lines[0].index("what stands there")
    assert all(line[:start].strip() == "" for line in lines[2:])
    assert 8 == sum("component-number-" in part for line in lines for part in line.split(","))


def test_empty_nodes_are_named_in_one_line() -> None:
    """And without zones there is no such column."""
    empty = tuple(Row(f"node-{number}", "", (("cpu", 0, 1),), (), ()) for number in range(50))
    lines = list(table(empty))
    assert "empty: node-0, node-1" == lines[0][:21]
    assert "and 10 more" in lines[-1]
    assert not any("zone" in line for line in lines)


def test_many_nodes_are_cut_short() -> None:
    """The rest is in the JSON."""
    different = tuple(attrs.evolve(FULL, node=f"n{number}", used=(("cpu", number, 100),)) for number in range(45))
    assert "and 5 more lines (--format json lists all nodes)" == list(table(different))[-1]


def test_of_many_nodes_equal_ones_are_one_line() -> None:
    """Of few nodes each has its own."""
    equal = tuple(attrs.evolve(FULL, node=f"n{number}", zone="ab"[number % 2]) for number in range(30))
    other = attrs.evolve(FULL, node="other", placed=(("Pod a/c", 1),))
    lines = list(table((*equal, other)))
    assert ["n0 and 29 more", "other"] == [line.partition("  ")[0] for line in lines[1:]]
    assert "a, b" in lines[1]
    assert 20 == len(list(table(equal[:20]))) - 1


@pytest.mark.parametrize(("resource", "amount", "said"), [
    ("cpu", 0, "0"), ("cpu", 1500, "1.5"), ("cpu", 3920, "3.92"), ("cpu", 8000, "8"), ("pods", 3, "3"),
    ("memory", 0, "0"), ("memory", 100, "100"), ("memory", 1 << 30, "1Gi"), ("memory", 3 << 29, "1.5Gi"),
    ("memory", 200 << 20, "200Mi"), ("ephemeral-storage", 2 << 40, "2Ti"), ("hugepages-2Mi", 4 << 20, "4Mi"),
    ("example.com/gpu", 2, "2")])
def test_amounts_are_written_as_people_do(resource: str, amount: int, said: str) -> None:
    """Thousandths of a cpu as a decimal number, bytes with a unit."""
    assert said == say_amount(resource, amount)
