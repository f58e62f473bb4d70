"""The command line: every exit code, every form, the same bytes for the same seed."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.model.variants import VARIANTS
from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.properties.checking.walk import Walker
from seatrial.traces import cli
from seatrial.traces.codec import dump_trace
from tests.traces.found import trace_of

REPLICASET = """apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""
CALM = ("--faults", "none", "--property", "replicas_converge", "--steps", "400", "--nodes", "1")
Said = tuple[int, str, str]


@pytest.fixture
def seatrial(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
             tmp_path: Path) -> Callable[..., Said]:
    """Runs the command line in a folder of its own: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "web.yaml").write_text(REPLICASET, encoding="utf-8")
    (tmp_path / "trace.json").write_text(dump_trace(trace_of("safety")), encoding="utf-8")

    def run(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_what_holds_exits_0(seatrial: Callable[..., Said]) -> None:
    """And says how far it was searched, in which scope."""
    code, out, err = seatrial("check", "web.yaml", *CALM)
    assert (0, "") == (code, err), out
    assert out.startswith("BOUNDED   replicas_converge")
    assert "processes: " in out


def test_what_is_violated_exits_1_with_the_counterexample(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """In words, and as files under --out; the trace replays, and the command is in it."""
    code, out, _ = seatrial("check", "--variant", "B01", "--steps", "6000", "--out", "found")
    assert (1, True) == (code, out.startswith("VIOLATED")), out
    assert "Reproduce: seatrial check --variant B01" in out
    found = sorted(path.name for path in (tmp_path / "found").rglob("*") if path.is_file())
    assert ["trace.json", "trace.md", "trace.mmd", "trace.txt"] == found
    trace = next((tmp_path / "found").rglob("trace.json"))
    assert 1 == seatrial("trace", "replay", str(trace))[0]


def test_a_run_that_the_clock_ended_can_be_repeated(seatrial: Callable[..., Said]) -> None:
    """Its command bounds the steps by those that were taken: it finds the same, on any machine."""
    _, out, _ = seatrial("check", "--variant", "B01", "--seconds", "60", "--seed", "3")
    command = next(line for line in out.splitlines() if line.startswith("Reproduce: ")).removeprefix("Reproduce: ")
    steps = re.search(r"Scope \(walk, ([\d,]+) steps", out)
    assert steps is not None
    assert f"seatrial check --variant B01 --seed 3 --steps {steps[1].replace(',', '')}" == command
    code, again, _ = seatrial(*command.split()[1:])
    assert (1, out.partition("\n")[0]) == (code, again.partition("\n")[0])


@pytest.mark.parametrize("arguments", [
    (), ("check",), ("check", "--variant", "Z99"), ("check", "web.yaml", "--property", "nonsense"),
    ("check", "web.yaml", "--faults", "nonsense"), ("check", "web.yaml", "--engine", "nonsense"),
    ("list", "nonsense"), ("trace", "export", "trace.json"), ("nonsense",), ("check", "web.yaml", "--seed", "x"),
])
def test_wrong_usage_exits_2(seatrial: Callable[..., Said], arguments: tuple[str, ...]) -> None:
    """With what is wrong on standard error, and no traceback."""
    code, out, err = seatrial(*arguments)
    assert 2 == code
    assert err or out
    assert "Traceback" not in err


@pytest.mark.parametrize("content", [
    "a: [", "replicas: 1\nreplicas: 2\n", "", REPLICASET.replace(": 1\n", ": -1\n", 1)])
def test_an_input_that_cannot_be_used_exits_3(seatrial: Callable[..., Said], content: str, tmp_path: Path) -> None:
    """Naming the file; no verdict."""
    (tmp_path / "bad.yaml").write_text(content, encoding="utf-8")
    code, out, err = seatrial("check", "bad.yaml", *CALM)
    assert (3, "") == (code, out)
    assert "bad.yaml" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("content", "words"), [
    ("{", "not a trace"), ('{"kind": "Pod"}', "seatrial: the field is missing"),
    (None, "scope.timed: expected true or false"),
])
@pytest.mark.parametrize("command", ["show", "replay", "export"])
def test_a_damaged_trace_exits_3_naming_the_field(seatrial: Callable[..., Said], tmp_path: Path, content: str | None,
                                                  words: str, command: str) -> None:
    """Whichever command reads it."""
    tree = json.loads(dump_trace(trace_of("safety")))
    tree["scope"]["timed"] = "yes"
    (tmp_path / "trace.json").write_text(content if content is not None else json.dumps(tree), encoding="utf-8")
    more = ("--to", "text", "--out", "x.txt") if command == "export" else ()
    code, out, err = seatrial("trace", command, "trace.json", *more)
    assert (3, "") == (code, out)
    assert words in err


def test_a_trace_that_cannot_be_followed_exits_3(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """It was made for another cluster: the step is named."""
    tree = json.loads(dump_trace(trace_of("safety")))
    tree["actions"][1] = {"step": "Sync", "process": "nobody", "key": "x"}
    (tmp_path / "trace.json").write_text(json.dumps(tree), encoding="utf-8")
    code, _, err = seatrial("trace", "replay", "trace.json")
    assert 3 == code
    assert "step 2" in err


def test_nothing_to_check_exits_4(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """With the list of what is not modelled."""
    (tmp_path / "cm.yaml").write_text(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {schedule: '0 0 * * *', jobTemplate: "
        "{spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}\n", encoding="utf-8")
    code, out, _ = seatrial("check", "cm.yaml")
    assert 4 == code, out
    assert "UNKNOWN" in out


def test_an_engine_that_disagrees_with_its_replay_exits_70(seatrial: Callable[..., Said],
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """An internal error is no verdict."""
    def disagree(*_: object, **__: object) -> None:
        raise ReplayDisagrees("step 3 is not enabled")

    monkeypatch.setattr("seatrial.traces.commands.check_command.check_cluster", disagree)
    code, out, err = seatrial("check", "web.yaml", *CALM)
    assert (70, "") == (code, out)
    assert "internal error: step 3 is not enabled" in err


def test_an_interruption_exits_130_and_keeps_what_is_known(seatrial: Callable[..., Said],
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a walk: the report so far is printed."""
    walk, walks = Walker._walk, []

    def interrupted(self: Walker) -> None:
        walks.append(1)
        if len(walks) > 3:
            raise KeyboardInterrupt
        walk(self)

    monkeypatch.setattr(Walker, "_walk", interrupted)
    code, out, _ = seatrial("check", "web.yaml", "--faults", "none", "--steps", "100000")
    assert 130 == code
    assert "interrupted" in out
    assert "replicas_converge" in out


def test_a_trace_is_shown_replayed_and_exported(seatrial: Callable[..., Said], tmp_path: Path) -> None:
    """In every form; a run that breaks nothing any more exits 0."""
    assert 0 == seatrial("trace", "show", "trace.json")[0]
    code, out, _ = seatrial("trace", "replay", "trace.json")
    assert (1, True) == (code, out.startswith("reproduced: "))
    for form in ("text", "markdown", "mermaid", "pytest"):
        assert 0 == seatrial("trace", "export", "trace.json", "--to", form, "--out", f"out/{form}")[0]
        assert (tmp_path / "out" / form).read_text(encoding="utf-8")
    shorter = json.loads(dump_trace(trace_of("safety")))
    shorter["actions"] = shorter["actions"][:1]
    shorter["stem"] = 1
    (tmp_path / "trace.json").write_text(json.dumps(shorter), encoding="utf-8")
    code, out, _ = seatrial("trace", "replay", "trace.json")
    assert (0, True) == (code, out.startswith("not reproduced: "))


@pytest.mark.parametrize("what", ["properties", "faults", "variants", "controllers"])
def test_lists_are_arrays_of_objects_with_an_id(seatrial: Callable[..., Said], what: str) -> None:
    """In JSON; in text, one line each."""
    code, out, _ = seatrial("list", what, "--format", "json")
    rows = json.loads(out)
    assert 0 == code
    assert len(rows) == len({row["id"] for row in rows}) > 0
    assert len(rows) == len(seatrial("list", what)[1].splitlines())


@pytest.mark.parametrize("arguments", [
    ("check", "web.yaml", *CALM), ("trace", "show", "trace.json"), ("trace", "replay", "trace.json"),
    ("trace", "export", "trace.json", "--to", "text", "--out", "x"),
])
def test_every_command_speaks_json(seatrial: Callable[..., Said], arguments: tuple[str, ...]) -> None:
    """One object on standard output, and nothing else."""
    _, out, _ = seatrial(*arguments, "--format", "json")
    assert isinstance(json.loads(out), dict)


def test_options_take_commas_and_may_be_repeated(seatrial: Callable[..., Said]) -> None:
    """--property a,b is --property a --property b."""
    joined = seatrial("check", "web.yaml", *CALM, "--property", "bind_once,phase_monotone", "--format", "json")
    apart = seatrial("check", "web.yaml", *CALM, "--property", "bind_once", "--property", "phase_monotone",
                     "--format", "json")
    assert joined == apart
    assert {"replicas_converge", "bind_once", "phase_monotone"} == {
        each["property"] for each in json.loads(joined[1])["verdicts"]}


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """Under two hash seeds, in two folders: no time, duration, path or hash order gets into a file or the output."""
    said: list[Any] = []
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "seatrial.traces.cli", "check", "--variant", "B01", "--steps", "4000", "--seed", "3",
             "--out", "found"], cwd=folder, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONHASHSEED": hash_seed})
        assert (1, "") == (done.returncode, done.stderr)
        said.append((done.stdout, files_of(folder)))
    assert said[0] == said[1]
    assert len(said[0][1]) >= 4
    assert str(tmp_path) not in "".join([said[0][0], *(content.decode() for content in said[0][1].values())])


def test_the_variants_have_ids_to_ask_for() -> None:
    """What the tests above rely on."""
    assert {"B01", "B02"} <= {each.id for each in VARIANTS}
