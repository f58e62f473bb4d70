"""What cannot be lifted is refused when it is lifted: with its file, its line, and a way to write it."""

from functools import partial
from typing import Any

import pytest

from seatrial.properties.checking.symbolic.lift import lift
from seatrial.properties.checking.symbolic.source import REFUSED, plain, source_of
from seatrial.properties.checking.symbolic.terms import NotLiftableError


def raising(x: Any) -> Any:  # noqa: D103
    if x < 0:
        raise ValueError
    return x


def catching(x: Any) -> Any:  # noqa: D103
    try:
        return x
    except ValueError:
        return 0


def counting_down(x: Any) -> Any:  # noqa: D103
    return 0 if x <= 0 else counting_down(x - 1)


def ping(x: Any) -> Any:  # noqa: D103
    return pong(x)


def pong(x: Any) -> Any:  # noqa: D103
    return ping(x)


def making_a_dict(x: Any) -> Any:  # noqa: D103
    return {1: x}


def halving(x: Any) -> Any:  # noqa: D103
    return x / 2


def saying(x: Any) -> Any:  # noqa: D103
    return f"{x} pods"


def changing_a_part(x: Any) -> Any:  # noqa: D103
    y = [x]
    y[0] = 3
    return y


def falling_through(x: Any) -> Any:  # noqa: D103
    for _ in (1, 2):
        x += 1
    else:  # noqa: PLW0120 -- the point
        x += 2
    return x


def calling_one_that_raises(x: Any) -> Any:  # noqa: D103
    return raising(x) + 1


def taking_anything(**x: Any) -> Any:  # noqa: D103
    return x


def asserting(x: Any) -> Any:  # noqa: D103
    assert x
    return x


@pytest.mark.parametrize(("function", "line", "why"), [
    (raising, 2, "raises; return a value"), (catching, 1, "catches exceptions"), (making_a_dict, 1, "makes a dict"),
    (halving, 1, "divides with /; use //"), (saying, 1, "formats a text"), (changing_a_part, 2, "attrs.evolve"),
    (falling_through, 1, "else after a loop"), (taking_anything, 0, "name each of them"), (asserting, 1, "hypothesis"),
    (counting_down, 1, "calls itself"),
])
def test_a_construct_is_refused_with_its_place(function: Any, line: int, why: str) -> None:
    """The line is that of the construct itself, in this file."""
    at = function.__code__.co_firstlineno + line
    with pytest.raises(NotLiftableError, match=rf"test_source.py:{at}: {function.__name__} .*{why}"):
        lift(function)


def test_what_is_called_is_refused_too() -> None:
    """In the line of the function that cannot be lifted, and through any number of calls."""
    with pytest.raises(NotLiftableError, match="raising raises"):
        lift(calling_one_that_raises)
    with pytest.raises(NotLiftableError, match="calls itself through ping"):
        lift(ping)


def test_every_refusal_says_how_to_write_it() -> None:
    """A name and, behind a semicolon, a way."""
    assert [] == [node.__name__ for node, why in REFUSED.items() if "; " not in why]


def test_two_lambdas_on_one_line_are_told_apart() -> None:
    """By where their bodies stand."""
    one, two = (lambda x: x + 1), (lambda x: x + 2)
    bodies: list[Any] = [source_of(each).definition.body for each in (one, two)]
    assert [1, 2] == [each.right.value for each in bodies]


def test_what_has_no_source_is_refused() -> None:
    """Nothing can be said about it."""
    made: dict[str, Any] = {}
    exec("def made(x):\n    return x", made)  # noqa: S102 -- this is the point
    with pytest.raises(NotLiftableError, match="its source is not in a file"):
        lift(made["made"])
    with pytest.raises(NotLiftableError, match="no plain Python function"):
        lift(len)


def test_wrappers_are_looked_through() -> None:
    """Those of partial and lift, as often as they are there."""
    assert halving is plain(partial(partial(halving, 1)))
    assert pong is plain(partial(pong, 1))
