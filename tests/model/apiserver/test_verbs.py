"""Create, update, patch: versions, generations, no-ops."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.client.calls import Call, Patch, StatusPatch
from seatrial.model.frozen import FrozenMap, freeze, thaw


def updated(server: Any, value: Any, subresource: str = "", **meta: Any) -> Any:
    """Sends an update with these fields of metadata."""
    value = attrs.evolve(value, metadata=attrs.evolve(value.metadata, **meta)) if meta else value
    return server.ask(Call("update", "deployments", "default/web", value, subresource))


def test_a_stale_update_conflicts_in_the_recorded_words(serving: Any, deployment: Any) -> None:
    """A PUT with an old resourceVersion is 409; without one the last write wins."""
    server = serving(deployment)
    live = server.get("deployments", "default/web")
    reply = updated(server, live, resource_version=99)
    expected = ('Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply '
                "your changes to the latest version and try again")
    assert (409, "Conflict", expected) == (reply.code, reply.reason, reply.message)
    assert 200 == updated(server, live, resource_version=None).code


def test_an_update_of_another_uid_conflicts(serving: Any, deployment: Any) -> None:
    """A PUT for a UID that is gone is 409 with the store's own words."""
    server = serving(deployment)
    reply = updated(server, server.get("deployments", "default/web"), uid="other")
    assert 409 == reply.code
    assert "Key: /registry/deployments/default/web, ResourceVersion: 0" in reply.message


def test_a_patched_uid_is_422(serving: Any, deployment: Any) -> None:
    """In a patch another UID is an immutable field, not a conflict (recorded)."""
    reply = serving(deployment).patch("deployments", "default/web", {"metadata": {"uid": "X"}})
    assert (422, True) == (reply.code, 'metadata.uid: Invalid value: "X": field is immutable' in reply.message)


def test_what_changes_nothing_writes_nothing(serving: Any, deployment: Any) -> None:
    """A PUT or patch without effect keeps the resourceVersion, and so does a null deletionTimestamp."""
    server = serving()
    server.create("deployments", deployment)
    before = server.revision("deployments")
    assert 200 == updated(server, server.get("deployments", "default/web")).code
    assert 200 == server.patch("deployments", "default/web", {"metadata": {"deletionTimestamp": None}}).code
    assert 200 == server.patch("deployments", "default/web", {"spec": {"replicas": 3}}).code
    assert before == server.revision("deployments")


@pytest.mark.parametrize(
    "tree, generation",
    [({"spec": {"replicas": 5}}, 2), ({"metadata": {"annotations": {"note": "x"}}}, 2),
     ({"metadata": {"labels": {"a": "b"}}}, 1), ({"status": {"replicas": 1}}, 1)],
)
def test_what_raises_a_deployments_generation(
    serving: Any, deployment: Any, tree: dict[str, Any], generation: int,
) -> None:
    """Changes of spec and of annotations do, of labels and status do not (recorded)."""
    server = serving()
    server.create("deployments", deployment)
    assert 200 == server.patch("deployments", "default/web", tree).code
    assert generation == server.get("deployments", "default/web").metadata.generation


def test_a_null_brings_the_default_back(serving: Any, deployment: Any) -> None:
    """A merge patch with replicas null gives 1 replica; once more it writes nothing."""
    server = serving()
    server.create("deployments", deployment)
    server.patch("deployments", "default/web", {"spec": {"replicas": None}})
    revision = server.revision("deployments")
    assert 1 == server.get("deployments", "default/web").spec.replicas
    server.patch("deployments", "default/web", {"spec": {"replicas": None}})
    assert revision == server.revision("deployments")


def test_status_and_spec_are_written_apart(serving: Any, deployment: Any) -> None:
    """A status update takes status and annotations, not spec; an update of the object leaves the status alone."""
    server = serving()
    server.create("deployments", deployment)
    live = server.get("deployments", "default/web")
    changed = attrs.evolve(live, spec=attrs.evolve(live.spec, replicas=9), status=attrs.evolve(live.status, replicas=2))
    updated(server, changed, "status")
    after = server.get("deployments", "default/web")
    assert (3, 2, 1) == (after.spec.replicas, after.status.replicas, after.metadata.generation)
    updated(server, attrs.evolve(after, status=attrs.evolve(after.status, replicas=7)))
    assert 2 == server.get("deployments", "default/web").status.replicas


def test_a_create_carries_no_version_and_its_own_namespace(serving: Any, pod: Any) -> None:
    """A resourceVersion in a create is 500, another namespace than the request's 400 (recorded)."""
    server = serving()
    reply = server.create("pods", pod(resource_version=1))
    assert (500, "resourceVersion should not be set on objects to be created") == (reply.code, reply.message)
    assert 400 == server.ask(Call("create", "pods", "default/p", pod(namespace="other"))).code


def test_a_taken_name_is_409(serving: Any, pod: Any) -> None:
    """The second create of a name is refused, and the first object stays."""
    server = serving()
    server.create("pods", pod())
    reply = server.create("pods", pod())
    assert (409, 'pods "p" already exists') == (reply.code, reply.message)
    assert "pods:default/p" == server.get("pods", "default/p").metadata.uid


def test_a_recreated_name_has_another_uid(serving: Any, pod: Any) -> None:
    """Delete and create under one name: the UID tells the two apart."""
    server = serving()
    first = server.create("pods", pod()).body.metadata.uid
    server.delete("pods", "default/p")
    assert first != server.create("pods", pod()).body.metadata.uid


def test_what_is_not_there_is_404(serving: Any) -> None:
    """get, update, patch and delete of a missing object."""
    server = serving()
    replies = (server.ask(Call("get", "pods", "default/p")), server.patch("pods", "default/p", {}),
               server.delete("pods", "default/p"))
    assert [(404, 'pods "p" not found')] * 3 == [(reply.code, reply.message) for reply in replies]


WEBSITE = Unstructured(ObjectMeta(name="blog", namespace="default", labels=FrozenMap({"a": "b"})), freeze({
    "apiVersion": "example.com/v1", "kind": "Website", "spec": {"size": 1}, "status": {"ready": 0}}))


def test_the_status_of_a_custom_resource_is_a_subresource(serving: Any) -> None:
    """An update of it changes the status alone; one without a status takes it away."""
    server = serving(WEBSITE)
    held = server.get("websites", "default/blog")
    meta = attrs.evolve(held.metadata, labels=FrozenMap({"a": "c"}))
    sent = attrs.evolve(held, metadata=meta, unmodelled=held.unmodelled.update(
        freeze({"spec": {"size": 2}, "status": {"ready": 1}})))
    reply = server.ask(Call("update", "websites", "default/blog", sent, "status"))
    stored = server.get("websites", "default/blog")
    assert (200, stored) == (reply.code, reply.body)
    assert ({"size": 1}, {"ready": 1}) == (thaw(stored.unmodelled["spec"]), thaw(stored.unmodelled["status"]))
    assert {"a": "b"} == dict(stored.metadata.labels)
    bare = attrs.evolve(stored, unmodelled=stored.unmodelled.delete("status"))
    assert server.ask(Call("update", "websites", "default/blog", bare, "status")).ok
    assert "status" not in server.get("websites", "default/blog").unmodelled


def test_the_status_of_a_custom_resource_is_patched(serving: Any) -> None:
    """By a merge patch, which changes nothing else; Go has no types of it for a strategic one: 415."""
    server = serving(WEBSITE)
    tree = {"status": {"ready": 2}, "spec": {"size": 9}}
    assert server.patch("websites", "default/blog", tree, "status").ok
    stored = server.get("websites", "default/blog")
    assert ({"size": 1}, {"ready": 2}) == (thaw(stored.unmodelled["spec"]), thaw(stored.unmodelled["status"]))
    for body in (Patch("strategic", freeze(tree)), StatusPatch(stored.metadata.uid, (("ready", 3),))):
        refused = server.ask(Call("patch", "websites", "default/blog", body, "status"))
        assert (415, "UnsupportedMediaType") == (refused.code, refused.reason)
    assert stored == server.get("websites", "default/blog")


def test_a_stale_update_of_a_custom_status_conflicts(serving: Any) -> None:
    """As any update that carries another version; nothing is written."""
    server = serving(WEBSITE)
    held = server.get("websites", "default/blog")
    stale = attrs.evolve(held, metadata=attrs.evolve(held.metadata, resource_version=77))
    assert 409 == server.ask(Call("update", "websites", "default/blog", stale, "status")).code
    assert held == server.get("websites", "default/blog")


def test_labels_of_a_status_update_are_taken_except_for_deployments(
    serving: Any, pod: Any, deployment: Any
) -> None:
    """The strategies of statuses keep the spec; only the Deployment's keeps the labels too."""
    for resource, value, expected in (("pods", pod(), "new"), ("deployments", deployment, "")):
        server = serving(value)
        key = f"default/{value.metadata.name}"
        held = server.get(resource, key)
        sent = attrs.evolve(held, metadata=attrs.evolve(held.metadata, labels=FrozenMap({"x": "new"})))
        assert server.ask(Call("update", resource, key, sent, "status")).ok
        assert expected == server.get(resource, key).metadata.labels.get("x", "")
