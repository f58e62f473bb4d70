"""The operator's own test: it fails with the counterexample. With SAFE for CONTROLLER it passes."""

from website_operator import CONTROLLER, PROPERTIES

from seatrial.model.api.core import Namespace
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.frozen import FrozenMap, freeze
from seatrial.model.scope import Scope
from seatrial.traces import check

SITE = Unstructured(ObjectMeta(name="blog", namespace="default"), freeze({
    "apiVersion": "example.com/v1", "kind": "Website", "spec": {"image": "registry.example.com/blog:1.4"}}))


def test_a_website_gets_one_replicaset() -> None:
    """Whatever the cache shows, and though the answer to one create may be lost."""
    check(Scope(controllers=(CONTROLLER, "replicaset"), objects=(Namespace(ObjectMeta(name="default")), SITE),
                budgets=FrozenMap({"lost-create": 1}), timed=True), PROPERTIES)
