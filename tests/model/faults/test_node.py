"""A node that goes down takes everything on it with it, and comes back."""

from seatrial.model.cluster import enabled
from seatrial.model.node.machine import RUNNING, rules_cell, sandboxes
from tests.model.node.clusters import (
    NODE,
    change,
    make_cluster,
    make_pod,
    offers,
    quiet_states,
    sandbox_of,
    settle,
    take,
)


def test_nothing_runs_on_a_node_without_power() -> None:
    """After NodeDown no container runs, no rule is left, and its kubelet can be neither synced nor restarted."""
    cluster = settle(make_cluster(make_pod(), budgets={"node-down": 1}))
    cluster = change(cluster, lambda view: view.__setitem__(rules_cell(NODE, "default/web"), ()))
    cluster = take(cluster, "NodeDown")
    assert not any(each.state == RUNNING for _, sandbox in sandboxes(cluster.view()) for each in sandbox.containers)
    assert cluster[rules_cell(NODE, "default/web")] is None
    assert {"NodeUp"} == {each.step for each in enabled(cluster)}


def test_pods_run_again_after_a_reboot() -> None:
    """Wherever the power fails, pods with restartPolicy Always run in the end, in a new sandbox if they had run."""
    for quiet in quiet_states(make_cluster(make_pod(), budgets={"node-down": 1})):
        sandbox = sandbox_of(quiet)
        assert sandbox is not None
        assert sandbox.is_running
        assert "Running" == quiet.get("pods", "default/web").status.phase


def test_a_pod_that_is_never_restarted_fails_with_its_node() -> None:
    """A pod with restartPolicy Never that ran when the power failed is Failed, and is not started again."""
    cluster = settle(make_cluster(make_pod(policy="Never"), budgets={"node-down": 1}), avoid=("Complete",))
    cluster = settle(take(cluster, "NodeDown"))
    assert "Failed" == cluster.get("pods", "default/web").status.phase
    sandbox = sandbox_of(cluster)
    assert sandbox is not None
    assert not sandbox.is_running


def test_a_node_without_budget_stays_up() -> None:
    """Negative control: without budget no machine loses its power."""
    assert not offers(settle(make_cluster(make_pod())), "NodeDown")
