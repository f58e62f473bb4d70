"""Symbolic states: a frozen attrs class with a variable in every field, and back to a plain Python value.

A field may be an int, a bool, an Enum, or another frozen class of such fields; tuples have no length of their own and
are given as `tuple[int, int]`. A state made from a solver's model is an ordinary value of the class: the native
functions run on it.
"""

import enum
import typing
from collections.abc import Iterator
from types import UnionType
from typing import Any, TypeAlias

import attrs
import z3

from seatrial.properties.checking.symbolic.terms import (
    SBool,
    SEnum,
    SInt,
    Term,
    Value,
    bool_term,
    enum_kind,
    enum_term,
    integer,
    truth_value,
)

Class: TypeAlias = "type[Any]"


class StateError(TypeError):
    """A class that no symbolic state can be made of: which field, and what it may be."""


def symbolic(kind: Class, prefix: str = "", **known: Value) -> Value:
    """A state of a class with one variable per field, named by it; fields in `known` keep their values.

    Raises StateError for a field of any other type.
    """
    hints = typing.get_type_hints(kind)
    values = {field.alias: known[field.name] if field.name in known
              else variable(hints.get(field.name, Any), f"{prefix}{field.name}", kind)
              for field in attrs.fields(kind)}
    return kind(**values)


def variable(hint: Any, name: str, kind: Class) -> Value:  # noqa: ANN401 -- any annotation
    """One variable, or a part with variables in it."""
    if hint is bool:
        return SBool(z3.Bool(name))
    if hint is int:
        return SInt(z3.Int(name))
    if typing.get_origin(hint) is tuple and ... not in (inner := typing.get_args(hint)):
        return tuple(variable(each, f"{name}.{at}", kind) for at, each in enumerate(inner))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return SEnum(hint, z3.Int(name))
    if isinstance(hint, type) and attrs.has(hint):
        return symbolic(hint, f"{name}.")
    said = hint if isinstance(hint, UnionType) or not isinstance(hint, type) else hint.__name__
    raise StateError(f"{kind.__module__}.{kind.__qualname__}: the field {name} is of type {said}; a state to be proved "
                     "about has fields of int, bool, an Enum, tuple[int, int] or a frozen attrs class of such")


def domain(state: Value) -> Iterator[Term]:
    """What the types say: a member of an enum is one of those there are."""
    if isinstance(state, SEnum):
        yield z3.And(state.term >= 0, state.term < len(list(state.kind)))
    elif isinstance(state, tuple):
        for each in state:
            yield from domain(each)
    elif attrs.has(type(state)):
        for field in attrs.fields(type(state)):
            yield from domain(getattr(state, field.name))


def leaves(state: Value) -> tuple[Term, ...]:
    """The terms of all fields, in order."""
    match state:
        case SBool() | bool():
            return (bool_term(state),)
        case SInt():
            return (state.term,)
        case int() if not isinstance(state, enum.Enum):
            return (z3.IntVal(state),)
        case tuple():
            return tuple(term for each in state for term in leaves(each))
    if enum_kind(state) is not None:
        return (enum_term(state),)
    kind: Any = state.__class__
    if attrs.has(kind):
        return tuple(term for field in attrs.fields(kind) for term in leaves(getattr(state, field.name)))
    raise StateError(f"{state!r} has no place in a state to be proved about; it is neither int, bool, Enum nor frozen")


def rebuild(state: Value, terms: Iterator[Value]) -> Value:
    """A state of the same form with other terms, or other plain values, in its leaves."""
    if isinstance(state, tuple):
        return tuple(rebuild(each, terms) for each in state)
    if (kind := enum_kind(state)) is not None:
        found = next(terms)
        if z3.is_int_value(found):
            return list(kind)[found.as_long()]
        return SEnum(kind, found)
    if isinstance(state, bool | SBool):
        return truth_value(next(terms))
    if isinstance(state, int | SInt):
        return integer(next(terms))
    made: Any = state.__class__
    return made(**{field.alias: rebuild(getattr(state, field.name), terms) for field in attrs.fields(made)})


def substitute(value: Value, before: tuple[Term, ...], after: tuple[Term, ...]) -> Value:
    """A value with other terms for some variables."""
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if not old.eq(new)]
    return rebuild(value, iter([z3.substitute(term, *pairs) if pairs else term for term in leaves(value)]))


def at_step(state: Value, step: int | str) -> Value:
    """The same state with variables of its own for a step of a run; known fields stay known."""
    return rebuild(state, iter([_copy(term, step) for term in leaves(state)]))


def _copy(term: Term, step: int | str) -> Term:
    if not z3.is_const(term) or term.decl().kind() != z3.Z3_OP_UNINTERPRETED:
        return term
    return z3.Const(f"{term}@{step}", term.sort())


def variables(state: Value) -> tuple[Term, ...]:
    """The variables of a symbolic state, in order."""
    return tuple(term for term in leaves(state)
                 if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED)


def concretize(model: Term, state: Value) -> Value:
    """The plain state that a solver's model gives; what the model leaves open is 0 or False."""
    return rebuild(state, iter([model.eval(term, model_completion=True) for term in leaves(state)]))


def equal(one: Value, two: Value) -> SBool:
    """Are two states of one form the same?"""
    pairs = zip(leaves(one), leaves(two), strict=True)
    return SBool(z3.And([first == second for first, second in pairs]))
