"""Deletion: grace, finalizers, propagation, preconditions, and namespaces."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.core import Namespace, NamespaceSpec, NamespaceStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.deletion import deletion_finalizers
from seatrial.model.client.calls import Call


def test_grace_zero_is_two_revisions(serving: Any, pod: Any) -> None:
    """A pod without a node is marked with grace 0 and then gone: two writes (recorded in pod-deletion)."""
    server = serving(pod())
    before = server.revision("pods")
    assert 200 == server.delete("pods", "default/p").code
    assert None is server.get("pods", "default/p")
    assert 2 == server.revision("pods") - before


def test_a_pod_on_a_node_waits_for_its_kubelet(serving: Any, pod: Any) -> None:
    """The first DELETE writes once and raises the generation; a longer grace writes nothing, a shorter one again."""
    server = serving(pod(node="n1"))
    before = server.revision("pods")
    server.delete("pods", "default/p")
    marked = server.get("pods", "default/p").metadata
    assert (30, 30, 2) == (marked.deletion_timestamp, marked.deletion_grace_period_seconds, marked.generation)
    server.delete("pods", "default/p", grace_period_seconds=60)
    server.delete("pods", "default/p")
    assert 1 == server.revision("pods") - before
    server.delete("pods", "default/p", grace_period_seconds=5)
    shorter = server.get("pods", "default/p").metadata
    assert (5, 5, 2) == (shorter.deletion_timestamp, shorter.deletion_grace_period_seconds, shorter.generation)
    server.delete("pods", "default/p", grace_period_seconds=0)
    assert None is server.get("pods", "default/p")


def test_a_finalizer_holds_an_object_of_any_kind(serving: Any, deployment: Any) -> None:
    """A second DELETE is 200 and writes nothing; taking the last finalizer away removes it in one write."""
    held = attrs.evolve(deployment, metadata=attrs.evolve(deployment.metadata, finalizers=("example.com/hold",)))
    server = serving(held)
    server.delete("deployments", "default/web")
    first = server.revision("deployments")
    assert 200 == server.delete("deployments", "default/web").code
    assert first == server.revision("deployments")
    assert 0 == server.get("deployments", "default/web").metadata.deletion_timestamp
    server.patch("deployments", "default/web", {"metadata": {"finalizers": None}})
    assert (None, first + 1) == (server.get("deployments", "default/web"), server.revision("deployments"))


def test_no_new_finalizer_on_the_way_out(serving: Any, deployment: Any) -> None:
    """An object in deletion may lose finalizers, not gain them; its other data may change."""
    held = attrs.evolve(deployment, metadata=attrs.evolve(deployment.metadata, finalizers=("example.com/hold",)))
    server = serving(held)
    server.delete("deployments", "default/web")
    reply = server.patch("deployments", "default/web",
                         {"metadata": {"finalizers": ["example.com/hold", "example.com/more"]}})
    assert 422 == reply.code
    assert "no new finalizers can be added if the object is being deleted" in reply.message
    assert 200 == server.patch("deployments", "default/web", {"metadata": {"labels": {"a": "b"}}}).code


def test_a_taken_name_on_the_way_out_says_so(serving: Any, pod: Any) -> None:
    """Creating the name of an object in deletion is 409 AlreadyExists, in the recorded words."""
    server = serving(pod("c", node="n1"))
    server.delete("pods", "default/c")
    reply = server.create("pods", pod("c"))
    assert (409, "AlreadyExists", 'object is being deleted: pods "c" already exists') == (
        reply.code, reply.reason, reply.message)


@pytest.mark.parametrize(
    "policy, held, expected",
    [("", (), ()), ("Background", (), ()), ("Foreground", ("x",), ("x", "foregroundDeletion")),
     ("Orphan", (), ("orphan",)), ("", ("orphan",), ("orphan",)), ("Background", ("orphan", "x"), ("x",)),
     ("Foreground", ("orphan",), ("foregroundDeletion",))],
)
def test_the_policy_decides_which_collector_finalizer_there_is(
    policy: str, held: tuple[str, ...], expected: tuple[str, ...],
) -> None:
    """A policy sets its own finalizer and drops the other; no policy leaves what is there in force."""
    assert expected == deletion_finalizers(ObjectMeta(finalizers=held), policy)


def test_preconditions_are_checked_before_anything_is_written(serving: Any, pod: Any) -> None:
    """A DELETE for another UID or version is 409 and names both; the right ones go through."""
    server = serving(pod())
    live = server.get("pods", "default/p").metadata
    other = server.delete("pods", "default/p", uid="other")
    assert (409, "Conflict") == (other.code, other.reason)
    assert "the UID in the precondition (other) does not match the UID in record" in other.message
    stale = server.delete("pods", "default/p", resource_version=7)
    assert 'on Pod "p": the ResourceVersion in the precondition (7) does not match' in stale.message
    assert 200 == server.delete("pods", "default/p", uid=live.uid, resource_version=live.resource_version).code


def test_a_namespace_goes_when_it_is_finalized(serving: Any) -> None:
    """DELETE makes a namespace Terminating; it goes when finalize empties its spec.finalizers."""
    shop = Namespace(ObjectMeta(name="shop"), NamespaceSpec(("kubernetes",)), NamespaceStatus("Active"))
    server = serving(shop)
    server.delete("namespaces", "shop")
    live = server.get("namespaces", "shop")
    assert "Terminating" == live.status.phase
    assert 200 == server.delete("namespaces", "shop").code
    emptied = attrs.evolve(live, spec=NamespaceSpec())
    assert 200 == server.ask(Call("update", "namespaces", "shop", emptied)).code
    assert ("kubernetes",) == server.get("namespaces", "shop").spec.finalizers
    live = server.get("namespaces", "shop")
    emptied = attrs.evolve(live, spec=NamespaceSpec())
    assert 200 == server.ask(Call("update", "namespaces", "shop", emptied, "finalize")).code
    assert None is server.get("namespaces", "shop")


def test_a_collection_is_deleted_in_one_namespace(serving: Any, pod: Any) -> None:
    """A deletecollection takes all objects of the namespace and none of another."""
    server = serving(pod("a"), pod("b"), pod("c", namespace="other"))
    assert 200 == server.ask(Call("deletecollection", "pods", "default/")).code
    assert [None, None, "c"] == [found and found.metadata.name for found in (
        server.get("pods", "default/a"), server.get("pods", "default/b"), server.get("pods", "other/c"))]
