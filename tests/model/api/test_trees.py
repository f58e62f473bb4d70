"""Absent and null parts of a tree read as empty."""

from seatrial.model.api.trees import indexed, items, part, text, texts

TREE = {"a": {"b": {"c": 1}}, "n": None, "l": [{"x": 1}, None], "m": {"z": "1", "k": None}, "e": ""}


def test_parts() -> None:
    """A chain of keys ends in an empty mapping where one is missing."""
    assert {"c": 1} == part(TREE, "a", "b")
    assert {} == part(TREE, "n") == part(TREE, "missing", "too")


def test_items() -> None:
    """A null entry is an empty mapping, a null list is empty, and entries know their path."""
    assert ({"x": 1}, {}) == items(TREE, "l")
    assert () == items(TREE, "n")
    assert (("spec.l[0]", {"x": 1}), ("spec.l[1]", {})) == indexed(TREE, "l", "spec")


def test_texts() -> None:
    """Text maps are sorted, null is empty text, and empty text takes the default."""
    assert (("k", ""), ("z", "1")) == texts(TREE, "m")
    assert "d" == text(TREE, "e", "d") == text(TREE, "missing", "d")
