"""InterPodAffinity: filter and hints."""

from itertools import product

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.affinity import Affinity
from seatrial.model.api.core import Node, Pod, PodStatus
from seatrial.model.api.meta import LabelSelector, LabelSelectorRequirement
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.framework import PASSED, SKIPPED, UNRESOLVABLE, UNSCHEDULABLE, Nodes, Status
from seatrial.model.scheduler.node_info import new_node_info
from seatrial.model.scheduler.plugins.inter_pod_affinity import (
    AFFINITY_REASON,
    ANTI_AFFINITY_REASON,
    EXISTING_REASON,
    NAME,
    PLUGIN,
    fits_affinity,
    fits_anti_affinity,
    inter_pod_affinity,
    is_schedulable_after_node_change,
    is_schedulable_after_pod_change,
)
from seatrial.model.scheduler.plugins.spread_constraints import HOSTNAME, ZONE
from tests.strategies.pod_relations import apart, blue, near, term, zoned
from tests.strategies.scheduler_objects import new_node, new_pod

FAR = Status(UNRESOLVABLE, (AFFINITY_REASON,), NAME)
CLOSE = Status(UNSCHEDULABLE, (ANTI_AFFINITY_REASON,), NAME)
DISLIKED = Status(UNSCHEDULABLE, (EXISTING_REASON,), NAME)


def statuses(pod: Pod, *nodes: Nodes) -> list[Status]:
    """The verdict on each node; one of none when there is nothing to filter."""
    assert PLUGIN.pre_filter is not None
    assert PLUGIN.filter is not None
    infos = tuple([info for group in nodes for info in group])
    found = PLUGIN.pre_filter(pod, infos)
    return [PLUGIN.filter(found.state, pod, info) for info in infos] if found.status.is_success else [found.status]


counts = st.integers(0, 3)


@given(counts, st.integers(0, 1))
def test_anti_affinity_counted_before_or_after(before: int, own: int) -> None:
    """That nobody was there, and that nobody is there but the pod itself, is the same."""
    assert (before == 0) == fits_anti_affinity(before + own, own)


def test_affinity_counted_before_or_after() -> None:
    """As upstream states it before the pod is placed: somebody in every domain, or nobody anywhere and the pod itself.

    For all counts to 3 of up to two domains, and of all domains together.
    """
    for size in (1, 2):
        for near_before, elsewhere, own in product(product(range(4), repeat=size), range(4), (0, 1)):
            everywhere = sum(near_before) + elsewhere
            expected = all(near_before) or (everywhere == 0 and bool(own))
            pairs = tuple([(count + own, own) for count in near_before])
            assert expected == fits_affinity(pairs, everywhere + own * size, own * size)


def test_the_dual_formula_would_be_wrong() -> None:
    """The control: a pod that counts itself as company would pass everywhere."""
    assert fits_affinity(((1, 0),), 1, 0)
    assert not fits_affinity(((1, 1),), 5, 1)


def test_company_is_wanted_in_the_domain() -> None:
    """A node of the same zone will do, one of another zone will not, nor one of none."""
    nodes = (zoned("a", "z1"), zoned("b", "z1", blue("x", "b")), zoned("c", "z2"), new_node_info(new_node("d")))
    assert [PASSED, PASSED, FAR, FAR] == statuses(new_pod(affinity=near(term())), nodes)


def test_all_terms_are_met_by_one_pod() -> None:
    """A pod that matches one term here and another that matches the other are no company."""
    red = LabelSelector(FrozenMap({"tier": "back"}))
    both = new_pod("y", "b", labels={"app": "blue", "tier": "back"})
    wanted = new_pod(affinity=near(term(), term(selector=red)))
    apart_ = (zoned("a", "z1", blue("x", "a"), new_pod("w", "a", labels={"tier": "back"})),)
    assert [FAR] == statuses(wanted, apart_)
    assert [PASSED] == statuses(wanted, (zoned("b", "z1", both),))


def test_the_first_of_a_group_may_go_anywhere() -> None:
    """If it matches its own terms and nobody else in the cluster does; yet the node must have the label."""
    nodes = (zoned("a", "z1"), zoned("b", "z2"), new_node_info(new_node("c")))
    assert [PASSED, PASSED, FAR] == statuses(blue(affinity=near(term())), nodes)
    assert [FAR, FAR, FAR] == statuses(new_pod(affinity=near(term())), nodes)
    assert [FAR, PASSED, FAR] == statuses(blue(affinity=near(term())), nodes[:1], (zoned("b", "z2", blue("x", "b")),),
                                          nodes[2:])


def test_nobody_is_wanted_in_the_domain() -> None:
    """Only the domain of a matching pod is closed; a node in no domain is open."""
    nodes = (zoned("a", "z1", blue("x", "a")), zoned("b", "z1"), zoned("c", "z2"), new_node_info(new_node("d")))
    assert [CLOSE, CLOSE, PASSED, PASSED] == statuses(new_pod(affinity=apart(term())), nodes)


def test_a_pod_is_not_in_its_own_way() -> None:
    """A pod that would not have its own kind beside it goes where none is."""
    pod = blue(affinity=apart(term(HOSTNAME)))
    assert [PASSED, PASSED] == statuses(pod, (zoned("a", "z1"), zoned("b", "z1")))
    held = blue("x", "a", affinity=apart(term(HOSTNAME)))
    assert [CLOSE, PASSED] == statuses(pod, (zoned("a", "z1", held), zoned("b", "z1")))


def test_those_that_are_there_are_heard() -> None:
    """A pod that says nothing itself is kept away by one that does not want it."""
    nodes = (zoned("a", "z1", new_pod("x", "a", affinity=apart(term()))), zoned("b", "z2"))
    assert [DISLIKED, PASSED] == statuses(blue(), nodes)
    assert [SKIPPED] == statuses(new_pod(), nodes)


def test_affinity_speaks_before_anti_affinity() -> None:
    """Of several reasons upstream gives one: affinity, then the pod's anti-affinity, then others'."""
    angry = new_pod("x", "a", affinity=apart(term()))
    pod = blue(affinity=Affinity(pod_affinity=near(term(selector=LabelSelector(FrozenMap({"no": "one"})))).pod_affinity,
                                 pod_anti_affinity=apart(term()).pod_anti_affinity))
    node = (zoned("a", "z1", angry, blue("y", "a")),)
    assert [FAR] == statuses(pod, node)
    assert [CLOSE] == statuses(blue(affinity=apart(term())), node)
    assert [DISLIKED] == statuses(blue(), node)


def test_a_pod_that_cannot_be_parsed_fits_nowhere() -> None:
    """Its selector is wrong whatever the node; one that has a place and a wrong selector wants nothing."""
    wrong = term(selector=LabelSelector(match_expressions=(LabelSelectorRequirement("app", "Like"),)))
    text = 'parsing pod: requiredAntiAffinityTerms: "Like" is not a valid label selector operator'
    assert [Status(UNRESOLVABLE, (text,), NAME)] == statuses(new_pod(affinity=apart(wrong)), (zoned("a", "z1"),))
    assert [SKIPPED] == statuses(blue(), (zoned("a", "z1", new_pod("x", "a", affinity=apart(wrong))),))


def test_labels_of_namespaces_are_heeded_where_they_are_known() -> None:
    """A term that selects namespaces by a label speaks of the pods of those that have it."""
    team = LabelSelector(FrozenMap({"team": "a"}))
    pod, nodes = new_pod(affinity=apart(term(namespace_selector=team))), (zoned("a", "z1", blue("x", "a")),)
    plugin = inter_pod_affinity(namespaces={"default": {"team": "a"}}.get)
    for each, expected in ((plugin, CLOSE), (PLUGIN, PASSED)):
        assert each.pre_filter is not None
        assert each.filter is not None
        assert expected == each.filter(each.pre_filter(pod, nodes).state, pod, nodes[0])


# Hints.


def labelled(pod: Pod, **labels: str) -> Pod:
    """The pod with other labels."""
    return attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, labels=FrozenMap(labels)))


def test_a_pod_helps_whom_it_pleases() -> None:
    """Company that comes, an enemy that goes or changes, and the pod's own new labels; never a pod without a place."""
    lonely, shy = new_pod(affinity=near(term())), new_pod(affinity=apart(term()))
    placed, waiting = blue("x", "a"), blue("x")
    hint = is_schedulable_after_pod_change
    assert [True, False, False, False] == [hint(lonely, None, placed), hint(lonely, None, waiting),
                                           hint(lonely, placed, None), hint(lonely, None, new_pod("y", "a"))]
    assert [True, False, False] == [hint(shy, placed, None), hint(shy, waiting, None), hint(shy, None, placed)]
    assert [True, False] == [hint(shy, placed, labelled(placed)), hint(shy, labelled(placed), placed)]
    assert [True, False] == [hint(lonely, labelled(placed), placed), hint(lonely, placed, labelled(placed))]
    assert hint(blue(), new_pod("x", "a", affinity=apart(term())), None)
    assert hint(shy, shy, labelled(shy, app="red"))
    nominated = attrs.evolve(waiting, status=PodStatus(nominated_node_name="a"))
    assert hint(shy, nominated, None)


@pytest.mark.parametrize(("affinity", "old", "new", "expected"), [
    (near(term()), None, {ZONE: "a"}, True),
    (near(term()), None, {}, False),
    (apart(term()), None, {}, True),
    (near(term()), {}, {ZONE: "a"}, True),
    (near(term()), {ZONE: "a"}, {}, False),
    (near(term()), {ZONE: "a"}, {ZONE: "b"}, True),
    (apart(term()), {ZONE: "a"}, {}, True),
    (apart(term()), {}, {ZONE: "a"}, False),
    (apart(term()), {ZONE: "a"}, {ZONE: "b"}, True),
    (apart(term()), {ZONE: "a"}, {ZONE: "a", "x": "y"}, False),
    (None, None, {ZONE: "a"}, False),
])
def test_a_node_helps_that_changes_domains(
    affinity: Affinity | None, old: dict[str, str] | None, new: dict[str, str], *, expected: bool
) -> None:
    """Affinity waits for nodes with the label, anti-affinity for nodes without it, both for a change of domains."""
    before: Node | None = None if old is None else new_node(labels=old)
    assert expected == is_schedulable_after_node_change(new_pod(affinity=affinity), before, new_node(labels=new))
