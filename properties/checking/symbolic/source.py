"""The source of a function, found and checked before it is lifted: what cannot be lifted is refused here.

Every refusal names the file and the line, and a way to write it. Lifted code is a part of Python that has one meaning
for known and unknown values: branches, early returns, loops over tuples, comprehensions, calls to other plain
functions. Everything that could change the world, raise, hash or loop without bound is left out.
"""

import ast
import builtins
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import FunctionType, ModuleType
from typing import Any, TypeAlias

import attrs

from seatrial.properties.checking.symbolic.terms import NotLiftableError, Value

Definition: TypeAlias = ast.FunctionDef | ast.Lambda
UNKNOWN_NAME = object()

# What a refused construct is called, and how to write it.
REFUSED: Mapping[type[Any], str] = {
    ast.Raise: "raises; return a value that says what is wrong",
    ast.Assert: "asserts; make it a hypothesis of the proof, or return a value that says what is wrong",
    ast.Try: "catches exceptions; return a value that says what is wrong, and branch on it",
    ast.With: "uses a with statement; leave it to the caller",
    ast.FunctionDef: "defines a function inside; move it to the top of the module",
    ast.AsyncFunctionDef: "is asynchronous; write a plain function",
    ast.ClassDef: "defines a class inside; move it to the top of the module",
    ast.Global: "changes a global variable; return the new value",
    ast.Nonlocal: "changes a variable of another function; return the new value",
    ast.Import: "imports inside; move it to the top of the module",
    ast.ImportFrom: "imports inside; move it to the top of the module",
    ast.Match: "uses match; write if and elif",
    ast.Yield: "yields; return a tuple",
    ast.YieldFrom: "yields; return a tuple",
    ast.Await: "awaits; write a plain function",
    ast.Dict: "makes a dict; use a frozen attrs class, or a tuple of pairs",
    ast.DictComp: "makes a dict; use a tuple of pairs",
    ast.Set: "makes a set; use a tuple",
    ast.SetComp: "makes a set; use a tuple",
    ast.JoinedStr: "formats a text; return the numbers, and put them into words outside",
    ast.NamedExpr: "assigns inside an expression; make it a statement of its own",
    ast.Div: "divides with /; use // and a positive constant",
    ast.Pow: "raises to a power; multiply",
    ast.MatMult: "multiplies matrices; multiply numbers",
    ast.LShift: "shifts bits; multiply",
    ast.RShift: "shifts bits; use // and a positive constant",
    ast.BitXor: "uses ^; write !=",
    ast.Invert: "uses ~, which makes -2 of True; write not",
    ast.AsyncFor: "is asynchronous; write a plain function",
    ast.AsyncWith: "is asynchronous; write a plain function",
    ast.TryStar: "catches exceptions; return a value that says what is wrong, and branch on it",
}


@attrs.frozen(eq=False)
class Source:
    """A function taken apart: its definition in the file, the names it can see, its defaults."""

    name: str
    file: str
    definition: Definition
    function: Value
    names: Mapping[str, Value]

    def place(self, node: ast.AST) -> str:
        """Where a part of it stands."""
        return f"{self.file}:{getattr(node, 'lineno', self.definition.lineno)}"

    def refuse(self, node: ast.AST, why: str) -> NotLiftableError:
        """The error for a part of it."""
        return NotLiftableError(f"{self.place(node)}: {self.name} {why}")

    def lookup(self, name: str) -> Value:
        """What a name that is not a local variable stands for."""
        if name in self.names:
            return self.names[name]
        if name in self.function.__globals__:
            return self.function.__globals__[name]
        return getattr(builtins, name, UNKNOWN_NAME)


def plain(function: Value) -> Value:
    """The function itself, without functools.partial and without the wrapping of lift."""
    while isinstance(function, partial) or hasattr(function, "__lifted__"):
        function = function.func if isinstance(function, partial) else function.__lifted__
    return function


@cache
def source_of(function: FunctionType) -> Source:
    """The checked source of one function; raises NotLiftableError naming the line that cannot be lifted."""
    code = function.__code__
    try:
        lines, _ = inspect.findsource(function)
    except OSError as error:
        raise NotLiftableError(f"{function.__qualname__} cannot be lifted: its source is not in a file; write it in a "
                               "module") from error
    found = list(_definitions(ast.parse("".join(lines)), code.co_firstlineno, function.__name__))
    place = f"{code.co_filename}:{code.co_firstlineno}"
    if len(found) > 1:
        found = [each for each in found if _begins_like(each, function)]
    if len(found) != 1:
        raise NotLiftableError(f"{place}: {len(found)} functions begin on this line; give each a line of its own")
    closure = dict(zip(code.co_freevars, (cell.cell_contents for cell in function.__closure__ or ()), strict=True))
    source = Source(function.__qualname__, code.co_filename, found[0], function, closure)
    _check(source)
    return source


def _definitions(tree: ast.Module, line: int, name: str) -> Iterator[Definition]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and name == "<lambda>" and node.lineno == line:
            yield node
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if line in (first, node.lineno):
                yield node


def _begins_like(node: Definition, function: FunctionType) -> bool:
    """Of two lambdas on one line: does this one hold the first instruction of the function?"""
    if not isinstance(node, ast.Lambda):
        return True
    for line, _, column, end in function.__code__.co_positions():
        if line == node.body.lineno and column is not None and end:
            return node.body.col_offset <= column <= (node.body.end_col_offset or 0)
    return False


def _check(source: Source) -> None:
    definition = source.definition
    arguments = definition.args
    if arguments.kwarg:
        raise source.refuse(definition, "takes any named arguments; name each of them")
    body = definition.body if isinstance(definition.body, list) else [definition.body]
    for statement in body:
        for node in ast.walk(statement):
            _check_node(source, node)


def _check_node(source: Source, node: ast.AST) -> None:
    why = REFUSED.get(type(node)) or REFUSED.get(type(getattr(node, "op", None)))
    if why is not None and hasattr(node, "lineno"):
        raise source.refuse(node, why)
    if isinstance(node, ast.For | ast.While) and node.orelse:
        raise source.refuse(node, "has an else after a loop; write what it does after the loop")
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(
        node, ast.AugAssign | ast.AnnAssign | ast.For | ast.comprehension) else []
    for target in targets:
        for part in ast.walk(target):
            if isinstance(part, ast.Attribute | ast.Subscript | ast.Starred):
                raise source.refuse(node, "assigns to a part of a value; make a changed copy with attrs.evolve, or a "
                                          "new tuple")


# Calls: what a function leads to is lifted, and so checked, with it.


@cache
def check_calls(function: FunctionType) -> None:
    """Checks every plain function that this one can be seen to call; raises NotLiftableError, for recursion too."""
    _follow(function, ())


def _follow(function: FunctionType, above: tuple[FunctionType, ...]) -> None:
    source = source_of(function)
    for node, called in _calls(source):
        if called is function or called in above:
            raise source.refuse(node, f"calls itself through {called.__name__}, without a bound that can be seen; "
                                      "write a loop over a tuple")
        if called.__module__ != attrs.__name__ and not is_native(called):
            _follow(called, (*above, function))


def _calls(source: Source) -> Iterator[tuple[ast.Call, FunctionType]]:
    for node in ast.walk(source.definition):
        if isinstance(node, ast.Call):
            called = plain(_called(source, node.func))
            if isinstance(called, FunctionType):
                yield node, called


def _called(source: Source, node: ast.expr) -> Value:
    if isinstance(node, ast.Name):
        return source.lookup(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        holder = source.lookup(node.value.id)
        return getattr(holder, node.attr, None) if isinstance(holder, ModuleType) else None
    return None


NATIVE: tuple[Callable[..., Any], ...] = (attrs.evolve,)
"""Functions that only put values together, and so run on symbolic ones as they are."""


def is_native(function: Value) -> bool:
    """May this function be given symbolic values as it is?"""
    return any(function is each for each in NATIVE)
