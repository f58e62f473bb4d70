"""JSON trees written as YAML, the way kubectl prints the two sides of a conflict.

Mirrors sigs.k8s.io/yaml over its copy of go-yaml v2: members sorted naturally (signs, then digits by value,
then letters), lists not indented, texts quoted only where they must be. Left out: the folding of lines longer
than 80 characters, and characters outside printable ASCII, which stand unescaped.
"""

import re
from typing import Final

from seatrial.model.meta.go_format import quote
from seatrial.model.meta.json_tree import Tree

_RESOLVES_OTHERWISE: Final = re.compile(
    r"|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|<<|="
    r"|[-+]?[0-9][0-9_]*|[-+]?0[xX][0-9a-fA-F_]+|[-+]?0b[01_]+|[-+]?0o?[0-7_]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
    r"|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?",
    re.ASCII,
)
_INDICATORS: Final = "#,[]{}&*!|>'\"%@`"
_TOKEN: Final = re.compile(r"[0-9]+|[^0-9]", re.ASCII)


def format_yaml(tree: Tree) -> str:
    """Return `tree` as a YAML document, with the newline at its end."""
    return "\n".join(_lines(tree, 0)) + "\n"


def _lines(tree: Tree, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(tree, dict) and tree:
        return [line for key in sorted(tree, key=_natural) for line in _member(key, tree[key], depth)]
    if isinstance(tree, list) and tree:
        return [line for item in tree for line in _item(item, depth)]
    return [pad + _scalar(tree, depth)]


def _member(key: str, held: Tree, depth: int) -> list[str]:
    head = "  " * depth + _text(key, depth) + ":"
    if isinstance(held, dict) and held:
        return [head, *_lines(held, depth + 1)]
    if isinstance(held, list) and held:
        return [head, *_lines(held, depth)]
    return [f"{head} {_scalar(held, depth + 1)}"]


def _item(item: Tree, depth: int) -> list[str]:
    inner = _lines(item, depth + 1)
    return ["  " * depth + "- " + inner[0][2 * depth + 2 :], *inner[1:]]


def _scalar(tree: Tree, depth: int) -> str:
    if tree is None:
        return "null"
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if isinstance(tree, str):
        return _text(tree, depth)
    if isinstance(tree, dict):
        return "{}"
    return "[]" if isinstance(tree, list) else str(tree)


def _text(text: str, depth: int) -> str:
    if "\n" in text:
        return _block(text, depth)
    if _RESOLVES_OTHERWISE.fullmatch(text):
        return quote(text)
    return text if _may_stand_plain(text) else "'" + text.replace("'", "''") + "'"


def _block(text: str, depth: int) -> str:
    body = text.rstrip("\n")
    ending = {0: "-", 1: ""}.get(len(text) - len(body), "+")
    return f"|{ending}" + "".join(f"\n{'  ' * depth}{line}".rstrip(" ") for line in body.split("\n"))


def _may_stand_plain(text: str) -> bool:
    if text != text.strip(" ") or text.startswith(("---", "...")) or text[0] in _INDICATORS:
        return False
    if text[0] in "-?:" and (len(text) == 1 or text[1] == " "):
        return False
    return not (": " in text or " #" in text or text.endswith(":"))


def _natural(key: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts `key` naturally: other characters before digits before letters, digits by value."""
    return tuple(_rank(token) for token in _TOKEN.findall(key))


def _rank(token: str) -> tuple[int, int, str]:
    if token.isdigit():
        return 1, int(token), token
    return (2 if token.isalpha() else 0), 0, token
