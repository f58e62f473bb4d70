"""The rollout's count model has every step that a Deployment with its ReplicaSets takes, under its hypotheses."""

from functools import partial

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.start import start
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.engine import Limits
from seatrial.properties.checking.symbolic.exploring import explore
from seatrial.properties.checking.symbolic.models.deployment import HEALTHY, begins
from seatrial.properties.checking.symbolic.refinement import walk
from seatrial.properties.checking.symbolic.refinements.deployment import REFINEMENT, rollout_counts
from seatrial.properties.checking.verdict import HOLDS, VIOLATED
from tests.properties.checking.symbolic.compared import KEY, ROLLOUT, full_rollout, small_rollout

COUNTS = partial(rollout_counts, key=KEY)
LIMITS = Limits(memory=3 << 30)
BOTH_BOUNDS = ((1, 0), (0, 1))


def created_blindly() -> Cluster:
    """A rollout of two replicas at the moment in which the new ReplicaSet is there, and its controller knows it not."""
    cluster = small_rollout(2, 1, 1)
    while not COUNTS(cluster).new_size:
        mine = [each for each in enabled(cluster) if each.process in ("kubectl", "deployment-controller")]
        cluster = step(cluster, mine[0])
    return cluster


def test_counts_begin_as_the_proofs_do() -> None:
    """At rest, whatever the bounds."""
    for surge, unavailable in BOTH_BOUNDS:
        found = COUNTS(small_rollout(3, surge, unavailable))
        assert begins(found)
        assert (3, surge, unavailable, 3) == (found.desired, found.surge, found.unavailable, found.old_available)


def test_a_sync_acts_on_what_it_read_and_on_what_it_created() -> None:
    """The new ReplicaSet is known as created until the informer shows it, or the sync ends."""
    cluster = created_blindly()
    found = COUNTS(cluster)
    assert (1, 1, 0) == (found.new_size, found.created, found.seen_new_size)
    shown = step(cluster, Action("Deliver", "deployment-controller", "replicasets"))
    assert (1, 0) == (COUNTS(shown).created, COUNTS(shown).seen_new_size)
    known = step(shown, Action("Reply", "deployment-controller", KEY))
    assert (0, 1) == (COUNTS(known).created, COUNTS(known).seen_new_size)


def test_every_step_of_a_rollout_of_one_replica_is_one_of_the_count_model() -> None:
    """All states of a scope without kubelets: each transition of the count model is among those taken."""
    found = explore(REFINEMENT, small_rollout(1, 1, 0), COUNTS, LIMITS)
    assert HOLDS == found.verdicts[0].verdict, found.verdicts[0].reason
    assert found.statistics.complete
    assert found.statistics.transitions > 1_000_000


@pytest.mark.nightly
@pytest.mark.parametrize(("surge", "unavailable"), BOTH_BOUNDS)
def test_every_step_up_to_what_is_said(surge: int, unavailable: int) -> None:
    """With either bound; pods get ready by themselves, but with a surge also by a scheduler and a kubelet."""
    assert "refinement proved to 1, walked to 40" == REFINEMENT.said
    initials = [small_rollout(REFINEMENT.proved_to, surge, unavailable)]
    if surge:
        initials.append(start(explorable(full_rollout(REFINEMENT.proved_to, surge, unavailable, nodes=1))))
    for initial in initials:
        found = explore(REFINEMENT, initial, COUNTS, LIMITS)
        assert HOLDS == found.verdicts[0].verdict, found.verdicts[0].reason


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(each, marks=pytest.mark.nightly) for each in range(2, 40))])
def test_every_step_of_a_large_rollout_is_one_of_the_count_model(seed: int) -> None:
    """Forty replicas, scheduled and run, from rest to rest; the transitions that each rollout needs are taken."""
    found = walk(REFINEMENT, start(full_rollout(REFINEMENT.walked_to, 10, 10, refused=1)), COUNTS, 6000, seed)
    assert (True, None) == (found.complete, found.wrong)
    usual = {"sync", "scale-old", "scale-new", "report-old", "report-new", "see-old", "see-new", "become-available"}
    assert usual <= set(found.taken)


@pytest.mark.parametrize("fault", [each for each in REFINEMENT.budgets if each != "set-image"])
def test_every_fault_that_is_allowed_is_one_of_the_count_model(fault: str) -> None:
    """Each of them on walks of seven replicas."""
    initial = start(full_rollout(7, 2, 1, **{fault: 1}))
    for seed in range(2):
        assert None is walk(REFINEMENT, initial, COUNTS, 1000, seed).wrong


@pytest.mark.nightly
def test_faults_together_are_of_the_count_model() -> None:
    """All that are allowed, on two hundred walks."""
    faults = {each: 1 for each in REFINEMENT.budgets if each != "set-image"}
    initial = start(full_rollout(7, 2, 1, **faults))
    assert [None] * 200 == [walk(REFINEMENT, initial, COUNTS, 3000, seed).wrong for seed in range(200)]


@pytest.mark.parametrize("left_out", [
    "sync", "scale-new", "see-new", "become-available",
    *(pytest.param(each, marks=pytest.mark.nightly) for each in ("scale-old", "report-old", "report-new", "see-old"))])
def test_a_count_model_that_lacks_a_step_is_found_out(left_out: str) -> None:
    """Negative control: by the explorer, with the shortest run to the step that is missing."""
    found = explore(REFINEMENT.without(left_out), small_rollout(1, 1, 0), COUNTS, LIMITS)
    assert VIOLATED == found.verdicts[0].verdict
    assert found.verdicts[0].counterexample is not None
    assert "no transition of the Deployment count model leads from" in found.verdicts[0].counterexample.sentence


def test_a_sync_that_does_not_go_on_is_found_out() -> None:
    """Negative control: by a walk, where the sync that has created goes on to scale the old ReplicaSet down."""
    initial = start(full_rollout(7, 2, 1))
    found = [walk(REFINEMENT.without("go-on"), initial, COUNTS, 1500, seed).wrong for seed in range(3)]
    assert any(each is not None and each.after.old_size < each.before.old_size for each in found)


def test_expectations_that_expire_too_early_are_found_out() -> None:
    """Negative control: without the hypothesis a ReplicaSet may delete a pod too many, which no transition does."""
    careless = attrs.evolve(REFINEMENT, hypotheses=())
    scope = attrs.evolve(full_rollout(2, 1, 1), hypotheses=())
    found = [walk(careless, start(scope), COUNTS, 400, seed).wrong for seed in (0, 3)]
    assert any(found)
    assert {"Request"} == {each.action.step for each in found if each is not None}


def test_the_hypotheses_leave_out_what_the_model_leaves_out() -> None:
    """Neither the model nor the scopes have a rescale, a rollback or a failure."""
    names = {each.name for each in HEALTHY.transitions}
    assert not names & {"rescale", "roll-back", "fail-old", "delete-too-many"}
    assert 1 == len(ROLLOUT)
    with pytest.raises(ValueError, match="knows nothing of late-create"):
        walk(REFINEMENT, start(full_rollout(1, 1, 0, **{"late-create": 1})), COUNTS, 10, 0)
