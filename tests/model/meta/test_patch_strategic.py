"""Strategic merge patches merge lists by key and carry out directives."""

from typing import Any

import pytest

from seatrial.model.meta.json_tree import PatchError, copy_tree, is_same
from seatrial.model.meta.patch_schema import schema_of
from seatrial.model.meta.patch_strategic import apply_strategic_merge_patch

POD = schema_of("v1", "Pod")


def pod(**spec: Any) -> dict[str, Any]:
    """A pod with a spec."""
    return {"spec": spec}


WEB = {"name": "web", "image": "i:1", "env": [{"name": "A", "value": "1"}]}
SIDE = {"name": "side", "image": "s"}


@pytest.mark.parametrize(
    "original, patch, result",
    [
        (
            pod(containers=[WEB, SIDE]),
            pod(containers=[{"name": "side", "image": "s2"}]),
            pod(containers=[WEB, {"name": "side", "image": "s2"}]),
        ),
        (
            pod(containers=[WEB]),
            pod(containers=[{"name": "web", "env": [{"name": "B", "value": "2"}]}]),
            pod(containers=[WEB | {"env": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]}]),
        ),
        (
            pod(containers=[WEB, SIDE]),
            pod(containers=[{"$patch": "delete", "name": "web"}]),
            pod(containers=[SIDE]),
        ),
        (pod(containers=[WEB]), pod(containers=[SIDE, {"$patch": "replace"}]), pod(containers=[SIDE])),
        (
            pod(containers=[WEB, SIDE]),
            {"spec": {"$setElementOrder/containers": [{"name": "side"}, {"name": "web"}]}},
            pod(containers=[SIDE, WEB]),
        ),
        (pod(tolerations=[{"key": "a"}]), pod(tolerations=[{"key": "b"}]), pod(tolerations=[{"key": "b"}])),
        (pod(a=1, nodeName="n"), pod(**{"$patch": "replace", "nodeName": "m"}), pod(nodeName="m")),
        (pod(nodeName="n"), pod(**{"$patch": "delete"}), {"spec": {}}),
        (pod(nodeName="n", hostname="h"), pod(nodeName=None, subdomain=None), pod(hostname="h")),
        (
            {"metadata": {"finalizers": ["a", "b"]}},
            {"metadata": {"finalizers": ["c"]}},
            {"metadata": {"finalizers": ["c", "a", "b"]}},
        ),
        (
            {"metadata": {"finalizers": ["a", "b"]}},
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}},
            {"metadata": {"finalizers": ["b"]}},
        ),
        (
            pod(volumes=[{"name": "v", "emptyDir": {}}]),
            pod(volumes=[{"name": "v", "$retainKeys": ["name", "hostPath"], "hostPath": {"path": "/x"}}]),
            pod(volumes=[{"name": "v", "hostPath": {"path": "/x"}}]),
        ),
        ({}, pod(containers=[WEB, {"$patch": "delete", "name": "x"}]), pod(containers=[WEB])),
        ({}, pod(affinity={"nodeAffinity": None}), pod(affinity={})),
        (pod(nodeName=["odd"]), pod(nodeName="n"), pod(nodeName="n")),
    ],
)
def test_what_comes_of_a_patch(original: Any, patch: Any, result: Any) -> None:
    """Merging by key, replacing, deleting, ordering, nulls and each directive; nothing given is changed."""
    before = copy_tree([original, patch])
    assert is_same(result, apply_strategic_merge_patch(original, patch, POD))
    assert is_same(before, [original, patch])


NO_KEY = "does not contain declared merge key: name"
ORDER = "$setElementOrder/containers"
WRONG_ORDER = (
    "The order in patch list:\n[map[image:s name:side]]\n"
    " doesn't match $setElementOrder list:\n[map[name:web]]\n"
)


@pytest.mark.parametrize(
    "held, change, message",
    [
        ({"containers": [WEB]}, {"containers": [{"image": "x"}]}, f"map: map[image:x] {NO_KEY}"),
        ({"containers": [WEB]}, {"containers": [{"$patch": "delete"}]}, f"map: map[$patch:delete] {NO_KEY}"),
        (
            {"containers": [WEB]},
            {"containers": [{"$patch": "merge"}]},
            "merging lists cannot yet be specified in the patch",
        ),
        (
            {"containers": [WEB]},
            {"containers": [{"$patch": "x"}]},
            "unknown patch type: x in map: map[$patch:x]",
        ),
        ({"nodeName": "n"}, {"$patch": "bogus"}, "unknown patch type: bogus in map: map[$patch:bogus]"),
        ({"nodeName": "n"}, {"$retainKeys": "x"}, "invalid patch format of retainKeys"),
        ({"nodeName": "n"}, {"$retainKeys": ["a"], "nodeName": "m"}, "invalid patch format of retainKeys"),
        ({}, {"$setElementOrder": []}, "invalid patch format of setElementOrder list"),
        ({}, {ORDER: {}}, "expected a []interface {}, but received a map[string]interface {}"),
        ({"containers": "x"}, {ORDER: []}, "expected a []interface {}, but received a string"),
        ({}, {"$deleteFromPrimitiveList": ["x"]}, "invalid patch format of primitive list"),
        ({"containers": [WEB]}, {ORDER: [{"name": "web"}], "containers": [SIDE]}, WRONG_ORDER),
        (
            {"odd": {"a": 1}},
            {"odd": {"a": 2}},
            'unable to find api field in struct PodSpec for the json field "odd"',
        ),
        (
            {"tolerations": [{"key": "a"}]},
            {"$deleteFromPrimitiveList/tolerations": [{"key": "a"}]},
            "cannot merge lists without merge key for struct",
        ),
    ],
)
def test_what_is_wrong_is_said_in_upstreams_words(held: Any, change: Any, message: str) -> None:
    """Malformed directives, missing keys, unknown fields."""
    with pytest.raises(PatchError) as refused:
        apply_strategic_merge_patch(pod(**held), pod(**change), POD)
    assert message == str(refused.value)
