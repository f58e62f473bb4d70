"""Each property of namespaces says what is wrong when it is."""

import attrs

from seatrial.model.api.core import NamespaceStatus
from tests.properties.worlds import changed, in_shop, object_of, pod, says_of, shop_namespace, world


def test_deleted_namespace_empty_tells_what_is_left() -> None:
    """A pod that is left in a namespace that is gone is named."""
    before = world(shop_namespace(), in_shop(pod()))
    after = changed(before, (object_of("namespaces", shop_namespace())[0], None))
    assert "namespace shop is gone, pods shop/web-1 is left in it" == says_of("deleted_namespace_empty", before, after)


def test_nothing_new_in_ending_namespace_tells_what_is_new() -> None:
    """A pod that is created in a Terminating namespace is named, in an Active one it is welcome."""
    ending = world(attrs.evolve(shop_namespace(), status=NamespaceStatus("Terminating")))
    made = object_of("pods", in_shop(pod()))
    expected = "pods shop/web-1 was created while its namespace is Terminating"
    assert expected == says_of("nothing_new_in_ending_namespace", ending, changed(ending, made))
    active = world(shop_namespace())
    assert says_of("nothing_new_in_ending_namespace", active, changed(active, made)) is None
