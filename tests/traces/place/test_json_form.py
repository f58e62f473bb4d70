"""The JSON of a placement's outcome has the keys that the how-to names."""

import json
import re
from pathlib import Path
from typing import Any

import attrs
import pytest

from seatrial.traces.place.json_form import outcome_to_json
from seatrial.traces.place.outcome import Loss, Outcome, Packed, Stuck
from seatrial.traces.place.questions import Asked
from tests.traces.place.documents import asked, bound_pod, workload
from tests.traces.place.test_text import PLACED, REFUSED

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "place-your-pods.md"
KEY = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)


@pytest.fixture
def shop(tmp_path: Path) -> Asked:
    """Workloads, a daemon and a pod that stands."""
    return asked(tmp_path, workload("Deployment", "web", "replicas: 3"), workload("StatefulSet", "db"),
                 workload("DaemonSet", "agent"), bound_pod("old", "node-2"),
                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")


def test_a_placement_lists_nodes_and_order(shop: Asked) -> None:
    """Daemon pods first: they have no choice."""
    found = outcome_to_json(Outcome(shop, PLACED, stuck=Stuck(7)))
    assert (0, "FEASIBLE", 7, {"ConfigMap": 1}) == (found["exit"], found["verdict"], found["pods"], found["left_out"])
    first: dict[str, Any] = found["nodes"][0]
    assert {"cpu": {"used": 2000, "allocatable": 8000}, "memory": {"used": 4 << 30, "allocatable": 32 << 30},
            "pods": {"used": 4, "allocatable": 110}} == first["resources"]
    assert [{"workload": "DaemonSet shop/agent", "pods": 1}, {"workload": "Deployment shop/web", "pods": 2},
            {"workload": "StatefulSet shop/db", "pods": 1}] == first["placed"]
    assert [{"workload": "Pod shop/old", "pods": 1}] == found["nodes"][1]["standing"]
    assert ["DaemonSet shop/agent"] * 3 + ["Deployment shop/web"] * 3 + ["StatefulSet shop/db"] == [
        each["workload"] for each in found["order"]]
    assert {"placed": 7, "stuck_on": None, "message": None} == found["one_at_a_time"]


def test_a_refusal_lists_core_and_relaxations(shop: Asked) -> None:
    """With whose constraints they are."""
    found = outcome_to_json(Outcome(shop, REFUSED))
    assert 1 == found["exit"]
    assert ["InterPodAffinity", "NodeResourcesFit"] == [each["plugin"] for each in found["core"]]
    assert [[{"workload": "Deployment shop/web", "plugin": "InterPodAffinity"}], []] == [
        each["needs"] for each in found["relaxations"]]
    assert [] == found["order"]


def test_losses_and_bounds(shop: Asked) -> None:
    """Each with its verdict."""
    lost = Loss("any 1 of 3 nodes", "INFEASIBLE", ("node-1",), REFUSED, 1)
    found = outcome_to_json(Outcome(shop, PLACED, losses=(lost,), packed=Packed(1, ("node-1", "node-2"))))
    assert [("any 1 of 3 nodes", "INFEASIBLE", ["node-1"])] == [
        (each["losing"], each["verdict"], each["lost"]) for each in found["losses"]]
    assert {"at_least": 1, "nodes": ["node-1", "node-2"], "exact": False, "reason": ""} == found["pack"]
    assert 1 == found["exit"]


def test_the_guide_names_every_key(shop: Asked) -> None:
    """No more and no less, and all of it is JSON."""
    found = outcome_to_json(attrs.evolve(Outcome(shop, PLACED), query="q.smt2"))
    assert sorted(found) == sorted(KEY.findall(GUIDE.read_text(encoding="utf-8")))
    assert found == json.loads(json.dumps(found))
