"""NodeAffinity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.affinity import (
    NodeAffinity,
    NodeSelector,
    NodeSelectorTerm,
    PreferredSchedulingTerm,
    SelectorRequirement,
)
from seatrial.model.scheduler.plugins.node_affinity import (
    eligible_names,
    matches_any_term,
    matches_term,
    parse_term,
    preferred_terms,
    sum_weights,
)

requirements = st.builds(SelectorRequirement, st.sampled_from("ab"), st.sampled_from(["In", "NotIn"]),
                         st.sampled_from([("x",), ("x", "y")]))
terms = st.lists(requirements, min_size=1, max_size=3).map(lambda held: NodeSelectorTerm(tuple(held)))
labels = st.dictionaries(st.sampled_from("ab"), st.sampled_from("xyz"))


@given(terms, terms, labels)
def test_terms_are_alternatives(one: NodeSelectorTerm, two: NodeSelectorTerm, held: dict[str, str]) -> None:
    """A node matches a selector if it matches one of its terms, and a term if it meets all of its requirements."""
    parsed = (parse_term(one), parse_term(two))
    alone = [matches_term(each, "n", held) for each in parsed]
    assert any(alone) == matches_any_term(parsed, "n", held)
    both = parse_term(NodeSelectorTerm((*one.match_expressions, *two.match_expressions)))
    assert all(alone) == matches_term(both, "n", held)


@pytest.mark.parametrize(("operator", "values", "expected"), [
    ("In", ("4",), True), ("NotIn", ("4",), False), ("Exists", (), True), ("DoesNotExist", (), False),
    ("Gt", ("3",), True), ("Gt", ("4",), False), ("Lt", ("5",), True), ("Gt", ("x",), False), ("Near", ("4",), False),
])
def test_operators(operator: str, values: tuple[str, ...], expected: bool) -> None:
    """All operators on a label `cores: 4`; what cannot be parsed matches nothing."""
    term = parse_term(NodeSelectorTerm((SelectorRequirement("cores", operator, values),)))
    assert expected == matches_term(term, "n", {"cores": "4"})


def test_names_narrow_only_if_every_term_has_one() -> None:
    """Names within a term must agree, names of terms add up; a term without a name allows all."""
    def term(*names: str) -> NodeSelectorTerm:
        fields = tuple(SelectorRequirement("metadata.name", "In", (each,)) for each in names)
        return NodeSelectorTerm(match_fields=fields)

    def names_of(*held: NodeSelectorTerm) -> tuple[str, ...] | None:
        return eligible_names(NodeAffinity(NodeSelector(held)))

    free = NodeSelectorTerm((SelectorRequirement("a", "Exists"),))
    assert [("a", "b"), None, (), None] == [
        names_of(term("b"), term("a")), names_of(term("a"), free), names_of(term("a", "b")), names_of()]


def test_weights_of_matching_terms_add_up() -> None:
    """Empty terms and zero weights do not count; a term that cannot be parsed is named by its place."""
    def preferred(weight: int, operator: str, *values: str) -> PreferredSchedulingTerm:
        requirement = SelectorRequirement("a", operator, values)
        return PreferredSchedulingTerm(weight, NodeSelectorTerm((requirement,)))

    found, problems = preferred_terms((preferred(5, "In", "x"), preferred(3, "Exists"), PreferredSchedulingTerm(9)))
    assert () == problems
    assert [8, 3, 0] == [sum_weights(found, "n", held) for held in ({"a": "x"}, {"a": "y"}, {})]
    _, problems = preferred_terms((preferred(1, "Exists"), preferred(1, "Gt", "x")))
    expected = "[1].matchExpressions[0].values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be"
    assert (f"{expected} an integer",) == problems
