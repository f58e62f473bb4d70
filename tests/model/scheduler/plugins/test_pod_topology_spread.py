"""PodTopologySpread: filter and hints."""

from itertools import product

import attrs
import pytest

from seatrial.model.api.core import Node, NodeSpec, Pod, PodStatus, Taint, Toleration
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.framework import ERROR, PASSED, SKIP, UNRESOLVABLE, UNSCHEDULABLE, Status, registrations
from seatrial.model.scheduler.node_info import NodeInfo, new_node_info
from seatrial.model.scheduler.plugins.pod_topology_spread import (
    MISSING_LABEL,
    NAME,
    PLUGIN,
    REASON,
    fits_skew,
    fits_skew_before,
)
from seatrial.model.scheduler.plugins.spread_constraints import HOSTNAME, ZONE
from tests.strategies.pod_relations import BROKEN, EVERYTHING, blue, spread, zoned
from tests.strategies.scheduler_objects import new_node, new_pod

TOO_MANY = Status(UNSCHEDULABLE, (REASON,), NAME)
NO_LABEL = Status(UNRESOLVABLE, (MISSING_LABEL,), NAME)


def statuses(pod: Pod, *nodes: NodeInfo) -> list[Status]:
    """The verdict on each node."""
    assert PLUGIN.pre_filter is not None
    assert PLUGIN.filter is not None
    found = PLUGIN.pre_filter(pod, nodes)
    assert PASSED == found.status
    return [PLUGIN.filter(found.state, pod, info) for info in nodes]


def several(node: str, count: int) -> tuple[Pod, ...]:
    """So many blue pods on a node."""
    return tuple([blue(f"{node}-{at}", node) for at in range(count)])


@pytest.mark.parametrize("too_few", [False, True])
def test_the_skew_counted_before_or_after(*, too_few: bool) -> None:
    """Upstream's formula, with the least of all domains before the pod is placed, says the same.

    For all counts to 3 of up to three domains, and every skew that the API server accepts, to 3.
    """
    for size in (1, 2, 3):
        for counts, own, max_skew in product(product(range(4), repeat=size), (0, 1), (1, 2, 3)):
            expected = fits_skew_before(counts[0], own, 0 if too_few else min(counts), max_skew)
            after = fits_skew(counts[0] + own, counts[1:], max_skew, too_few=too_few)
            assert expected == after
            least = (min(counts[1:]),) if size > 1 else ()
            assert expected == fits_skew(counts[0] + own, least, max_skew, too_few=too_few)


def test_a_skew_of_zero_would_tell_them_apart() -> None:
    """The control: only because a skew is at least 1 need the domain not be compared with itself."""
    assert fits_skew(1, (), 0, too_few=False)
    assert not fits_skew_before(0, 1, 0, 0)


def test_the_fullest_domain_is_closed() -> None:
    """The pod itself counts where it would go, for all nodes of the zone, if it matches."""
    nodes = (zoned("a", "z1", *several("a", 1)), zoned("b", "z1"), zoned("c", "z2"))
    assert [TOO_MANY, TOO_MANY, PASSED] == statuses(blue(topology_spread_constraints=(spread(),)), *nodes)
    assert [PASSED, PASSED, PASSED] == statuses(blue(topology_spread_constraints=(spread(max_skew=2),)), *nodes)
    assert [PASSED, PASSED, PASSED] == statuses(new_pod(topology_spread_constraints=(spread(),)), *nodes)


def test_every_constraint_counts_in_turn() -> None:
    """A node that one constraint closes is closed; the first that fails speaks, also before a label that lacks."""
    pod = blue(topology_spread_constraints=(spread(), spread(HOSTNAME)))
    nodes = (zoned("a", "z1", *several("a", 1)), zoned("b", "z1"), zoned("c", "z2", *several("c", 1)))
    assert [TOO_MANY, PASSED, TOO_MANY] == statuses(pod, *nodes)
    racked = blue(topology_spread_constraints=(spread(), spread("rack")))
    full = new_node_info(new_node("d", labels={ZONE: "z1", "rack": "r"}), several("d", 2))
    free = new_node_info(new_node("e", labels={ZONE: "z2", "rack": "s"}))
    assert [TOO_MANY, PASSED, NO_LABEL, TOO_MANY] == statuses(racked, full, free, zoned("f", "z2"), zoned("g", "z1"))
    assert [NO_LABEL] == statuses(pod, new_node_info(new_node("x")))


def test_too_few_domains_count_as_if_one_were_empty() -> None:
    """With fewer than minDomains the least is 0, whatever is there."""
    nodes = (zoned("a", "z1", *several("a", 1)), zoned("b", "z2", *several("b", 1)))
    assert [PASSED, PASSED] == statuses(blue(topology_spread_constraints=(spread(min_domains=2),)), *nodes)
    assert [TOO_MANY, TOO_MANY] == statuses(blue(topology_spread_constraints=(spread(min_domains=3),)), *nodes)


def test_a_domain_without_nodes_for_the_pod_does_not_count() -> None:
    """An empty zone that the pod cannot use keeps it from no other one, unless the policy says so."""
    empty = new_node_info(new_node("c", labels={ZONE: "z3"}, spec=NodeSpec(taints=(Taint("k", "v", "NoSchedule"),))))
    nodes = (zoned("a", "z1", *several("a", 1)), zoned("b", "z2", *several("b", 1)), empty)
    heeding, ignoring = (blue(topology_spread_constraints=(spread(node_taints_policy=policy),))
                         for policy in ("Honor", "Ignore"))
    assert [PASSED, PASSED] == statuses(heeding, *nodes)[:2]
    assert [TOO_MANY, TOO_MANY, PASSED] == statuses(ignoring, *nodes)


def test_who_is_going_does_not_count_but_does_when_added() -> None:
    """As upstream: PreFilter passes over terminating pods, and over all if the selector is empty; AddPod does not."""
    going = attrs.evolve(blue("x", "a"), metadata=attrs.evolve(blue("x").metadata, deletion_timestamp=5))
    nodes = (zoned("a", "z1", going), zoned("b", "z2"))
    pod = blue(topology_spread_constraints=(spread(),))
    assert [PASSED, PASSED] == statuses(pod, *nodes)
    assert PLUGIN.pre_filter is not None
    assert PLUGIN.filter is not None
    assert PLUGIN.add_pod is not None
    for each in (pod, new_pod(topology_spread_constraints=(spread(selector=EVERYTHING, max_skew=1),))):
        state = PLUGIN.pre_filter(each, nodes).state
        for _ in range(2):
            state = PLUGIN.add_pod(state, going, nodes[0], 1)
        assert [TOO_MANY, PASSED] == [PLUGIN.filter(state, each, info) for info in nodes]


def test_nothing_to_filter_and_what_cannot_be_parsed() -> None:
    """Without hard constraints the plugin is skipped; a wrong selector fails the cycle."""
    assert PLUGIN.pre_filter is not None
    soft = new_pod(topology_spread_constraints=(spread(when_unsatisfiable="ScheduleAnyway", selector=BROKEN),))
    assert [SKIP, SKIP] == [PLUGIN.pre_filter(pod, ()).status.code for pod in (new_pod(), soft)]
    found = PLUGIN.pre_filter(new_pod(topology_spread_constraints=(spread(selector=BROKEN),)), ()).status
    assert ERROR == found.code
    assert found.message.startswith("get constraints from pod: obtaining pod's hard topology spread constraints: ")


# Hints.


def hints(kind: str, pod: Pod, old: object, new: object) -> bool:
    """What the plugin says of an event."""
    (found,) = [each for each in registrations(PLUGIN) if each.resource == kind]
    return found.hint(pod, old, new)


def labelled(pod: Pod, **labels: str) -> Pod:
    """The pod with other labels."""
    return attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, labels=FrozenMap(labels)))


def test_a_pod_helps_that_counts() -> None:
    """One that comes, goes, begins or ceases to match, of the same namespace, with a place; and the pod itself."""
    pod, placed = blue(topology_spread_constraints=(spread(node_taints_policy="Honor"),)), blue("x", "a")
    assert [True, True] == [hints("Pod", pod, None, placed), hints("Pod", pod, placed, None)]
    assert [True, False] == [hints("Pod", pod, placed, labelled(placed)),
                             hints("Pod", pod, placed, labelled(placed, app="blue", x="y"))]
    elsewhere = attrs.evolve(placed, metadata=attrs.evolve(placed.metadata, namespace="other"))
    assert [False] * 4 == [hints("Pod", pod, None, each)
                           for each in (elsewhere, blue("x"), new_pod("x", "a"), labelled(placed, app="red"))]
    nominated = attrs.evolve(blue("x"), status=PodStatus(nominated_node_name="a"))
    assert hints("Pod", pod, nominated, None)
    tolerant = attrs.evolve(pod, spec=attrs.evolve(pod.spec, tolerations=(Toleration(operator="Exists"),)))
    assert hints("Pod", pod, pod, tolerant)
    careless = blue(topology_spread_constraints=(spread(),))
    assert not hints("Pod", careless, careless, attrs.evolve(
        careless, spec=attrs.evolve(careless.spec, tolerations=tolerant.spec.tolerations)))


@pytest.mark.parametrize(("old", "new", "expected"), [
    (None, {ZONE: "a"}, True),
    (None, {}, False),
    ({ZONE: "a"}, None, True),
    ({}, None, False),
    ({}, {ZONE: "a"}, True),
    ({ZONE: "a"}, {}, True),
    ({ZONE: "a"}, {ZONE: "b"}, True),
    ({ZONE: "a"}, {ZONE: "a", "x": "y"}, False),
])
def test_a_node_helps_that_changes_domains(
    old: dict[str, str] | None, new: dict[str, str] | None, *, expected: bool
) -> None:
    """A node of a domain that comes, goes, or moves; others are nothing to the pod."""
    before, after = (None if labels is None else new_node(labels=labels) for labels in (old, new))
    pod = blue(topology_spread_constraints=(spread(),))
    assert expected == hints("Node", pod, before, after)


def test_a_node_helps_that_changes_taints() -> None:
    """If it is in a domain."""
    def node(*taints: Taint, **labels: str) -> Node:
        return new_node(labels=labels, spec=NodeSpec(taints=taints))

    pod = blue(topology_spread_constraints=(spread("zone"),))
    taint = Taint("k", "v", "NoSchedule")
    assert hints("Node", pod, node(taint, zone="a"), node(zone="a"))
    assert not hints("Node", pod, node(taint), node())


def test_any_event_helps_a_pod_that_cannot_be_parsed() -> None:
    """Upstream queues it again."""
    pod = blue(topology_spread_constraints=(spread(selector=BROKEN),))
    assert hints("Pod", pod, None, blue("x", "a"))
    assert hints("Node", pod, None, new_node())
