"""Expressions of lifted code: both branches of a condition that is not known are evaluated, and merged.

`and`, `or` and `not` make terms where a side is not known, and keep Python's own meaning, short circuit and all, where
it is. An attribute that is a property, and a method, are lifted like any other function.
"""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import getattr_static
from types import FunctionType, MethodType
from typing import Any, TypeAlias

import attrs

from seatrial.properties.checking.symbolic.builtin import AS_IT_IS, LIFTED, Guarded
from seatrial.properties.checking.symbolic.source import UNKNOWN_NAME, Source, is_native, plain
from seatrial.properties.checking.symbolic.terms import (
    Bool,
    Mixed,
    NotLiftableError,
    SBool,
    Value,
    and_,
    is_symbolic,
    merge,
    not_,
    or_,
    truth,
)

Env: TypeAlias = dict[str, Value]
Run: TypeAlias = Callable[[FunctionType, tuple[Value, ...], dict[str, Value]], Value]


@attrs.frozen(eq=False)
class Scope:
    """What an expression can see: its function, the local variables, and how a lifted call is run."""

    source: Source
    env: Env
    run: Run


@attrs.frozen(eq=False)
class Closure:
    """A lambda inside lifted code, with the variables it sees."""

    definition: ast.Lambda
    scope: Scope


ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.BitAnd: operator.and_, ast.BitOr: operator.or_,
}
CONDITIONS = (ast.BitAnd, ast.BitOr)
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Is: operator.is_, ast.IsNot: operator.is_not,
}


def evaluate(node: ast.expr, scope: Scope) -> Value:
    """The value of an expression; raises NotLiftableError with its place."""
    try:
        found = EVALUATE[type(node)](node, scope)
    except NotLiftableError as error:
        raise _placed(error, node, scope) from error
    except (IndexError, ZeroDivisionError, AttributeError, TypeError, KeyError) as error:
        raise scope.source.refuse(node, f"fails in a branch that may be taken: {error}; both branches of a condition "
                                        "that is not known are followed, so write each so that it holds of any value"
                                  ) from error
    return found


def _placed(error: NotLiftableError, node: ast.AST, scope: Scope) -> NotLiftableError:
    text = str(error)
    if error.__cause__ is not None or ".py:" in text:
        return error
    return scope.source.refuse(node, text)


def use(value: Value) -> Value:
    """A value that is really used: one that two branches left in different forms cannot be."""
    if isinstance(value, Mixed):
        raise NotLiftableError(f"uses a value that is {value.why}; give it one form in every branch")
    return value


def _constant(node: ast.expr, scope: Scope) -> Value:
    del scope
    assert isinstance(node, ast.Constant)  # noqa: S101 -- narrows the type
    return node.value


def _name(node: Any, scope: Scope) -> Value:  # noqa: ANN401 -- one class of node for each function
    if node.id in scope.env:
        return use(scope.env[node.id])
    found = scope.source.lookup(node.id)
    if found is UNKNOWN_NAME:
        raise NotLiftableError(f"uses {node.id}, which may not have a value here; give it one before the branch")
    return found


def _attribute(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    holder = evaluate(node.value, scope)
    static = getattr_static(type(holder), node.attr, None)
    if isinstance(static, property) and is_symbolic(holder):
        return call(static.fget, (holder,), {}, scope)
    return use(getattr(holder, node.attr))


def _subscript(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    holder = evaluate(node.value, scope)
    if not isinstance(node.slice, ast.Slice):
        return use(holder[evaluate(node.slice, scope)])
    ends = (node.slice.lower, node.slice.upper, node.slice.step)
    return holder[slice(*(None if end is None else evaluate(end, scope) for end in ends))]


def _binary(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if isinstance(node.op, CONDITIONS) and not all(isinstance(side, bool | SBool) for side in (left, right)):
        raise scope.source.refuse(node, "uses & or | on numbers; they combine truth values: both sides must be some")
    return ARITHMETIC[type(node.op)](left, right)


def _unary(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    found = evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return not_(truth(found))
    return -found if isinstance(node.op, ast.USub) else +found


def _logic(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    """`and` and `or`: Python's while a side is known, terms from there on; either of two values, as in Python."""
    return _logic_from(node.values, isinstance(node.op, ast.Or), scope)


def _logic_from(nodes: list[ast.expr], is_or: bool, scope: Scope) -> Value:  # noqa: FBT001 -- which of the two
    first = evaluate(nodes[0], scope)
    if len(nodes) == 1:
        return first
    if not is_symbolic(first):
        return first if bool(first) == is_or else _logic_from(nodes[1:], is_or, scope)
    rest = _logic_from(nodes[1:], is_or, scope)
    if isinstance(first, SBool) and isinstance(rest, bool | SBool):
        return or_(first, rest) if is_or else and_(first, rest)
    return merge(truth(first), first, rest) if is_or else merge(truth(first), rest, first)


def _compare(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    """A chain of comparisons: all of them."""
    left, found = evaluate(node.left, scope), []
    for each, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluate(right_node, scope)
        found.append(_compare_two(each, left, right))
        left = right
    return and_(*(truth(each) for each in found)) if len(found) > 1 else found[0]


def _compare_two(op: ast.cmpop, left: Value, right: Value) -> Value:
    if isinstance(op, ast.In | ast.NotIn):
        found = or_(*(equals(left, each) for each in right)) if not isinstance(right, str) else left in right
        return not_(found) if isinstance(op, ast.NotIn) else found
    if isinstance(op, ast.Eq | ast.NotEq):
        return not_(equals(left, right)) if isinstance(op, ast.NotEq) else equals(left, right)
    return COMPARISONS[type(op)](left, right)


def equals(left: Value, right: Value) -> Bool:
    """Are two values the same, part by part?"""
    if isinstance(left, tuple | list) and isinstance(right, tuple | list):
        if type(left) is not type(right) or len(left) != len(right):
            return False
        return and_(*(equals(one, two) for one, two in zip(left, right, strict=True)))
    if attrs.has(type(left)) and type(left) is type(right):
        names = [field.name for field in attrs.fields(type(left))]
        return and_(*(equals(getattr(left, name), getattr(right, name)) for name in names))
    return truth(left == right)


def _either(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    test = truth(evaluate(node.test, scope))
    if not isinstance(test, SBool):
        return evaluate(node.body if test else node.orelse, scope)
    return merge(test, evaluate(node.body, scope), evaluate(node.orelse, scope))


def _sequence(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    found: list[Value] = []
    for each in node.elts:
        if isinstance(each, ast.Starred):
            found.extend(iterate(evaluate(each.value, scope)))
        else:
            found.append(evaluate(each, scope))
    return tuple(found) if isinstance(node, ast.Tuple) else found


def iterate(values: Value) -> Iterable[Value]:
    """The items to loop over."""
    return LIFTED[tuple](values) if isinstance(values, Guarded) else values


def _comprehension(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    items: list[tuple[Bool, Value]] = []
    _generate(node, 0, True, scope, items)  # noqa: FBT003 -- the condition so far
    if all(guard is True for guard, _ in items):
        return [value for _, value in items]
    return Guarded(tuple(items))


def _generate(node: Any, depth: int, guard: Bool, scope: Scope, items: list[tuple[Bool, Value]]) -> None:  # noqa: ANN401
    if depth == len(node.generators):
        items.append((guard, evaluate(node.elt, scope)))
        return
    generator = node.generators[depth]
    for value in iterate(evaluate(generator.iter, scope)):
        inner = attrs.evolve(scope, env=dict(scope.env))
        assign(generator.target, value, inner.env)
        conditions = [truth(evaluate(each, inner)) for each in generator.ifs]
        here = and_(guard, *conditions)
        if here is not False:
            _generate(node, depth + 1, here, inner, items)


def assign(target: ast.expr, value: Value, env: Env) -> None:
    """Gives a name, or a tuple of names, its value."""
    if isinstance(target, ast.Name):
        env[target.id] = value
        return
    assert isinstance(target, ast.Tuple | ast.List)  # noqa: S101 -- the check refused all others
    for part, each in zip(target.elts, use(value), strict=True):
        assign(part, each, env)


def _lambda(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    return Closure(node, attrs.evolve(scope, env=dict(scope.env)))


def _call(node: Any, scope: Scope) -> Value:  # noqa: ANN401
    function = evaluate(node.func, scope)
    arguments: list[Value] = []
    for each in node.args:
        if isinstance(each, ast.Starred):
            arguments.extend(iterate(evaluate(each.value, scope)))
        else:
            arguments.append(evaluate(each, scope))
    named: dict[str, Value] = {}
    for each in node.keywords:
        if each.arg is None:
            raise NotLiftableError("passes arguments by **; name each of them")
        named[each.arg] = evaluate(each.value, scope)
    return call(function, tuple(arguments), named, scope)


def call(function: Value, arguments: tuple[Value, ...], named: dict[str, Value], scope: Scope) -> Value:
    """A call: native when everything is known, else through the lifted function or its symbolic counterpart."""
    while isinstance(function, partial):
        arguments, named, function = (*function.args, *arguments), {**function.keywords, **named}, function.func
    function = plain(function)
    if isinstance(function, MethodType) and isinstance(function.__func__, FunctionType):
        return call(function.__func__, (function.__self__, *arguments), named, scope)
    if isinstance(function, Closure):
        names = [each.arg for each in function.definition.args.args]
        env = {**function.scope.env, **dict(zip(names, arguments, strict=True))}
        return evaluate(function.definition.body, attrs.evolve(function.scope, env=env))
    everything = (*arguments, *named.values())
    lifted = None if not _is_hashable(function) else LIFTED.get(function)
    if lifted is not None and any(is_symbolic(each) or isinstance(each, Guarded) for each in everything):
        return lifted(*arguments, **named)
    known = not any(is_symbolic(each) or isinstance(each, Closure | Guarded) for each in everything)
    if known or is_native(function) or attrs.has(function) or any(function is each for each in AS_IT_IS):
        return function(*arguments, **named)
    if isinstance(function, FunctionType):
        return scope.run(function, arguments, named)
    name = getattr(function, "__name__", repr(function))
    raise NotLiftableError(f"calls {name} with a value that is not known; write it with comparisons and arithmetic")


def _is_hashable(value: Value) -> bool:
    return getattr(type(value), "__hash__", None) is not None


EVALUATE: Mapping[type[ast.expr], Callable[[Any, Scope], Value]] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Subscript: _subscript,
    ast.BinOp: _binary, ast.UnaryOp: _unary, ast.BoolOp: _logic, ast.Compare: _compare, ast.IfExp: _either,
    ast.Tuple: _sequence, ast.List: _sequence, ast.GeneratorExp: _comprehension, ast.ListComp: _comprehension,
    ast.Call: _call, ast.Lambda: _lambda,
}
