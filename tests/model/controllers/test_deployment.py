"""The Deployment controller at work: with the ReplicaSet controller on a model cluster without nodes."""

import random
from collections.abc import Iterator

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import LabelSelector, get_controller_of
from seatrial.model.api.registry import kind_of
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.process import plan_cell
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.controllers.deployment import CONTROLLER, make_controller, resume
from seatrial.model.controllers.deployment_conditions import PROGRESSING
from seatrial.model.controllers.deployment_revisions import REVISION
from seatrial.model.controllers.deployment_scaling import desired_replicas, max_surge
from seatrial.model.controllers.deployment_templates import compute_hash
from seatrial.model.scope import Scope
from seatrial.model.start import start
from tests.model.controllers.deployments import (
    KEY,
    disown,
    make_deployment,
    make_local,
    make_replica_set,
    queued,
    sync_once,
)

BOTH = ("deployment", "replicaset")


def stored(deployment: Deployment) -> Deployment:
    """The Deployment with its defaults, as a server would have stored it."""
    found = kind_of("deployments").default(deployment)
    assert isinstance(found, Deployment)
    return found


def say(call: Call) -> str:
    """A write in few words, with the counts that tell it from others."""
    body, words = call.body, " ".join(part for part in (call.verb, call.resource, call.subresource) if part)
    if isinstance(body, Deployment) and call.subresource:
        status = body.status
        return f"{words} observed={status.observed_generation} {status.replicas} of {status.unavailable_replicas}"
    if isinstance(body, ReplicaSet):
        return f"{words} {body.status.replicas if call.subresource else body.spec.replicas}"
    return words


def offered(cluster: Cluster, steps: tuple[str, ...] = ("Deliver", "Reply", "Sync", "Request")) -> list[Action]:
    """What can happen without timers, the named steps in order."""
    found = enabled(cluster)
    return [action for name in steps for action in found if action.step == name]


def answer_of(cluster: Cluster, action: Action) -> int:
    """The HTTP code that a Request would get."""
    return int(step(cluster, action)[plan_cell(action.process, action.key)].reply.code)


def follow(cluster: Cluster, writes: list[str]) -> tuple[Cluster, list[str]]:
    """Runs the cluster so that these writes succeed in this order, if it can; returns where it ends and what is left.

    Everything else happens as soon as it can; conflicts may come at any time.
    """
    left = list(writes)
    while actions := offered(cluster):
        action = actions[0]
        if action.step == "Request":
            waiting = {each: say(cluster[plan_cell(each.process, each.key)].call) for each in actions}
            fitting = [each for each in actions if waiting[each] in left[:1] or answer_of(cluster, each) == 409]
            if not fitting:
                return cluster, left
            action = fitting[0]
            if answer_of(cluster, action) != 409:
                left.pop(0)
        cluster = step(cluster, action)
    return cluster, left


@pytest.mark.parametrize("replicas", [1, 3, 5, 10])
def test_the_first_writes_come_in_the_recorded_order(replicas: int) -> None:
    """Create a Deployment of n: its ReplicaSet, its revision, n pods, then status by status up to n replicas."""
    cluster = start(Scope(BOTH, (stored(make_deployment(replicas)),)))
    cluster, left = follow(cluster, [
        f"create replicasets {replicas}",
        "update deployments status observed=0 0 of 0",
        *["create pods"] * replicas,
        f"update deployments status observed=1 0 of {replicas}",
        "update replicasets status 0",
        f"update replicasets status {replicas}",
        f"update deployments status observed=1 {replicas} of {replicas}",
    ])
    assert [] == left
    assert [] == offered(cluster)
    assert replicas == len(cluster.objects("pods"))


def test_another_order_of_writes_is_not_possible() -> None:
    """Negative control: pods do not come before their ReplicaSet."""
    cluster = start(Scope(BOTH, (stored(make_deployment(1)),)))
    _, left = follow(cluster, ["create pods", "create replicasets 1"])
    assert ["create pods", "create replicasets 1"] == left


def walk(cluster: Cluster, seed: int, most: int = 400) -> Iterator[Cluster]:
    """The clusters of a random walk without timers, up to quiet."""
    draw = random.Random(seed)  # noqa: S311 -- a seeded walk, no secret
    for _ in range(most):
        actions = offered(cluster)
        if not actions:
            return
        cluster = step(cluster, draw.choice(actions))
        yield cluster
    pytest.fail(f"no quiet state within {most} steps of seed {seed}")


def sizes(cluster: Cluster) -> dict[str, int]:
    """What each ReplicaSet asks for."""
    return {each.metadata.name: each.spec.replicas or 0 for each in cluster.objects("replicasets")}


@pytest.mark.parametrize("seed", range(8))
def test_every_schedule_ends_alike(seed: int) -> None:
    """However late the informers are, there is one ReplicaSet of full size, and the status tells it."""
    *_, quiet = walk(start(Scope(BOTH, (stored(make_deployment(3)),))), seed)
    deployment = quiet.get("deployments", KEY)
    assert [3] == list(sizes(quiet).values())
    assert ("1", 1, 3, 3) == (deployment.metadata.annotations[REVISION], deployment.status.observed_generation,
                              deployment.status.updated_replicas, deployment.status.unavailable_replicas)
    assert deployment.status.collision_count is None


@pytest.mark.parametrize("seed", range(8))
def test_the_surge_bound_holds_in_a_stuck_rollout(seed: int) -> None:
    """While new pods never get ready, the ReplicaSets together never ask for more than desired + surge."""
    deployment = stored(make_deployment(3, 1, 1, image="web:2"))
    old = make_replica_set(stored(make_deployment(3, 1, 1, image="web:1")), "web:1", 3)
    seen = {sum(sizes(cluster).values()) for cluster in walk(start(Scope(BOTH, (deployment, old))), seed)}
    assert max(seen) <= desired_replicas(deployment) + max_surge(deployment)
    assert 4 in seen


def test_the_second_status_write_of_a_sync_conflicts() -> None:
    """A sync writes the status twice from one copy: the second write meets a conflict, and the sync is tried again."""
    cluster = start(Scope(("deployment",), (stored(make_deployment(3)),)))
    codes = []
    while actions := offered(cluster, ("Reply", "Sync", "Request", "Deliver")):
        action = actions[0]
        after = step(cluster, action)
        if action.step == "Request":
            codes.append((say(cluster[plan_cell(action.process, action.key)].call).split(" observed")[0],
                          after[plan_cell(action.process, action.key)].reply.code))
        if codes and codes[-1][1] == 409 and action.step == "Reply":
            assert [KEY] == list(after.view().keys("queue", CONTROLLER.name))
            break
        cluster = after
    update = "update deployments status"
    assert [("create replicasets 3", 201), (update, 200), (update, 409)] == codes


def test_a_foreign_replica_set_on_the_name_changes_the_hash() -> None:
    """Its name is taken: collisionCount becomes 1, and the template is hashed anew under another name."""
    deployment = stored(make_deployment(2))
    taken = f"web-{compute_hash(deployment.spec.template, None)}"
    other = disown(make_replica_set(deployment, "web:7", 0))
    selector = LabelSelector(other.metadata.labels.set("app", "other"))
    template = other.spec.template
    labels = template.metadata.labels.set("app", "other")
    foreign = attrs.evolve(
        other, metadata=attrs.evolve(other.metadata, name=taken, labels=labels),
        spec=attrs.evolve(other.spec, selector=selector, template=attrs.evolve(
            template, metadata=attrs.evolve(template.metadata, labels=labels))))
    *_, quiet = walk(start(Scope(("deployment",), (deployment, foreign))), 1)
    again = f"web-{compute_hash(deployment.spec.template, 1)}"
    assert {taken: 0, again: 2} == sizes(quiet)
    assert 1 == quiet.get("deployments", KEY).status.collision_count


def test_orphans_are_adopted_after_a_live_read() -> None:
    """A matching ReplicaSet without an owner becomes the new one: no second one is made."""
    deployment = stored(make_deployment(2))
    orphan = kind_of("replicasets").default(disown(make_replica_set(deployment, "web:1", 2)))
    clusters = list(walk(start(Scope(("deployment",), (deployment, orphan))), 3))
    asked = [say(cluster[plan_cell(action.process, action.key)].call)
             for cluster in clusters for action in offered(cluster, ("Request",))]
    quiet = clusters[-1]
    assert "get deployments" in asked
    assert ["web-web-1"] == list(sizes(quiet))
    owner = get_controller_of(quiet.get("replicasets", "default/web-web-1").metadata)
    assert owner is not None
    assert deployment.metadata.uid == owner.uid


def test_a_controller_with_another_hash() -> None:
    """The name of a new ReplicaSet comes from the hash that the controller was made with."""
    controller = make_controller(lambda template, count: f"{len(template.spec.containers)}-{count}")
    call = controller.sync(make_local(make_deployment(2)), KEY, "")
    assert isinstance(call, Call)
    assert "default/web-1-None" == call.key


def test_a_deployment_that_is_gone_is_done() -> None:
    """Nothing is left to do for it."""
    assert ((), Done()) == (sync_once().calls, sync_once().done)


def test_selecting_everything_is_only_noted() -> None:
    """An empty selector is told in an Event and observed, and a failure to write that does not matter."""
    deployment = make_deployment(2)
    greedy = attrs.evolve(deployment, spec=attrs.evolve(deployment.spec, selector=LabelSelector()))
    done = sync_once(greedy, answer=lambda _: Reply(500, message="no"))
    assert (["update deployments status"], Done()) == (done.said(), done.done)
    assert 1 == done.calls[0].body.status.observed_generation
    assert "SelectingAll" == done.events[0].partition(":")[0]
    seen = attrs.evolve(greedy, status=attrs.evolve(greedy.status, observed_generation=1))
    assert [] == sync_once(seen).said()


def test_a_failed_claim_ends_the_sync() -> None:
    """An orphan that cannot be adopted is an error; nothing else is tried."""
    deployment = make_deployment(2)
    done = sync_once(deployment, disown(make_replica_set(deployment, "web:1", 2)),
                     answer=lambda _: Reply(500, reason="InternalError", message="no"))
    assert ["get deployments"] == done.said()
    assert "can't recheck DeletionTimestamp: no" in done.done.error


def test_a_first_rollout_says_what_it_found() -> None:
    """A ReplicaSet that is there before any condition is: Progressing begins with FoundNewReplicaSet."""
    deployment = make_deployment(2)
    done = sync_once(deployment, make_replica_set(deployment, "web:1", 2))
    first = done.calls[0].body.status.conditions[0]
    assert (PROGRESSING, "FoundNewReplicaSet") == (first.type, first.reason)


def test_a_plan_of_another_controller_is_refused() -> None:
    """A memo that is none of its own is an error of the program, and says so."""
    with pytest.raises(TypeError, match="no plan with the memo 'mine'"):
        resume(compute_hash, make_local(), KEY, "mine", Reply(200))


def test_any_change_of_a_deployment_queues_it() -> None:
    """Added, changed or deleted: its key is queued."""
    local = make_local()
    CONTROLLER.watch("deployments").handle(local, KEY, make_deployment(1), None)
    assert [KEY] == queued(local)
