"""The validation stage, and what it does not look at twice."""

from typing import Any

import attrs
import pytest

from seatrial.model.api import validation
from seatrial.model.api.meta import LabelSelector, ObjectMeta
from seatrial.model.apiserver import validating
from seatrial.model.client.calls import Call
from seatrial.model.frozen import FrozenMap


def test_pods_of_one_template_are_validated_once(serving: Any, pod: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second pod from a template costs no validation; a pod from another spec does."""
    asked = []
    real = validation.validate_create

    def count(tree: Any, *, namespaced: bool = True) -> Any:
        asked.append(tree["kind"])
        return real(tree, namespaced=namespaced)

    monkeypatch.setattr(validation, "validate_create", count)
    validating._errors_of_generated_pod.cache_clear()
    server, one = serving(), attrs.evolve(pod(), metadata=ObjectMeta(generate_name="web-"))
    for _ in range(3):
        assert 201 == server.ask(Call("create", "pods", "default/", one)).code
    assert 1 == len(asked)
    other = attrs.evolve(one, spec=attrs.evolve(one.spec, hostname="other"))
    server.ask(Call("create", "pods", "default/", other))
    assert 2 == len(asked)


def test_a_generated_pod_is_refused_each_time(serving: Any, pod: Any) -> None:
    """What is remembered of an invalid template is that it is invalid."""
    broken = attrs.evolve(pod(), metadata=ObjectMeta(generate_name="web-", labels=FrozenMap({"a": "not valid!"})))
    server = serving()
    assert [422, 422] == [server.ask(Call("create", "pods", "default/", broken)).code for _ in range(2)]


def test_a_selector_never_changes(serving: Any, deployment: Any) -> None:
    """Another selector is 422, field is immutable."""
    server = serving()
    server.create("deployments", deployment)
    live = server.get("deployments", "default/web")
    changed = attrs.evolve(live, spec=attrs.evolve(live.spec, selector=LabelSelector(FrozenMap({"b": "c"}))))
    reply = server.ask(Call("update", "deployments", "default/web", changed))
    assert (422, True) == (reply.code, "field is immutable" in reply.message)


def test_all_reasons_are_given_at_once(serving: Any, deployment: Any) -> None:
    """Several errors are listed in brackets, each with its field."""
    broken = attrs.evolve(deployment, spec=attrs.evolve(deployment.spec, replicas=-1, min_ready_seconds=-1))
    message = serving().create("deployments", broken).message
    assert "is invalid: [spec.replicas: " in message
    assert "spec.minReadySeconds: " in message
