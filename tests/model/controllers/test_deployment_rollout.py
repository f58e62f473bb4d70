"""Whole syncs of a Deployment: which writes it makes, and in which order."""

from collections.abc import Callable

import attrs
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.apps import Deployment, DeploymentStatus, DeploymentStrategy, ReplicaSet
from seatrial.model.api.meta import get_condition
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.controllers.deployment_conditions import NEW_RS_AVAILABLE, PROGRESSING, with_progressing
from seatrial.model.controllers.deployment_revisions import (
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    REVISION,
    ROLLBACK_TO,
    set_deployment_revision,
)
from seatrial.model.frozen import FrozenMap
from tests.model.controllers.deployments import (
    NOW,
    Synced,
    accept,
    make_deployment,
    make_pod,
    make_replica_set,
    make_template,
    sync_once,
)

CREATE, SCALE, STATUS = "create replicasets", "update replicasets", "update deployments status"
SIZES = st.integers(0, 12)


def under_way(deployment: Deployment, revision: int = 2, reason: str = "ReplicaSetUpdated") -> Deployment:
    """A Deployment whose revision and first condition are written already."""
    return set_deployment_revision(with_progressing(deployment, "True", reason, "", NOW - 10), str(revision))


def refuse(verb: str, resource: str, reason: str = "Conflict") -> Callable[[Call], Reply]:
    """A server that refuses calls of one kind."""
    def answer(call: Call) -> Reply:
        if (call.verb, call.resource) == (verb, resource) and not call.subresource:
            return Reply(409, reason=reason, message=f"{reason}!")
        return accept(call)
    return answer


# RollingUpdate.


@given(st.tuples(SIZES, SIZES), st.tuples(SIZES, SIZES), st.integers(0, 10), st.integers(0, 4), st.integers(0, 4))
def test_a_rolling_update_scales_at_most_one_way(
    olds: tuple[int, int], news: tuple[int, int], desired: int, surge: int, unavailable: int,
) -> None:
    """One sync scales the new ReplicaSet or old ones, never both; and never takes the sum above desired + surge."""
    (old, old_ready), (new, new_ready) = olds, news
    deployment = under_way(make_deployment(desired, surge, unavailable, image="web:2"))
    first = make_replica_set(deployment, "web:1", old, available=min(old, old_ready), revision=1)
    second = make_replica_set(deployment, "web:2", new, available=min(new, new_ready), revision=2, created=1)
    before = {"web-web-1": old, "web-web-2": new}
    done = sync_once(deployment, first, second)
    changed = {name: size for name, size in done.sizes().items() if size != before[name]}
    assert len(changed) <= 1
    after = sum((before | changed).values())
    assert after <= max(desired + surge, old + new)
    assert before["web-web-1"] >= changed.get("web-web-1", 0)


def test_a_new_template_gets_a_replica_set_already_scaled() -> None:
    """With D=5, surge 0 it is created at 0; with surge 2 at 2; its annotations note the bound."""
    for surge, unavailable, size in ((0, 2, 0), (2, 0, 2)):
        deployment = make_deployment(5, surge, unavailable, image="web:2")
        done = sync_once(deployment, make_replica_set(deployment, "web:1", 5))
        assert [CREATE, STATUS] == done.said()[:2]
        notes = done.calls[0].body.metadata.annotations
        assert ("2", "5", str(5 + surge)) == (notes[REVISION], notes[DESIRED_REPLICAS], notes[MAX_REPLICAS])
        assert size == done.calls[0].body.spec.replicas


def test_old_replicas_wait_for_available_new_ones() -> None:
    """With maxUnavailable 0 no old replica goes before a new one is available; then one does."""
    deployment = under_way(make_deployment(3, 1, 0, image="web:2"))
    old = make_replica_set(deployment, "web:1", 3)
    for available, expected in ((0, {}), (1, {"web-web-1": 2})):
        new = make_replica_set(deployment, "web:2", 1, available=available, revision=2, created=1)
        assert expected == sync_once(deployment, old, new).sizes()


def test_a_failed_scale_down_is_not_the_syncs_error() -> None:
    """An old ReplicaSet that cannot be scaled down is left for the next sync; the status is written all the same."""
    deployment = under_way(make_deployment(3, 1, 0, image="web:2"))
    sets = (make_replica_set(deployment, "web:1", 3), make_replica_set(deployment, "web:2", 1, revision=2, created=1))
    done = sync_once(deployment, *sets, answer=refuse("update", "replicasets"))
    assert [SCALE, STATUS] == done.said()
    assert Done() == done.done
    assert () == done.events


def test_a_failed_scale_up_is() -> None:
    """The new ReplicaSet's conflict ends the sync before the status."""
    deployment = under_way(make_deployment(3, 1, 1, image="web:2"))
    sets = (make_replica_set(deployment, "web:1", 2), make_replica_set(deployment, "web:2", 1, revision=2, created=1))
    done = sync_once(deployment, *sets, answer=refuse("update", "replicasets"))
    assert ([SCALE], Done(error="Conflict!")) == (done.said(), done.done)


def test_a_finished_rollout_is_quiet_and_cleans_up() -> None:
    """With the status up to date nothing is written but what the history limit removes."""
    deployment = under_way(make_deployment(2, image="web:2", revision_history_limit=0), reason=NEW_RS_AVAILABLE)
    sets = (make_replica_set(deployment, "web:1", 0), make_replica_set(deployment, "web:2", 2, revision=2, created=1))
    settled = sync_once(deployment, *sets).calls[-1].body
    done = sync_once(settled, *sets)
    assert (["delete replicasets"], Done()) == (done.said(), done.done)
    assert ([], Done()) == (sync_once(settled, sets[1]).said(), sync_once(settled, sets[1]).done)


def test_a_stuck_rollout_comes_back_for_its_deadline() -> None:
    """Nothing to write: it is queued again one second after the deadline; when that is over it says so."""
    deployment = under_way(make_deployment(3, 1, 0, image="web:2"))
    sets = (make_replica_set(deployment, "web:1", 3),
            make_replica_set(deployment, "web:2", 1, available=0, revision=2, created=1))
    status = sync_once(deployment, *sets).calls[-1].body
    held = with_progressing(status, "True", "NewReplicaSetCreated", "", NOW - 10)
    assert Done(after=591) == sync_once(held, *sets).done
    late = with_progressing(status, "True", "FoundNewReplicaSet", "", NOW - 601)
    reported = get_condition(sync_once(late, *sets).calls[-1].body.status.conditions, PROGRESSING)
    assert reported is not None
    assert ("False", "ProgressDeadlineExceeded") == (reported.status, reported.reason)


# Recreate.


def recreating(phase: str, counted: int = 0) -> Synced:
    """One sync of a Recreate Deployment whose old ReplicaSet asks for nothing any more, and has one pod."""
    deployment = under_way(make_deployment(2, recreate=True, image="web:2"), 1)
    old = make_replica_set(deployment, "web:1", 0)
    old = attrs.evolve(old, status=attrs.evolve(old.status, replicas=counted))
    return sync_once(deployment, old, *((make_pod("p", old, phase),) if phase else ()))


def test_recreate_empties_before_it_creates() -> None:
    """While an old ReplicaSet asks for replicas it is only scaled to 0."""
    deployment = make_deployment(2, recreate=True, image="web:2")
    done = sync_once(deployment, make_replica_set(deployment, "web:1", 2))
    assert [SCALE, STATUS] == done.said()
    assert {"web-web-1": 0} == done.sizes()


def test_recreate_waits_for_old_pods_to_end() -> None:
    """It creates when old pods are Succeeded or Failed, even if they still exist; not while one runs or is counted."""
    assert CREATE not in recreating("Running").said()
    assert CREATE not in recreating("Pending").said()
    assert CREATE not in recreating("", 1).said()
    for phase in ("Succeeded", "Failed", ""):
        done = recreating(phase)
        assert CREATE == done.said()[0]
        assert 2 == done.calls[0].body.spec.replicas


# Scaling, pausing, deletion, rollback.


def test_a_scaling_writes_plain_status() -> None:
    """Progressing is not touched by a scaling, which writes the size and the annotations in one update."""
    deployment = under_way(make_deployment(5), 1, "Odd")
    done = sync_once(deployment, make_replica_set(deployment, "web:1", 3, desired=3))
    assert ([SCALE, STATUS], {"web-web-1": 5}) == (done.said(), done.sizes())
    assert "5" == done.calls[0].body.metadata.annotations[DESIRED_REPLICAS]
    progressing = get_condition(done.calls[1].body.status.conditions, PROGRESSING)
    assert progressing is not None
    assert "Odd" == progressing.reason
    assert ("ScalingReplicaSet: Scaled up replica set web-web-1 from 3 to 5",) == done.events


def test_a_paused_deployment_does_not_roll_out() -> None:
    """A new template makes no ReplicaSet while paused; a new size is still applied."""
    deployment = make_deployment(4, image="web:2", paused=True)
    done = sync_once(deployment, make_replica_set(deployment, "web:1", 3, desired=3))
    assert CREATE not in done.said()
    assert {"web-web-1": 4} == done.sizes()


def test_a_deployment_in_deletion_only_writes_status() -> None:
    """It neither creates nor scales."""
    deployment = under_way(make_deployment(4, image="web:2"))
    dying = attrs.evolve(deployment, metadata=attrs.evolve(deployment.metadata, deletion_timestamp=NOW))
    assert [STATUS] == sync_once(dying, make_replica_set(deployment, "web:1", 2)).said()


def with_wish(deployment: Deployment, revision: str) -> Deployment:
    """The Deployment with the wish to be rolled back."""
    meta = deployment.metadata
    return attrs.evolve(deployment, metadata=attrs.evolve(
        meta, annotations=meta.annotations.update({ROLLBACK_TO: revision})))


def rolling_back(revision: str) -> Synced:
    """One sync of a Deployment at revision 2 that is to be rolled back."""
    deployment = with_wish(under_way(make_deployment(2, image="web:2")), revision)
    return sync_once(deployment, make_replica_set(deployment, "web:1", 0, revision=1),
                     make_replica_set(deployment, "web:2", 2, revision=2, created=1))


def test_a_rollback_puts_the_template_back() -> None:
    """To a revision by number, or with 0 to the last one; the wish is cleared."""
    for revision in ("1", "0"):
        done = rolling_back(revision)
        assert ["update deployments"] == done.said()
        assert make_template("web:1") == done.calls[0].body.spec.template
        assert ROLLBACK_TO not in done.calls[0].body.metadata.annotations
        assert ('DeploymentRollback: Rolled back deployment "web" to revision 1',) == done.events


def test_a_rollback_that_cannot_be_is_cleared_too() -> None:
    """An unknown revision, or the one that runs, changes no template."""
    for revision, event in (("9", "DeploymentRollbackRevisionNotFound"), ("2", "DeploymentRollbackTemplateUnchanged")):
        done = rolling_back(revision)
        assert make_template("web:2") == done.calls[0].body.spec.template
        assert ROLLBACK_TO not in done.calls[0].body.metadata.annotations
        assert event == done.events[0].partition(":")[0]


def test_an_unknown_strategy_is_an_error() -> None:
    """Validation refuses it; the controller does too."""
    deployment = make_deployment(2)
    odd = attrs.evolve(deployment, spec=attrs.evolve(deployment.spec, strategy=DeploymentStrategy("Odd")))
    assert Done(error="unexpected deployment strategy type: Odd") == sync_once(odd).done


# The status at the end.


def test_the_status_counts_what_was_before_the_scaling() -> None:
    """A sync that scales reports the ReplicaSets as it read them."""
    deployment = under_way(make_deployment(3, 1, 0, image="web:2"))
    old = make_replica_set(deployment, "web:1", 3)
    new = make_replica_set(deployment, "web:2", 1, revision=2, created=1)
    status: DeploymentStatus = sync_once(deployment, old, new).calls[-1].body.status
    assert (4, 1, 0) == (status.replicas, status.updated_replicas, status.unavailable_replicas)


def test_the_annotations_step_runs_twice() -> None:
    """The check for a scaling writes the new ReplicaSet's annotations, and the rollout writes them again."""
    deployment = under_way(make_deployment(2), 1)
    named: ReplicaSet = make_replica_set(deployment, "web:1", 2)
    noted = attrs.evolve(deployment, metadata=attrs.evolve(
        deployment.metadata, annotations=FrozenMap({"team": "a", REVISION: "1"})))
    done = sync_once(noted, named)
    assert [SCALE, SCALE, STATUS] == done.said()
    assert done.calls[0].body == done.calls[1].body
