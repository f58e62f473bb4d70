"""The node lifecycle controller: a silent node is marked, its pods too, and it is tainted; and all is undone."""

import random

import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.controllers.node_monitor import NO_EXECUTE
from seatrial.model.controllers.nodelifecycle import MONITOR
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.view import Cell
from tests.model.node.clusters import take
from tests.model.samples import make_namespace, make_node, make_pod
from tests.model.schedules import settle

NODES = ("node-a", "node-b")
UNREACHABLE = "node.kubernetes.io/unreachable"


def running(nodes: tuple[str, ...] = NODES, budgets: dict[str, int] | None = None, *, timed: bool = False) -> Cluster:
    """Nodes with kubelets, a pod on the first, everything at rest."""
    objects = (make_namespace(), *(make_node(name) for name in nodes), make_pod())
    scope = Scope(("node-lifecycle",), objects, kubelets=True, timed=timed, budgets=FrozenMap(budgets or {"crash": 2}))
    return settle(start(scope), avoid=())


def lose(cluster: Cluster, node: str = "node-a") -> Cluster:
    """The node's kubelet crashes, and nobody starts it."""
    return take(cluster, "Crash", process=f"kubelet-{node}")


def moves(cluster: Cluster, *avoid: str) -> list[Action]:
    """The fair Actions that are enabled, but those to avoid."""
    skipped = avoid or ("Fire", "Restart")
    return [each for each in enabled(cluster) if not is_environment(each) and each.step not in skipped]


def taints(cluster: Cluster, node: str = "node-a") -> list[tuple[str, str]]:
    """Key and effect of a node's taints, sorted."""
    return sorted((each.key, each.effect) for each in cluster.get("nodes", node).spec.taints)


def ready(cluster: Cluster, resource: str, key: str) -> str:
    """The Ready condition of a node or pod."""
    return next(str(each.status) for each in cluster.get(resource, key).status.conditions if each.type == "Ready")


def test_a_silent_node_is_marked_tainted_and_its_pods_not_ready() -> None:
    """After the grace period: Ready Unknown, the pod NotReady, both taints; the other node stays as it is."""
    cluster = running()
    assert ("True", "True") == (ready(cluster, "nodes", "node-a"), ready(cluster, "pods", "default/web"))
    assert [] == taints(cluster)
    lost = settle(lose(cluster), avoid=("Fire", "Restart"))
    assert ("Unknown", "False") == (ready(lost, "nodes", "node-a"), ready(lost, "pods", "default/web"))
    assert [(UNREACHABLE, "NoExecute"), (UNREACHABLE, "NoSchedule")] == taints(lost)
    assert ("True", []) == (ready(lost, "nodes", "node-b"), taints(lost, "node-b"))


@pytest.mark.parametrize("seed", range(8))
def test_the_status_is_written_before_the_pods_and_both_taints(seed: int) -> None:
    """Whatever the order of steps, no pod is marked and no taint added while the node still counts as ready."""
    dice, cluster, seen = random.Random(seed), lose(running()), set()  # noqa: S311 -- a seeded walk
    for _ in range(300):
        fair = moves(cluster, "Restart")
        if not fair:
            break
        cluster = step(cluster, dice.choice(fair))
        seen.add((ready(cluster, "nodes", "node-a"), ready(cluster, "pods", "default/web"), len(taints(cluster))))
    assert {("True", "True", 0), ("Unknown", "True", 0), ("Unknown", "False", 2)} <= seen
    assert all(node == "Unknown" for node, pod, count in seen if pod == "False" or count)


def test_a_kubelet_that_is_heard_again_undoes_it() -> None:
    """Ready again, both taints go, and the queue of the zone is empty."""
    back = settle(settle(lose(running()), avoid=("Fire", "Restart")))
    assert ("True", []) == (ready(back, "nodes", "node-a"), taints(back))
    assert () == back[Cell("note", "node-lifecycle-controller", "zone", "zone ")].queue


def test_a_kubelet_that_is_heard_in_time_changes_nothing() -> None:
    """Control: a restart before the Lease expires leaves no mark."""
    cluster = settle(lose(running()), avoid=("Fire", "LeaseExpires"))
    assert ("True", []) == (ready(cluster, "nodes", "node-a"), taints(cluster))


def test_a_partition_silences_a_node_too() -> None:
    """A node that cannot reach the API server is as silent as one whose kubelet is down."""
    cut = take(running(budgets={"partition": 1}), "Partition", process="node-a")
    lost = settle(cut, avoid=("Fire", "Heal"))
    assert "Unknown" == ready(lost, "nodes", "node-a")
    assert "True" == ready(settle(lost), "nodes", "node-a")


def test_nothing_is_evicted_when_every_node_is_lost() -> None:
    """All zones fully disrupted: no NoExecute taint is added; with one node left (control) it is."""
    both = lose(lose(running()), "node-b")
    lost = settle(both, avoid=("Fire", "Restart"))
    zone = lost[Cell("note", "node-lifecycle-controller", "zone", "zone ")]
    assert ("FullDisruption", 0) == (zone.state, zone.rate)
    assert {"Unknown"} == {ready(lost, "nodes", node) for node in NODES}
    one = settle(lose(running()), avoid=("Fire", "Restart"))
    assert "NoExecute" in {effect for _, effect in taints(one)}


def test_the_second_node_of_a_zone_waits_for_a_token() -> None:
    """One NoExecute taint at a time: the next comes when the limiter's timer fires."""
    nodes = ("node-a", "node-b", "node-c", "node-d")
    lost = settle(lose(lose(running(nodes)), "node-b"), avoid=("Fire", "Restart"))
    tainted = [node for node in nodes if "NoExecute" in {effect for _, effect in taints(lost, node)}]
    assert 1 == len(tainted)
    later = settle(take(lost, "Fire", process="node-lifecycle-controller"), avoid=("Fire", "Restart"))
    assert 2 == len([node for node in nodes if "NoExecute" in {effect for _, effect in taints(later, node)}])


def test_in_a_timed_scope_it_takes_the_grace_period() -> None:
    """The node is marked 40 s after the silence began."""
    lost = settle(lose(running(timed=True)), avoid=("Restart",))
    condition = next(each for each in lost.get("nodes", "node-a").status.conditions if each.type == "Ready")
    assert ("Unknown", 40) == (condition.status, condition.last_transition_time)


@pytest.mark.parametrize("outcome", ["refused", "lost"])
def test_a_call_that_goes_astray_is_made_good(outcome: str) -> None:
    """Whichever call of the marking is refused or lost, the node ends marked and tainted."""
    lost = lose(running(budgets={"crash": 1, outcome: 1}))
    tried = 0
    for turn in range(40):
        run, calls = lost, 0
        while fair := moves(run):
            chosen = fair[0]
            bad = [each for each in enabled(run) if (each.process, each.key, each.choice) == (
                "node-lifecycle-controller", chosen.key, outcome)]
            calls += bool(bad) and chosen.step == "Request"
            if bad and chosen.step == "Request" and calls == turn + 1:
                chosen, tried = bad[0], tried + 1
            run = step(run, chosen)
        end = settle(run, avoid=("Restart",), limit=900)
        assert "Unknown" == ready(end, "nodes", "node-a"), turn
        assert [(UNREACHABLE, "NoExecute"), (UNREACHABLE, "NoSchedule")] == taints(end), turn
        if tried <= turn:
            break
    assert tried > 3


def test_keys_of_passes_are_no_nodes_names() -> None:
    """A pass cannot be confused with a node: a name has no colon."""
    assert all(":" in key for key in (MONITOR, NO_EXECUTE))
