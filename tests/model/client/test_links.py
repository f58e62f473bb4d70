"""Links to the API server: whole unless cut, and nothing without the server."""

from seatrial.model.client.calls import Done
from seatrial.model.client.controller import Controller
from seatrial.model.client.links import API_SERVER, can_reach, is_cut, link_cell
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.system import System, assemble
from seatrial.model.view import View


def system() -> System:
    """A process on each of two nodes, and one on none."""
    nodes = (("on-a", "a"), ("on-b", "b"), ("anywhere", ""))
    return assemble(Scope(), tuple(Controller(name, (), sync=lambda *_: Done(), node=node) for name, node in nodes))


def test_only_the_cut_node_is_cut_off() -> None:
    """A cut link concerns one node; what runs on no node has no link that could be cut."""
    view = View(FrozenMap({link_cell("a"): "cut", API_SERVER: "up"}))
    assert [True, False, False] == [is_cut(view, node) for node in ("a", "b", "")]
    assert [False, True, True] == [can_reach(view, system(), process) for process in ("on-a", "on-b", "anywhere")]


def test_without_the_api_server_nobody_reaches_it() -> None:
    """A server that is down is out of everybody's reach."""
    view = View(FrozenMap({API_SERVER: "down"}))
    assert not can_reach(view, system(), "on-b")
