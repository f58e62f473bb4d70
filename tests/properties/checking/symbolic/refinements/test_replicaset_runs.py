"""Counterexamples of the ReplicaSet's count model, as traces of the model of objects."""

import pytest

from seatrial.model.start import start
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.symbolic.models.replicaset_claims import NEVER_ABOVE
from seatrial.properties.checking.symbolic.proof import prove
from seatrial.properties.checking.symbolic.proofs import PROOFS
from seatrial.properties.checking.symbolic.refinements.replicaset_runs import follow, scope_of

BY_NAME = {each.name: each for each in PROOFS}


@pytest.mark.parametrize(("name", "fault"), [
    ("replicaset-above-after-a-lost-create", "lost-create"), ("replicaset-above-after-a-late-create", "late-create"),
    ("replicaset-above-after-expiry", ""),
])
def test_a_run_of_counts_is_taken_again_by_objects(name: str, fault: str) -> None:
    """Step by step, under the faults of the run; its last step breaks the property."""
    run = prove(BY_NAME[name]).run
    assert run is not None
    assert not fault or scope_of(run).budgets.get(fault)
    found = follow(run, NEVER_ABOVE)
    assert found is not None
    scope, actions, broken = found
    states = replay(start(scope), actions)
    assert len(actions) >= len(run.taken)
    assert broken.predicate(states[-2], actions[-1], states[-1])


def test_a_run_that_no_cluster_takes_has_no_trace() -> None:
    """After a rescale the count model begins with other counts than a cluster has."""
    run = prove(BY_NAME["replicaset-above-after-a-rescale"]).run
    assert run is not None
    assert None is follow(run, NEVER_ABOVE)
