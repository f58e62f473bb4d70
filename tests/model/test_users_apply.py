"""`kubectl apply`: the request that brings an object to a manifest."""

import json

import attrs

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.registry import kind_of
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.frozen import FrozenMap, freeze, thaw
from seatrial.model.users_apply import LAST_APPLIED, plan_apply, with_last_applied
from tests.model.samples import make_deployment

KIND = kind_of("deployments")
WIDGETS = kind_of("widgets")


def test_an_absent_object_is_created_with_what_was_applied() -> None:
    """The annotation holds the manifest itself, without the annotation and without a status."""
    call = plan_apply(KIND, None, make_deployment(2))
    assert call is not None
    assert ("create", "default/web") == (call.verb, call.key)
    applied = json.loads(call.body.metadata.annotations[LAST_APPLIED])
    assert ("apps/v1", "Deployment", 2) == (applied["apiVersion"], applied["kind"], applied["spec"]["replicas"])
    assert "status" not in applied
    assert "annotations" not in applied["metadata"]


def test_what_is_gone_from_the_manifest_is_removed_and_what_others_set_stays() -> None:
    """Three ways: a label applied before and no longer is removed, a label of others is not mentioned."""
    held = with_last_applied(KIND, make_deployment(2, labels=FrozenMap({"mine": "1", "kept": "1"})))
    labels = held.metadata.labels.set("theirs", "1")
    held = attrs.evolve(held, metadata=attrs.evolve(held.metadata, labels=labels))
    call = plan_apply(KIND, held, make_deployment(3, labels=FrozenMap({"kept": "1"})))
    assert call is not None
    tree = thaw(call.body.tree)
    assert ("strategic", {"mine": None}, 3) == (call.body.type, tree["metadata"]["labels"], tree["spec"]["replicas"])


def test_the_same_manifest_asks_nothing() -> None:
    """No patch when nothing differs; one when a controlled field was changed by hand (control)."""
    held = with_last_applied(KIND, make_deployment(2))
    assert plan_apply(KIND, held, make_deployment(2)) is None
    by_hand = attrs.evolve(held, spec=attrs.evolve(held.spec, replicas=5))
    call = plan_apply(KIND, by_hand, make_deployment(2))
    assert call is not None
    assert {"spec": {"replicas": 2}} == thaw(call.body.tree)


def test_a_custom_resource_takes_a_merge_patch() -> None:
    """There is no strategic merge for kinds that are not built in."""
    meta = ObjectMeta(name="w", namespace="default")
    old, new = (Unstructured(meta, freeze({"spec": {"size": size}})) for size in (1, 2))
    call = plan_apply(WIDGETS, with_last_applied(WIDGETS, old), new)
    assert call is not None
    assert ("merge", 2) == (call.body.type, thaw(call.body.tree)["spec"]["size"])
