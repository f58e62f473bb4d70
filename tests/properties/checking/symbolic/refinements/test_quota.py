"""The quota's count model has every step that requests take, one by one."""

from functools import partial

import attrs
import pytest

from seatrial.model.api.core import ResourceQuota, ResourceQuotaSpec, ResourceQuotaStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import Call
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import GROUPS, USER, Scale
from seatrial.model.variants.scenarios import NAMESPACE, pod, replicaset
from seatrial.properties.checking.symbolic.models.quota import MODEL
from seatrial.properties.checking.symbolic.refinement import exhaust, matching, walk
from seatrial.properties.checking.symbolic.refinements.quota import REFINEMENT, quota_counts

COUNTS = partial(quota_counts, key="default/some")


def limited(hard: int, replicas: int, *scales: int, **budgets: int) -> Cluster:
    """A ReplicaSet in a namespace that may have so many pods."""
    pods = FrozenMap({"pods": str(hard)})
    quota = ResourceQuota(ObjectMeta(name="some", namespace="default"), ResourceQuotaSpec(pods),
                          ResourceQuotaStatus(pods, FrozenMap({"pods": "0"})))
    users = tuple(Scale("replicasets", "default/web", to) for to in scales)
    return start(Scope(("replicaset",), (*NAMESPACE, quota, replicaset(replicas)), users=users,
                       budgets=FrozenMap(budgets)))


@pytest.mark.parametrize(("hard", "replicas", "scales"), [
    (REFINEMENT.proved_to, 2, (0, 3)), pytest.param(2, 3, (1,), marks=pytest.mark.nightly)])
def test_every_step_of_a_small_scope_is_one_of_the_count_model(
        hard: int, replicas: int, scales: tuple[int, ...]) -> None:
    """Pods that come, go, and are too many; with a refused call. Three of them at most, as the verdicts say."""
    initial = limited(hard, replicas, *scales, scale=1, refused=1)
    assert MODEL.initial(COUNTS(initial))
    found = exhaust(REFINEMENT, initial, COUNTS, 10_000)
    assert (True, None) == (found.complete, found.wrong)
    assert {"read", "charge", "release"} == set(found.taken)
    assert "refinement proved to 3, walked to 40 pods, requests one by one" == REFINEMENT.said


@pytest.mark.parametrize("seed", range(2))
def test_every_step_of_a_long_walk_is_one_of_the_count_model(seed: int) -> None:
    """Forty pods allowed, more wanted; scaled, with refused and lost calls and a crash."""
    faults = {"refused": 2, "crash": 1, "lost-create": 1, "late-create": 1}
    initial = limited(REFINEMENT.walked_to, 45, 20, 50, 41, scale=3, **faults)
    found = walk(REFINEMENT, initial, COUNTS, 2000, seed)
    assert None is found.wrong
    assert "charge" in found.taken


def test_a_create_that_fails_after_it_was_charged_is_charged_in_vain() -> None:
    """Found by this comparison: the name is taken, and the quota is charged all the same."""
    cluster = limited(3, 0)
    for taken in (("read", "charge"), ("read", "charge-in-vain")):
        view = cluster.view()
        serve(view, cluster.system, USER, GROUPS, Call("create", "pods", "default/mine", pod("mine")))
        after = Cluster(cluster.system, view.commit())
        assert taken == matching(REFINEMENT, COUNTS(cluster), COUNTS(after))
        cluster = after
    assert (2, 1) == (COUNTS(cluster).used, COUNTS(cluster).held)


@pytest.mark.parametrize("left_out", ["read", "charge", "release"])
def test_a_count_model_that_lacks_a_step_is_found_out(left_out: str) -> None:
    """Negative control; so is one whose requests may not be two transitions in a row."""
    initial = limited(2, 2, 0, scale=1)
    assert exhaust(REFINEMENT.without(left_out), initial, COUNTS, 10_000).wrong is not None
    assert exhaust(attrs.evolve(REFINEMENT, longest=1), initial, COUNTS, 10_000).wrong is not None
