"""Spread constraints: the pod's own, and the defaults."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.core import NodeSpec, Pod, Service, ServiceSpec, Taint, Toleration
from seatrial.model.api.meta import ObjectMeta, OwnerReference
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.labels import EQUALS, Requirement, SelectorError
from seatrial.model.scheduler.node_info import new_node_info
from seatrial.model.scheduler.plugins.node_affinity import required_of
from seatrial.model.scheduler.plugins.spread_constraints import (
    DO_NOT_SCHEDULE,
    NO_LISTERS,
    SCHEDULE_ANYWAY,
    SYSTEM_DEFAULTS,
    Listers,
    SpreadArgs,
    constraints_of,
    count_pods_match_selector,
    default_selector,
    filter_topology_spread_constraints,
    matches_node_inclusion_policies,
    parse_constraint,
    selects,
)
from tests.strategies.pod_relations import BLUE, BROKEN, EVERYTHING, blue, spread
from tests.strategies.scheduler_objects import new_node, new_pod

APP_BLUE = Requirement("app", EQUALS, ("blue",))


def service(namespace: str = "default", **selector: str) -> Service:
    """A Service that selects pods by these labels."""
    return Service(ObjectMeta("s", namespace), ServiceSpec(selector=FrozenMap(selector)))


def owned(pod: Pod, kind: str, version: str = "apps/v1") -> Pod:
    """The pod, controlled by `own`."""
    owner = OwnerReference(version, kind, "own", "uid-own", controller=True)
    return attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, owner_references=(owner,)))


def test_the_action_tells_them_apart() -> None:
    """Hard ones filter, soft ones score; what is left out has upstream's defaults."""
    both = (spread(), spread(max_skew=2, when_unsatisfiable=SCHEDULE_ANYWAY))
    (hard,) = filter_topology_spread_constraints(both, {}, DO_NOT_SCHEDULE)
    (soft,) = filter_topology_spread_constraints(both, {}, SCHEDULE_ANYWAY)
    assert (1, 2) == (hard.max_skew, soft.max_skew)
    assert (1, True, False) == (hard.min_domains, hard.honors_affinity, hard.honors_taints)


def test_match_label_keys_narrow_to_pods_like_this_one() -> None:
    """Each label that the pod has is required to be the same; without a selector still nothing is selected."""
    keys, labels = ("hash", "missing"), {"app": "blue", "hash": "1"}
    (found,) = filter_topology_spread_constraints((spread(match_label_keys=keys),), labels, DO_NOT_SCHEDULE)
    assert [True, False, False] == [selects(found, each) for each in (
        labels, {"app": "blue", "hash": "2"}, {"app": "blue"})]
    (none,) = filter_topology_spread_constraints(
        (spread(selector=None, match_label_keys=keys),), labels, DO_NOT_SCHEDULE)
    assert not selects(none, labels)


def test_a_wrong_selector_is_an_error() -> None:
    """It is not taken for one that selects nothing."""
    with pytest.raises(SelectorError):
        filter_topology_spread_constraints((spread(selector=BROKEN),), {}, DO_NOT_SCHEDULE)


def test_defaults_are_for_pods_without_constraints_that_something_selects() -> None:
    """The system's score only; a list of the configuration may filter too; a pod's own of any kind replace them."""
    listers = Listers((service(app="blue"),))
    assert [3, 5] == [each.max_skew for each in constraints_of(blue(), SCHEDULE_ANYWAY, SYSTEM_DEFAULTS, listers)]
    assert () == constraints_of(blue(), DO_NOT_SCHEDULE, SYSTEM_DEFAULTS, listers)
    assert () == constraints_of(blue(), SCHEDULE_ANYWAY, SYSTEM_DEFAULTS, NO_LISTERS)
    assert () == constraints_of(new_pod(), SCHEDULE_ANYWAY, SYSTEM_DEFAULTS, listers)
    args = SpreadArgs((spread(selector=None),))
    (found,) = constraints_of(blue(), DO_NOT_SCHEDULE, args, listers)
    assert (APP_BLUE,) == found.selector
    own = blue(topology_spread_constraints=(spread(when_unsatisfiable=SCHEDULE_ANYWAY),))
    assert () == constraints_of(own, DO_NOT_SCHEDULE, args, listers)


def test_services_and_the_owner_say_who_is_selected() -> None:
    """All Services of the namespace that select the pod, and its owner; a ReplicationController overrules them."""
    services = (service(app="blue"), service(tier="x"), service("other", app="blue"), service())
    listers = Listers(services, FrozenMap({("default", "own"): FrozenMap({"app": "red"})}),
                      {("apps/v1", "ReplicaSet", "default", "own"): (Requirement("hash", EQUALS, ("1",)),)})
    assert (APP_BLUE,) == default_selector(blue(), listers)
    assert (APP_BLUE, Requirement("hash", EQUALS, ("1",))) == default_selector(owned(blue(), "ReplicaSet"), listers)
    assert (APP_BLUE,) == default_selector(owned(blue(), "ReplicaSet", "v1"), listers)
    controlled = owned(blue(), "ReplicationController", "v1")
    assert (Requirement("app", EQUALS, ("red",)),) == default_selector(controlled, listers)
    assert () == default_selector(new_pod(), listers)


def test_nodes_that_the_pod_may_not_be_on_make_no_domain_count() -> None:
    """Its node selector is heeded unless ignored, taints are ignored unless heeded."""
    tainted = new_node_info(new_node(spec=NodeSpec(taints=(Taint("k", "v", "NoSchedule"),))))
    choosy = new_pod(node_selector=FrozenMap({"disk": "ssd"}))
    tolerant = new_pod(tolerations=(Toleration(operator="Exists"),))

    def counts(pod: Pod, **policies: Any) -> bool:
        constraint = parse_constraint(spread(**policies), ())
        return matches_node_inclusion_policies(constraint, pod, required_of(pod), tainted)

    assert [False, False, True] == [counts(choosy, node_affinity_policy=policy) for policy in ("", "Honor", "Ignore")]
    assert [True, False, True] == [counts(new_pod(), node_taints_policy=policy) for policy in ("", "Honor", "Ignore")]
    assert counts(tolerant, node_taints_policy="Honor")


def test_who_counts() -> None:
    """Matching pods of the namespace that are not going; nobody at all where the selector is empty."""
    meta = new_pod().metadata
    going = attrs.evolve(blue(), metadata=attrs.evolve(blue().metadata, deletion_timestamp=5))
    other = attrs.evolve(blue(), metadata=attrs.evolve(blue().metadata, namespace="other"))
    info = new_node_info(new_node(), (blue("a"), going, other, new_pod("b")))
    assert 1 == count_pods_match_selector(info, parse_constraint(spread(selector=BLUE), ()), meta.namespace)
    assert 0 == count_pods_match_selector(info, parse_constraint(spread(selector=EVERYTHING), ()), meta.namespace)
    assert 0 == count_pods_match_selector(info, parse_constraint(spread(selector=None), ()), meta.namespace)
