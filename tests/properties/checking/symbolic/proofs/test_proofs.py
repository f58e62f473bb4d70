"""Every proof is proved, every control fails by a run that is replayed again here."""

from collections import Counter

import pytest

from seatrial.properties.checking.symbolic.answer import replay
from seatrial.properties.checking.symbolic.proof import Proof, prove
from seatrial.properties.checking.symbolic.proofs import MODULES, PROOFS
from seatrial.properties.checking.verdict import PROVED, VIOLATED

BY_NAME = {each.name: each for each in PROOFS}


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.name)
def test_the_verdict_is_the_expected_one(proof: Proof) -> None:
    """A control by a run from an initial state, through native functions only."""
    found = prove(proof)
    assert proof.expected == found.answer.verdict, found.answer.reason
    assert (proof.expected == VIOLATED) == (found.run is not None)
    if found.run is not None:
        assert found.run.states == replay(found.run.model, found.run.states[0], found.run.taken)
        assert found.counterexample is not None
    else:
        assert found.answer.explained


def test_there_are_enough_and_each_subject_has_controls() -> None:
    """Fifteen proofs at least, half as many controls; every subject has both."""
    count = Counter(each.expected for each in PROOFS)
    assert count[PROVED] >= 15
    assert count[VIOLATED] >= count[PROVED] // 2
    for module in MODULES:
        assert {PROVED, VIOLATED} == {each.expected for each in module.PROOFS}


def test_names_are_unique_and_controls_name_what_they_control() -> None:
    """A control of something that is not proved would control nothing."""
    assert len(BY_NAME) == len(PROOFS)
    for each in PROOFS:
        assert (each.expected == VIOLATED) == bool(each.control_of)
        assert not each.control_of or BY_NAME[each.control_of].expected == PROVED


def test_each_claim_proved_of_a_model_has_a_control() -> None:
    """A proof that nothing could break is no proof; the same claim by another rule shares it."""
    controlled = {each.control_of for each in PROOFS}
    shared = {"deployment-surge-bridge": "deployment-surge",
              "deployment-availability-spacer": "deployment-availability",
              "replicaset-capacity-spacer": "replicaset-capacity",
              "proportional-scaling-down-of-two-sets": "proportional-scaling-down-adds-up"}
    proved = [each.name for each in PROOFS if each.expected == PROVED]
    assert [] == [name for name in proved if shared.get(name, name) not in controlled]
