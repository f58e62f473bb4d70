"""`seatrial check --engine explore`: verdicts with their figures, limits, resumption, the ladder, and bad input."""

import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import take as honestly
from seatrial.model.system import System
from seatrial.model.view import Cell, View
from seatrial.properties.checking.explore import engine
from seatrial.properties.checking.explore.checkpoint import NAME
from seatrial.traces import PropertyViolated, Settings, VerdictUnknown, check, cli
from tests.properties.checking.explore.samples import small_scope
from tests.properties.checking.scenarios import COMPLETE, EXCEEDED, FORGETFUL, scope_with
from tests.traces.test_cli import REPLICASET

Said = tuple[int, str, str]
EXPLORE = ("--engine", "explore")
LARGE = ("check", "web.yaml", *EXPLORE, "--property", "bind_once", "--seconds", "1")
GOLDEN = Path(__file__).parent / "golden" / "explore"
PAINTER = """
import attrs
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
COUNT = []

def paint(local, key, choice):
    held = local.get("replicasets", key)
    COUNT.append(key)
    if held is None or held.metadata.annotations.get("colour"):
        return Done()
    annotations = held.metadata.annotations.set("colour", str(len(COUNT)))
    return Call("update", "replicasets", key, attrs.evolve(
        held, metadata=attrs.evolve(held.metadata, annotations=annotations)))

CONTROLLER = Controller("painter", (Watch("replicasets"),), paint)
"""

RESTLESS = """
import attrs
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call
from seatrial.model.client.controller import Controller, Watch

def count(local, key, choice):
    held = local.get("replicasets", key)
    annotations = held.metadata.annotations.set("count", held.metadata.annotations.get("count", "") + "i")
    return Call("update", "replicasets", key, attrs.evolve(
        held, metadata=attrs.evolve(held.metadata, annotations=annotations)))

RULES = (PolicyRule(("get", "list", "watch", "update"), ("apps",), ("replicasets",)),)
CONTROLLER = Controller("counter", (Watch("replicasets"),), count, grants=RULES)
"""


@pytest.fixture
def seatrial(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
             tmp_path: Path) -> Callable[..., Said]:
    """Runs the command line in a folder of its own: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "web.yaml").write_text(REPLICASET, encoding="utf-8")

    def run(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def without_times(text: str) -> str:
    """A report with every figure that depends on the machine replaced."""
    text = re.sub(r"speed: .*", "speed: SPEED", text)
    return re.sub(r"in [\d.]+ s\b", "in TIME", re.sub(r", [\d,]+ s at this speed", ", TIME at this speed", text))


def untimed(tree: dict[str, Any]) -> dict[str, Any]:
    """A JSON report without times."""
    times = ("seconds", "states_per_second")

    def without(figures: dict[str, Any] | None) -> dict[str, Any] | None:
        return figures and {name: without(value) if name in ("graph", "decided") else value
                            for name, value in figures.items() if name not in times}

    return {**tree, "statistics": without(tree["statistics"])}


def compare_golden(name: str, text: str) -> None:
    """Compares with a file beside the tests; SEATRIAL_UPDATE_GOLDEN=1 writes it."""
    path = GOLDEN / name
    if os.environ.get("SEATRIAL_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def press(*_: object) -> str:
    """Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)
    return ""


def test_what_is_violated_exits_1_with_the_figures(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """The report, word for word; the trace carries the finite scope, so it replays."""
    code, out, err = seatrial("check", "--variant", "G01", *EXPLORE, "--out", "found")
    assert (1, "") == (code, err), out
    compare_golden("g01.txt", without_times(out))
    trace = next((tmp_path / "found").rglob("trace.json"))
    scope = json.loads(trace.read_text(encoding="utf-8"))["scope"]
    assert (False, 6, 64) == (scope["timed"], scope["names"], scope["versions"])
    assert 1 == seatrial("trace", "replay", str(trace))[0]


def test_files_hold_no_times(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """Two runs write the same bytes."""
    for folder in ("one", "two"):
        seatrial("check", "--variant", "G01", *EXPLORE, "--out", folder)
    files = [{path.relative_to(tmp_path / folder): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")}
             for folder in ("one", "two")]
    assert files[0] == files[1]
    assert files[0]


def test_a_scope_that_is_too_large_exits_4_with_what_was_covered(seatrial: Callable[..., Said]) -> None:
    """A manifest's scope holds every controller; the search is kept where --out says, with the command to go on."""
    code, out, err = seatrial(*LARGE, "--out", "kept", "--memory", "64M")
    assert (4, "") == (code, err), out
    assert re.search(r"^UNKNOWN   bind_once  the search stopped out of time after [\d,]+ states.*, [\d,]+ of them not "
                     r"expanded: give it more time, or a smaller scope$", out, re.MULTILINE)
    assert re.search(r"growth from level to level, of late: \d", out)
    assert "predicted need: " in out
    assert "never reached: some_" in out
    assert "--engine explore --faults all --property bind_once --resume kept" in out
    assert (Path("kept") / NAME).exists()


def test_json_has_every_figure(seatrial: Callable[..., Said]) -> None:
    """As one tree."""
    code, out, _ = seatrial("check", "--variant", "B02", *EXPLORE, "--format", "json")
    tree = json.loads(out)
    assert (1, 1, "explore") == (code, tree["exit"], tree["engine"])
    assert {"states", "transitions", "quiet", "depth", "out_degree", "states_per_second", "bytes_per_state",
            "situations", "fingerprint_bits", "collision", "levels", "growth", "never_taken", "never_reached",
            "predicted_states", "bytes_on_disk", "waiting", "complete", "stopped", "seconds",
            } <= set(tree["statistics"])
    assert tree["statistics"]["states"] == sum(tree["statistics"]["levels"])


@pytest.mark.usefixtures("in_the_foreground")
def test_a_resumed_check_prints_what_an_undisturbed_one_prints(seatrial: Callable[..., Said],
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte, but for times."""
    asked = ("check", "--variant", "L12", *EXPLORE, "--format", "json", "--no-reduction")
    whole = seatrial(*asked)
    with monkeypatch.context() as patch:
        patch.setattr(engine, "reached", press)
        code, out, err = seatrial(*asked, "--out", "kept")
    assert (130, "", "interrupted") == (code, err, json.loads(out)["statistics"]["stopped"])
    assert "kept" == json.loads(out)["kept"]
    rest = seatrial(*asked, "--resume", "kept")
    assert whole[0] == rest[0]
    assert json.dumps(untimed(json.loads(whole[1]))) == json.dumps(untimed(json.loads(rest[1])))


@pytest.mark.parametrize("change, words", [(lambda held: held[:-9], "damaged"), (lambda _: b"x", "no checkpoint")])
def test_a_checkpoint_that_cannot_be_used_exits_3(seatrial: Callable[..., Said], change: Callable[[bytes], bytes],
                                                  words: str) -> None:
    """Naming the file, and the way out; so does one of another search."""
    seatrial(*LARGE, "--out", "kept")
    code, out, err = seatrial(*LARGE, "--resume", "kept", "--faults", "none")
    assert (3, "") == (code, out)
    assert f"kept/{NAME}: the checkpoint was made for another scope" in err
    path = Path("kept") / NAME
    path.write_bytes(change(path.read_bytes()))
    code, out, err = seatrial(*LARGE, "--resume", "kept")
    assert (3, "") == (code, out)
    assert f"kept/{NAME}: " in err
    assert words in err


@pytest.mark.usefixtures("in_the_foreground")
def test_ctrl_c_prints_what_is_known_and_exits_130(seatrial: Callable[..., Said],
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the engine is doing."""
    monkeypatch.setattr(engine, "reached", press)
    code, out, err = seatrial("check", "web.yaml", *EXPLORE, "--property", "bind_once")
    assert (130, "") == (code, err), out
    assert "interrupted" in out
    assert "UNKNOWN   bind_once" in out


def test_a_bound_that_was_felt_can_be_raised(seatrial: Callable[..., Said]) -> None:
    """With one name for its pods a ReplicaSet that is scaled to two comes to an end of them; with more it does not."""
    asked = ("check", "web.yaml", *EXPLORE, "--property", "bind_once", "--faults", "none", "--seconds", "60",
             "--do", "scale replicaset/web --replicas=2")
    code, out, _ = seatrial(*asked, "--names", "1")
    assert (4, True) == (code, "raise Scope.names (--names)" in out), out
    code, out, _ = seatrial(*asked, "--names", "6", "--versions", "64", "--generations", "16")
    assert 0 == code, out


@pytest.mark.parametrize("arguments, words", [
    (("--names", "3"), "--names is for the exhaustive search: add --engine explore"),
    (("--ladder", "10s"), "--ladder is for the exhaustive search: add --engine explore"),
    (("--threads", "2"), "--threads is for the exhaustive search: add --engine explore"),
    (("--memory", "1G"), "--memory is for"), (("--no-reduction",), "--no-reduction is for"),
    (("--every-loop",), "--every-loop is for"),
    (("--resume", "x"), "--resume is for"),
    ((*EXPLORE, "--steps", "9"), "counts states, not steps"), ((*EXPLORE, "--memory", "9X"), "'9X' is no size: give a"),
    ((*EXPLORE, "--memory", "0G"), "is no size"), ((*EXPLORE, "--ladder", "soon"), "'soon' is no duration"),
    ((*EXPLORE, "--ladder", "9s", "--seconds", "3"), "--ladder has its own time")])
def test_options_that_do_not_go_together_exit_2(seatrial: Callable[..., Said], arguments: tuple[str, ...],
                                                words: str) -> None:
    """With the sentence that says what does."""
    code, out, err = seatrial("check", "web.yaml", *arguments)
    assert (2, "") == (code, out)
    assert words in " ".join(err.split())


def test_a_ladder_prints_its_rungs_and_stops_at_the_violation(seatrial: Callable[..., Said]) -> None:
    """Each as it is done; then the report of the scope in which it was found."""
    code, out, err = seatrial("check", "--variant", "A18", *EXPLORE, "--ladder", "60s")
    assert (1, "") == (code, err), out
    lines = out[:out.index("\n\n")].splitlines()
    assert 1 == [line.split()[0] for line in lines].count("VIOLATED")
    assert re.match(r"(HOLDS|UNKNOWN) +1 node, no faults: \d", lines[0])
    assert re.search(r"^VIOLATED  .*: [\d,]+ states in [\d.]+ s", lines[-1])
    assert "Reproduce: seatrial check --variant A18 --engine explore --ladder 60s" in out


def test_a_ladder_of_a_manifest_holds_only_what_it_needs(seatrial: Callable[..., Said]) -> None:
    """The controllers of its objects, one replica, one node; as JSON the rungs are rows."""
    code, out, _ = seatrial("check", "web.yaml", *EXPLORE, "--ladder", "8s", "--faults", "none", "--nodes", "1",
                            "--format", "json", "--property", "bind_once")
    tree = json.loads(out)
    assert (0, "HOLDS") == (code, tree["verdicts"][0]["verdict"]), out
    assert "processes: replicaset-controller, kube-scheduler, kubelet-node-1" == tree["scope"][0]
    assert ["the whole scope: 1 replica, 1 node, no faults"] == [row["holds"] for row in tree["ladder"]]


def test_a_plain_run_leaves_out_who_has_nothing_to_do_and_says_so(seatrial: Callable[..., Said]) -> None:
    """So it ends; each loop with its reason, and the properties that are not asked because of it."""
    code, out, _ = seatrial("check", "web.yaml", *EXPLORE, "--faults", "none", "--nodes", "1")
    assert 0 == code, out
    assert "  processes: replicaset-controller, kube-scheduler, kubelet-node-1\n" in out
    said = out[out.index("Control loops left out"):].partition("\n\n")[0].splitlines()
    assert "Control loops left out, as they would change nothing (--every-loop runs them too):" == said[0]
    assert "  garbage-collector: nothing is deleted that owns something" in said
    assert "  and so not asked: service_account_appears" == said[-1]
    assert "service_account_appears  " not in out


def test_every_loop_can_be_kept(seatrial: Callable[..., Said]) -> None:
    """Then nothing is left out, and the command says how to do it again; so it is with a seeded bug's own scenario."""
    code, out, _ = seatrial(*LARGE, "--every-loop", "--faults", "none", "--out", "kept")
    assert 4 == code, out
    assert "garbage-collector-controller, namespace-controller" in out
    assert "Control loops left out" not in out
    assert "--engine explore --faults none --every-loop --property bind_once --resume kept" in out
    tree = json.loads(seatrial("check", "web.yaml", *EXPLORE, "--faults", "crash", "--nodes", "1", "--property",
                               "bind_once", "--format", "json")[1])
    assert any(line.startswith("node-lifecycle: ") and "Lease" in line for line in tree["loops_left_out"])
    assert [] == json.loads(seatrial("check", "--variant", "B02", *EXPLORE, "--format", "json")[1])["loops_left_out"]


FROM_REST = ("check", "web.yaml", *EXPLORE, "--nodes", "1", "--faults", "none", "--from-rest")
SCALED = (*FROM_REST, "--do", "scale rs/web --replicas=2")


def test_what_users_do_is_explored_from_rest(seatrial: Callable[..., Said]) -> None:
    """The pod is there at first; what a user may do is a line of the scope."""
    code, out, err = seatrial(*SCALED, "--property", "replicas_converge,bind_once")
    assert (0, "") == (code, err), out
    assert [["HOLDS", "bind_once"], ["HOLDS", "replicas_converge"]] == [
        line.split()[:2] for line in out.splitlines()[:2]]
    assert "  begins: at rest, where only users and faults can move\n" in out
    assert "  users and faults, how often: scale 1\n  users may: scale replicasets/default/web 2\n" in out
    nothing = seatrial(*FROM_REST, "--property", "bind_once")
    assert "Scope (explore, 1 state):" in nothing[1]


def test_a_counterexample_from_rest_replays(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """Its scope says where it begins, so its run begins with the pod that is there; the command does it again."""
    bug = (*SCALED, "--variant", "B02", "--property", "replicas_not_exceeded")
    code, out, err = seatrial(*bug, "--out", "found")
    assert (1, "") == (code, err), out
    assert "At the beginning: namespace default, namespace kube-system, node node-1, pod default/web-" in out
    assert ("Reproduce: seatrial check web.yaml --variant B02 --engine explore --do 'scale rs/web --replicas=2' "
            "--from-rest --faults none --nodes 1 --property replicas_not_exceeded\n") in out
    trace = next((tmp_path / "found").rglob("trace.json"))
    assert json.loads(trace.read_text(encoding="utf-8"))["scope"]["at_rest"] is True
    assert 1 == seatrial("trace", "replay", str(trace))[0]
    assert 1 == seatrial(*bug, "--ladder", "30s")[0]


def test_a_walk_begins_at_rest_too(seatrial: Callable[..., Said]) -> None:
    """With users, and with every loop."""
    code, out, err = seatrial("check", "web.yaml", "--faults", "none", "--nodes", "1", "--steps", "600", "--from-rest",
                              "--do", "scale rs/web 2", "--do", "delete rs/web", "--property", "replicas_converge")
    assert (0, "") == (code, err), out
    assert "  users may: delete replicasets/default/web Background; scale replicasets/default/web 2\n" in out


def test_where_nothing_rests_nothing_is_said(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """A controller that counts for ever: UNKNOWN, with the way out."""
    (tmp_path / "counting.py").write_text(RESTLESS, encoding="utf-8")
    code, out, err = seatrial("check", "web.yaml", "--controller", "counting:CONTROLLER", "--from-rest")
    assert (4, "") == (code, err)
    assert out.startswith("UNKNOWN: without users and faults the cluster does not come to rest within 20,000 steps: ")


@pytest.mark.parametrize("command, words", [
    ("scale rs/wob 2", "there is no default/wob when the run begins; replicasets there are: default/web"),
    ("frobnicate rs/web", "there is no verb 'frobnicate' here; what users can do: apply -f FILE; ")])
def test_what_users_cannot_do_exits_2(seatrial: Callable[..., Said], command: str, words: str) -> None:
    """With the words that were typed."""
    code, out, err = seatrial("check", "web.yaml", "--do", command)
    assert (2, "") == (code, out)
    assert f"Invalid value for --do: '{command}': {words}" in " ".join(err.split())


def test_a_controller_that_is_no_function_exits_3_by_name(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """It counts in a module variable."""
    (tmp_path / "painter.py").write_text(PAINTER, encoding="utf-8")
    code, out, err = seatrial("check", "web.yaml", "--controller", "painter:CONTROLLER", *EXPLORE, "--faults", "none")
    assert (3, "") == (code, out)
    assert "controller painter: " in err
    assert "is not a function of the cells that it reads" in err


def test_a_step_of_our_own_that_is_no_function_exits_70(seatrial: Callable[..., Said],
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming the step and the cell."""
    count = iter(range(1 << 30))

    def take(view: View, system: System, action: Action) -> None:
        honestly(view, system, action)
        view[Cell("plan", "elsewhere")] = next(count)

    monkeypatch.setattr("seatrial.properties.checking.explore.transitions.take", take)
    code, out, err = seatrial("check", "--variant", "L12", *EXPLORE)
    assert (70, "") == (code, out)
    assert "internal error: Impure: " in err
    assert "it left Cell(table='plan', owner='elsewhere'" in err


def test_the_python_api_explores(tmp_path: Path) -> None:
    """A scope of one's own, made finite; what is violated or unknown is raised as by any engine."""
    settings = Settings(out=tmp_path)
    report = check(small_scope(), (EXCEEDED, COMPLETE), settings, engine="explore")
    assert ("HOLDS", True) == (report.verdicts[0].verdict, report.statistics is not None)
    with pytest.raises(PropertyViolated, match="VIOLATED no_surplus after"):
        check(scope_with(FORGETFUL), (EXCEEDED, COMPLETE), settings, engine="explore")
    with pytest.raises(VerdictUnknown, match="the search stopped out of time"):
        check(small_scope(crash=1), (EXCEEDED, COMPLETE), Settings(out=None, seconds=1e-9), engine="explore")
    with pytest.raises(ValueError, match="there is no engine 'walking'; the engines are walk, hypothesis, explore"):
        check(small_scope(), None, settings, engine="walking")
