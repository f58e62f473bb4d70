"""What the API server makes of a controller's pod."""

from pathlib import Path

import attrs

from seatrial.model.api.core import Container, Pod, PodSpec
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.scheduling import PriorityClass
from seatrial.traces.place.pod_admission import admitted, missing_classes, server_for
from tests.traces.place.documents import bound_pod, manifests

POD = Pod(ObjectMeta(name="web", namespace="shop"), PodSpec(
    containers=(Container(name="c", image="i:1"),), service_account_name="runner", priority_class_name="urgent"))
URGENT = PriorityClass(ObjectMeta(name="urgent"), value=7)


def test_accounts_and_namespaces_are_taken_as_there(tmp_path: Path) -> None:
    """A pod's class gives its priority; a class that nobody has counts 0."""
    (document,) = manifests(tmp_path, bound_pod("web", "node-1")).objects
    assert 7 == admitted(server_for([POD], (URGENT,)), POD, document).spec.priority
    assert 0 == admitted(server_for([POD], ()), POD, document).spec.priority


def test_the_name_and_the_identity_stay_the_controllers(tmp_path: Path) -> None:
    """Nothing that a store would add."""
    (document,) = manifests(tmp_path, bound_pod("web", "node-1")).objects
    meta = admitted(server_for([POD], (URGENT,)), POD, document).metadata
    assert ("web", "shop", "", None) == (meta.name, meta.namespace, meta.uid, meta.resource_version)


def test_a_pod_that_was_stored_before_is_not_admitted_again(tmp_path: Path) -> None:
    """Its priority is what it was given then."""
    (document,) = manifests(tmp_path, bound_pod("web", "node-1")).objects
    stored = attrs.evolve(POD, metadata=attrs.evolve(POD.metadata, uid="u"), spec=attrs.evolve(POD.spec, priority=99))
    assert 99 == admitted(server_for([stored], (URGENT,)), stored, document).spec.priority


def test_missing_classes_are_named_once() -> None:
    """The two that every cluster has are not missing."""
    critical = attrs.evolve(POD, spec=attrs.evolve(POD.spec, priority_class_name="system-node-critical"))
    assert ("urgent",) == missing_classes([POD, POD, critical], ())
    assert () == missing_classes([POD], (URGENT,))
