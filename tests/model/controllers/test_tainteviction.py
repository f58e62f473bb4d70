"""Taint eviction: who goes at once, who later, who stays; and in which order it is done."""

import attrs
import pytest

from seatrial.model.api.core import Pod, Taint, Toleration
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.controllers.tainteviction import get_matching_tolerations, get_min_toleration_time
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import Cell, View
from tests.model.node.clusters import change, offers, take
from tests.model.samples import make_namespace, make_node, make_pod
from tests.model.schedules import settle

TAINT = Taint("gone", effect="NoExecute")
FOREVER = Toleration("gone", "Exists", effect="NoExecute")
FOR_A_MINUTE = attrs.evolve(FOREVER, toleration_seconds=60)


def tainted(
    *tolerations: Toleration, taint: Taint = TAINT, timed: bool = False, budgets: dict[str, int] | None = None
) -> Cluster:
    """A pod with these tolerations on a node with this taint."""
    objects = (make_namespace(), make_node(taints=(taint,)), make_pod(tolerations=tolerations))
    return start(Scope(("taint-eviction",), objects, timed=timed, budgets=FrozenMap(budgets or {})))


def pod_of(cluster: Cluster) -> Pod:
    """The pod."""
    pod: Pod = cluster.get("pods", "default/web")
    return pod


def is_leaving(cluster: Cluster) -> bool:
    """Is the pod in deletion, with the reason written on it?"""
    pod = pod_of(cluster)
    marked = "DisruptionTarget" in {each.type for each in pod.status.conditions}
    return marked and pod.metadata.deletion_timestamp is not None


@pytest.mark.parametrize("tolerations, expected", [((), True), ((FOREVER,), False), ((FOR_A_MINUTE,), False)])
def test_who_goes_at_once(tolerations: tuple[Toleration, ...], expected: bool) -> None:
    """A pod without a toleration goes at once, one with a toleration stays, for a time or for ever."""
    assert expected == is_leaving(settle(tainted(*tolerations)))


def test_other_effects_evict_nobody() -> None:
    """Control: a NoSchedule taint moves no pod that is there."""
    assert not is_leaving(settle(tainted(taint=attrs.evolve(TAINT, effect="NoSchedule"))))


def test_a_tolerated_time_runs_out() -> None:
    """The pod goes when its time is over: at 60 s in a timed scope; with a toleration for ever (control) never."""
    end = settle(tainted(FOR_A_MINUTE, timed=True), avoid=())
    assert is_leaving(end)
    condition = next(each for each in pod_of(end).status.conditions if each.type == "DisruptionTarget")
    assert 60 == condition.last_transition_time
    assert not offers(settle(tainted(FOREVER)), "Fire")


def test_the_taint_gone_cancels_the_eviction() -> None:
    """A node that loses its taint in time keeps its pods, and no timer is left."""
    waiting = settle(tainted(FOR_A_MINUTE))
    assert offers(waiting, "Fire")

    def clean(view: View) -> None:
        view[Cell("copy", "taint-eviction-controller", "nodes", "node-a")] = make_node()
        view[Cell("queue", "taint-eviction-controller", "", "node/node-a")] = True

    end = settle(change(waiting, clean))
    assert not offers(end, "Fire")
    assert not is_leaving(end)


def test_the_condition_is_written_before_the_deletion() -> None:
    """Read, mark, delete: no state has the pod in deletion without the reason."""
    cluster, steps = tainted(), []
    while enabled(cluster):
        cluster = step(cluster, enabled(cluster)[0])
        conditions = {each.type for each in pod_of(cluster).status.conditions}
        steps.append(("DisruptionTarget" in conditions, pod_of(cluster).metadata.deletion_timestamp is not None))
    assert [(False, False), (True, False), (True, True)] == list(dict.fromkeys(steps))


def test_it_is_tried_five_times() -> None:
    """Four refused calls are made good, five are the end of it until something changes."""
    for refused, expected in ((4, True), (5, False)):
        cluster = tainted(budgets={"refused": refused})
        cluster = take(take(cluster, "Sync", key="node/node-a"), "Sync", key="pod/default/web")
        for _ in range(60):
            bad = [each for each in enabled(cluster) if each.choice == "refused"]
            actions = bad or enabled(cluster)
            if not actions:
                break
            cluster = step(cluster, actions[0])
        assert expected == is_leaving(cluster)


def test_a_crash_forgets_the_time_that_has_passed() -> None:
    """A restarted controller begins to count anew: the pod still goes in the end."""
    waiting = settle(tainted(FOR_A_MINUTE, budgets={"crash": 1}))
    crashed = take(waiting, "Crash", process="kube-controller-manager")
    assert not offers(crashed, "Fire")
    assert is_leaving(settle(crashed, avoid=()))


def test_decisions() -> None:
    """The first matching toleration of each taint counts, and the shortest time of all."""
    other = Taint("other", effect="NoExecute")
    assert get_matching_tolerations((TAINT, other), (FOREVER,)) is None
    assert (FOR_A_MINUTE, FOR_A_MINUTE) == get_matching_tolerations((TAINT, TAINT), (FOR_A_MINUTE, FOREVER))
    assert [0, None, 5, 0] == [get_min_toleration_time(each) for each in ((), (None,), (30, None, 5), (7, -1))]
