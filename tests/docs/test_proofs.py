"""The example that the guide on proofs shows is proved, and its output is that of the guide."""

import re
from pathlib import Path

import pytest

from seatrial.properties.checking.symbolic.proof import prove
from seatrial.properties.checking.symbolic.proofs import PROOFS
from seatrial.traces import cli

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "how-to" / "prove-a-property.md"
EXPLAINED = ROOT / "docs" / "explanation" / "proofs.md"


def test_the_guides_output_is_what_the_command_prints(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the seconds."""
    monkeypatch.chdir(ROOT / "docs" / "examples")
    with pytest.raises(SystemExit) as ended:
        cli.main(["prove", "warm_pool:PROOFS", "--explain"])
    said = re.sub(r"\d+\.\d+ s", "- s", capsys.readouterr().out)
    assert 0 == (ended.value.code or 0)
    assert f"$ seatrial prove warm_pool:PROOFS --explain\n{said}```" in GUIDE.read_text(encoding="utf-8")


def test_the_figures_on_true_counterexamples_are_those_of_the_proofs() -> None:
    """Ten steps break availability without the error; four ReplicaSets scaled to two keep three."""
    by_name = {each.name: each for each in PROOFS}
    run = prove(by_name["deployment-availability-without-the-cleanup-error"]).run
    assert run is not None
    assert 10 == len(run.taken)
    assert "broken in ten steps" in EXPLAINED.read_text(encoding="utf-8")
    sizes = prove(by_name["proportional-scaling-down-of-four-sets"]).run
    assert sizes is not None
    assert ((1, 1, 1, 1), 2) == (sizes.states[0].sizes, sizes.states[0].desired)
