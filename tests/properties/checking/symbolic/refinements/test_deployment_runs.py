"""Counterexamples of the rollout's count model, as traces of the model of objects."""

import attrs
import pytest

from seatrial.model.start import start
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.symbolic.answer import Run
from seatrial.properties.checking.symbolic.models.deployment import SURGE
from seatrial.properties.checking.symbolic.proof import prove
from seatrial.properties.checking.symbolic.proofs import PROOFS
from seatrial.properties.checking.symbolic.refinements.deployment_runs import KEY, PROPERTIES, breaks, follow

BY_NAME = {each.name: each for each in PROOFS}


def run_of(name: str) -> Run:
    """The run of a control."""
    found = prove(BY_NAME[name]).run
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "broken"), [
    ("deployment-surge-after-a-rescale", "rollout_sizes_within_surge"),
    ("deployment-surge-after-a-rollback", "rollout_sizes_within_surge"),
    ("deployment-pods-exceed-surge", "rollout_pods_within_surge"),
])
def test_a_run_of_counts_is_found_again_with_objects(name: str, broken: str) -> None:
    """Replayed, its last cluster breaks the claim, and no one before it does."""
    found = follow(run_of(name), BY_NAME[name].rule.claim)  # type: ignore[attr-defined]  # those of controls have one
    assert found is not None
    scope, actions, judged = found
    states = replay(start(scope), actions)
    assert broken == judged.name
    assert [False] * (len(states) - 1) + [True] == [bool(judged.predicate(each)) for each in states]


def test_a_run_with_failures_or_of_another_claim_has_no_counterpart() -> None:
    """None, and nothing is searched."""
    run = run_of("deployment-availability-with-failures")
    assert None is follow(run, BY_NAME["deployment-availability-with-failures"].rule.claim)  # type: ignore[attr-defined]
    assert None is follow(run_of("deployment-surge-after-a-rescale"), attrs.evolve(SURGE, says="something else"))


def test_properties_say_what_is_broken() -> None:
    """The claim, and the counts; nothing of a cluster that keeps it."""
    found = follow(run_of("deployment-surge-after-a-rescale"), SURGE)
    assert found is not None
    states = replay(start(found[0]), found[1])
    assert None is breaks(SURGE, states[0])
    assert f"Deployment {KEY}: not so: {SURGE.says}; there " in str(breaks(SURGE, states[-1]))
    assert len(PROPERTIES) == len({each.name for each in PROPERTIES})
