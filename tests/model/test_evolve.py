"""Changed copies of frozen values, and identity as a key."""

import attrs
import pytest

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.evolve import evolve
from seatrial.model.identity import Same


@attrs.frozen
class Single:
    """A class of one field."""

    only: int


def test_evolve_agrees_with_attrs() -> None:
    """The copy equals what attrs.evolve makes, and the original stays."""
    meta = ObjectMeta(name="a", generation=3)
    assert attrs.evolve(meta, name="b", uid="u") == evolve(meta, name="b", uid="u")
    assert ("a", Single(2)) == (meta.name, evolve(Single(1), only=2))


def test_evolve_refuses_a_field_that_is_not_there() -> None:
    """A misspelt field is an error, as with attrs."""
    with pytest.raises(KeyError, match="nmae"):
        evolve(ObjectMeta(), nmae="a")


def test_same_means_the_very_object() -> None:
    """Two equal values are two keys; one value is one."""
    one, two = ObjectMeta(name="a"), ObjectMeta(name="a")
    assert one == two
    assert Same(one) == Same(one)
    assert Same(one) != Same(two)
    assert hash(Same(one)) == hash(Same(one))
