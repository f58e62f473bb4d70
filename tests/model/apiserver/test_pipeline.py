"""The stages of a request, in upstream's order."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.core import ResourceQuota, ResourceQuotaSpec, ResourceQuotaStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.pipeline import (
    STAGES,
    UNSECURED,
    admit_mutating,
    admit_validating,
    begin,
    prepare,
)
from seatrial.model.apiserver.validating import validate
from seatrial.model.client.calls import Call
from seatrial.model.frozen import FrozenMap


def test_the_order_is_upstreams() -> None:
    """Who, may he, what, changed by admission, the kind's strategy, valid, quota last; then the store."""
    assert ["authenticate", "check_authorization", "prepare", "admit_mutating", "begin", "validate",
            "admit_validating"] == [stage.__name__ for stage in STAGES]
    assert (prepare, begin) == UNSECURED


def test_a_verb_that_a_resource_does_not_have_is_405(serving: Any) -> None:
    """A Service has no scale, and nothing can be connected to."""
    assert 405 == serving().ask(Call("get", "services", "default/web", subresource="scale")).code
    assert 405 == serving().ask(Call("create", "pods", "default/p", subresource="exec")).code


def test_what_is_stored_is_defaulted_and_admitted(serving: Any, pod: Any) -> None:
    """A pod gets its defaults, account, tolerations and priority on its way; without a stage it lacks them."""
    server = serving()
    assert 201 == server.create("pods", pod()).code
    spec = server.get("pods", "default/p").spec
    assert ("Always", "default", 0, 2) == (
        spec.restart_policy, spec.service_account_name, spec.priority, len(spec.tolerations))
    named = attrs.evolve(pod("q"), spec=attrs.evolve(pod().spec, service_account_name="default"))
    server.ask_without(admit_mutating, Call("create", "pods", "default/q", named))
    assert ("Always", None) == (
        server.get("pods", "default/q").spec.restart_policy, server.get("pods", "default/q").spec.priority)


def test_an_unsecured_scope_stores_what_is_sent(serving: Any, pod: Any) -> None:
    """Without the server's stages nothing is checked and nothing filled in; identity and status are still its own."""
    server = serving(secured=False)
    assert 201 == server.create("pods", pod(), user="mallory").code
    stored = server.get("pods", "default/p")
    assert ("", "Pending", 1) == (stored.spec.restart_policy, stored.status.phase, stored.metadata.generation)


def test_an_invalid_object_is_422_with_its_reasons(serving: Any, deployment: Any) -> None:
    """Validation names the field; without the stage the object is stored."""
    broken = attrs.evolve(deployment, spec=attrs.evolve(deployment.spec, replicas=-1))
    server = serving()
    reply = server.create("deployments", broken)
    assert (422, "Invalid") == (reply.code, reply.reason)
    assert 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1' in reply.message
    assert None is server.get("deployments", "default/web")
    assert 201 == server.ask_without(validate, Call("create", "deployments", "default/web", broken)).code


def test_a_refused_create_uses_up_nothing(serving: Any, pod: Any) -> None:
    """A refusal leaves the store, its revision and the generated names as they were."""
    server = serving()
    unnamed = attrs.evolve(pod(), metadata=ObjectMeta(generate_name="web-"))
    broken = attrs.evolve(unnamed, spec=attrs.evolve(unnamed.spec, containers=()))
    assert 422 == server.ask(Call("create", "pods", "default/", broken)).code
    assert {} == server.view.writes
    first = server.ask(Call("create", "pods", "default/", unnamed)).body
    second = server.ask(Call("create", "pods", "default/", unnamed)).body
    assert first.metadata.name != second.metadata.name
    assert first.metadata.name.startswith("web-")


def test_quota_is_asked_when_everything_else_is_settled(serving: Any, pod: Any) -> None:
    """The validating stage runs on the object as it will be stored, its name generated."""
    full = FrozenMap({"pods": "0"})
    quota = ResourceQuota(ObjectMeta(name="q", namespace="default"), ResourceQuotaSpec(full),
                          ResourceQuotaStatus(full, full))
    server = serving(quota)
    unnamed = attrs.evolve(pod(), metadata=ObjectMeta(generate_name="web-"))
    call = Call("create", "pods", "default/", unnamed)
    assert 'pods "web-bbbbb" is forbidden: exceeded quota: q' in server.ask(call).message
    named = attrs.evolve(unnamed, spec=attrs.evolve(unnamed.spec, service_account_name="default"))
    assert 201 == server.ask_without(admit_validating, Call("create", "pods", "default/", named)).code


@pytest.mark.parametrize("secured", [True, False])
def test_reads_write_nothing(serving: Any, pod: Any, *, secured: bool) -> None:
    """A get and a list leave the store as it is."""
    server = serving(pod(), secured=secured)
    before = dict(server.view.writes)
    assert 200 == server.ask(Call("get", "pods", "default/p")).code
    assert 1 == len(server.ask(Call("list", "pods", "default/")).body)
    assert before == server.view.writes
