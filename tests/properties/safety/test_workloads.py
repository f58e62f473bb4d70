"""Each property of ReplicaSets and Deployments says what is wrong when it is."""

from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, DeploymentStrategy, ReplicaSet, RollingUpdateDeployment
from seatrial.model.api.meta import ObjectMeta, OwnerReference
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.deployment_plan import ROLLOUT_STATUS, Creating, Plan, Scaling
from tests.properties.worlds import changed, deployment, object_of, pod, replicaset, says_of, world

CONTROLLER, KEY = "deployment-controller", "default/web"
SYNC = Action("Sync", CONTROLLER, KEY)


def owned(name: str, size: int, available: int = 0) -> ReplicaSet:
    """A ReplicaSet of the Deployment default/web."""
    made = replicaset(size)
    owner = OwnerReference("apps/v1", "Deployment", "web", "d1", controller=True)
    return attrs.evolve(
        made,
        metadata=ObjectMeta(name, "default", uid=name, owner_references=(owner,)),
        status=attrs.evolve(made.status, available_replicas=available),
    )


def web(replicas: int = 2) -> Deployment:
    """The Deployment default/web with its UID."""
    made = deployment(replicas)
    return attrs.evolve(made, metadata=attrs.evolve(made.metadata, uid="d1"))


def evolve_in(value: Deployment, **spec: Any) -> Deployment:
    """The Deployment with another spec."""
    return attrs.evolve(value, spec=attrs.evolve(value.spec, **spec))


def decided(memo: Creating | Scaling) -> tuple[Cluster, Cluster]:
    """Before and after a sync that decides on this."""
    before = world()
    call = Call("update", "replicasets", "default/web-1", memo=memo)
    return before, changed(before, (plan_cell(CONTROLLER, KEY), Waiting(call)))


def test_replicas_not_exceeded_tells_a_surplus_pod() -> None:
    """A pod made beyond the number desired is named, one within it is not."""
    one = attrs.evolve(replicaset(1), metadata=attrs.evolve(replicaset().metadata, uid="r1"))
    before = world(one, pod(owner="r1"))
    after = changed(before, object_of("pods", pod("web-2", uid="u2", owner="r1")))
    expected = "ReplicaSet default/web has 2 active pods with default/web-2, 1 desired"
    assert expected == says_of("replicas_not_exceeded", before, after)
    assert says_of("replicas_not_exceeded", world(one), before) is None


def test_surge_bound_tells_a_decision_beyond_it() -> None:
    """Two desired and one of surge: a fourth replica is one too many, in a creation or a scaling."""
    plan = Plan(web(), (owned("web-1", 2),))
    before, after = decided(Creating(plan, owned("web-2", 2)))
    expected = "Deployment default/web: the controller decides on web-2 with 2, 4 replicas in all, 3 allowed"
    assert expected == says_of("surge_bound", before, after, SYNC)
    assert says_of("surge_bound", *decided(Creating(plan, owned("web-2", 1))), SYNC) is None
    plan = Plan(web(), (owned("web-1", 2), owned("web-2", 1)))
    before, after = decided(Scaling(plan, ((owned("web-2", 1), 2),)))
    assert expected == says_of("surge_bound", before, after, SYNC)


def test_surge_bound_lets_a_sum_that_is_too_high_fall() -> None:
    """A decision that only lowers is right, however high the sum still is."""
    plan = Plan(web(1), (owned("web-1", 5),))
    assert says_of("surge_bound", *decided(Scaling(plan, ((owned("web-1", 5), 4),))), SYNC) is None


def test_sizes_within_surge_tells_what_is_left_over() -> None:
    """A decision that lowers too little is named with what it leaves; one that lowers enough is right."""
    plan = Plan(web(1), tuple(owned(f"web-{number}", 1) for number in (1, 2, 3)))
    expected = (
        "Deployment default/web: the controller decides on web-1 with 0, which leaves 2 replicas in all, 1 allowed"
    )
    rolling = RollingUpdateDeployment(max_unavailable=1, max_surge=0)
    few = attrs.evolve(plan, deployment=evolve_in(web(1), strategy=DeploymentStrategy("RollingUpdate", rolling)))
    assert expected == says_of("sizes_within_surge", *decided(Scaling(few, ((owned("web-1", 1), 0),))), SYNC)
    assert says_of("sizes_within_surge", *decided(Scaling(plan, ((owned("web-1", 1), 0),))), SYNC) is None


def test_surge_bound_in_store_tells_a_sum_beyond_it() -> None:
    """A ReplicaSet that takes the stored sum beyond the bound is named with its Deployment."""
    before = world(web(), owned("web-1", 2), owned("web-2", 1))
    after = changed(before, object_of("replicasets", owned("web-2", 2)))
    expected = "Deployment default/web: its ReplicaSets ask for 4 replicas, 3 allowed"
    assert expected == says_of("surge_bound_in_store", before, after)


def test_min_available_bound_tells_a_decision_that_leaves_too_few() -> None:
    """Two promised: the old ReplicaSet may not lose one of its two available pods; one that is not available may go."""
    plan = Plan(web(), (owned("web-1", 2, 2), owned("web-2", 1)), then=ROLLOUT_STATUS)
    before, after = decided(Scaling(plan, ((owned("web-1", 2, 2), 1),)))
    expected = (
        "Deployment default/web: the controller decides on web-1 with 1, which leaves 1 available replicas, 2 promised"
    )
    assert expected == says_of("min_available_bound", before, after, SYNC)
    plan = Plan(web(), (owned("web-1", 3, 2), owned("web-2", 1)), then=ROLLOUT_STATUS)
    assert says_of("min_available_bound", *decided(Scaling(plan, ((owned("web-1", 3, 2), 2),))), SYNC) is None


def test_the_rest_of_a_decision_is_not_judged_again() -> None:
    """The second of two scalings that were decided together is judged with the first only."""
    plan = Plan(web(), (owned("web-1", 2), owned("web-2", 2)))
    todo = ((owned("web-1", 2), 1), (owned("web-2", 2), 3))
    before, after = decided(Scaling(plan, todo))
    assert says_of("surge_bound", before, after, SYNC) is not None
    rest = changed(
        after, (plan_cell(CONTROLLER, KEY), Waiting(Call("update", "replicasets", KEY, memo=Scaling(plan, todo[1:]))))
    )
    assert says_of("surge_bound", after, rest, Action("Reply", CONTROLLER, KEY)) is None


def test_observed_generation_not_ahead_tells_a_status_from_the_future() -> None:
    """A status that speaks of a generation still to come is named with both."""
    before = world(replicaset())
    held = before.get("replicasets", "default/web")
    after = changed(
        before, object_of("replicasets", attrs.evolve(held, status=attrs.evolve(held.status, observed_generation=2)))
    )
    expected = "the status of replicaset default/web is of generation 2, the object of 1"
    assert expected == says_of("observed_generation_not_ahead", before, after)


def test_generation_monotone_tells_a_change_without_a_generation() -> None:
    """A generation that falls is named, and a new spec under the old one."""
    before = world(replicaset(2))
    held = before.get("replicasets", "default/web")
    fallen = attrs.evolve(held, metadata=attrs.evolve(held.metadata, generation=0))
    expected = "the generation of replicaset default/web fell from 1 to 0"
    assert expected == says_of("generation_monotone", before, changed(before, object_of("replicasets", fallen)))
    silent = attrs.evolve(held, spec=attrs.evolve(held.spec, replicas=3))
    expected = "the spec of replicaset default/web changed, its generation is 1 still"
    assert expected == says_of("generation_monotone", before, changed(before, object_of("replicasets", silent)))
