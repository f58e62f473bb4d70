"""Selectors choose the objects that meet all their conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.meta import LabelSelector, LabelSelectorRequirement
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.labels import (
    DOES_NOT_EXIST,
    EXISTS,
    GREATER_THAN,
    IN,
    LESS_THAN,
    NOT_IN,
    Requirement,
    SelectorError,
    format_requirements,
    matches_labels,
    matches_requirement,
    matches_requirements,
    matches_selector,
    new_requirement,
    requirements_of,
)

KEYS = st.sampled_from(("app", "tier", "zone"))
VALUES = st.sampled_from(("a", "b", "5", ""))
LABELS = st.dictionaries(KEYS, VALUES, max_size=3).map(FrozenMap)


def expressions() -> st.SearchStrategy[LabelSelectorRequirement]:
    """Valid expressions: In and NotIn with values, Exists and DoesNotExist without."""
    some = st.lists(VALUES, min_size=1, max_size=3).map(tuple)
    with_values = st.builds(LabelSelectorRequirement, KEYS, st.sampled_from(("In", "NotIn")), some)
    without = st.builds(
        LabelSelectorRequirement, KEYS, st.sampled_from(("Exists", "DoesNotExist")), st.just(())
    )
    return with_values | without


SELECTORS = st.builds(LabelSelector, LABELS, st.lists(expressions(), max_size=3).map(tuple))


@given(SELECTORS, LABELS)
def test_tree_and_requirements_choose_the_same(selector: LabelSelector, labels: FrozenMap[str, str]) -> None:
    """The quick way on the tree and the validated requirements agree."""
    requirements = requirements_of(selector)
    assert requirements is not None
    assert matches_requirements(requirements, labels) == matches_selector(selector, labels)


@given(LABELS)
def test_an_absent_selector_is_nothing_and_an_empty_one_everything(labels: FrozenMap[str, str]) -> None:
    """The one distinction that controllers depend on."""
    assert (False, True) == (matches_selector(None, labels), matches_selector(LabelSelector(), labels))
    assert (None, ()) == (requirements_of(None), requirements_of(LabelSelector()))


@given(st.dictionaries(KEYS, VALUES, min_size=1), LABELS)
def test_pairs_must_all_be_held(pairs: dict[str, str], labels: FrozenMap[str, str]) -> None:
    """A Service's selector is a set of pairs."""
    assert all((key, wanted) in labels.items() for key, wanted in pairs.items()) == matches_labels(
        pairs, labels
    )


@pytest.mark.parametrize(
    "requirement, held, absent",
    [
        (Requirement("app", IN, ("a", "b")), True, False),
        (Requirement("app", IN, ("b",)), False, False),
        (Requirement("app", NOT_IN, ("a",)), False, True),
        (Requirement("app", NOT_IN, ("b",)), True, True),
        (Requirement("app", EXISTS), True, False),
        (Requirement("app", DOES_NOT_EXIST), False, True),
        (Requirement("app", "like", ("a",)), False, False),
    ],
)
def test_each_operator_on_a_label_held_and_absent(requirement: Requirement, held: bool, absent: bool) -> None:
    """`app` is `a`, or not there at all."""
    assert (held, absent) == (
        matches_requirement(requirement, {"app": "a"}),
        matches_requirement(requirement, {}),
    )


@pytest.mark.parametrize(
    "value, greater, less",
    [("6", True, False), ("5", False, False), ("-1", False, True), ("x", False, False)],
)
def test_order_operators_compare_integers(value: str, greater: bool, less: bool) -> None:
    """Gt and Lt need an integer on both sides, and exactly one bound."""
    labels = {"zone": value}
    assert greater == matches_requirement(Requirement("zone", GREATER_THAN, ("5",)), labels)
    assert less == matches_requirement(Requirement("zone", LESS_THAN, ("5",)), labels)
    assert not matches_requirement(Requirement("zone", GREATER_THAN, ("0", "1")), labels)
    assert not matches_requirement(Requirement("zone", LESS_THAN, ("many",)), labels)


def test_problems_are_named_all_at_once() -> None:
    """One requirement's problems come bracketed, each with its field."""
    with pytest.raises(SelectorError) as refused:
        new_requirement("-", IN, ())
    assert str(refused.value).startswith('[key: Invalid value: "-": name part must consist of alphanumeric')
    assert str(refused.value).endswith(
        "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty]"
    )
    with pytest.raises(SelectorError, match="exactly one value is required"):
        new_requirement("a", GREATER_THAN, ("1", "2"))
    with pytest.raises(
        SelectorError, match=r'operator: Unsupported value: "like": supported values: "!", "!=", "="'
    ):
        new_requirement("a", "like", ())


def test_an_unknown_operator_is_refused_wherever_it_is_met() -> None:
    """Both ways through a tree refuse it in the same words."""
    selector = LabelSelector(match_expressions=(LabelSelectorRequirement("a", "Gt", ("1",)),))
    for ask in (requirements_of, lambda given: matches_selector(given, {})):
        with pytest.raises(SelectorError, match=r'^"Gt" is not a valid label selector operator$'):
            ask(selector)


def test_requirements_are_written_sorted() -> None:
    """Values of sets are sorted, whatever order they were given in."""
    found = requirements_of(
        LabelSelector(
            FrozenMap({"tier": "db"}),
            (
                LabelSelectorRequirement("app", "NotIn", ("b", "a")),
                LabelSelectorRequirement("x", "DoesNotExist"),
            ),
        )
    )
    assert "app notin (a,b),tier=db,!x" == format_requirements(found or ())
