"""Losses are survived by moving the pods of the lost nodes, or by placing anew; the engine alone says the same."""

from pathlib import Path

import pytest

from seatrial.properties.checking.place import survive
from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE, UNKNOWN
from seatrial.properties.checking.place.survive import Survival, losing_sets, survives, zones_of
from seatrial.traces.place.finding import Wanted, find_out
from seatrial.traces.place.losses import as_placed, survival
from seatrial.traces.place.outcome import Outcome
from seatrial.traces.place.questions import Asked
from seatrial.traces.scopes import default_nodes
from tests.traces.place.documents import asked, bound_pod, workload

TEXTS = {
    "loose": (workload("Deployment", "web", "replicas: 4"), workload("DaemonSet", "agent"), bound_pod("old", "node-1")),
    "tight": (workload("Deployment", "web", "replicas: 40"), bound_pod("old", "node-2")),
    "daemon": (workload("DaemonSet", "agent").replace("500m", "7"), bound_pod("agent-x", "node-1",
                                                                              owner="DaemonSet agent")),
    "apart": (workload("StatefulSet", "db", "replicas: 3", "affinity: {podAntiAffinity: {"
                       "requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: topology.kubernetes.io/zone, "
                       "labelSelector: {matchLabels: {app: db}}}]}}"),),
}


def outcome_of(folder: Path, name: str, nodes: int = 3) -> tuple[Asked, Outcome]:
    """A question and its placement."""
    found = asked(folder, *TEXTS[name], nodes=default_nodes(nodes))
    return found, find_out(found, Wanted())


@pytest.mark.parametrize(("name", "nodes", "lose", "verdict"), [
    ("loose", 3, "1", FEASIBLE), ("loose", 3, "2", FEASIBLE), ("loose", 4, "zone", FEASIBLE),
    ("tight", 3, "1", INFEASIBLE), ("tight", 4, "1", FEASIBLE), ("tight", 4, "zone", INFEASIBLE),
    ("daemon", 3, "2", FEASIBLE), ("apart", 3, "1", INFEASIBLE), ("apart", 5, "1", INFEASIBLE),
    ("apart", 6, "1", FEASIBLE), ("apart", 6, "zone", INFEASIBLE)])
def test_it_says_what_the_engine_alone_says(name: str, nodes: int, lose: str, verdict: str, tmp_path: Path) -> None:
    """Only sooner."""
    found, outcome = outcome_of(tmp_path, name, nodes)
    assert FEASIBLE == outcome.answer.verdict
    question = found.question
    zones = zones_of(question)
    alone = survives(question, zones if lose == "zone" else losing_sets(question, int(lose)))
    mended, zone = survival(outcome, question, lose, seconds=10, back_end="z3")
    assert (alone.verdict, alone.tried, alone.lost) == (mended.verdict, mended.tried, mended.lost)
    assert (verdict, zones.get(alone.lost, "") if lose == "zone" else "") == (mended.verdict, zone)


def test_the_engine_is_not_asked_where_moving_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other pods stay."""
    found, outcome = outcome_of(tmp_path, "loose")
    monkeypatch.setattr(survive, "answer", lambda *_: pytest.fail("the engine was asked"))
    mended, _ = survival(outcome, found.question, "1", seconds=10, back_end="z3")
    assert Survival(FEASIBLE, tried=3) == mended


def test_without_time_nothing_is_claimed(tmp_path: Path) -> None:
    """It is not known then."""
    found, outcome = outcome_of(tmp_path, "loose")
    assert UNKNOWN == survival(outcome, found.question, "1", seconds=1e-9, back_end="z3")[0].verdict


def test_pods_stand_where_the_placement_has_them(tmp_path: Path) -> None:
    """Those that stood before, too."""
    _, outcome = outcome_of(tmp_path, "loose")
    placed = as_placed(outcome).placed
    assert 8 == len(placed)
    assert [3, 3, 2] == sorted((sum(pod.spec.node_name == f"node-{at}" for pod in placed) for at in (1, 2, 3)),
                               reverse=True)


def test_zones_are_named_small_ones_first(tmp_path: Path) -> None:
    """Nodes without a zone are in none."""
    found = asked(tmp_path, *TEXTS["loose"], nodes=default_nodes(4))
    assert {("node-2",): "b", ("node-3",): "c", ("node-1", "node-4"): "a"} == zones_of(found.question)
