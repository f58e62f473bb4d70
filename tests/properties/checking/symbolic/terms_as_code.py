"""Terms of Z3 as plain Python functions, a hundred times faster than Z3 puts values into them.

Each distinct sub-term becomes one assignment, in an order in which what it needs comes first. Only what lifting makes
is known: arithmetic over integers, division by positive constants, conditions, and `ite`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import z3

INFIX = {z3.Z3_OP_ADD: "+", z3.Z3_OP_SUB: "-", z3.Z3_OP_MUL: "*", z3.Z3_OP_AND: "and", z3.Z3_OP_OR: "or",
         z3.Z3_OP_LE: "<=", z3.Z3_OP_GE: ">=", z3.Z3_OP_LT: "<", z3.Z3_OP_GT: ">", z3.Z3_OP_EQ: "==",
         z3.Z3_OP_IDIV: "//", z3.Z3_OP_MOD: "%"}
PREFIX = {z3.Z3_OP_NOT: "not ", z3.Z3_OP_UMINUS: "-"}
DIVIDES = (z3.Z3_OP_IDIV, z3.Z3_OP_MOD)


def as_code(symbols: tuple[Any, ...], terms: tuple[Any, ...]) -> Callable[..., tuple[Any, ...]]:
    """A function of the symbols' values that answers the terms' values; raises ValueError for what it does not know."""
    names = {symbol.get_id(): f"s{at}" for at, symbol in enumerate(symbols)}
    lines = []
    for term in in_order(terms, names):
        names[term.get_id()] = f"t{term.get_id()}"
        lines.append(f"    t{term.get_id()} = {expression(term, names)}")
    asked = "".join(f"{names[term.get_id()]}, " for term in terms)
    source = "\n".join((f"def run({', '.join(names[each.get_id()] for each in symbols)}):", *lines,
                        f"    return ({asked})"))
    found: dict[str, Callable[..., tuple[Any, ...]]] = {}
    exec(source, found)  # noqa: S102 -- the source is made above, of numbers and operators
    return found["run"]


def in_order(terms: tuple[Any, ...], named: dict[int, str]) -> Iterator[Any]:
    """Each distinct sub-term that has no name yet, after all that it needs."""
    done, todo = set(named), [(term, False) for term in reversed(terms)]
    while todo:
        term, ready = todo.pop()
        if term.get_id() in done:
            continue
        if ready:
            done.add(term.get_id())
            yield term
        else:
            todo.append((term, True))
            todo += [(child, False) for child in term.children()]


def expression(term: Any, names: dict[int, str]) -> str:
    """A sub-term as Python source, of the names of its parts."""
    kind, parts = term.decl().kind(), [names[child.get_id()] for child in term.children()]
    if z3.is_int_value(term):
        return str(term.as_long())
    if z3.is_true(term) or z3.is_false(term):
        return str(z3.is_true(term))
    if kind == z3.Z3_OP_ITE:
        return f"{parts[1]} if {parts[0]} else {parts[2]}"
    if kind in DIVIDES and not (z3.is_int_value(term.arg(1)) and term.arg(1).as_long() > 0):
        message = f"{term} divides by what may not be positive"
        raise ValueError(message)
    if kind in PREFIX:
        return PREFIX[kind] + parts[0]
    if kind in INFIX:
        return f" {INFIX[kind]} ".join(parts)
    message = f"{term.decl()} is not known: add it to INFIX or PREFIX"
    raise ValueError(message)
