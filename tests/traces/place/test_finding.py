"""What the engine is asked, and what becomes of it: the scheduler first, then a solver; and what was looked at."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE, UNKNOWN
from seatrial.properties.checking.place.check import PlaceError
from seatrial.traces.importers.errors import ManifestError
from seatrial.traces.importers.manifests import load_manifests
from seatrial.traces.place import finding
from seatrial.traces.place.finding import Wanted, find_out, looked_at
from seatrial.traces.place.questions import ask
from seatrial.traces.place.text import say_outcome
from seatrial.traces.scopes import default_nodes
from tests.strategies.manifest_trees import trees
from tests.traces.place.documents import asked, workload

RICH: dict[str, Any] = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": {
        "metadata": {"labels": {"app": "web"}},
        "spec": {
            "nodeSelector": {"kubernetes.io/os": "linux"},
            "tolerations": [{"key": "spot", "operator": "Exists"}],
            "topologySpreadConstraints": [{
                "maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": {"matchLabels": {"app": "web"}}}],
            "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}}]}},
            "containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80, "hostPort": 80}],
                            "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]}}}}


def paths(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a tree."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in entries:
        yield (*path, step)
        yield from paths(value, (*path, step))


def replaced(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The tree with another value at a path."""
    if not path:
        return value
    if isinstance(tree, dict):
        return {key: replaced(held, path[1:], value) if key == path[0] else held for key, held in tree.items()}
    return [replaced(held, path[1:], value) if at == path[0] else held for at, held in enumerate(tree)]


PATHS = sorted(paths(RICH["spec"]), key=str)
LIKELY: st.SearchStrategy[Any] = st.sampled_from(
    [0, 1, 3, "0", "1", "9", "64Gi", "a", "zone", "Exists", "", True, None, []])
VALUES = st.one_of(trees(), LIKELY)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PATHS), VALUES)
def test_whatever_a_manifest_holds_the_answer_is_one_or_a_sentence(
        tmp_path: Path, path: tuple[Any, ...], value: Any) -> None:
    """No input ends in any other exception, and each answer can be said."""
    file = tmp_path / "app.json"
    file.write_text(json.dumps({**RICH, "spec": replaced(RICH["spec"], path, value)}), encoding="utf-8")
    try:
        found = find_out(ask(load_manifests([file]), default_nodes(3)), Wanted(seconds=1, explain=True))
    except (ManifestError, PlaceError) as error:
        assert str(error)  # noqa: PT017 -- a sentence instead of an answer
        return
    assert found.answer.verdict in (FEASIBLE, INFEASIBLE, UNKNOWN)
    assert found.answer.verdict in say_outcome(found)


def test_where_the_scheduler_manages_no_solver_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its placement is the answer; daemon pods come where they came in its queue."""
    monkeypatch.setattr(finding, "place", lambda *_, **__: pytest.fail("a solver was asked"))
    found = find_out(asked(tmp_path, workload("Deployment", "web", "replicas: 2"), workload("DaemonSet", "agent")),
                     Wanted())
    assert ("scheduler", FEASIBLE, 5) == (found.answer.engine, found.answer.verdict, len(found.answer.schedule))
    assert found.is_scheduled
    assert 0 == found.asked.fixed


def test_where_it_gets_stuck_a_solver_is(tmp_path: Path) -> None:
    """With daemon pods where they must be."""
    large = workload("Deployment", "large").replace("500m", "8")
    found = find_out(asked(tmp_path, workload("Deployment", "web", "replicas: 3"), large), Wanted())
    assert (FEASIBLE, "Deployment shop/large") == (found.answer.verdict, found.stuck and found.stuck.owner)
    assert "scheduler" != found.answer.engine
    assert not found.is_scheduled


def test_a_daemon_pod_cannot_give_up_its_node(tmp_path: Path) -> None:
    """The affinity that its controller writes is neither a reason nor a way out."""
    found = find_out(asked(tmp_path, workload("DaemonSet", "agent").replace("500m", "9")), Wanted()).answer
    (need,) = found.core
    assert ("DaemonSet shop/agent on node-1", "NodeResourcesFit") == (need.batch, need.plugin)
    assert not any("Affinity" in each.sentence for each in found.relaxations)


def test_a_question_too_large_to_follow_is_left_to_the_solver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is said of the scheduler."""
    monkeypatch.setattr(finding, "MOST_TO_FOLLOW", 5)
    found = find_out(asked(tmp_path, workload("Deployment", "web", "replicas: 2")), Wanted())
    assert (None, FEASIBLE) == (found.stuck, found.answer.verdict)


def test_what_was_looked_at_is_told_by_workload(tmp_path: Path) -> None:
    """A DaemonSet once, with the nodes that it has pods for."""
    pod = "nodeSelector: {topology.kubernetes.io/zone: a}, hostNetwork: true"
    web, agent = looked_at(asked(tmp_path, workload("Deployment", "web", "", pod), workload("DaemonSet", "agent")))
    assert ("Deployment shop/web", 1) == (web.owner, web.open)
    assert [("NodeAffinity", ("node-2", "node-3"))] == [(plugin, nodes) for plugin, _, nodes in web.ruled_out]
    assert (("NodeResourcesFit", ("pods", "cpu", "memory")),) == web.counted
    assert ("DaemonSet shop/agent", 3, ()) == (agent.owner, agent.open, agent.ruled_out)
