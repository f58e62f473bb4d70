"""The mutating plugins: what they add, and what they refuse."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.core import Namespace, NamespaceStatus, Node, Taint, Toleration
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.scheduling import PriorityClass
from seatrial.model.apiserver.admission import PLUGINS
from seatrial.model.apiserver.pipeline import admit_mutating
from seatrial.model.client.calls import Call
from seatrial.model.frozen import freeze


def test_quota_is_the_last_to_be_asked() -> None:
    """Nothing may refuse an object after it was charged; each plugin is listed once."""
    names = [plugin.name for plugin in PLUGINS]
    assert ("NamespaceLifecycle", "ResourceQuota") == (names[0], names[-1])
    assert len(names) == len(dict.fromkeys(names))


def test_nothing_new_in_a_terminating_namespace(serving: Any, pod: Any) -> None:
    """A create is 403 with the cause that controllers look for; updates and deletes go on.

    Dropping the stage lets the create in (the validating part of ServiceAccount wants the account named).
    """
    going = Namespace(ObjectMeta(name="shop", deletion_timestamp=0), status=NamespaceStatus("Terminating"))
    server = serving(going, pod("old", namespace="shop"))
    reply = server.create("pods", pod(namespace="shop"))
    assert (403, "Forbidden", "NamespaceTerminating") == (reply.code, reply.reason, reply.cause)
    assert ('pods "p" is forbidden: unable to create new content in namespace shop because it is being terminated'
            ) == reply.message
    assert 200 == server.patch("pods", "shop/old", {"metadata": {"labels": {"a": "b"}}}).code
    assert 200 == server.delete("pods", "shop/old").code
    new = pod(namespace="shop")
    named = attrs.evolve(new, spec=attrs.evolve(new.spec, service_account_name="default"))
    assert 201 == server.ask_without(admit_mutating, Call("create", "pods", "shop/p", named)).code


def test_a_missing_namespace_is_404_and_a_needed_one_stays(serving: Any, pod: Any) -> None:
    """A namespace that is not there is not found; the cluster's own cannot be deleted."""
    server = serving(Namespace(ObjectMeta(name="default")))
    reply = server.create("pods", pod(namespace="nowhere"))
    assert (404, 'namespaces "nowhere" not found') == (reply.code, reply.message)
    refused = server.delete("namespaces", "default")
    expected = 'namespaces "default" is forbidden: this namespace may not be deleted'
    assert (403, expected) == (refused.code, refused.message)


def test_a_pod_without_its_account_is_refused(serving: Any, pod: Any) -> None:
    """A pod whose ServiceAccount is missing is 403, in upstream's words."""
    robot = attrs.evolve(pod(), spec=attrs.evolve(pod().spec, service_account_name="robot"))
    reply = serving().create("pods", robot)
    expected = ('pods "p" is forbidden: error looking up service account default/robot: '
                'serviceaccount "robot" not found')
    assert (403, expected) == (reply.code, reply.message)


def test_a_pod_finds_its_token_where_clients_look(serving: Any, pod: Any) -> None:
    """Every container has the token mounted, from one projected volume; one that opts out has not."""
    server = serving()
    server.create("pods", pod())
    spec = server.get("pods", "default/p").spec
    mount = spec.containers[0].unmodelled["volumeMounts"][0]
    assert ("/var/run/secrets/kubernetes.io/serviceaccount", spec.unmodelled["volumes"][0]["name"]) == (
        mount["mountPath"], mount["name"])
    out = attrs.evolve(pod("q"), spec=attrs.evolve(
        pod().spec, unmodelled=freeze({"automountServiceAccountToken": False})))
    server.create("pods", out)
    assert "volumes" not in server.get("pods", "default/q").spec.unmodelled


def test_a_new_node_is_not_ready(serving: Any) -> None:
    """A node is created with the not-ready taint, once."""
    server = serving()
    server.create("nodes", Node(ObjectMeta(name="n1")))
    taints = server.get("nodes", "n1").spec.taints
    assert (Taint("node.kubernetes.io/not-ready", effect="NoSchedule"),) == taints
    server.create("nodes", attrs.evolve(Node(ObjectMeta(name="n2")), spec=server.get("nodes", "n1").spec))
    assert taints == server.get("nodes", "n2").spec.taints


def test_own_tolerations_count(serving: Any, pod: Any) -> None:
    """A pod that tolerates everything gets nothing added; one that knows one taint gets the other."""
    one = Toleration("node.kubernetes.io/not-ready", "Exists")
    for own, expected in ((Toleration(operator="Exists"), 1), (one, 2)):
        server = serving()
        server.create("pods", attrs.evolve(pod(), spec=attrs.evolve(pod().spec, tolerations=(own,))))
        assert expected == len(server.get("pods", "default/p").spec.tolerations)


@pytest.mark.parametrize(
    "name, code, value",
    [("high", 201, 100), ("gone", 403, None), ("system-node-critical", 201, 2000001000)],
)
def test_a_priority_is_that_of_its_class(serving: Any, pod: Any, name: str, code: int, value: int | None) -> None:
    """A known class gives its value, an unknown one is 403; the system's two are always there."""
    high = PriorityClass(ObjectMeta(name="high"), 100)
    server = serving(high)
    reply = server.create("pods", attrs.evolve(pod(), spec=attrs.evolve(pod().spec, priority_class_name=name)))
    stored = server.get("pods", "default/p")
    assert (code, value) == (reply.code, stored and stored.spec.priority)


def test_a_priority_of_ones_own_is_refused(serving: Any, pod: Any) -> None:
    """A number that is not that of the class is 403."""
    reply = serving().create("pods", attrs.evolve(pod(), spec=attrs.evolve(pod().spec, priority=7)))
    assert (403, True) == (reply.code, "the integer value of priority (7) must not be provided" in reply.message)
