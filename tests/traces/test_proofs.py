"""Counterexamples of count models as ordinary traces: written, read and replayed like any other."""

from pathlib import Path

import pytest

from seatrial.properties.checking.replay import judge, replay
from seatrial.properties.checking.symbolic.proof import prove
from seatrial.properties.checking.symbolic.proofs import PROOFS
from seatrial.traces.codec import dump_trace, load_trace, property_of
from seatrial.traces.proofs import trace_of
from seatrial.traces.scopes import initial_of

BY_NAME = {each.name: each for each in PROOFS}


@pytest.mark.parametrize("name", [
    "replicaset-above-after-a-lost-create", "deployment-pods-exceed-surge", "deployment-surge-after-a-rollback"])
def test_a_run_of_counts_becomes_a_trace(name: str, tmp_path: Path) -> None:
    """Read back, it says at its end what it said, by the property that it names."""
    trace = trace_of(prove(BY_NAME[name]))
    assert trace is not None
    (tmp_path / "trace.json").write_text(dump_trace(trace), encoding="utf-8")
    again = load_trace(tmp_path / "trace.json")
    broken = property_of(again)
    assert broken.name == trace.found.property
    assert trace.found.sentence == judge(broken, replay(initial_of(again.scope), again.found.actions), again.found)


@pytest.mark.parametrize("name", ["quota-after-a-lower-limit", "writers-that-differ-oscillate",
                                  "replicaset-converges-without-room", "deployment-rollout-stuck-without-bounds"])
def test_a_run_without_counterpart_has_no_trace(name: str) -> None:
    """Of another model, without end, or of a claim about runs without end."""
    assert None is trace_of(prove(BY_NAME[name]))
