"""A run in words: one line a step, with only what changed."""

import pytest

from seatrial.model.actions import Action
from seatrial.model.client.calls import Call
from seatrial.model.cluster import STEPS
from seatrial.model.controllers.garbagecollector_graph import Identity, coordinates
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.traces.describe import (
    actor_of,
    changes,
    describe,
    describe_run,
    differences,
    say_call,
    say_key,
    show,
    singular,
    staleness,
)
from tests.strategies.clusters import SCOPES, Walk
from tests.traces.found import states_of, trace_of


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_every_step_of_a_walk_can_be_said(scope: str) -> None:
    """In one line without braces, and none is left as its bare record."""
    walked = Walk(scope, 11, 120).states()
    states = tuple(cluster for cluster, _ in walked)
    actions = tuple(action for _, action in walked if action is not None)
    lines = describe_run(states, actions)
    assert list(range(1, len(actions) + 1)) == [line.number for line in lines]
    for line, action in zip(lines, actions, strict=True):
        assert line.words
        assert not {"{", "}", "\n"} & set(line.words), line.words
        assert not line.words.startswith(f"{action.step}("), line.words


def test_every_kind_of_step_has_words() -> None:
    """The record of a step says how it is said, unless describe has words of its own for it."""
    assert [] == [step.name for step in STEPS if not step.say]


def test_only_what_changed_is_said() -> None:
    """A step that wrote nothing to the store has no changes; one that created a pod says so."""
    trace, states = trace_of("safety"), states_of("safety")
    lines = describe_run(states, trace.found.actions)
    synced = next(line for line, action in zip(lines, trace.found.actions, strict=True) if action.step == "Sync")
    assert () == synced.changes
    assert any("pod default/web-" in change and "created" in change for line in lines for change in line.changes)
    assert [] == list(changes(states[0], states[0]))


def test_what_was_stale_is_counted_and_named() -> None:
    """Who had not seen how many events of what."""
    said = list(staleness(states_of("safety")[trace_of("safety").found.stem]))
    assert any("had not seen" in each and "pods" in each for each in said), said


@pytest.mark.parametrize(("call", "words"), [
    (Call("create", "pods", "default/"), "create pod in default"),
    (Call("update", "replicasets", "default/web", subresource="status"), "update replicaset default/web's status"),
    (Call("create", "pods", "default/a", ("pod", "node-1"), "binding"), "bind pod default/a to node-1"),
])
def test_a_call_in_words(call: Call, words: str) -> None:
    """Verb, kind, name."""
    assert words == say_call(call)


@pytest.mark.parametrize(("key", "words"), [
    ("default/web", "default/web"), ("zone a1", "zone a1"), ("requeue:default/web", "requeue:default/web"),
    ("apps/v1 ReplicaSet default/web u1", "replicaset default/web (UID u1)"),
    ("v1 Pod default/web-a pods:default/web-a", "pod default/web-a (UID pods:default/web-a)"),
    ("v1 Node node-1 u2", "node node-1 (UID u2)"),
    ("requeue:apps/v1 ReplicaSet default/web u1", "requeue:replicaset default/web (UID u1)"),
    ("orphan apps/v1 Deployment default/web u3",
     "deployment default/web (UID u3): its dependents become orphans"),
])
def test_a_key_in_words(key: str, words: str) -> None:
    """The garbage collector's keys are identities; a reader is told the object."""
    assert words == say_key(key)


def test_the_keys_that_the_garbage_collector_writes_are_understood() -> None:
    """Said as the controller itself makes them, for any step that shows its key."""
    identity = Identity("apps/v1", "ReplicaSet", "default", "web", "u1")
    for step in ("Sync", "Fire"):
        prefix = "requeue:" if step == "Fire" else ""
        words = describe(start(Scope()), Action(step, "garbage-collector-controller", prefix + coordinates(identity)))
        assert "replicaset default/web (UID u1)" in words
        assert "apps/v1" not in words


@pytest.mark.parametrize(("plural", "one"), [
    ("pods", "pod"), ("networkpolicies", "networkpolicy"), ("endpoints", "endpoint"), ("ingresses", "ingress"),
])
def test_a_resource_as_one_of_it_is_called(plural: str, one: str) -> None:
    """English, not suffix surgery."""
    assert one == singular(plural)


def test_conditions_differ_by_type() -> None:
    """What changed of a list of conditions is the status of one of them."""
    old = {"conditions": [{"type": "Ready", "status": "False"}]}
    new = {"conditions": [{"type": "Ready", "status": "True"}, {"type": "New", "status": "True"}]}
    assert [("conditions[New]", "null", "True"), ("conditions[Ready]", "False", "True")] == [
        (path, before.strip('"'), after.strip('"')) for path, before, after in differences(old, new)]
    assert [("a.b", "1", "2")] == list(differences({"a": {"b": 1}, "c": 3}, {"a": {"b": 2}, "c": 3}))


def test_values_are_shown_without_their_defaults() -> None:
    """Only the fields that say something."""
    assert "Action(step=Sync, key=web)" == show(Action("Sync", key="web"))
    assert ("none", "(1, 2)") == (show(None), show((1, 2)))


def test_who_moves() -> None:
    """A process, a user, or the cluster itself."""
    assert ("me", "cluster") == (actor_of(Action("Sync", "me")), actor_of(Action("Advance", "")))
