"""Each property of workloads in the end says what is missing when it is."""

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import Condition, ObjectMeta, OwnerReference
from tests.properties.worlds import deployment, pod, replicaset, says, world

OWNER = OwnerReference("apps/v1", "Deployment", "web", "d1", controller=True)


def owner(size: int = 2) -> ReplicaSet:
    """The ReplicaSet default/web with the UID r1, of the Deployment with the UID d1."""
    return attrs.evolve(replicaset(size), metadata=ObjectMeta("web", "default", uid="r1", owner_references=(OWNER,)))


def web() -> Deployment:
    """The Deployment default/web with the UID d1."""
    return attrs.evolve(deployment(), metadata=ObjectMeta("web", "default", uid="d1"))


def test_replicas_converge_counts_ready_pods_where_kubelets_run() -> None:
    """One of two is there: active where no kubelet runs, and not ready where one does."""
    assert "ReplicaSet default/web has 1 active pods, 2 desired" == says(
        "replicas_converge", world(owner(), pod(owner="r1"))
    )
    expected = "ReplicaSet default/web has 1 ready pods among 2 active ones, 2 desired"
    pods = (pod(owner="r1", ready=True), pod("web-2", uid="u2", owner="r1"))
    assert expected == says("replicas_converge", world(owner(), *pods, kubelets=True))
    assert says("replicas_converge", world(owner(), *pods)) is None


def test_deployment_replicas_converge_adds_up() -> None:
    """A Deployment whose ReplicaSets ask for another number is named with both."""
    expected = "Deployment default/web asks for 2 replicas, its ReplicaSets for 3"
    assert expected == says("deployment_replicas_converge", world(web(), owner(3)))
    assert says("deployment_replicas_converge", world(web(), owner(2))) is None


def test_rollout_progresses_or_deadline_reported_wants_an_end_or_a_report() -> None:
    """A rollout that rests is named, unless its status says that the deadline is over."""
    expected = (
        "the rollout of Deployment default/web rests at 0 updated and 0 available of 2 replicas, "
        "and no condition Progressing"
    )
    assert expected == says("rollout_progresses_or_deadline_reported", world(web()))
    late = Condition("Progressing", "False", reason="ProgressDeadlineExceeded")
    reported = attrs.evolve(web(), status=attrs.evolve(web().status, conditions=(late,)))
    assert says("rollout_progresses_or_deadline_reported", world(reported)) is None


def test_status_converges_compares_with_what_is_there() -> None:
    """A status that counts other pods, or is of another generation, is named; so is a Deployment's."""
    expected = "the status of ReplicaSet default/web says 0 replicas, there are 1"
    assert expected == says("status_converges", world(owner(), pod(owner="r1")))
    expected = "the status of ReplicaSet default/web is of generation 0, the object of 1"
    assert expected == says("status_converges", world(owner()))
    done = attrs.evolve(owner(), status=attrs.evolve(owner().status, replicas=1, observed_generation=1))
    expected = "the status of Deployment default/web says 0 replicas, there are 1"
    held = world(web(), done, pod(owner="r1"), controllers=("deployment",))
    assert expected == says("status_converges", held)
