"""Traces as JSON: nothing is lost, and a damaged or foreign file is refused by the name of its field."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.users import Apply, Delete, Scale, SetImage
from seatrial.model.users_list import List
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.traces.codec import (
    Trace,
    TraceError,
    controller_named,
    dump_trace,
    load_trace,
    property_of,
    trace_from_json,
    trace_to_json,
)
from tests.traces.found import BUGS, trace_of

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("name", sorted(BUGS))
def test_a_trace_comes_back_as_it_went(name: str) -> None:
    """And the same trace gives the same bytes."""
    trace = trace_of(name)
    assert trace == trace_from_json(json.loads(dump_trace(trace)))
    assert dump_trace(trace) == dump_trace(trace_from_json(trace_to_json(trace)))


def test_a_whole_scope_comes_back() -> None:
    """Objects, a custom resource, users, budgets, gates, hypotheses, images."""
    site = Unstructured(ObjectMeta(name="shop", namespace="default"),
                        FrozenMap({"apiVersion": "example.com/v1", "kind": "Website"}))
    scope = Scope(
        controllers=("replicaset",), objects=(*NAMESPACE, replicaset(2), node(), site), kubelets=True, proxies=True,
        users=(Scale("replicasets", "default/web", 1), Delete("replicasets", "default/web"), Apply(replicaset(3)),
               SetImage("deployments", "default/web", "web", "web:2")),
        budgets=FrozenMap({"scale": 1}), gates=FrozenMap({"WatchListClient": False}),
        hypotheses=("lag_below_expectation_ttl",), versions=5, timed=True, secured=False, images=("web:1",))
    trace = attrs.evolve(trace_of("safety"), scope=scope)
    assert trace == trace_from_json(json.loads(dump_trace(trace)))


def test_a_scope_with_a_history_comes_back() -> None:
    """And a user who lists in pages; a scope without one is written as before there was any."""
    scope = Scope(("replicaset",), history=8, budgets=FrozenMap({"list": 1, "compaction": 1}),
                  users=(List("pods", "default", 2), List("pods", full_list_if_expired=True)))
    tree = trace_to_json(attrs.evolve(trace_of("safety"), scope=scope))
    assert 8 == tree["scope"]["history"]
    assert scope == trace_from_json(json.loads(json.dumps(tree))).scope
    assert "history" not in trace_to_json(trace_of("safety"))["scope"]


def test_a_scope_that_begins_at_rest_comes_back() -> None:
    """The trace's scope says where its run begins; one that does not is written as before."""
    scope = Scope(("replicaset",), objects=(*NAMESPACE, replicaset(1)), at_rest=True)
    tree = trace_to_json(attrs.evolve(trace_of("safety"), scope=scope))
    assert True is tree["scope"]["at_rest"]
    assert scope == trace_from_json(json.loads(json.dumps(tree))).scope
    assert "at_rest" not in trace_to_json(trace_of("safety"))["scope"]


def test_bounded_generations_come_back() -> None:
    """A loop replays as it was found; a scope without the bound is written as before there was one."""
    scope = Scope(("replicaset",), objects=(*NAMESPACE, replicaset(1)), generations=8)
    tree = trace_to_json(attrs.evolve(trace_of("safety"), scope=scope))
    assert 8 == tree["scope"]["generations"]
    assert scope == trace_from_json(json.loads(json.dumps(tree))).scope
    assert "generations" not in trace_to_json(trace_of("safety"))["scope"]


def put(*path: str | int, value: object) -> Change:
    """A change of one field."""
    def change(tree: dict[str, Any]) -> None:
        held: Any = tree
        for step in path[:-1]:
            held = held[step]
        held[path[-1]] = value

    return change


DAMAGES: list[tuple[Change, str]] = [
    (lambda tree: tree.pop("actions"), "actions: the field is missing"),
    (put("colour", value="red"), "colour: a trace has no such field"),
    (put("seatrial", "version", value=2), "seatrial.version: this tool reads version 1, the file has 2"),
    (put("seatrial", value="x"), "seatrial: expected a mapping"),
    (put("scope", "history", value="8"), "scope.history: expected a whole number, found '8'"),
    (put("stem", value=-1), "stem: expected a number from 0 to"),
    (put("stem", value=True), "stem: expected a whole number"),
    (put("seed", value="0"), "seed: expected a whole number or null"),
    (put("actions", 0, value="Sync"), r"actions\[0\]: expected a mapping with a step"),
    (put("actions", 0, "colour", value="red"), r"actions\[0\].colour: expected one of step, process, key, choice"),
    (put("scope", "timed", value="yes"), "scope.timed: expected true or false"),
    (put("scope", "objects", 0, value=3), r"scope.objects\[0\].kind: expected the name of a kind"),
    (put("scope", "objects", 0, "metadata", value=[]), r"scope.objects\[0\].metadata"),
    (put("scope", "budgets", value=[]), "scope.budgets: expected a mapping"),
    (put("scope", "users", value=[{"action": "Dance"}]), r"scope.users\[0\].action: expected one of"),
    (put("scope", "users", value=[{"action": "Scale", "speed": 3}]),
     r"scope.users\[0\].speed: Scale has no such field"),
    (put("scope", "controllers", value=[3]), "scope.controllers: expected names, found 3"),
    (put("scope", "controllers", value=["nowhere:X"]), "scope.controllers: nowhere:X: cannot be imported"),
    (put("scope", "controllers", value=["json:dumps"]), "json:dumps is not a Controller but a function"),
]


@pytest.mark.parametrize(("change", "words"), DAMAGES, ids=[words for _, words in DAMAGES])
def test_damage_is_named(change: Change, words: str, tmp_path: Path) -> None:
    """The file, the field, what was expected."""
    tree = json.loads(dump_trace(trace_of("safety")))
    change(tree)
    path = tmp_path / "trace.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(TraceError, match=words) as caught:
        load_trace(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b"3", b'{"kind": "Pod"}', b"[" * 100_000],
                         ids=["empty", "truncated", "not UTF-8", "list", "null", "number", "foreign", "nested"])
def test_a_foreign_file_is_refused(content: bytes, tmp_path: Path) -> None:
    """Whatever it is."""
    path = tmp_path / "trace.json"
    path.write_bytes(content)
    with pytest.raises(TraceError):
        load_trace(path)
    with pytest.raises(TraceError, match="not a trace"):
        load_trace(tmp_path / "absent.json")


def test_a_property_that_does_not_exist_here_is_named() -> None:
    """A trace from a newer version, or of a user's own property without its controller."""
    trace = trace_of("safety")
    strange: Trace = attrs.evolve(trace, found=attrs.evolve(trace.found, property="never_heard_of"))
    with pytest.raises(TraceError, match="property: there is no property 'never_heard_of'"):
        property_of(strange)


def test_a_built_in_controller_keeps_its_name() -> None:
    """Only module:NAME is imported."""
    assert "replicaset" == controller_named("replicaset")
