"""How what the model decided is compared with what the real code decided.

A comparison takes the expected and the actual value and returns the difference in words, one line each, or
the empty text. Values are JSON trees; a tuple counts as a list, and types count: 1, 1.0 and true differ.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

Comparison = Callable[[Any, Any], str]

LINES = 6
WIDTH = 160


def exactly(expected: object, actual: object) -> str:
    """No difference but in the kind of sequence."""
    found = _first(_differences(expected, actual, ""))
    return "\n".join(found)


def _first(lines: Iterator[str]) -> list[str]:
    shown = [line for line, _ in zip(lines, range(LINES), strict=False)]
    return [*shown, "..."] if next(lines, None) is not None else shown


def _differences(expected: object, actual: object, path: str) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key in sorted({*expected, *actual}, key=str):
            yield from _member_differences(expected, actual, key, f"{path}.{key}" if path else str(key))
    elif _is_list(expected) and _is_list(actual):
        for at in range(max(len(expected), len(actual))):
            yield from _item_differences(expected, actual, at, f"{path}[{at}]")
    elif _is_list(expected) or _is_list(actual) or type(expected) is not type(actual) or expected != actual:
        yield f"{path or 'the result'}: expected {say(expected)}, got {say(actual)}"


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _member_differences(expected: Any, actual: Any, key: object, path: str) -> Iterator[str]:
    if key not in actual:
        yield f"{path}: expected {say(expected[key])}, got nothing"
    elif key not in expected:
        yield f"{path}: expected nothing, got {say(actual[key])}"
    else:
        yield from _differences(expected[key], actual[key], path)


def _item_differences(expected: Any, actual: Any, at: int, path: str) -> Iterator[str]:
    if at >= len(actual):
        yield f"{path}: expected {say(expected[at])}, got nothing"
    elif at >= len(expected):
        yield f"{path}: expected nothing, got {say(actual[at])}"
    else:
        yield from _differences(expected[at], actual[at], path)


def say(value: object) -> str:
    """A value as short JSON."""
    text = sort_key(value)
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."


def sort_key(value: object) -> str:
    """The JSON text of a value, keys sorted: equal values have equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_as_json)


def _as_json(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return repr(value)


def as_multiset(expected: Any, actual: Any) -> str:
    """The same items, in any order."""
    if not _is_list(expected) or not _is_list(actual):
        return exactly(expected, actual)
    return exactly(sorted(expected, key=sort_key), sorted(actual, key=sort_key))


def as_runs(expected: Any, actual: Any) -> str:
    """The same calls, where neighbours of one verb on one (sub)resource may be in any order."""
    if not _is_list(expected) or not _is_list(actual):
        return exactly(expected, actual)
    return exactly(sort_runs(expected), sort_runs(actual))


def sort_runs(calls: Sequence[Any]) -> list[Any]:
    """The calls, each run of one verb on one (sub)resource sorted by its JSON text."""
    runs: list[list[Any]] = []
    for call in calls:
        if runs and _verb_and_resource(runs[-1][0]) == _verb_and_resource(call):
            runs[-1].append(call)
        else:
            runs.append([call])
    return [call for run in runs for call in sorted(run, key=sort_key)]


def _verb_and_resource(call: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return call.get("verb"), call.get("resource"), call.get("subresource")


def one_of(expected: Any, actual: Any) -> str:
    """One of the values that the real code was seen to return; `expected` lists them all."""
    if any(not exactly(choice, actual) for choice in expected):
        return ""
    return f"expected one of {say(expected)}, got {say(actual)}"


def contains(expected: Any, actual: Any) -> str:
    """A text of which the expected one is a part: what upstream asserts of most error messages."""
    if isinstance(expected, str) and isinstance(actual, str) and expected in actual:
        return ""
    return f"expected a text with {say(expected)} in it, got {say(actual)}"


def by_member(**comparisons: Comparison) -> Comparison:
    """A comparison of objects: the named members by their own comparison, the others exactly.

    A named member is compared when both sides have it, so `by_member(calls=as_runs, events=as_multiset)` also
    serves cases without events.
    """

    def compare(expected: Any, actual: Any) -> str:
        if not isinstance(expected, Mapping) or not isinstance(actual, Mapping):
            return exactly(expected, actual)
        special = [key for key in sorted(comparisons) if key in expected and key in actual]
        lines = [exactly(*(_without(side, special) for side in (expected, actual)))]
        for key in special:
            found = comparisons[key](expected[key], actual[key])
            lines += [f"{key}: {line}" for line in found.splitlines()]
        return "\n".join(line for line in lines if line)

    return compare


def _without(members: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {key: held for key, held in members.items() if key not in names}


def only_asserted(expected: Any, actual: Any) -> str:
    """The members that the table asserts, exactly; what it leaves out or null is not compared."""
    asserted = {key: held for key, held in expected.items() if held is not None}
    return exactly(asserted, {key: actual.get(key) for key in asserted})


def reported(_: object, actual: object) -> str:
    """The adapter compared by itself, for tables whose `expect` holds inputs too."""
    return str(actual)
