"""Who can reach the API server: it must be up, and a node's own processes need the node's link to it.

The link of a node is a cell that exists only while it is cut; control-plane processes have no link that can be. Left
out: a connection that is cut in one direction only (a request that arrives and whose answer does not is the outcome
`lost`), and links between nodes.
"""

from seatrial.model.system import System
from seatrial.model.view import Cell, View, is_present

API_SERVER = Cell("up", "kube-apiserver")


def link_cell(node: str) -> Cell:
    """Is the link between this node and the API server cut?"""
    return Cell("link", node)


def is_cut(view: View, node: str) -> bool:
    """Is this node (none: "") cut off from the API server?"""
    return bool(node) and bool(view.get(link_cell(node), is_present))


def can_reach(view: View, system: System, process: str) -> bool:
    """Do requests and watches of this process reach the API server?"""
    return view[API_SERVER] != "down" and not is_cut(view, system.processes[process].node)
