"""The words of a placement's outcome: whole pages, kept in golden files, of answers made by hand."""

from pathlib import Path

import attrs
import pytest

from seatrial.properties.checking.place.answer import (
    FEASIBLE,
    INFEASIBLE,
    UNKNOWN,
    Answer,
    Need,
    Placed,
    Relaxation,
)
from seatrial.traces.place.assumptions import Assumption
from seatrial.traces.place.outcome import Looked, Loss, Outcome, Packed, Stuck
from seatrial.traces.place.questions import Asked
from seatrial.traces.place.text import say_outcome
from tests.traces.place.documents import asked, bound_pod, workload

GOLDEN = Path(__file__).parents[1] / "golden" / "place"
APART = Need("Deployment shop/web", "InterPodAffinity", "3 replicas must be on different nodes; it may use 2")
ROOM = Need("StatefulSet shop/db", "NodeResourcesFit", "asks for 9 cpu; the largest node has 8")
PLACED = Answer(FEASIBLE, placement=(Placed(0, "node-1", 2), Placed(0, "node-2", 1), Placed(1, "node-1", 1)),
                schedule=((0, "node-1"), (0, "node-1"), (0, "node-2"), (1, "node-1")), engine="counts")
REFUSED = Answer(INFEASIBLE, core=(APART, ROOM), relaxations=(
    Relaxation("give up that the replicas of Deployment shop/web must be apart", (APART,)),
    Relaxation("one more node like node-1")))


@pytest.fixture
def shop(tmp_path: Path) -> Asked:
    """Three web pods and a database to place, a daemon pod on each node, and one pod that stands."""
    return asked(tmp_path, workload("Deployment", "web", "replicas: 3"), workload("StatefulSet", "db"),
                 workload("DaemonSet", "agent"), bound_pod("old", "node-2"),
                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")


def outcomes(shop: Asked) -> dict[str, Outcome]:
    """A page of each kind."""
    fits, refused = Outcome(shop, PLACED), Outcome(shop, REFUSED)
    lost = Loss("any 2 of 3 nodes", INFEASIBLE, ("node-1", "node-3"), attrs.evolve(REFUSED, core=(ROOM,)), 2)
    many = tuple(Assumption("Deployment shop/web", f"spec.volumes[{number}]", "needs a volume") for number in range(14))
    looked = Looked("Deployment shop/web", 2, (("TaintToleration", "node(s) had untolerated taint(s)", ("node-3",)),),
                    (("NodeResourcesFit", ("pods", "cpu", "memory")),))
    return {
        "feasible": attrs.evolve(fits, stuck=Stuck(7)),
        "stuck": attrs.evolve(fits, stuck=Stuck(6, "StatefulSet shop/db", "0/3 nodes are available: 3 Insufficient "
                                                                          "cpu."), looked=(looked,)),
        "infeasible": refused,
        "only-at-once": Outcome(shop, attrs.evolve(PLACED, verdict=INFEASIBLE, schedule=(),
                                                   reason="each of two waits for the other")),
        "unknown": Outcome(shop, Answer(UNKNOWN, "time ran out; 3 of 4 pods can be placed", PLACED.placement[:2],
                                        query="(check-sat)"), query="build/place/app.smt2"),
        "lost": attrs.evolve(fits, losses=(Loss("any 1 of 3 nodes", FEASIBLE, tried=1), lost,
                                           Loss("any zone", UNKNOWN, ("node-2",), Answer(UNKNOWN, "time ran out"), 2,
                                                "b"))),
        "packed": attrs.evolve(fits, packed=Packed(2, ("node-1", "node-2")), drained=("node-3",)),
        "bounds": attrs.evolve(fits, packed=Packed(1, ("node-1", "node-2"), "time ran out")),
        "assumed": Outcome(attrs.evolve(shop, assumptions=many), PLACED),
    }


@pytest.mark.parametrize("name", ["feasible", "stuck", "infeasible", "only-at-once", "unknown", "lost", "packed",
                                  "bounds", "assumed"])
def test_a_page_reads_as_kept(name: str, shop: Asked) -> None:
    """Word for word."""
    assert (GOLDEN / f"{name}.txt").read_text(encoding="utf-8") == say_outcome(outcomes(shop)[name])


def test_every_page_is_kept(shop: Asked) -> None:
    """No golden file without its page."""
    assert sorted(f"{name}.txt" for name in outcomes(shop)) == sorted(
        path.name for path in GOLDEN.glob("*.txt") if not path.name.startswith("real-"))


def test_another_answer_is_another_page(shop: Asked) -> None:
    """Negative control."""
    found = outcomes(shop)["infeasible"]
    fewer = attrs.evolve(found, answer=attrs.evolve(found.answer, core=(ROOM,)))
    assert say_outcome(fewer) != say_outcome(found)
    assert "Why: this alone cannot be met:" in say_outcome(fewer)


def test_nothing_left_to_place_is_said(tmp_path: Path) -> None:
    """All pods stand already."""
    found = say_outcome(Outcome(asked(tmp_path, bound_pod("old", "node-2")), Answer(FEASIBLE)))
    assert "FEASIBLE: nothing is left to place: 1 pod stands on 3 nodes." in found
    none = asked(tmp_path, workload("Deployment", "web", "replicas: 0"))
    assert say_outcome(Outcome(none, Answer(FEASIBLE))).startswith("FEASIBLE: there is nothing to place.\n")
