"""Patches made from two or three objects do what they were made for."""

from typing import Any

import pytest
from hypothesis import given

from seatrial.model.meta.json_tree import PatchError, copy_tree, is_same
from seatrial.model.meta.patch_conflict import ConflictError
from seatrial.model.meta.patch_diff import create_three_way_merge_patch, create_two_way_merge_patch
from seatrial.model.meta.patch_schema import schema_of
from seatrial.model.meta.patch_strategic import apply_strategic_merge_patch
from tests.strategies.json_trees import pods

POD = schema_of("v1", "Pod")
DEPLOYMENT = schema_of("apps/v1", "Deployment")


def normal(pod: Any) -> Any:
    """The pod without what a patch cannot tell apart.

    Those are empty lists and objects, and the order of finalizers: upstream sorts the scalars of the original
    before it compares, so that a mere change of their order can go unseen.
    """
    if isinstance(pod, dict):
        kept = {key: normal(held) for key, held in pod.items() if held not in ([], {})}
        return kept | {"finalizers": sorted(kept["finalizers"])} if "finalizers" in kept else kept
    return [normal(held) for held in pod] if isinstance(pod, list) else pod


@given(pods(), pods())
def test_a_two_way_patch_turns_one_object_into_the_other(original: Any, modified: Any) -> None:
    """With the order of its containers; and what was given is not changed."""
    before = copy_tree([original, modified])
    patch = create_two_way_merge_patch(original, modified, POD)
    result = apply_strategic_merge_patch(original, patch, POD)
    assert is_same(normal(modified), normal(result))
    assert is_same(before, [original, modified])


def test_a_new_order_of_scalars_can_go_unseen() -> None:
    """Sorting the original hides that only the order differs; the other way round the order is patched."""
    one, two = ({"metadata": {"finalizers": list(order)}} for order in ("ba", "ab"))
    assert {} == create_two_way_merge_patch(one, two, POD)
    expected = {"metadata": {"$setElementOrder/finalizers": ["b", "a"]}}
    assert expected == create_two_way_merge_patch(two, one, POD)


@given(pods())
def test_there_is_nothing_to_patch_between_equals(pod: Any) -> None:
    """Patches between equals are empty, but that upstream insists on the order of unsorted finalizers."""
    finalizers = pod["metadata"].get("finalizers", [])
    order = {"metadata": {"$setElementOrder/finalizers": finalizers}}
    expected = {} if finalizers == sorted(finalizers) else order
    assert expected == create_two_way_merge_patch(pod, copy_tree(pod), POD)
    assert expected == create_three_way_merge_patch(pod, copy_tree(pod), copy_tree(pod), POD, overwrite=False)


@given(pods(), pods(), pods())
def test_apply_reaches_what_is_wanted(original: Any, modified: Any, current: Any) -> None:
    """After `kubectl apply` every wanted container and label is as wanted; applying again changes nothing."""
    patch = create_three_way_merge_patch(original, modified, current, POD, overwrite=True)
    result = apply_strategic_merge_patch(current, patch, POD)
    held = {container["name"]: container for container in result["spec"]["containers"]}
    for wanted in modified["spec"]["containers"]:
        assert wanted.get("image") in {None, held[wanted["name"]].get("image")}
    labels = result["metadata"].get("labels", {})
    assert modified["metadata"].get("labels", {}).items() <= labels.items()
    again = create_three_way_merge_patch(modified, modified, result, POD, overwrite=True)
    assert result == apply_strategic_merge_patch(result, again, POD)


def deployment(**spec: Any) -> dict[str, Any]:
    """A Deployment with a spec."""
    return {"spec": spec}


def test_what_the_autoscaler_set_survives_an_apply_that_does_not_mention_it() -> None:
    """The reason for three-way patches: replicas are nobody's business if the manifest has none."""
    original = modified = deployment(paused=True)
    current = deployment(paused=True, replicas=7)
    assert {} == create_three_way_merge_patch(original, modified, current, DEPLOYMENT, overwrite=True)
    removed = create_three_way_merge_patch(
        deployment(paused=True, replicas=3), modified, current, DEPLOYMENT, overwrite=True
    )
    assert deployment(replicas=None) == removed


def test_a_changed_kind_of_rollout_drops_the_old_ones_fields() -> None:
    """`strategy` retains only the keys that the manifest has."""
    rolling = deployment(strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}})
    recreate = deployment(strategy={"type": "Recreate"})
    patch = create_two_way_merge_patch(rolling, recreate, DEPLOYMENT)
    expected = {"$retainKeys": ["type"], "rollingUpdate": None, "type": "Recreate"}
    assert deployment(strategy=expected) == patch
    assert recreate == apply_strategic_merge_patch(rolling, patch, DEPLOYMENT)


def test_without_overwrite_others_changes_are_a_conflict() -> None:
    """The error shows both sides."""
    arguments = deployment(replicas=1), deployment(replicas=2), deployment(replicas=3), DEPLOYMENT
    with pytest.raises(ConflictError) as refused:
        create_three_way_merge_patch(*arguments, overwrite=False)
    between = "conflicts with changes made from original to current"
    expected = f"patch:\nspec:\n  replicas: 2\n\n{between}:\nspec:\n  replicas: 3\n\n"
    assert expected == str(refused.value)
    assert deployment(replicas=2) == create_three_way_merge_patch(*arguments, overwrite=True)


def test_absent_sides_count_as_empty() -> None:
    """A first apply has no last-applied object."""
    wanted = deployment(replicas=2)
    assert wanted == create_three_way_merge_patch(None, wanted, None, DEPLOYMENT, overwrite=False)


def test_a_field_that_the_type_lacks_is_only_in_the_way_when_it_differs() -> None:
    """Unknown objects and lists that stay the same need no merge rule."""
    for odd, other in (({"a": 1}, {"a": 2}), ([1], [2])):
        assert {} == create_two_way_merge_patch({"odd": odd}, {"odd": copy_tree(odd)}, POD)
        with pytest.raises(PatchError, match='struct Pod for the json field "odd"'):
            create_two_way_merge_patch({"odd": odd}, {"odd": other}, POD)


def test_directives_in_objects_are_compared_as_texts() -> None:
    """An object that carries `$patch` itself is compared, not carried out."""
    assert {"$patch": "b"} == create_two_way_merge_patch({"$patch": "a"}, {"$patch": "b"}, POD)
    with pytest.raises(PatchError, match="invalid value for special key"):
        create_two_way_merge_patch({"$patch": 1}, {"$patch": "b"}, POD)
