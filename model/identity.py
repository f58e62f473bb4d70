"""A value as a key of a cache, told from others by identity instead of by its content.

Values of the model never change, so what was computed for one holds for it for ever; comparing identities costs
nothing where hashing a large value would cost more than the computation that a cache saves. An equal value that is
another object is computed again, with the same result: identity decides about speed alone, never about an answer.
"""

from typing import Any


class Same:
    """Wraps a value; equal to another wrapper of the very same object. It keeps its value alive."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:  # noqa: ANN401 -- any frozen value
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)
