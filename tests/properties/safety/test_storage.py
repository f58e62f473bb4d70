"""Each property of the store says what is wrong when it is."""

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import Condition
from seatrial.model.apiserver.patches import apply_status_patch
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client import process
from seatrial.model.client.calls import Answered, Call, Reply, StatusPatch, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.start import start
from seatrial.model.system import System
from seatrial.model.view import Cell, View
from seatrial.properties.checking.check import Options, check_cluster
from seatrial.properties.checking.verdict import BOUNDED, VIOLATED
from seatrial.properties.checking.walk import Budget
from seatrial.properties.registry import property_named
from tests.properties.worlds import SCOPES, changed, object_of, pod, replicaset, says_of, world

PROCESS, KEY = "replicaset-controller", "default/web"
REQUEST = Action("Request", PROCESS, KEY, "ok")


def test_no_lost_update_tells_what_was_overwritten() -> None:
    """An update that was made for version 7 and changes version 1 is named with both."""
    held = world(replicaset(2))
    stored = held.get("replicasets", KEY)
    sent = attrs.evolve(replicaset(3), metadata=attrs.evolve(stored.metadata, resource_version=7))
    before = changed(held, (plan_cell(PROCESS, KEY), Waiting(Call("update", "replicasets", KEY, sent))))
    after = changed(before, object_of("replicasets", sent))
    expected = "replicaset-controller updated replicasets default/web as it was at version 7, and overwrote version 1"
    assert expected == says_of("no_lost_update", before, after, REQUEST)
    assert says_of("no_lost_update", before, before, REQUEST) is None


def test_acknowledged_is_stored_tells_a_write_that_is_not_there() -> None:
    """A create that is acknowledged and not stored is named."""
    call = Call("create", "pods", "default/")
    before = changed(world(), (plan_cell(PROCESS, KEY), Waiting(call)))
    after = changed(before, (plan_cell(PROCESS, KEY), Answered(call, Reply(201, pod()))))
    expected = "replicaset-controller was told that its create of pods default/web-1 is stored, it is not"
    assert expected == says_of("acknowledged_is_stored", before, after, REQUEST)
    stored = changed(after, object_of("pods", pod()))
    assert says_of("acknowledged_is_stored", before, stored, REQUEST) is None


def test_acknowledged_is_stored_judges_answers_that_nobody_reads() -> None:
    """A status patch whose answer is not remembered is judged by the store: lost is named, stored is not."""
    patch = StatusPatch("u1", (("phase", "Running"),), (Condition("Ready", "True"),))
    call = Call("patch", "pods", "default/web-1", patch, "status", heeds_body=False)
    before = changed(world(pod()), object_of("pods", pod()), (plan_cell(PROCESS, KEY), Waiting(call)))
    told = changed(before, (plan_cell(PROCESS, KEY), Answered(attrs.evolve(call, body=None), Reply(200))))
    expected = "replicaset-controller was told that its patch of pods default/web-1 is stored, it is not"
    assert expected == says_of("acknowledged_is_stored", before, told, REQUEST)
    stored = changed(told, object_of("pods", apply_status_patch(pod(), patch)))
    assert says_of("acknowledged_is_stored", before, stored, REQUEST) is None
    gone = changed(told, (Cell("object", "", "pods", "default/web-1"), None))
    assert expected == says_of("acknowledged_is_stored", before, gone, REQUEST)
    ended = changed(before, object_of("pods", pod(deleted=True)))
    assert says_of("acknowledged_is_stored", ended, gone, REQUEST) is None


@pytest.mark.parametrize("other", [pod(phase="Running"), pod(phase="Running", ready=True, uid="u2")])
def test_acknowledged_is_stored_wants_the_whole_patch(other: Pod) -> None:
    """A patch of which only a part is stored, or which another pod of the name got, is not stored."""
    patch = StatusPatch("u1", (("phase", "Running"),), (Condition("Ready", "True"),))
    call = Call("patch", "pods", "default/web-1", patch, "status", heeds_body=False)
    before = changed(world(pod()), (plan_cell(PROCESS, KEY), Waiting(call)))
    answered = (plan_cell(PROCESS, KEY), Answered(attrs.evolve(call, body=None), Reply(200)))
    assert says_of("acknowledged_is_stored", before, changed(before, answered, object_of("pods", other)), REQUEST)


def test_a_server_that_forgets_status_patches_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: it acknowledges what kubelets say of their pods, and keeps none of it."""

    def forget(view: View, system: System, user: str, groups: tuple[str, ...], call: Call) -> Reply:
        scratch = View(view.commit())
        return serve(scratch if isinstance(call.body, StatusPatch) else view, system, user, groups, call)

    initial = start(SCOPES["plain"])
    named = (property_named("acknowledged_is_stored"), property_named("some_write_is_acknowledged"))
    options = Options(budget=Budget(2000), shorten=False)
    assert [BOUNDED] == [check_cluster(initial, named, options).verdicts[0].verdict]
    monkeypatch.setattr(process, "serve", forget)
    assert [VIOLATED] == [check_cluster(initial, named, options).verdicts[0].verdict]


def test_uid_unique_tells_who_has_the_uid() -> None:
    """A new object with the UID of a live one is named, and one with the UID of an earlier one that is still seen."""
    before = world(pod(), controllers=("replicaset",))
    after = changed(before, object_of("pods", pod("web-2")))
    assert "pods default/web-2 and default/web-1 have the UID u1" == says_of("uid_unique", before, after)
    gone = changed(before, (Cell("object", "", "pods", "default/web-1"), None))
    expected = "the new pods default/web-1 has the UID u1 of an earlier one, which replicaset-controller still sees"
    assert expected == says_of("uid_unique", gone, before)
