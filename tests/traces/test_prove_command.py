"""`seatrial prove`: what is printed, as text and as JSON, its exit codes, and a user's own proof."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.properties.checking.symbolic.proofs import PROOFS
from seatrial.traces import cli
from seatrial.traces.proofs import proofs_named

Said = tuple[int, str, str]
QUICK = "writers"
OWN = """
import attrs
from seatrial.properties.checking.symbolic.bmc import Bmc
from seatrial.properties.checking.symbolic.induction import Induction
from seatrial.properties.checking.symbolic.proof import Proof
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition

@attrs.frozen
class Light:
    on: int

def toggle(s):
    return attrs.evolve(s, on=1 - s.on)

def broken(s):
    return {"on": s.on}

MODEL = CountModel("light", Light, lambda s: s.on == 0, (Transition("toggle", toggle),))
OFF = Clause("the light is off", lambda s: s.on == 0)
RIGHT = Proof("light-is-0-or-1", "0 or 1", "count model", ("everything",), (),
              Induction(MODEL, Clause("0 <= on <= 1", lambda s: 0 <= s.on <= 1)))
WRONG = Proof("light-is-off", OFF.says, "count model", ("everything",), (), Induction(MODEL, OFF))
OPEN = Proof("light-is-never-7", "never 7", "count model", ("everything",), (),
             Bmc(MODEL, Clause("not 7", lambda s: s.on != 7), depth=2))
BROKEN = Proof("light-breaks", OFF.says, "count model", ("everything",), (),
               Induction(CountModel("light", Light, MODEL.initial, (Transition("broken", broken),)), OFF))
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Runs the command in a folder of its own, with a cache of its own: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "own_proofs.py").write_text(OWN)
    sys.modules.pop("own_proofs", None)

    def run_(*words: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            cli.main(["prove", *words])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run_


def test_a_proof_is_told_with_what_it_is_about(run: Callable[..., Said]) -> None:
    """Verdict, statement, parameters, rule, hypotheses; and the control as one."""
    code, out, _ = run(QUICK)
    assert 0 == code
    assert "writers-that-agree-settle: PROVED (count model) in " in out
    assert "by ranking, weak fairness" in out
    assert "  if both writers want the same; weak fairness" in out
    assert "writers-that-differ-oscillate: VIOLATED (replayed from an initial state) in " in out
    assert "a negative control of writers-that-agree-settle" in out
    assert out.splitlines()[-1].startswith("2 of 2 as expected, 1 of which must fail and do so; ")


def test_explain_shows_invariants_ranks_and_runs(run: Callable[..., Said]) -> None:
    """In the property's own words."""
    _, out, _ = run(QUICK, "--explain")
    assert "    rank: a number to write, then pods missing or too many" in out
    assert "    always: both writers want the same" in out
    assert "    0. at first: " in out
    assert "for ever" in out


def test_json_is_a_list_of_entries(run: Callable[..., Said]) -> None:
    """With the keys that were promised; controls are entries of their own."""
    code, out, err = run(QUICK, "--format", "json")
    rows = json.loads(out)
    assert (0, "") == (code, err)
    assert [("PROVED (count model)", "PROVED"), ("VIOLATED (replayed from an initial state)", "VIOLATED")] == [
        (row["verdict"], row["expected"]) for row in rows]
    for row in rows:
        assert {"name", "model", "verdict", "expected", "seconds", "rule", "parameters", "hypotheses"} <= set(row)
    assert rows[1]["steps"]
    assert "not for good" in rows[1]["sentence"]


def test_what_was_found_is_not_looked_for_again(run: Callable[..., Said]) -> None:
    """From the same source; --no-cache proves it again."""
    run(QUICK)
    _, out, _ = run(QUICK)
    assert "PROVED (count model), as found before" in out
    _, out, _ = run(QUICK, "--no-cache")
    assert "as found before" not in out


def test_a_proof_of_ones_own(run: Callable[..., Said]) -> None:
    """As module:NAME: exit code 0 when proved, 1 when it fails, with the run, 4 when nobody knows."""
    assert (0, True) == ((found := run("own_proofs:RIGHT"))[0], "light-is-0-or-1: PROVED" in found[1])
    code, out, _ = run("own_proofs:WRONG")
    assert 1 == code
    assert "light-is-off: VIOLATED (replayed from an initial state), but PROVED was expected" in out
    assert "    1. toggle: on 0 -> 1" in out
    assert "1 of 1 not as expected" in out
    code, out, _ = run("own_proofs:OPEN")
    assert (4, True) == (code, "UNKNOWN (no run of up to 2 steps" in out)


def test_what_cannot_be_lifted_names_the_line(run: Callable[..., Said]) -> None:
    """In the user's own file."""
    code, _, err = run("own_proofs:BROKEN")
    assert 3 == code
    assert "own_proofs.py:16: broken makes a dict; use a frozen attrs class" in err


def test_a_solver_without_time_leaves_its_query(run: Callable[..., Said], tmp_path: Path) -> None:
    """As SMT-LIB, in a file that is named; the verdict is UNKNOWN and the exit code 4."""
    code, out, err = run("replicaset-converges", "--seconds", "0.001", "--no-cache")
    assert 4 == code
    assert "replicaset-converges: UNKNOWN (the solver gave up" in out
    path = tmp_path / "build" / "proofs" / "replicaset-converges.smt2"
    assert "(check-sat)" in path.read_text()
    assert "build/proofs/replicaset-converges.smt2" in err


def test_a_counterexample_is_followed_by_the_model_of_objects(run: Callable[..., Said], tmp_path: Path) -> None:
    """As an ordinary trace in every form, which replays and breaks an ordinary property."""
    code, _, err = run("replicaset-above-after-a-lost-create", "replicaset-above-after-expiry", "quota-after", "--out",
                       "found")
    assert 0 == code
    for name in ("replicaset-above-after-a-lost-create", "replicaset-above-after-expiry"):
        folder = tmp_path / "found" / name / "replicas_not_exceeded"
        assert {"trace.json", "trace.md", "trace.mmd", "trace.txt"} == {path.name for path in folder.iterdir()}
        assert f"{name}: written to found/{name}" in err
        with pytest.raises(SystemExit) as ended:
            cli.main(["trace", "replay", str(folder / "trace.json")])
        assert 1 == ended.value.code
    assert 2 == len(list((tmp_path / "found").iterdir()))


@pytest.mark.parametrize(("name", "why"), [
    ("nothing", "there is no proof 'nothing'; there are percentages-round"),
    ("own_proofs:NOTHING", "cannot be loaded"), ("nowhere:PROOF", "cannot be loaded"),
    ("own_proofs:MODEL", "is a CountModel; give a Proof"),
])
def test_a_name_that_is_none_is_said(run: Callable[..., Said], name: str, why: str) -> None:
    """Usage, exit code 2, with what there is."""
    code, _, err = run(name)
    assert 2 == code
    assert why in " ".join(err.split())


def test_a_name_may_be_a_beginning() -> None:
    """At a dash; an exact name is only itself."""
    found = proofs_named(("replicaset-never-above-desired",), PROOFS)
    assert ["replicaset-never-above-desired"] == [each.name for each in found]
    assert len(proofs_named(("replicaset", "quota"), PROOFS)) > 10
    assert PROOFS == proofs_named((), PROOFS)
