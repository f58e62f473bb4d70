"""The smallest whole cluster is exhausted without faults and with each of them, and counts what it counted before."""

import tomllib
from pathlib import Path
from typing import Any

import attrs
import pytest

from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.properties.checking.reference import explore

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("reference_counts.toml").read_text(encoding="utf-8"))
FAULTS = ("none", "crash", "gone", "refused", "exit", "lost", "late")
MOST = 267_000
SCOPE = Scope(
    controllers=("replicaset", "scheduler"), objects=(*NAMESPACE, node(), replicaset(1)), kubelets=True, secured=False,
    hypotheses=("lag_below_expectation_ttl",))


def scope_of(fault: str) -> Scope:
    """The scope with a budget of one for this fault."""
    return attrs.evolve(SCOPE, budgets=FrozenMap({} if fault == "none" else {fault: 1}))


@pytest.mark.parametrize("fault", [
    pytest.param(fault, marks=[pytest.mark.nightly] if counts.get("nightly") else [])
    for fault, counts in EXPECTED.items()])
def test_the_reference_counts_what_the_manifest_says(fault: str) -> None:
    """The scope is exhausted, and its states, transitions, quiet states and depth are those on record."""
    expected = {name: count for name, count in EXPECTED[fault].items() if name != "nightly"}
    found = explore(start(scope_of(fault)), limit=MOST)
    assert found.complete
    assert expected == {name: getattr(found, name) for name in ("states", "transitions", "quiet", "depth")}


def test_the_manifest_names_every_fault_of_the_scope() -> None:
    """No scope is left out, and none of them is ten times larger than the largest of the contract's prototype."""
    assert set(FAULTS) == set(EXPECTED)
    assert all(counts["states"] <= MOST for counts in EXPECTED.values())


def test_a_changed_rule_changes_the_counts() -> None:
    """Negative control: a second replica is not taken for the same scope."""
    larger = attrs.evolve(SCOPE, objects=(*NAMESPACE, node(), replicaset(2)))
    found = explore(start(larger), limit=EXPECTED["none"]["states"])
    assert found.states > EXPECTED["none"]["states"]
