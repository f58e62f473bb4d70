"""Every proof is proved, every control fails by a run that is replayed again here."""

from collections import Counter

import pytest

from seatrial.properties.checking.symbolic.answer import replay
from seatrial.properties.checking.symbolic.proof import Proof, prove
from seatrial.properties.checking.symbolic.proofs import MODULES, PROOFS
from seatrial.properties.checking.symbolic.ranking import Ranking
from seatrial.properties.checking.symbolic.refinement import Refinement
from seatrial.properties.checking.symbolic.refinements import deployment, node_lifecycle, quota, replicaset, workqueue
from seatrial.properties.checking.verdict import PROVED, VIOLATED

COMPARED: dict[type, Refinement] = {each.REFINEMENT.model.state: each.REFINEMENT
                                    for each in (deployment, node_lifecycle, quota, replicaset, workqueue)}
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


def test_each_proof_of_a_compared_model_says_how_far() -> None:
    """Only the older ReplicaSet and the two writers say nothing; of runs without end it says what is missing."""
    proved = [each for each in PROOFS if each.expected == PROVED and each.model == "count model"]
    assert {"replicaset-never-above-desired-before-1.36", "writers-that-agree-settle"} == {
        each.name for each in proved if not each.refinement}
    for each in proved:
        compared = COMPARED.get(each.rule.model.state)
        if each.refinement:
            assert compared is not None
            assert each.refinement.startswith(compared.said)
            assert isinstance(each.rule, Ranking) == each.refinement.endswith("for safety only")
            left_out = {one.name for one in each.rule.model.transitions} - {
                one.name for one in compared.model.transitions}
            assert bool(left_out) == each.refinement.endswith("without failures")
    assert all(not each.refinement for each in PROOFS if each.expected == VIOLATED)
