"""Terms of pod affinity."""

import attrs
import pytest

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import LabelSelector, LabelSelectorRequirement
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.labels import SelectorError
from seatrial.model.scheduler.plugins.affinity_terms import (
    NAME_LABEL,
    get_affinity_terms,
    labels_by_name,
    matches_all_terms,
    matches_term,
    parse_term,
    parsing_problems,
    required_affinity,
    terms_held,
)
from tests.strategies.pod_relations import BROKEN, EVERYTHING, apart, blue, near, term


def in_namespace(pod: Pod, namespace: str) -> Pod:
    """The pod, in another namespace."""
    return attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, namespace=namespace))


def test_a_term_speaks_of_its_own_namespace_unless_it_says_otherwise() -> None:
    """By names, by a selector of namespaces, or of all of them; an empty list of names alone says nothing."""
    here, there = blue(), in_namespace(blue(), "other")
    cases = (
        (term(), (True, False)),
        (term(namespaces=("other",)), (False, True)),
        (term(namespaces=("other", "default")), (True, True)),
        (term(namespace_selector=EVERYTHING), (True, True)),
        (term(namespace_selector=LabelSelector(FrozenMap({NAME_LABEL: "other"}))), (False, True)),
    )
    for each, expected in cases:
        parsed = parse_term(each, "default")
        assert expected == tuple(matches_term(parsed, pod, labels_by_name(pod.metadata.namespace))
                                 for pod in (here, there))


def test_an_unknown_namespace_has_no_labels() -> None:
    """Nothing selects it by label, not even by one that it lacks; by its name, or as one of all, it is meant."""
    without = LabelSelector(match_expressions=(LabelSelectorRequirement("team", "DoesNotExist"),))
    assert not matches_term(parse_term(term(namespace_selector=without), "x"), blue(), None)
    assert matches_term(parse_term(term(namespace_selector=without), "x"), blue(), {})
    assert matches_term(parse_term(term(namespace_selector=EVERYTHING), "x"), blue(), None)
    assert matches_term(parse_term(term(namespaces=("default",)), "x"), blue(), None)


def test_no_selector_selects_nothing_and_no_terms_match_nobody() -> None:
    """Both are easily taken for everything."""
    assert not matches_term(parse_term(term(selector=None), "default"), blue(), None)
    assert matches_term(parse_term(term(selector=EVERYTHING), "default"), blue(), None)
    assert not matches_all_terms((), blue(), None)


def test_a_term_that_cannot_be_parsed_is_named_or_its_list_is_empty() -> None:
    """A waiting pod is told which list is wrong; a pod that has a place loses that list and keeps the others."""
    pod = blue(affinity=attrs.evolve(near(term(selector=BROKEN), term()),
                                     pod_anti_affinity=apart(term()).pod_anti_affinity))
    assert ('requiredAffinityTerms: "Like" is not a valid label selector operator',) == parsing_problems(pod)
    assert () == parsing_problems(blue(affinity=near(term())))
    with pytest.raises(SelectorError):
        get_affinity_terms(pod, required_affinity(pod))
    assert () == terms_held(pod, required_affinity(pod))
    assert 1 == len(terms_held(pod, (term(),)))
