"""What a real API server answered to lists, continue tokens and watches of the past, asked of the model again.

The recordings (Kubernetes 1.36.3, etcd 3.6.16) stand beside the project, never in it. A recorded resourceVersion is
one of the whole store; here it is the number of writes of ConfigMaps up to it.
"""

import base64
import json
import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest

from seatrial.model.api.core import ConfigMap
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import Call, ContinueToken, ListOptions, Reply
from seatrial.model.etcd import history
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import put
from seatrial.model.system import assemble
from seatrial.model.view import View

RECORDINGS = Path(__file__).resolve().parents[4] / "shared" / "oracle" / "recordings"
RESOURCE, ROOT_CA = "configmaps", "kube-root-ca.crt"
NUMBER = re.compile(r"\d{2,}|(?<=: )\d+|(?<=\()\d+")
NOT_ASKED = ("labelSelector", "fieldSelector", "sendInitialEvents", "=abc")
"""Selectors, initial events, and text that is no number or token: the model has no words for them."""


def steps_of(name: str) -> list[dict[str, Any]]:
    """The steps of a recording; without the recordings the test is skipped, and fails under CI."""
    path = RECORDINGS / name / "scenario.json"
    if path.is_file():
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["steps"]
        return found
    reason = "the recordings of a real control plane are not beside the project (../shared/oracle/recordings)"
    if os.environ.get("CI", "").lower() in {"true", "1"}:
        pytest.fail(reason)
    pytest.skip(reason)


def versions_of(steps: list[dict[str, Any]]) -> list[int]:
    """The recorded resourceVersion of each write of a ConfigMap, in order."""
    found = {int(step["resourceVersion"]) for step in steps
             if step["action"] == "request" and RESOURCE in step["path"] and step.get("resourceVersion")}
    for step in steps:
        listed = (step.get("response") or {}).get("items", [])
        events = [each["object"] for each in step.get("events", ()) if each["type"] in ("ADDED", "DELETED")]
        found |= {int(each["metadata"]["resourceVersion"]) for each in (*listed, *events)}
    return sorted(found)


@attrs.define
class Replay:
    """The model, and how recorded versions translate."""

    namespace: str
    versions: list[int]
    view: View = attrs.field(factory=lambda: View(FrozenMap()))
    system: Any = attrs.field(factory=lambda: assemble(Scope(secured=False, history=100), ()))

    def begin(self) -> None:
        """The namespace as it was found: with the cluster's certificate in it."""
        put(self.view, self.config(ROOT_CA))
        history.begin(self.view)

    def config(self, name: str) -> ConfigMap:
        """A ConfigMap of the namespace."""
        return ConfigMap(ObjectMeta(name=name, namespace=self.namespace))

    def ask(self, call: Call) -> Reply:
        """Asks the model."""
        return serve(self.view, self.system, "", (), call)

    def version(self, recorded: str | int) -> int:
        """A recorded version, as the number of writes up to it; 0 stays, and one far beyond them all stays beyond."""
        number = int(recorded)
        if number == 0 or number > self.versions[-1] + 10_000:
            return number
        return max(bisect_right(self.versions, number), 1)

    def token(self, text: str) -> ContinueToken:
        """A recorded continue token."""
        tree = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        name = tree["start"].strip("/").rstrip("\0")
        return ContinueToken(None if tree["rv"] == -1 else self.version(tree["rv"]), f"{self.namespace}/{name}")

    def options(self, query: dict[str, str]) -> ListOptions:
        """The options of a recorded request."""
        asked = query.get("resourceVersion")
        return ListOptions(
            None if asked is None else self.version(asked), query.get("resourceVersionMatch", ""),
            int(query.get("limit", 0)), self.token(query["continue"]) if "continue" in query else None)


def replayed(name: str) -> Iterator[tuple[str, Any, Any]]:
    """Takes every step of a recording again; yields what was asked, what was answered, what the model answers."""
    steps = steps_of(name)
    replay = Replay(name.replace("-v0", "-0"), versions_of(steps))
    replay.begin()
    for step in steps:
        if step["action"] == "etcd":
            history.compact(replay.view, RESOURCE, replay.version(step["body"]["revision"]))
        elif step["action"] == "control-plane" and (step["verb"], step["note"]) == ("start", "end"):
            history.empty_cache(replay.view)
        elif RESOURCE in step.get("path", "") and not any(word in step["path"] for word in NOT_ASKED):
            yield from answers_to(replay, step)


def answers_to(replay: Replay, step: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """What was answered to one request, and what the model answers."""
    parts = urlsplit(step["path"])
    query, name = dict(parse_qsl(parts.query)), parts.path.partition(f"/{RESOURCE}")[2].strip("/")
    key = f"{replay.namespace}/{name}"
    if step["action"] == "watch":
        reply = replay.ask(Call("watch", RESOURCE, key, replay.options(query)))
        yield step["path"], recorded_watch(replay, step), said_of_watch(reply)
    elif step["method"] == "POST":
        name = step["body"]["metadata"]["name"]
        yield step["path"], step["status"], replay.ask(
            Call("create", RESOURCE, key + name, replay.config(name))).code
    elif step["method"] == "DELETE":
        yield step["path"], step["status"], replay.ask(Call("delete", RESOURCE, key)).code
    else:
        reply = replay.ask(Call("get" if name else "list", RESOURCE, key, replay.options(query)))
        yield step["path"], recorded_read(replay, step), said_of_read(reply)


def refusal_of(code: int, reason: str, message: str) -> tuple[int, str, str]:
    """A refusal, its versions blotted out: they count other things."""
    return code, reason, NUMBER.sub("N", message)


def recorded_read(replay: Replay, step: dict[str, Any]) -> Any:
    """A recorded answer: the refusal with its token, or names, version, token and how many are left."""
    tree = step["response"]
    token = tree["metadata"].get("continue")
    again = replay.token(token) if token else None
    if step["status"] != 200:
        return refusal_of(step["status"], tree["reason"], tree["message"]), again
    if "items" not in tree:
        return tree["metadata"]["name"]
    return ([each["metadata"]["name"] for each in tree["items"]], replay.version(tree["metadata"]["resourceVersion"]),
            again, tree["metadata"].get("remainingItemCount", 0))


def said_of_read(reply: Reply) -> Any:
    """The model's answer in the same words."""
    if not reply.ok:
        return refusal_of(reply.code, reply.reason, reply.message), reply.body
    if isinstance(reply.body, ConfigMap):
        return reply.body.metadata.name
    return ([each.metadata.name for each in reply.body.items], reply.body.resource_version,
            reply.body.continue_token, reply.body.remaining)


def recorded_watch(replay: Replay, step: dict[str, Any]) -> Any:
    """The events of a recorded watch, or its refusal."""
    errors = [each["object"] for each in step["events"] if each["type"] == "ERROR"]
    if errors:
        return refusal_of(errors[0]["code"], errors[0]["reason"], errors[0]["message"])
    return [(each["type"], each["object"]["metadata"]["name"],
             replay.version(each["object"]["metadata"]["resourceVersion"])) for each in step["events"]]


def said_of_watch(reply: Reply) -> Any:
    """The model's answer in the same words."""
    if not reply.ok:
        return refusal_of(reply.code, reply.reason, reply.message)
    return [(kind, value.metadata.name, value.metadata.resource_version) for kind, value in reply.body]


@pytest.mark.parametrize(("name", "requests"), [("watch-compaction-v0", 20), ("list-semantics-v0", 25)])
def test_the_model_answers_as_recorded(name: str, requests: int) -> None:
    """Every request that the model has words for: names, versions, tokens, events and refusals."""
    answers = list(replayed(name))
    assert [] == [(asked, told, said) for asked, told, said in answers if told != said]
    assert requests <= len(answers)


def test_a_server_that_compacts_its_cache_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: were a compaction to empty the watch cache, three recorded answers would be others."""
    told = history.compact

    def compact(view: View, resource: str, revision: int) -> None:
        told(view, resource, revision)
        history.empty_cache(view)

    monkeypatch.setattr(history, "compact", compact)
    wrong = [asked for asked, recorded, said in replayed("watch-compaction-v0") if recorded != said]
    assert 3 == len(wrong)
