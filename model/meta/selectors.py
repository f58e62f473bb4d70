"""Selectors written as text: label selectors (`app in (a,b),!tier`) and field selectors (`spec.nodeName=n1`).

The texts come from kubectl, from list and watch requests, and from a scale's status. Mirrors
k8s.io/apimachinery/pkg/labels/selector.go (lexer and parser) and pkg/fields/selector.go, release 1.36,
including which token an error names. Left out: selectors of more than twelve terms on the same key, whose
order Go's sort does not define.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from seatrial.model.meta.go_format import quote
from seatrial.model.meta.labels import (
    DOES_NOT_EXIST,
    DOUBLE_EQUALS,
    EQUALS,
    EXISTS,
    GREATER_THAN,
    IN,
    LESS_THAN,
    NOT_EQUALS,
    NOT_IN,
    Requirement,
    SelectorError,
    new_requirement,
    sort_requirements,
)
from seatrial.model.meta.names import label_key_problems

_END: Final = "end"
_IDENTIFIER: Final = "identifier"
_BROKEN: Final = "broken"
_WHITESPACE: Final = " \t\r\n"
_SYMBOLS: Final = "=!(),><"
_SYMBOL_TOKENS: Final = (")", ",", "!", "==", "=", ">", "<", "!=", "(")
_OPERATORS: Final[Mapping[str, str]] = {
    IN: IN, NOT_IN: NOT_IN, "=": EQUALS, "==": DOUBLE_EQUALS, "!=": NOT_EQUALS, ">": GREATER_THAN,
    "<": LESS_THAN,
}  # fmt: skip
_EXPECTED_OPERATORS: Final = "in, notin, =, ==, !=, gt, lt"


@attrs.frozen
class _Token:
    """A token's kind (its own text for symbols and keywords) and the text it was read from."""

    kind: str
    text: str

    def as_value(self) -> str:
        """Return the kind where a value may stand: there, keywords are plain identifiers."""
        return _IDENTIFIER if self.kind in {IN, NOT_IN} else self.kind


def parse_label_selector(text: str) -> tuple[Requirement, ...]:
    """Return the requirements that `text` writes, sorted by key; the empty text selects everything.

    Raises SelectorError with upstream's message. Source: labels.Parse, release 1.36.
    """
    tokens = _tokens_of(text)
    requirements: list[Requirement] = []
    at = 0
    while tokens[at].kind != _END:
        if tokens[at].as_value() not in {_IDENTIFIER, "!"}:
            raise SelectorError(f"found '{tokens[at].text}', expected: !, identifier, or 'end of string'")
        try:
            requirement, at = _parse_requirement(tokens, at)
        except SelectorError as error:
            raise SelectorError(f"unable to parse requirement: {error}") from None
        requirements.append(requirement)
        at = _after_requirement(tokens, at)
    return sort_requirements(tuple(requirements))


def _after_requirement(tokens: tuple[_Token, ...], at: int) -> int:
    if tokens[at].kind == _END:
        return at
    if tokens[at].kind != ",":
        raise SelectorError(f"found '{tokens[at].text}', expected: ',' or 'end of string'")
    if tokens[at + 1].as_value() not in {_IDENTIFIER, "!"}:
        raise SelectorError(f"found '{tokens[at + 1].text}', expected: identifier after ','")
    return at + 1


def _tokens_of(text: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    at = 0
    while True:
        while at < len(text) and text[at] in _WHITESPACE:
            at += 1
        if at >= len(text) or text[at] == "\0":
            # A NUL ends the text for upstream's lexer.
            return (*tokens, _Token(_END, ""), _Token(_END, ""))
        token, at = _read_symbol(text, at) if text[at] in _SYMBOLS else _read_word(text, at)
        tokens.append(token)


def _read_symbol(text: str, at: int) -> tuple[_Token, int]:
    end, known = at, 0
    while end < len(text) and text[end] in _SYMBOLS:
        end += 1
        if text[at:end] in _SYMBOL_TOKENS:
            known = end
        elif known:
            end -= 1
            break
    if not known:
        return _Token(_BROKEN, f"error expected: keyword found '{text[at:end]}'"), end
    return _Token(text[at:known], text[at:known]), end


def _read_word(text: str, at: int) -> tuple[_Token, int]:
    end = at
    while end < len(text) and text[end] != "\0" and text[end] not in _SYMBOLS + _WHITESPACE:
        end += 1
    word = text[at:end]
    after = end + 1 if text[end : end + 1] == "\0" else end
    return _Token(word if word in {IN, NOT_IN} else _IDENTIFIER, word), after


def _parse_requirement(tokens: tuple[_Token, ...], at: int) -> tuple[Requirement, int]:
    negated = tokens[at].kind == "!"
    at += negated
    if tokens[at].as_value() != _IDENTIFIER:
        raise SelectorError(f"found '{tokens[at].text}', expected: identifier")
    key = tokens[at].text
    problems = label_key_problems(key)
    if problems:
        raise SelectorError(f"<nil>: Invalid value: {quote(key)}: {'; '.join(problems)}")
    at += 1
    if negated:
        return new_requirement(key, DOES_NOT_EXIST, ()), at
    if tokens[at].kind in {_END, ","}:
        return new_requirement(key, EXISTS, ()), at
    operator = _OPERATORS.get(tokens[at].kind)
    if operator is None:
        raise SelectorError(f"found '{tokens[at].text}', expected: {_EXPECTED_OPERATORS}")
    if operator in {IN, NOT_IN}:
        values, at = _parse_values(tokens, at + 1)
    else:
        values, at = _parse_exact_value(tokens, at + 1)
    return new_requirement(key, operator, values), at


def _parse_exact_value(tokens: tuple[_Token, ...], at: int) -> tuple[tuple[str, ...], int]:
    if tokens[at].kind in {_END, ","}:
        return ("",), at
    if tokens[at].as_value() != _IDENTIFIER:
        raise SelectorError(f"found '{tokens[at].text}', expected: identifier")
    return (tokens[at].text,), at + 1


def _parse_values(tokens: tuple[_Token, ...], at: int) -> tuple[tuple[str, ...], int]:
    if tokens[at].kind != "(":
        raise SelectorError(f"found '{tokens[at].text}' expected: '('")
    at += 1
    first = tokens[at]
    if first.kind == ")":
        return ("",), at + 1
    if first.as_value() not in {_IDENTIFIER, ","}:
        raise SelectorError(f"found '{first.text}', expected: ',', ')' or identifier")
    values, at = _parse_identifiers(tokens, at)
    return tuple(sorted(dict.fromkeys(values))), at + 1


def _parse_identifiers(tokens: tuple[_Token, ...], at: int) -> tuple[tuple[str, ...], int]:
    """Return the values up to, and the position of, the closing parenthesis."""
    values: tuple[str, ...] = ()
    while True:
        token, after = tokens[at], tokens[min(at + 1, len(tokens) - 1)]
        if token.as_value() == _IDENTIFIER:
            values += (token.text,)
            if after.kind not in {",", ")"}:
                raise SelectorError(f"found '{after.text}', expected: ',' or ')'")
        elif token.kind == ",":
            # Commas without a value between them, or next to a parenthesis, stand for the empty value.
            if not values or after.kind in {",", ")"}:
                values += ("",)
        else:
            raise SelectorError(f"found '{token.text}', expected: ',', or identifier")
        at += 1
        if tokens[at].kind == ")":
            return values, at


@attrs.frozen
class FieldRequirement:
    """One condition on one field: `operator` is `=` or `!=`."""

    field: str
    operator: str
    value: str


def parse_field_selector(text: str) -> tuple[FieldRequirement, ...]:
    """Return the field requirements that `text` writes, sorted as texts; empty terms are dropped.

    Raises SelectorError with upstream's message. Source: fields.ParseSelector, release 1.36.
    """
    requirements: list[FieldRequirement] = []
    for term in sorted(_split_terms(text)):
        if not term:
            continue
        split = split_field_term(term)
        if split is None:
            raise SelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
        field, operator, escaped = split
        value = _unescape(escaped)
        # Upstream turns every term through the identity and drops one that has neither field nor value.
        if field or value:
            requirements.append(FieldRequirement(field, NOT_EQUALS if operator == "!=" else EQUALS, value))
    return tuple(requirements)


def _split_terms(text: str) -> tuple[str, ...]:
    terms, start, escaped = [], 0, False
    for at, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ",":
            terms.append(text[start:at])
            start = at + 1
    return (*terms, text[start:])


def split_field_term(term: str) -> tuple[str, str, str] | None:
    """Return field, operator and escaped value of a term at its first operator, or None without one."""
    for at in range(len(term)):
        for operator in ("!=", "==", "="):
            if term.startswith(operator, at):
                return term[:at], operator, term[at + len(operator) :]
    return None


def _unescape(text: str) -> str:
    unescaped, escaped = [], False
    for character in text:
        if escaped:
            if character not in "\\,=":
                raise SelectorError(f"invalid field selector: invalid escape sequence: \\{character}")
            unescaped.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character in ",=":
            raise SelectorError(f"invalid field selector: unescaped character in value: {ord(character)}")
        else:
            unescaped.append(character)
    if escaped:
        raise SelectorError("invalid field selector: invalid escape sequence: \\")
    return "".join(unescaped)


def matches_fields(requirements: tuple[FieldRequirement, ...], fields: Mapping[str, str]) -> bool:
    """Tell whether `fields` meet every requirement; a field that is absent reads as empty."""
    return all(
        (fields.get(requirement.field, "") == requirement.value) == (requirement.operator == EQUALS)
        for requirement in requirements
    )
