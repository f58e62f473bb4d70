"""Each property of authorization and admission says what is wrong when it is."""

import attrs

from seatrial.model.actions import Action
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.controllers.replicaset import CONTROLLER
from tests.properties.worlds import changed, object_of, pod, says_of, world

KEY = "default/web"
REQUEST = Action("Request", "replicaset-controller", KEY, "ok")


def test_authorized_before_persisted_tells_a_write_without_a_grant() -> None:
    """A pod created by a controller without a grant is named with the user; with its grants it may create it."""
    plan = (plan_cell("replicaset-controller", KEY), Waiting(Call("create", "pods", "default/", pod())))
    poor = changed(world(controllers=(attrs.evolve(CONTROLLER, grants=()),)), plan)
    expected = (
        "user system:serviceaccount:kube-system:replicaset-controller may not create pods, "
        "and its create of pods default/ was stored"
    )
    made = object_of("pods", pod())
    assert expected == says_of("authorized_before_persisted", poor, changed(poor, made), REQUEST)
    rich = changed(world(controllers=(CONTROLLER,)), plan)
    assert says_of("authorized_before_persisted", rich, changed(rich, made), REQUEST) is None


def test_admitted_before_persisted_tells_what_admission_has_not_seen() -> None:
    """A pod without what admission adds is named, and one in a namespace that does not exist."""
    before = world(pod("other"))
    after = changed(before, object_of("pods", pod()))
    expected = "pods default/web-1 was created without what admission adds to it"
    assert expected == says_of("admitted_before_persisted", before, after, REQUEST)
    lost = pod()
    lost = attrs.evolve(lost, metadata=attrs.evolve(lost.metadata, namespace="nowhere"))
    expected = 'pods nowhere/web-1 was created, which admission refuses: namespaces "nowhere" not found'
    assert expected == says_of("admitted_before_persisted", before, changed(before, object_of("pods", lost)), REQUEST)
