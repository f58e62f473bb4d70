"""What tells interchangeable names apart is found out, and ends the search up to renaming."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.start import start
from seatrial.model.view import Cell, View
from seatrial.properties.checking.check import select
from seatrial.properties.checking.explore.asked import Asked
from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.checking.explore.exchanges import MOST, Exchanges
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.property import Property
from tests.benchmarks.explorer.promises import always, families, quietly
from tests.benchmarks.explorer.scenario import SCENARIOS, container, scenario
from tests.properties.checking.explore.samples import SAFETY
from tests.properties.checking.explore.test_reductions import SCHEDULED, scope_of

TWO_PODS, TWO_NODES = scope_of(SCHEDULED, 2), scope_of(SCHEDULED, 1, 2)


def searched(cluster: Cluster, *properties: Property, **options: Any) -> Search:
    """A search up to renaming that asks these."""
    search = Search(Asked(cluster, properties).situations, Options(symmetry=True, **options))
    search.run()
    return search


def of_state(predicate: Callable[[Cluster], str | None]) -> Property:
    """A property of states."""
    return Property("partial", "always", "It should ask the same of all.", predicate)


def second_bound_alone(cluster: Cluster) -> str | None:
    """A promise about one pod: the second is never bound before the first."""
    bound = [pod.metadata.name for pod in cluster.objects("pods") if pod.spec.node_name]
    return "the second was bound first" if bound == ["web-bbbbc"] else None


def on_second_node(cluster: Cluster) -> str | None:
    """A promise about one node: nothing is bound to the second."""
    return next((f"{pod.metadata.name} is bound there" for pod in cluster.objects("pods")
                 if pod.spec.node_name == "node-2"), None)


def binds_second_node(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A promise about steps: none binds to the second node."""
    del action
    return "bound there" if not on_second_node(before) and on_second_node(after) else None


@pytest.mark.parametrize("scope", [TWO_PODS, TWO_NODES], ids=["pods", "nodes"])
def test_properties_of_kubernetes_tell_no_names_apart(scope: Any) -> None:
    """Nor do its loops: the search stays one up to renaming."""
    cluster = start(scope)
    search = searched(cluster, *select(cluster, SAFETY, asked=False))
    assert "" == search.told_apart
    assert search.options.symmetry
    assert 0 < search._exchanges.tried <= MOST


@pytest.mark.parametrize(("scope", "property_of_one", "names"), [
    (attrs.evolve(scope_of(SCHEDULED, 2, 2), kubelets=False), of_state(second_bound_alone), "web-bbbbb and web-bbbbc"),
    (TWO_NODES, of_state(on_second_node), "node-1 and node-2"),
    (TWO_NODES, Property("partial", "step", "It should ask the same of all.", binds_second_node), "node-1 and node-2"),
], ids=["a pod", "a node", "a step"])
def test_a_property_of_one_name_ends_it(scope: Any, property_of_one: Property, names: str) -> None:
    """Negative control: it says which names, and finds every state as if symmetry had not been asked for."""
    cluster = start(scope)
    search = searched(cluster, property_of_one)
    assert search.told_apart.endswith(f"tells {names} apart")
    plain = Search(Asked(cluster, (property_of_one,)).situations)
    plain.run()
    assert (plain.states, plain.transitions, plain.depth) == (search.states, search.transitions, search.depth)
    assert [(each.judge, each.level) for each in plain.sightings] == [
        (each.judge, each.level) for each in search.sightings]


def test_the_statistics_say_so() -> None:
    """Whoever reads them knows why there are so many states."""
    explored = explore_cluster(start(TWO_NODES), (of_state(on_second_node),), Limits())
    assert "partial tells node-1 and node-2 apart" == explored.statistics.told_apart
    assert "VIOLATED" == explored.verdicts[0].verdict


def situations_of(name: str, **changes: Any) -> Situations:
    """The benchmark's scenario, with something changed."""
    size = SCENARIOS[name]
    judges = (*always(size), *quietly(size))
    given: dict[str, Any] = {"system": scenario(size), "judges": judges, "families": families(size)} | changes
    return Situations(**given)


def told(known: Situations) -> str:
    """What tells names apart in the search of these."""
    search = Search(known, Options(symmetry=True, most_states=5_000))
    search.run()
    return search.told_apart


def test_properties_of_one_name_each_may_be_a_family() -> None:
    """Together they ask the same of all; one by one they would not."""
    assert "" == told(situations_of("l1"))
    assert "property number 9 of states tells rs0 and rs1 apart" == told(situations_of("l1", families=()))


def test_a_family_that_asks_less_of_one_name_is_noticed() -> None:
    """Negative control: its judge of the other pod is missing, or those of the other node."""
    one = (lambda view: "runs" if view[container("node0", "rs0-1")] else None,)
    assert told(situations_of("tiny", judges=one, families=("runs",))).startswith("runs tells ")
    both = (*one, lambda view: "runs" if view[container("node0", "rs0-0")] else None)
    assert "runs tells node0 and node1 apart" == told(situations_of("tiny", judges=both, families=("runs", "runs")))


@pytest.mark.parametrize(("favour", "words"), [
    (lambda actions: tuple(each for each in actions if (each.step, each.choice) != ("Bind", "node1")),
     "whether Bind(scheduler, rs0-0, node"),
    (lambda actions: actions, ""),
], ids=["the first node only", "any node"])
def test_a_scheduler_that_favours_a_node_is_noticed(favour: Callable[..., Any], words: str) -> None:
    """Negative control: what is offered must be the same for each node."""
    system = scenario(SCENARIOS["tiny"])
    system = attrs.evolve(system, offers=lambda view, anchor: favour(scenario(SCENARIOS["tiny"]).offers(view, anchor)))
    assert words in told(situations_of("tiny", system=system))
    assert bool(words) == bool(told(situations_of("tiny", system=system)))


def test_a_step_that_leads_elsewhere_on_one_node_is_noticed() -> None:
    """Negative control: a container on the second node forgets to be killed."""
    system = scenario(SCENARIOS["tiny"])

    def take(view: View, action: Action) -> None:
        if (action.step, action.process) != ("Start", "node1"):
            system.take(view, action)
        else:
            view[Cell("container", "node1", "", action.key)] = "exited"

    assert told(situations_of("tiny", system=attrs.evolve(system, take=take))).endswith("tells node0 and node1 apart")


def test_states_are_tried_all_over_a_level() -> None:
    """And no more than are there, or than there is time for."""
    exchanges = Exchanges(situations_of("tiny"))
    assert ((0,), (0, 1), (16, 50, 83)) == tuple(map(exchanges.sample, (1, 2, 100)))
    assert () == attrs.evolve(exchanges, tried=MOST).sample(100)
