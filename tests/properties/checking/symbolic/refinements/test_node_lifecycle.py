"""The count model of a healthy node has every step of the clock and the monitor while the Lease is held."""

from functools import partial

import attrs
import pytest

from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Label, SetImage
from seatrial.model.variants.scenarios import NAMESPACE, node
from seatrial.properties.checking.symbolic.models.node_lifecycle import MODEL
from seatrial.properties.checking.symbolic.refinement import exhaust, walk
from seatrial.properties.checking.symbolic.refinements.deployment_runs import deployment
from seatrial.properties.checking.symbolic.refinements.node_lifecycle import REFINEMENT, node_counts

COUNTS = partial(node_counts, node="node-1")


def one_node(**budgets: int) -> Cluster:
    """A node whose label users change, and a Deployment that nobody makes pods for: its deadline moves the clock."""
    return start(Scope(
        ("deployment", "node-lifecycle"), (*NAMESPACE, deployment(1, 1, 0), node()), kubelets=True, timed=True,
        users=(Label("nodes", "node-1", "tier", "front"),), budgets=FrozenMap({"label": 1, **budgets})))


def many_nodes(nodes: int) -> Cluster:
    """A rollout on so many nodes."""
    objects = (*NAMESPACE, deployment(8, 2, 1), *(node(f"node-{at + 1}") for at in range(nodes)))
    return start(Scope(
        ("deployment", "replicaset", "scheduler", "node-lifecycle"), objects, kubelets=True, timed=True,
        users=(SetImage("deployments", "default/web", "web", "web:2"), Label("nodes", "node-1", "tier", "front")),
        budgets=FrozenMap({"set-image": 1, "refused": 1, "label": 1})))


def test_every_step_of_one_healthy_node_is_one_of_the_count_model() -> None:
    """The clock leaps over many renewals, and the monitor looks before and after."""
    assert MODEL.initial(COUNTS(one_node()))
    found = exhaust(REFINEMENT, one_node(), COUNTS, 20_000)
    assert (True, None) == (found.complete, found.wrong)
    assert {each.name for each in MODEL.transitions} == set(found.taken)
    assert "refinement proved to 1, walked to 40 nodes whose Leases are held" == REFINEMENT.said


@pytest.mark.parametrize("seed", range(4))
def test_every_step_of_a_long_walk_is_one_of_the_count_model(seed: int) -> None:
    """Forty nodes, of which one is counted."""
    found = walk(REFINEMENT, many_nodes(REFINEMENT.walked_to), COUNTS, 2000, seed)
    assert None is found.wrong
    assert {"time-passes", "renew", "see"} <= set(found.taken)


@pytest.mark.parametrize("left_out", ["time-passes", "renew", "see", "monitor"])
def test_a_count_model_that_lacks_a_step_is_found_out(left_out: str) -> None:
    """Negative control."""
    assert exhaust(REFINEMENT.without(left_out), one_node(), COUNTS, 20_000).wrong is not None


def test_a_kubelet_that_falls_silent_is_found_out() -> None:
    """Negative control: time passes without renewals, for which the model of a healthy node has no transition."""
    with pytest.raises(ValueError, match="knows nothing of crash"):
        exhaust(REFINEMENT, one_node(crash=1), COUNTS, 10)
    careless = attrs.evolve(REFINEMENT, budgets=(*REFINEMENT.budgets, "crash"))
    wrong = [each for seed in range(12) if (each := walk(careless, one_node(crash=1), COUNTS, 400, seed).wrong)]
    assert wrong
    assert all(each.after.renewed < each.after.now for each in wrong)
