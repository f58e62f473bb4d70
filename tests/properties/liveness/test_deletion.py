"""Each property of deletion in the end says what is left when it is."""

import attrs

from seatrial.model.api.apps import ReplicaSet
from seatrial.model.api.core import Namespace
from tests.properties.worlds import in_shop, node, pod, replicaset, says, shop_namespace, world


def ending(finalizer: str) -> ReplicaSet:
    """The ReplicaSet default/web in deletion, held by a finalizer."""
    meta = attrs.evolve(replicaset().metadata, deletion_timestamp=0, finalizers=(finalizer,))
    return attrs.evolve(replicaset(), metadata=meta)


def ending_namespace() -> Namespace:
    """The namespace shop in deletion."""
    held = shop_namespace()
    return attrs.evolve(held, metadata=attrs.evolve(held.metadata, deletion_timestamp=0))


def test_deleting_object_disappears_names_what_holds_it() -> None:
    """An object held by a finalizer whose controller runs is named; one that somebody else holds is not."""
    expected = "replicasets default/web is in deletion and does not go, held by foregroundDeletion"
    held = world(ending("foregroundDeletion"), controllers=("garbage-collector",))
    assert expected == says("deleting_object_disappears", held)
    assert says("deleting_object_disappears", world(ending("foregroundDeletion"))) is None
    assert says("deleting_object_disappears", world(ending("example.com/mine"))) is None


def test_deleting_object_disappears_asks_the_kubelet_for_pods() -> None:
    """A pod in deletion on a node with a kubelet is named; on a node without one nobody can confirm its end."""
    bound = pod(node_name="node-1", deleted=True)
    expected = "pods default/web-1 is in deletion and does not go"
    assert expected == says("deleting_object_disappears", world(node(), bound, kubelets=True))
    assert says("deleting_object_disappears", world(node(), bound)) is None


def test_namespace_terminates_names_what_is_left() -> None:
    """A namespace that stays is named with the first thing left in it; somebody else's finalizer excuses it."""
    assert "namespace shop stays Terminating" == says("namespace_terminates", world(ending_namespace()))
    expected = "namespace shop stays Terminating: pods shop/web-1 is left"
    assert expected == says("namespace_terminates", world(ending_namespace(), in_shop(pod())))
    kept = in_shop(ending("example.com/mine"))
    assert says("namespace_terminates", world(ending_namespace(), kept)) is None


def test_garbage_disappears_names_it() -> None:
    """A pod whose ReplicaSet is gone is named, unless it is on its way out."""
    expected = "pods default/web-1 is left, and no owner of it is there any more"
    assert expected == says("garbage_disappears", world(pod(owner="r1")))
    assert says("garbage_disappears", world(pod(owner="r1", deleted=True))) is None
    assert says("garbage_disappears", world(pod())) is None
