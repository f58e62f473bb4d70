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


@pytest.mark.parametrize(
    "original, patch, message",
    [
        (pod(containers=[WEB]), pod(containers=[{"image": "x"}]), "map: map[image:x] does not contain declared merge key: name"),
        (pod(containers=[WEB]), pod(containers=[{"$patch": "delete"}]), "map: map[$patch:delete] does not contain declared merge key: name"),
        (pod(containers=[WEB]), pod(containers=[{"$patch": "merge"}]), "merging lists cannot yet be specified in the patch"),
        (pod(containers=[WEB]), pod(containers=[{"$patch": "x"}]), "unknown patch type: x in map: map[$patch:x]"),
        (pod(nodeName="n"), pod(**{"$patch": "bogus"}), "unknown patch type: bogus in map: map[$patch:bogus]"),
        (pod(nodeName="n"), pod(**{"$retainKeys": "x"}), "invalid patch format of retainKeys"),
        (pod(nodeName="n"), pod(**{"$retainKeys": ["a"], "nodeName": "m"}), "invalid patch format of retainKeys"),
        (pod(), pod(**{"$setElementOrder": []}), "invalid patch format of setElementOrder list"),
        (pod(), pod(**{"$setElementOrder/containers": {}}), "expected a []interface {}, but received a map[string]interface {}"),
        (pod(containers="x"), pod(**{"$setElementOrder/containers": []}), "expected a []interface {}, but received a string"),
        (pod(), pod(**{"$deleteFromPrimitiveList": ["x"]}), "invalid patch format of primitive list"),
        (pod(containers=[WEB]), pod(**{"$setElementOrder/containers": [{"name": "web"}], "containers": [SIDE]}),
         "The order in patch list:\n[map[image:s name:side]]\n doesn't match $setElementOrder list:\n[map[name:web]]\n"),
        (pod(odd={"a": 1}), pod(odd={"a": 2}), 'unable to find api field in struct PodSpec for the json field "odd"'),
        (pod(tolerations=[{"key": "a"}]), pod(**{"$deleteFromPrimitiveList/tolerations": [{"key": "a"}]}),
         "cannot merge lists without merge key for struct"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_upstreams_words(original: Any, patch: Any, message: str) -> None:
    """Malformed directives, missing keys, unknown fields."""
    with pytest.raises(PatchError) as refused:
        apply_strategic_merge_patch(original, patch, POD)
    assert message == str(refused.value)
