"""Trees are written as YAML that reads back the same."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.meta.yaml_text import format_yaml
from tests.strategies.json_trees import objects

TEXTS = st.text(st.sampled_from("ab1 :#-'\"{[,&*!|>%@`?~=.yn"), max_size=6)


@given(objects(st.none() | st.booleans() | st.integers(-99, 99) | TEXTS))
def test_what_is_written_reads_back(tree: Any) -> None:
    """Whatever has to be quoted is quoted."""
    assert tree == yaml.safe_load(format_yaml(tree))


@pytest.mark.parametrize(
    "tree, text",
    [
        ({}, "{}\n"),
        ({"a": {}, "b": [], "c": None, "d": True, "e": 1.5}, "a: {}\nb: []\nc: null\nd: true\ne: 1.5\n"),
        ({"a": [{"b": 1, "c": [1, 2]}, "x"]}, "a:\n- b: 1\n  c:\n  - 1\n  - 2\n- x\n"),
        ({"a10": 1, "a9": 1, "$b": 1, "B": 1}, "$b: 1\nB: 1\na9: 1\na10: 1\n"),
        ({"a": "true", "b": "1.5", "c": "", "d": "1.5%"}, 'a: "true"\nb: "1.5"\nc: ""\nd: 1.5%\n'),
        (
            {"a": "*.example.com", "b": "it's: so", "c": "- x"},
            "a: '*.example.com'\nb: 'it''s: so'\nc: '- x'\n",
        ),
        ({"a": "one\ntwo", "b": "one\n"}, "a: |-\n  one\n  two\nb: |\n  one\n"),
    ],
)
def test_the_style_is_kubectls(tree: Any, text: str) -> None:
    """Sorted naturally, lists not indented, quotes only where they must be, blocks for several lines."""
    assert text == format_yaml(tree)
