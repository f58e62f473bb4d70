"""`place` and the real scheduler: what it bound has a placement, and no node that it found feasible is closed to Z3.

The cases are the scheduler's tables of whole cycles and of sequences of them, those that the model's scheduler is
compared with. Of pods that name labels of namespaces nothing is asked: `place` is not told them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import pytest

from seatrial.model.api.meta import LabelSelector
from seatrial.model.scheduler.framework import Nodes
from seatrial.model.scheduler.unmodelled import unmodelled_constraints
from seatrial.properties.checking.place.agree import feasible_names, new_cycle, none_agrees
from seatrial.properties.checking.place.answer import FEASIBLE
from seatrial.properties.checking.place.question import Batch, Question
from seatrial.properties.checking.place.solve import place
from tests.conformance.adapters.scheduler import needs_unmodelled_plugins
from tests.conformance.adapters.scheduler_cases import nodes_of, pod_of
from tests.conformance.cases import Case, Table, read_cases

SECONDS = 30.0
LOOKED_AT = {"sequence": 40, "cycle": 60}
"""So many cases of each table are looked at here; every one of a directory that was given."""
EVERYTHING = LabelSelector()
Tree = Mapping[str, Any]


def cases_of(tables: tuple[Table, ...], name: str, most: int | None) -> Iterator[Case]:
    """The cases of a scheduler's table of whole cycles that nothing has a say in which is not modelled."""
    table = next((each for each in tables if (each.area, each.name) == ("scheduler", name)), None)
    if table is None:
        pytest.skip(f"no table scheduler/{name} in these tables")
    for at, case in enumerate(each for each in read_cases(table) if not is_left_out(each.input)):
        if most is not None and at == most:
            return
        yield case


def is_left_out(given: Tree) -> bool:
    """Is something not modelled, or asked of a namespace's labels?"""
    trees = (*([given["pod"]] if "pod" in given else ()), *(given.get("pods") or ()),
             *(given.get("existing_pods") or ()), *(given.get("nominated_pods") or ()))
    return (not given["nodes"] or needs_unmodelled_plugins(given) or counts_nominated_pods_alone(given) or any(
        path.endswith("namespaceSelector") for tree in trees for path in unmodelled_constraints(pod_of(tree))))


def counts_nominated_pods_alone(given: Tree) -> bool:
    """Does the pod spread over an empty selector, beside nominated pods? See `properties/checking/place/agree.py`."""
    return bool(given.get("nominated_pods")) and any(
        each.label_selector == EVERYTHING for each in pod_of(given["pod"]).spec.topology_spread_constraints)


def question_of(given: Tree, nodes: Nodes) -> Question:
    """All pods of a sequence at once, each a batch of its own."""
    pods = [pod_of(tree) for tree in given["pods"]]
    return Question(tuple(info.node for info in nodes), tuple(pod for info in nodes for pod in info.pods),
                    tuple(Batch(f"Pod {pod.metadata.name}", pod, 1) for pod in pods))


@pytest.fixture
def most(foreign_dir: str | None) -> Callable[[str], int | None]:
    """How many cases of a table are looked at."""
    return lambda name: LOOKED_AT[name] if foreign_dir is None else None


def test_what_the_scheduler_bound_has_a_placement(
        tables: tuple[Table, ...], most: Callable[[str], int | None]) -> None:
    """Wherever all pods of a sequence were bound, one after the other, `place` says feasible."""
    bound, wrong = 0, []
    for case in cases_of(tables, "sequence", most("sequence")):
        if all(step["result"] == "scheduled" for step in case.expect["steps"]):
            bound += 1
            said = place(question_of(case.input, nodes_of(case.input)), seconds=SECONDS)
            if said.verdict != FEASIBLE:
                wrong.append((case.id, said.verdict, said.reason))
    assert [] == wrong
    assert bound


def test_the_solver_allows_the_nodes_that_a_cycle_found_feasible(
        tables: tuple[Table, ...], most: Callable[[str], int | None]) -> None:
    """And no other; where the cycle found none, it finds none."""
    looked, wrong = 0, []
    for case in cases_of(tables, "cycle", most("cycle")):
        if case.expect["result"] == "error":
            continue
        pod, nodes = pod_of(case.input["pod"]), nodes_of(case.input)
        nominated = tuple(pod_of(tree) for tree in case.input.get("nominated_pods") or ())
        wanted = tuple(case.expect.get("feasible") or ())
        looked += 1
        if not wanted:
            agrees = none_agrees(pod, nodes, nominated)
        else:
            agrees = set(wanted) <= set(feasible_names(new_cycle(pod, nodes, nominated), wanted))
        if not agrees:
            wrong.append((case.id, wanted))
    assert [] == wrong
    assert looked


def test_a_node_that_is_full_is_seen(tables: tuple[Table, ...]) -> None:
    """Negative control: without room for pods no case is feasible."""
    case = next(each for each in cases_of(tables, "cycle", None) if each.expect.get("feasible"))
    full = tuple(attrs.evolve(info.node, status=attrs.evolve(
        info.node.status, allocatable=info.node.status.allocatable.set("pods", "0"))) for info in nodes_of(case.input))
    pod = pod_of(case.input["pod"])
    said = place(Question(full, (), (Batch("Pod a", pod, 1),)), seconds=SECONDS)
    assert FEASIBLE != said.verdict
