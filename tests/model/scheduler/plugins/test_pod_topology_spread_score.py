"""The score of PodTopologySpread."""

import math

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import Pod, Service, ServiceSpec
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.cycle import PluginScore, score_nodes
from seatrial.model.scheduler.framework import ERROR, SKIP, Plugin
from seatrial.model.scheduler.node_info import NodeInfo, new_node_info
from seatrial.model.scheduler.plugins.pod_topology_spread import PLUGIN, pod_topology_spread
from seatrial.model.scheduler.plugins.pod_topology_spread_score import normalize, round_half_up, score_for_count
from seatrial.model.scheduler.plugins.spread_constraints import HOSTNAME, SYSTEM_DEFAULTS, Listers
from tests.strategies.pod_relations import BROKEN, blue, spread, zoned
from tests.strategies.scheduler_objects import new_node, new_pod

SOFT = "ScheduleAnyway"


def score(pod: Pod, feasible: tuple[NodeInfo, ...], *others: NodeInfo, plugin: Plugin = PLUGIN) -> PluginScore:
    """The scores of the feasible nodes, among others."""
    assert plugin.pre_score is not None
    found = plugin.pre_score(pod, feasible, (*feasible, *others))
    assert found.status.is_success
    return score_nodes(plugin, found.state, pod, feasible)


def test_the_emptiest_domain_is_best() -> None:
    """Pods on nodes that are not feasible count for their domain; one of no feasible node counts nowhere."""
    pod = blue(topology_spread_constraints=(spread(when_unsatisfiable=SOFT),))
    nodes = (zoned("a", "z1", blue("x", "a"), blue("y", "a")), zoned("b", "z2"))
    full, far = zoned("c", "z2", blue("z", "c")), zoned("d", "z3", blue("w", "d"))
    found = score(pod, nodes, full, far)
    assert (round(2 * math.log(4)), round(math.log(4))) == found.raw
    assert (33, 100) == found.normalized


def test_host_names_are_counted_node_by_node() -> None:
    """Each node is a domain, and there are as many as feasible nodes."""
    pod = blue(topology_spread_constraints=(spread(HOSTNAME, max_skew=3, when_unsatisfiable=SOFT),))
    nodes = (zoned("a", "z1", blue("x", "a")), zoned("b", "z1"))
    assert (round(math.log(4) + 2), 2) == score(pod, nodes, zoned("c", "z1", blue("y", "c"))).raw


def test_nodes_that_lack_a_label_get_nothing() -> None:
    """They are left out before the others are compared; with the system's defaults they are not."""
    pod = blue(topology_spread_constraints=(spread(when_unsatisfiable=SOFT),))
    nodes = (zoned("a", "z1", blue("x", "a")), new_node_info(new_node("b", labels={HOSTNAME: "b"})))
    assert (100, 0) == score(pod, nodes).normalized
    service = Service(ObjectMeta("s", "default"), ServiceSpec(selector=FrozenMap({"app": "blue"})))
    spreading = pod_topology_spread(SYSTEM_DEFAULTS, Listers((service,)))
    assert (22, 100) == score(blue(), nodes, plugin=spreading).normalized


def test_nothing_to_score_and_what_cannot_be_parsed() -> None:
    """Without soft constraints the plugin is skipped; a wrong selector fails the cycle."""
    assert PLUGIN.pre_score is not None
    assert SKIP == PLUGIN.pre_score(new_pod(topology_spread_constraints=(spread(),)), (), ()).status.code
    wrong = new_pod(topology_spread_constraints=(spread(selector=BROKEN, when_unsatisfiable=SOFT),))
    found = PLUGIN.pre_score(wrong, (), ()).status
    assert ERROR == found.code
    assert found.message.startswith("calculating preScoreState: obtaining pod's soft topology spread constraints: ")


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_few_pods_are_best(scores: list[int]) -> None:
    """The least raw score gets 100, and more never gets more; where nobody has any, all get 100."""
    found = normalize(tuple(scores))
    assert 100 == max(found)
    assert min(found) >= 0
    assert normalize(tuple(sorted(scores))) == tuple(sorted(found, reverse=True))


@given(st.integers(0, 1000), st.integers(1, 10))
def test_sums_are_rounded_once(count: int, max_skew: int) -> None:
    """To the nearest whole number, a half up; what is just below a half is rounded down."""
    value = score_for_count(count, max_skew, math.log(3))
    assert abs(round_half_up(value) - value) <= 0.5
    assert [1, 2, 0, 3] == [round_half_up(each) for each in (0.5, 1.5, 0.49999999999999994, 3.0)]
