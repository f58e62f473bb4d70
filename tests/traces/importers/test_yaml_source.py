"""YAML documents become plain trees, and what could change their meaning is a problem with its place."""

from typing import Any

import pytest
import yaml
from hypothesis import given

from seatrial.traces.importers.yaml_source import MAX_DOCUMENTS, read_yaml
from tests.strategies.manifest_trees import trees


def tree_of(text: str) -> Any:
    """The single document of a text without problems."""
    documents, problems = read_yaml("f.yaml", text)
    assert problems == ()
    assert len(documents) == 1
    return documents[0].tree


def problems_of(text: str) -> list[tuple[int, str, str]]:
    """Line, path and what was found, of each problem."""
    return [(problem.line, problem.path, problem.found) for problem in read_yaml("f.yaml", text)[1]]


@given(trees().filter(lambda tree: tree is not None))
def test_what_was_written_is_read(tree: Any) -> None:
    """Reading what a YAML library wrote gives the tree that was written."""
    assert tree == tree_of(yaml.safe_dump(tree, allow_unicode=True, default_style='"'))


def test_documents_are_separate_and_empty_ones_are_left_out() -> None:
    """Only documents that hold something are returned, each with its first line."""
    documents, problems = read_yaml("f.yaml", "---\n# nothing\n---\na: 1\n---\nnull\n---\n- b\n")
    assert [({"a": 1}, 4), (["b"], 8)] == [(document.tree, document.line) for document in documents]
    assert problems == ()


def test_lines_of_paths() -> None:
    """Every key and item knows its line; a path that leads nowhere has the line of its nearest ancestor."""
    (document,), _ = read_yaml("f.yaml", "a:\n  b:\n  - c\n  - d: 1\n")
    paths = ((), ("a",), ("a", "b", 1, "d"), ("a", "b", 9), ("z",))
    lines = {path: document.line_of(path) for path in paths}
    assert {(): 1, ("a",): 1, ("a", "b", 1, "d"): 4, ("a", "b", 9): 2, ("z",): 1} == lines


def test_anchors_aliases_and_merge_keys() -> None:
    """Aliases repeat a value; a merged key gives way to an explicit one and to an earlier merge."""
    text = "one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\nsum: {<<: [*one, *two], c: 3}\nsame: *one\n"
    assert {"a": 1, "b": 1, "c": 3} == tree_of(text)["sum"]
    assert {"a": 1, "b": 1} == tree_of(text)["same"]


def test_repeated_keys_are_problems_at_every_depth() -> None:
    """All of them are found, each with its line and path; 1 and "1" are one key."""
    text = 'a: 1\nb:\n  c: 1\n  c: 2\na: 2\n1: x\n"1": y\n'
    assert [(4, "b.c"), (5, "a"), (7, '["1"]')] == [(line, path) for line, path, _ in problems_of(text)]


@pytest.mark.parametrize(
    "text, line, path",
    [
        ("a: &a [*a]\n", 1, "a[0]"),
        ("a: *b\n", 1, "a"),
        ("a: !!python/object:x.Y {}\n", 1, "a"),
        ("a:\n  b: !Ref c\n", 2, "a.b"),
        ("a: !!int x\n", 1, "a"),
        ("? [a]\n: b\n", 1, "<<"),
        ("~: b\n", 1, "<<"),
        ("a:\n\t- b\n", 2, ""),
        ("a: 'b\n", 2, ""),
        ("a: \x07\n", 1, ""),
        ("x: {<<: 3}\n", 1, 'x["<<"]'),
    ],
)
def test_refused_documents(text: str, line: int, path: str) -> None:
    """Recursive and unknown aliases, foreign tags, odd keys, tabs, broken quotes and control characters."""
    found = problems_of(text)
    assert line == found[0][0]
    assert path.strip('"<>') in found[0][1]


def test_nesting_has_a_limit_and_costs_no_stack() -> None:
    """A hundred levels are read, one more is not, and twenty thousand do no harm."""
    assert problems_of("[" * 100 + "]" * 100) == []
    assert len(problems_of("[" * 101 + "]" * 101)) == 1
    assert len(problems_of("a: " + "[" * 20_000 + "]" * 20_000)) == 1


def test_aliases_cannot_unfold_without_limit() -> None:
    """Nine levels of nine aliases stop at the limit; a few thousand aliased values pass."""
    levels = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    levels += [f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 9)]
    assert ["more"] == [found for _, _, found in problems_of("\n".join(levels))]
    assert problems_of("\n".join(levels[:4])) == []


def test_documents_have_a_limit() -> None:
    """One document too many is a problem."""
    assert problems_of("--- 1\n" * MAX_DOCUMENTS) == []
    assert len(problems_of("--- 1\n" * (MAX_DOCUMENTS + 1))) == 1
