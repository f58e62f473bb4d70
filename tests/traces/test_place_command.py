"""`seatrial place`: what is printed, as text and as JSON, its exit codes, and bad input."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.properties.checking.place.answer import UNKNOWN, Answer
from seatrial.traces import cli
from seatrial.traces.place import finding
from tests.traces.place.documents import bound_pod, workload

Said = tuple[int, str, str]
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
NODES = str(EXAMPLES / "nodes.yaml")
APART = ("affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
         "topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: web}}}]}}")
TOGETHER = ("affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{topologyKey: "
            "topology.kubernetes.io/zone, labelSelector: {{matchLabels: {{app: {other}}}}}}}]}}}}")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Runs the command in a folder of its own: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def run_(*words: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            cli.main(["place", *words])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run_


def app(*texts: str) -> str:
    """A file of these documents, where the command runs."""
    Path("app.yaml").write_text("---\n".join(texts), encoding="utf-8")
    return "app.yaml"


def test_what_fits_is_placed(run: Callable[..., Said]) -> None:
    """Exit code 0, a row per node; here the scheduler does it by itself."""
    code, out, err = run(app(workload("Deployment", "web", "replicas: 3", APART)), "--nodes", "3")
    assert (0, "") == (code, err)
    assert "FEASIBLE: 3 pods of 1 workload have a place on 3 nodes." in out
    assert 3 == out.count("Deployment shop/web")
    assert "The scheduler places them so by itself: one pod at a time, each on the node that scores best." in out


def test_what_does_not_fit_is_explained(run: Callable[..., Said]) -> None:
    """Exit code 1, a core that names workload and constraint, and what would be enough."""
    code, out, err = run(app(workload("Deployment", "web", "replicas: 4", APART)), "--nodes", "3")
    assert (1, "") == (code, err)
    assert "INFEASIBLE: 4 pods of 1 workload have no place on 3 nodes, whichever way they are placed." in out
    assert "1. Deployment shop/web: " in out
    assert "(InterPodAffinity)" in out
    assert "What would be enough" in out


def test_pods_that_wait_for_each_other_are_told(run: Callable[..., Said]) -> None:
    """An end state exists, and no order leads there."""
    pair = [workload("Deployment", name, "", TOGETHER.format(other=other)) for name, other in (("a", "b"), ("b", "a"))]
    code, out, _ = run(app(*pair), "--nodes", "2")
    assert 1 == code
    assert "INFEASIBLE ONE BY ONE: 2 pods of 2 workloads could stand together on 2 nodes, but no order leads" in out
    assert "The end that no order reaches:" in out


def test_json_says_the_same(run: Callable[..., Said]) -> None:
    """Of a placement and of a refusal."""
    code, out, err = run(app(workload("Deployment", "web", "replicas: 3", APART)), "--nodes", "3", "--format", "json")
    found = json.loads(out)
    assert (0, "", 0, "FEASIBLE") == (code, err, found["exit"], found["verdict"])
    assert {1} == {sum(each["pods"] for each in node["placed"]) for node in found["nodes"]}
    code, out, _ = run("app.yaml", "--nodes", "2", "--format", "json")
    found = json.loads(out)
    assert (1, 1, "INFEASIBLE") == (code, found["exit"], found["verdict"])
    assert "Deployment shop/web" in {each["workload"] for each in found["core"]}


def test_the_scheduler_gets_stuck_where_a_placement_exists(run: Callable[..., Said]) -> None:
    """Small pods take the only node on which the large one fits."""
    code, out, _ = run(str(EXAMPLES / "report.yaml"), "--nodes", NODES)
    assert 0 == code
    assert "It was replayed: pod by pod, in the order found, the scheduler's own filters let each of them in." in out
    assert "places 4 of 5 pods. Of Job" in out
    assert "default/report one waits:\n  0/5 nodes are available: " in out


def test_a_loss_that_is_not_survived_is_named(run: Callable[..., Said]) -> None:
    """The smallest one, with the reason; the exit code is 1."""
    code, out, _ = run(str(EXAMPLES / "quorum.yaml"), "--nodes", NODES, "--lose", "1", "--lose", "zone")
    assert 1 == code
    assert "NOT SURVIVED: losing any 1 of 5 nodes. Without node-c1 not all pods have a place." in out
    assert "NOT SURVIVED: losing any zone. Without " in out


def test_a_loss_that_is_survived(run: Callable[..., Said]) -> None:
    """Negative control; daemon pods of a lost node are not missed."""
    texts = (workload("Deployment", "web", "replicas: 3"), workload("DaemonSet", "agent"),
             bound_pod("agent-x", "node-1", owner="DaemonSet agent"), bound_pod("old", "node-2"))
    code, out, _ = run(app(*texts), "--nodes", "3", "--lose", "2", "--lose", "zone")
    assert 0 == code
    assert "SURVIVED: losing any 2 of 3 nodes leaves a place for all pods" in out
    assert "SURVIVED: losing any zone leaves a place for all pods" in out


def test_what_has_no_place_is_not_asked_about_losses(run: Callable[..., Said]) -> None:
    """The answer would be known beforehand."""
    code, out, _ = run(app(workload("Deployment", "web", "replicas: 99")), "--nodes", "3", "--lose", "1", "--pack")
    assert 1 == code
    assert "SURVIVED" not in out
    assert "PACKED" not in out


def test_a_drained_node_is_left(run: Callable[..., Said]) -> None:
    """What stood there finds another place, or does not."""
    texts = (bound_pod("old", "node-1"), workload("DaemonSet", "agent"))
    code, out, _ = run(app(*texts), "--nodes", "2", "--drain", "node-1")
    assert 0 == code
    assert "FEASIBLE: 3 pods of 2 workloads have a place on 1 node once node-1 is drained." in out
    assert "node-2  b     1 of 8    2Gi of 32Gi  2 of 110  Pod shop/old, DaemonSet shop/agent" in out
    large = bound_pod("old", "node-1").replace("500m", "7600m")
    assert 1 == run(app(large, workload("DaemonSet", "agent")), "--nodes", "2", "--drain", "node-1")[0]


def test_the_fewest_nodes(run: Callable[..., Said]) -> None:
    """Proved, where that is quick."""
    code, out, _ = run(app(workload("Deployment", "web", "replicas: 20")), "--nodes", "4", "--pack")
    assert 0 == code
    assert "PACKED: 2 nodes are enough, and fewer are not: " in out


def test_explain_names_plugins(run: Callable[..., Said]) -> None:
    """What rules nodes out, and what counts on the others."""
    text = workload("Deployment", "web", "", "nodeSelector: {topology.kubernetes.io/zone: a}")
    _, out, _ = run(app(text), "--nodes", "3", "--explain")
    assert "  Deployment shop/web: may go to 1 node\n    not to node-2 and node-3: " in out
    assert "(NodeAffinity)\n    counts there: pods, cpu and memory (NodeResourcesFit)" in out


def test_a_query_that_was_too_hard_is_kept(run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4, and where the SMT-LIB text is."""
    monkeypatch.setattr(finding, "place", lambda *_, **__: Answer(UNKNOWN, "no time", query="(check-sat)\n"))
    code, out, _ = run(app(workload("Deployment", "web", "replicas: 99")), "--out", "kept")
    assert 4 == code
    assert "UNKNOWN: whether 99 pods of 1 workload have a place on 3 nodes was not decided.\nNo time.\n" in out
    assert "The query that was too hard is in kept/app.smt2, as SMT-LIB for other solvers.\n" in out
    assert "(check-sat)\n" == Path("kept/app.smt2").read_text(encoding="utf-8")


@pytest.mark.parametrize(("words", "said"), [
    (("--nodes", "0"), "--nodes: expected between 1 and 5,000 nodes, found 0"),
    (("--nodes", "gone.yaml"), "gone.yaml: expected a readable file, found no such file"),
    (("--drain", "moon"), '--drain: expected the name of a node that is given, found "moon"'),
    (("--lose", "3"), "--lose: expected fewer nodes than there are, 3, found 3"),
    (("--nodes", "1", "--lose", "zone"), "--lose zone: expected nodes in at least two zones"),
])
def test_bad_options_are_a_sentence(words: tuple[str, ...], said: str, run: Callable[..., Said]) -> None:
    """Exit code 3, nothing on standard output."""
    code, out, err = run(app(workload("Deployment", "web")), *words)
    assert (3, "") == (code, out)
    assert said in err


@pytest.mark.parametrize(("text", "said"), [
    ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n", "app.yaml: expected at least one object that makes"),
    (workload("Deployment", "web").replace("500m", "9E"), "app.yaml:1: Deployment shop/web: "),
    (workload("Deployment", "web", "replicas: 3").replace("1Gi", "6Ei"), "app.yaml:1: Deployment shop/web: "),
    (workload("Deployment", "web", "", APART.replace("topology.kubernetes.io/zone", "rack").replace("Anti", "")),
     "topologyKey: no node has the label rack"),
])
def test_bad_files_are_a_sentence(text: str, said: str, run: Callable[..., Said]) -> None:
    """With object and field."""
    code, out, err = run(app(text))
    assert (3, "") == (code, out)
    assert said in err


def test_a_file_must_be_named(run: Callable[..., Said]) -> None:
    """And a loss be a number or a zone: usage, exit code 2."""
    assert 2 == run()[0]
    assert 2 == run(app(workload("Deployment", "web")), "--lose", "some")[0]
    assert 2 == run(app(workload("Deployment", "web")), "--lose", "0")[0]
