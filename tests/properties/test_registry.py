"""Properties of the registry, and what every property keeps in an unharmed small scope."""

import pytest

from seatrial.model.start import start
from seatrial.properties.checking.verdict import BOUNDED
from seatrial.properties.property import ALWAYS, EVENTUALLY, SOMETIMES, STEP, Property
from seatrial.properties.registry import BY_NAME, PROPERTIES
from tests.properties.worlds import SCOPES, says, says_of, verdicts, world

CHECKED = tuple(each for each in PROPERTIES if each.kind != SOMETIMES)
HOME = {
    "cluster_ip_unique": "service",
    "deleted_namespace_empty": "namespace",
    "deleting_object_disappears": "delete",
    "deletion_is_final": "rollout",
    "endpoints_converge": "service",
    "endpoints_subset_of_ready": "service",
    "garbage_disappears": "delete",
    "gc_never_deletes_owned_by_live": "delete",
    "gone_only_after_stopped": "rollout",
    "list_is_consistent_at_its_version": "list",
    "load_balancer_converges": "load balancer",
    "load_balancer_implies_service": "load balancer",
    "min_available_bound": "rollout",
    "namespace_terminates": "namespace",
    "no_eviction_without_taint": "nodes",
    "no_silence_without_cause": "nodes",
    "node_becomes_ready": "nodes",
    "node_port_unique": "service",
    "nothing_new_in_ending_namespace": "namespace",
    "orphans_survive": "delete",
    "phase_monotone": "rollout",
    "quota_used_within_hard": "quota",
    "service_account_appears": "namespace",
    "taints_respected": "drain",
    "traffic_reaches_ready_pod": "service",
}


def test_names_are_unique() -> None:
    """No two properties have one name."""
    assert len(PROPERTIES) == len(BY_NAME)


def test_there_are_as_many_as_promised() -> None:
    """At least 18 safety and 9 liveness properties, each besides its sibling."""
    kinds = [each.kind for each in PROPERTIES]
    assert kinds.count(ALWAYS) + kinds.count(STEP) >= 18
    assert kinds.count(EVENTUALLY) >= 9


@pytest.mark.parametrize("prop", CHECKED, ids=lambda each: each.name)
def test_every_property_says_why_and_where_it_is_promised(prop: Property) -> None:
    """A property has a reason, a document that promises it, and a sibling that shows its premise."""
    assert prop.why
    assert prop.link.startswith("https://")
    assert BY_NAME[prop.sibling].kind == SOMETIMES


@pytest.mark.parametrize("prop", [each for each in PROPERTIES if each.kind == SOMETIMES], ids=lambda each: each.name)
def test_every_sibling_is_somebodys_and_applies_wherever_that_one_does(prop: Property) -> None:
    """A `sometimes` is used, and has no conditions of its own: an engine asks it whenever its property is asked."""
    assert [each.name for each in CHECKED if each.sibling == prop.name]
    assert not prop.needs
    assert prop.where(SCOPES["quota"])


@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda each: each.name)
def test_predicates_say_nothing_of_an_empty_world(prop: Property) -> None:
    """In a world without objects nothing is wrong, nothing is missing, and no premise is reached."""
    empty = world()
    said = says_of(prop.name, empty, empty) if prop.kind == STEP else says(prop.name, empty)
    assert said is None


@pytest.mark.parametrize("prop", CHECKED, ids=lambda each: each.name)
def test_holds_in_an_unharmed_scope_that_reaches_its_premise(prop: Property) -> None:
    """A walk through a small scope reaches the premise, and finds nothing."""
    verdict = verdicts(HOME.get(prop.name, "plain"))[prop.name]
    assert (BOUNDED, prop.name) == (verdict.verdict, verdict.property), verdict.reason


@pytest.mark.parametrize("name", SCOPES)
def test_whatever_applies_to_a_scope_holds_there(name: str) -> None:
    """No property that applies to one of the small scopes is violated, or beyond reach."""
    wrong = {each.property: each.reason for each in verdicts(name).values() if each.verdict != BOUNDED}
    assert {} == wrong


@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda each: each.name)
def test_predicates_are_deterministic(prop: Property) -> None:
    """Asked twice about the same states, a property says the same."""
    before, after = start(SCOPES["service"]), start(SCOPES["service"])
    first, second = (
        says_of(prop.name, before, after) if prop.kind == STEP else says(prop.name, after) for _ in range(2)
    )
    assert first == second
