"""NodeRestriction: a kubelet keeps to its own node."""

from typing import Any

import pytest

from seatrial.model.api.rbac import PolicyRule
from seatrial.model.apiserver.pipeline import admit_mutating
from seatrial.model.client.calls import Call, Done, Patch
from seatrial.model.client.controller import Controller
from seatrial.model.frozen import freeze

USER = "system:node:n1"
EVERYTHING = (PolicyRule(("*",), ("*",), ("*",)),)


def nothing(local: object, key: str, choice: str) -> Done:
    """A kubelet that has nothing to do."""
    del local, key, choice
    return Done()


KUBELET = Controller("kubelet", (), nothing, user=USER, groups=("system:nodes",), grants=EVERYTHING)
READY = Patch("merge", freeze({"status": {"phase": "Running"}}))
TAINT = Patch("merge", freeze({"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}}))


@pytest.mark.parametrize(
    "call, code",
    [(Call("patch", "pods", "default/mine", READY, "status"), 200),
     (Call("patch", "pods", "default/other", READY, "status"), 403),
     (Call("delete", "pods", "default/mine"), 200), (Call("delete", "pods", "default/other"), 403),
     (Call("patch", "pods", "default/mine", READY), 403), (Call("patch", "nodes", "n1", TAINT), 403),
     (Call("delete", "nodes", "n2"), 403)],
)
def test_a_kubelet_touches_only_what_is_its_own(serving: Any, pod: Any, node: Any, call: Call, code: int) -> None:
    """Even with every right, a node's user changes the status of its own pods only, and no taints; others are free."""
    other = type(node)(type(node.metadata)(name="n2"))
    server = serving(pod("mine", node="n1"), pod("other", node="n2"), node, other, processes=(KUBELET,))
    assert code == server.ask(call, USER).code


def test_dropping_the_stage_lets_a_kubelet_at_other_nodes(serving: Any, pod: Any) -> None:
    """The negative control: without mutating admission the foreign pod's status is written."""
    server = serving(pod("other", node="n2"), processes=(KUBELET,))
    assert 200 == server.ask_without(admit_mutating, Call("patch", "pods", "default/other", READY, "status"), USER).code
