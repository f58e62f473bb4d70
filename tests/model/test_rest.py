"""Where a cluster comes to rest by itself: always the same place, with nothing left to do, or none."""

import attrs
import pytest

from seatrial.model.cluster import enabled, is_environment, step
from seatrial.model.frozen import FrozenMap
from seatrial.model.rest import NoRest, run_to_rest
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.model.view import Cell
from tests.model.worlds import deployment
from tests.properties.checking.scenarios import counter, fight, poller

WORKS = Scope(controllers=("deployment", "replicaset", "scheduler"), kubelets=True,
              objects=(*NAMESPACE, node(), deployment("web", 2)), budgets=FrozenMap({"crash": 1}), timed=True)


def waiting() -> Scope:
    """A Deployment whose pods count once they have been ready for a minute."""
    held = deployment("web", 1)
    return attrs.evolve(WORKS, objects=(*NAMESPACE, node(), attrs.evolve(
        held, spec=attrs.evolve(held.spec, min_ready_seconds=60))))


@pytest.mark.parametrize("timed", [True, False])
def test_at_rest_only_users_and_faults_can_move(timed: bool) -> None:
    """And all that was asked for is there."""
    cluster = start(attrs.evolve(WORKS, timed=timed, at_rest=True))
    assert {"Crash"} == {action.step for action in enabled(cluster)}
    assert ["Running", "Running"] == [each.status.phase for each in cluster.objects("pods")]
    assert 2 == cluster.get("deployments", "default/web").status.available_replicas


def test_the_same_scope_rests_in_the_same_place() -> None:
    """With and without the clock."""
    places = [start(attrs.evolve(WORKS, timed=timed, at_rest=True)) for timed in (True, True, False)]
    assert places[0].cells == places[1].cells == places[2].cells
    assert places[0] == run_to_rest(start(WORKS))


def test_what_waits_for_a_time_rests_after_it() -> None:
    """In a scope without a clock too, which could wait for ever."""
    cluster = start(attrs.evolve(waiting(), timed=False, at_rest=True))
    assert 1 == cluster.get("deployments", "default/web").status.available_replicas
    assert 60 <= cluster[Cell("clock")]


def test_what_never_rests_is_said() -> None:
    """Negative control: one that counts for ever, and one that looks for ever."""
    for each in (counter("counts"), poller("polls")):
        with pytest.raises(NoRest, match="does not come to rest within 200 steps: check it from its beginning"):
            run_to_rest(fight(each), most=200)


def test_a_cluster_at_rest_stays_as_it_is() -> None:
    """It is its own rest; one more step of the environment, and it is not."""
    cluster = start(attrs.evolve(WORKS, at_rest=True))
    assert cluster is run_to_rest(cluster)
    crash = next(action for action in enabled(cluster) if is_environment(action))
    again = run_to_rest(step(cluster, crash))
    assert cluster.objects("pods") == again.objects("pods")
    assert not again[Cell("budget", "", "crash")]


def test_a_replicaset_needs_no_more_than_its_loops() -> None:
    """A scope of one loop rests where that loop does."""
    scope = Scope(controllers=("replicaset",), objects=(*NAMESPACE, replicaset(1)), at_rest=True)
    assert ["Pending"] == [each.status.phase for each in start(scope).objects("pods")]
