"""Plain Python functions run on symbolic values: the same source, with both branches of a condition merged.

`lift(function)` gives a function that runs the native one untouched when all arguments are known. Otherwise it
interprets the same source: each branch on a value that is not known is followed both ways, and what differs is merged
into one term (if-conversion), so that nothing forks and the result is one value. An early return, break or continue
ends a path: what it leaves is merged with the others under the condition that leads there. A function that is called
inside is lifted in the same way. What cannot be lifted is refused by `lift` itself, with the file, the line and a way
to write it (`seatrial.properties.checking.symbolic.source`).
"""

import ast
from collections.abc import Callable, Mapping
from functools import partial, wraps
from types import FunctionType
from typing import Any

import attrs
import z3

from seatrial.properties.checking.symbolic.expressions import Env, Scope, assign, call, evaluate, iterate, use
from seatrial.properties.checking.symbolic.source import Source, check_calls, plain, source_of
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

ROUNDS = 64
"""How often a while loop is unrolled; one that may still go on is refused."""


def lift(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, for known and symbolic arguments alike; raises NotLiftableError for what cannot be lifted."""
    inner = plain(function)
    if not isinstance(inner, FunctionType):
        raise NotLiftableError(f"{function!r} cannot be lifted: it is no plain Python function; wrap it in one")
    check_calls(inner)

    @wraps(inner)
    def lifted(*arguments: Value, **named: Value) -> Value:
        if isinstance(function, partial):
            arguments, named = (*function.args, *arguments), {**function.keywords, **named}
        if any(is_symbolic(each) for each in (*arguments, *named.values())):
            return run(inner, arguments, named)
        return inner(*arguments, **named)

    lifted.__lifted__ = function  # type: ignore[attr-defined]
    return lifted


@attrs.define(eq=False)
class Frame:
    """A call in progress: its function, and what has left it, or the innermost loop, so far."""

    source: Source
    returned: list[tuple[Bool, Value]] = attrs.Factory(list)
    broke: list["Path"] = attrs.Factory(list)
    continued: list["Path"] = attrs.Factory(list)


@attrs.frozen(eq=False)
class Path:
    """The condition under which one is here, and the local variables here."""

    condition: Bool
    env: Env


def run(function: FunctionType, arguments: tuple[Value, ...], named: dict[str, Value]) -> Value:
    """Interprets a function on values that are not known; raises NotLiftableError with file and line."""
    source = source_of(function)
    frame = Frame(source)
    path = Path(True, bind(source, arguments, named))  # noqa: FBT003 -- the condition so far
    body = source.definition.body
    if not isinstance(body, list):
        return evaluate(body, Scope(source, path.env, run))
    rest = block(body, path, frame)
    if rest is not None:
        frame.returned.append((rest.condition, None))
    _, found = frame.returned[-1]
    for condition, value in reversed(frame.returned[:-1]):
        found = merge(condition, value, found)
    if isinstance(found, Mixed):
        raise source.refuse(source.definition, f"returns {found.why}; return one form in every branch")
    return found


def bind(source: Source, arguments: tuple[Value, ...], named: Mapping[str, Value]) -> Env:
    """The parameters with their arguments and defaults."""
    parameters, function = source.definition.args, source.function
    names = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
    defaults = function.__defaults__ or ()
    env: Env = dict(zip(names[len(names) - len(defaults):], defaults, strict=True))
    env |= function.__kwdefaults__ or {}
    if parameters.vararg is not None:
        env[parameters.vararg.arg] = arguments[len(names):]
    elif len(arguments) > len(names):
        raise TypeError(f"{source.name} takes {len(names)} arguments, not {len(arguments)}")
    env |= dict(zip(names, arguments, strict=False))
    env |= named
    missing = [name for name in (*names, *(each.arg for each in parameters.kwonlyargs)) if name not in env]
    if missing:
        raise TypeError(f"{source.name} is called without {', '.join(missing)}")
    return env


def block(statements: list[ast.stmt], path: Path, frame: Frame) -> Path | None:
    """What is left of a path after some statements; None when it has ended."""
    here: Path | None = path
    for statement in statements:
        if here is None:
            return None
        here = STATEMENTS[type(statement)](statement, here, frame)
    return here


def value_of(node: ast.expr, path: Path, frame: Frame) -> Value:
    """The value of an expression on a path."""
    return evaluate(node, Scope(frame.source, path.env, run))


def _return(node: Any, path: Path, frame: Frame) -> None:  # noqa: ANN401 -- one class of node for each function
    frame.returned.append((path.condition, None if node.value is None else value_of(node.value, path, frame)))


def _assign(node: Any, path: Path, frame: Frame) -> Path:  # noqa: ANN401
    value = value_of(node.value, path, frame)
    env = dict(path.env)
    for target in node.targets:
        assign(target, value, env)
    return Path(path.condition, env)


def _annotated(node: Any, path: Path, frame: Frame) -> Path:  # noqa: ANN401
    if node.value is None:
        return path
    return Path(path.condition, {**path.env, node.target.id: value_of(node.value, path, frame)})


def _augmented(node: Any, path: Path, frame: Frame) -> Path:  # noqa: ANN401
    name = ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
    sum_ = ast.copy_location(ast.BinOp(name, node.op, node.value), node)
    return Path(path.condition, {**path.env, node.target.id: value_of(sum_, path, frame)})


def _nothing(node: Any, path: Path, frame: Frame) -> Path:  # noqa: ANN401
    del node, frame
    return path


def _break(node: Any, path: Path, frame: Frame) -> None:  # noqa: ANN401
    del node
    frame.broke.append(path)


def _continue(node: Any, path: Path, frame: Frame) -> None:  # noqa: ANN401
    del node
    frame.continued.append(path)


def _if(node: Any, path: Path, frame: Frame) -> Path | None:  # noqa: ANN401
    test = truth(value_of(node.test, path, frame))
    if not isinstance(test, SBool):
        return block(node.body if test else node.orelse, path, frame)
    return branch(test, path, frame, node.body, node.orelse)


def branch(test: SBool, path: Path, frame: Frame, body: list[ast.stmt], orelse: list[ast.stmt]) -> Path | None:
    """Both branches, merged as far as they come to the end."""
    first = Path(and_(path.condition, test), dict(path.env))
    second = Path(and_(path.condition, not_(test)), dict(path.env))
    one, two = block(body, first, frame), block(orelse, second, frame)
    if one is None or two is None:
        return one or two
    whole = one.condition is first.condition and two.condition is second.condition
    return Path(path.condition if whole else or_(one.condition, two.condition), merge_env(test, one.env, two.env))


def merge_env(condition: Bool, one: Env, two: Env) -> Env:
    """The local variables after two branches."""
    env: Env = {}
    for name in (*one, *(each for each in two if each not in one)):
        if name not in one or name not in two:
            env[name] = Mixed("set in one branch and not in another")
        else:
            env[name] = merge(condition, one[name], two[name])
    return env


def join(paths: list[Path]) -> Path | None:
    """One path out of several that exclude each other; None out of none."""
    if not paths:
        return None
    found = paths[0]
    for each in paths[1:]:
        found = Path(or_(found.condition, each.condition), merge_env(each.condition, each.env, found.env))
    return found


def _for(node: Any, path: Path, frame: Frame) -> Path | None:  # noqa: ANN401
    outer = frame.broke, frame.continued
    frame.broke, frame.continued = [], []
    here: Path | None = path
    for value in iterate(use(value_of(node.iter, path, frame))):
        if here is None:
            break
        env = dict(here.env)
        assign(node.target, value, env)
        here = _round(node.body, Path(here.condition, env), frame)
    left = frame.broke + ([] if here is None else [here])
    frame.broke, frame.continued = outer
    return join(left)


def _round(body: list[ast.stmt], path: Path, frame: Frame) -> Path | None:
    frame.continued = []
    end = block(body, path, frame)
    return join([*frame.continued, *([] if end is None else [end])])


def _while(node: Any, path: Path, frame: Frame) -> Path | None:  # noqa: ANN401
    outer = frame.broke, frame.continued
    frame.broke, frame.continued = [], []
    left: list[Path] = []
    here: Path | None = path
    for _ in range(ROUNDS + 1):
        if here is None:
            break
        test = truth(value_of(node.test, here, frame))
        left.append(Path(and_(here.condition, not_(test)), here.env))
        condition = and_(here.condition, test)
        here = None if not is_possible(condition) else _round(node.body, Path(condition, dict(here.env)), frame)
    if here is not None:
        raise frame.source.refuse(node, f"may go round more than {ROUNDS} times; loop over a tuple, or bound the "
                                        "number of rounds in the condition")
    left = [each for each in [*left, *frame.broke] if each.condition is not False]
    frame.broke, frame.continued = outer
    return join(left)


def is_possible(condition: Bool) -> bool:
    """Can a condition hold? What the solver does not know counts as possible."""
    if not isinstance(condition, SBool):
        return condition
    solver = z3.Solver()
    solver.set("timeout", 1000)
    return solver.check(condition.term) != z3.unsat


STATEMENTS: Mapping[type[ast.stmt], Callable[[Any, Path, Frame], Path | None]] = {
    ast.Return: _return, ast.Assign: _assign, ast.AnnAssign: _annotated, ast.AugAssign: _augmented, ast.If: _if,
    ast.For: _for, ast.While: _while, ast.Break: _break, ast.Continue: _continue, ast.Pass: _nothing,
    ast.Expr: _nothing, ast.Delete: _nothing,
}
__all__ = ["call", "lift", "run"]
