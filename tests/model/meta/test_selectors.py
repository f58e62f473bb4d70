"""Selectors written as text are read as kubectl's users write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.meta.labels import (
    DOES_NOT_EXIST,
    DOUBLE_EQUALS,
    EQUALS,
    EXISTS,
    GREATER_THAN,
    IN,
    NOT_EQUALS,
    NOT_IN,
    Requirement,
    SelectorError,
    format_requirements,
)
from seatrial.model.meta.selectors import (
    FieldRequirement,
    matches_fields,
    parse_field_selector,
    parse_label_selector,
)

ODD, ESCAPED = r"([\\,=])", r"\\\1"
KEYS = st.sampled_from(("app", "example.com/tier", "in", "x"))
VALUES = st.sampled_from(("", "a", "b.c", "in", "notin"))
ONE = st.builds(Requirement, KEYS, st.sampled_from((EQUALS, DOUBLE_EQUALS, NOT_EQUALS)), st.tuples(VALUES))
SOME = st.lists(VALUES, min_size=1, max_size=3, unique=True).map(lambda values: tuple(sorted(values)))
SETS = st.builds(Requirement, KEYS, st.sampled_from((IN, NOT_IN)), SOME)
PLAIN = st.builds(Requirement, KEYS, st.sampled_from((EXISTS, DOES_NOT_EXIST)))
FIELDS = st.builds(
    FieldRequirement,
    st.sampled_from(("metadata.name", "spec.nodeName")),
    st.sampled_from((EQUALS, NOT_EQUALS)),
    st.text("ab,=\\", max_size=4),
)


@given(st.lists(ONE | SETS | PLAIN, max_size=4))
def test_what_is_written_is_read_back(requirements: list[Requirement]) -> None:
    """Writing requirements and reading the text gives the same, sorted by key."""
    in_order = tuple(sorted(requirements, key=lambda requirement: requirement.key))
    assert in_order == parse_label_selector(format_requirements(in_order))


@given(st.lists(FIELDS, max_size=3))
def test_field_selectors_survive_escaping(requirements: list[FieldRequirement]) -> None:
    """Commas, equals signs and backslashes in values are escaped and come back; terms are sorted."""
    text = ",".join(f"{each.field}{each.operator}{re.sub(ODD, ESCAPED, each.value)}" for each in requirements)
    assert sorted(map(repr, requirements)) == sorted(map(repr, parse_field_selector(text)))


@pytest.mark.parametrize(
    "text, requirements",
    [
        ("", ()),
        (" a , !b ", (Requirement("a", EXISTS), Requirement("b", DOES_NOT_EXIST))),
        ("a in (x,,y)", (Requirement("a", IN, ("", "x", "y")),)),
        ("a notin ()", (Requirement("a", NOT_IN, ("",)),)),
        ("a in (,)", (Requirement("a", IN, ("",)),)),
        ("a in (in, notin)", (Requirement("a", IN, ("in", "notin")),)),
        ("a=,b>1", (Requirement("a", EQUALS, ("",)), Requirement("b", GREATER_THAN, ("1",)))),
    ],
)
def test_forms_of_the_syntax(text: str, requirements: tuple[Requirement, ...]) -> None:
    """Blanks do not count, missing values are empty, keywords may be values."""
    assert requirements == parse_label_selector(text)


@pytest.mark.parametrize(
    "text, message",
    [
        ("a,", "found '', expected: identifier after ','"),
        (",a", "found ',', expected: !, identifier, or 'end of string'"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
        ("a in (,=)", "unable to parse requirement: found '=', expected: ',', or identifier"),
        ("!=a", "found '!=', expected: !, identifier, or 'end of string'"),
        ("!(", "unable to parse requirement: found '(', expected: identifier"),
        ("a=(", "unable to parse requirement: found '(', expected: identifier"),
        ("a=b,c in", "unable to parse requirement: found '' expected: '('"),
    ],
)
def test_errors_name_the_token(text: str, message: str) -> None:
    """The messages are those that kubectl prints."""
    with pytest.raises(SelectorError) as refused:
        parse_label_selector(text)
    assert message == str(refused.value)


@pytest.mark.parametrize("text", ["-a=b", "a=-b", "a/b/c", "a in (-)", "a>x", "!-a"])
def test_keys_and_values_are_validated(text: str) -> None:
    """A selector that no label could meet is refused."""
    with pytest.raises(SelectorError, match=r"Invalid value: "):
        parse_label_selector(text)


def test_an_absent_field_reads_as_empty() -> None:
    """`spec.nodeName=` chooses the pods that are not bound."""
    unbound = parse_field_selector("spec.nodeName=")
    assert (True, False) == (matches_fields(unbound, {}), matches_fields(unbound, {"spec.nodeName": "n1"}))
    bound = parse_field_selector("spec.nodeName!=")
    assert (False, True) == (matches_fields(bound, {}), matches_fields(bound, {"spec.nodeName": "n1"}))


@pytest.mark.parametrize(
    "text, message",
    [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
        ("a=b\\c", "invalid field selector: invalid escape sequence: \\c"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
    ],
)
def test_field_errors(text: str, message: str) -> None:
    """A term without an operator, and bad escapes."""
    with pytest.raises(SelectorError) as refused:
        parse_field_selector(text)
    assert message == str(refused.value)
