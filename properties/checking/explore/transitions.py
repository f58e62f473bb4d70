"""What is explored: first cells, the cells that offer Actions, and what an Action does.

The explorer knows nothing of Kubernetes: it searches a TransitionSystem, whose functions see cells only through a
`View`. `of_cluster` makes one of a cluster; the benchmark's scenario is another.
"""

from collections.abc import Callable, Hashable

import attrs

from seatrial.model.actions import Action
from seatrial.model.alike import alike_nodes
from seatrial.model.client.informer import QUEUES
from seatrial.model.cluster import ANCHORS, Cluster, is_environment, offers, take
from seatrial.model.view import Cell, Cells, View
from seatrial.properties.checking.explore.layout import itself
from seatrial.properties.checking.explore.symmetry import NOBODY, Alike

Offers = Callable[[View, Cell], tuple[Action, ...]]
Take = Callable[[View, Action], None]
Judge = Callable[[View], str | None]


@attrs.frozen
class TransitionSystem:
    """Cells that change step by step.

    `initial`: the first cells. `anchors`: the tables whose cells offer Actions while they are not empty: `offers(view,
    anchor)` answers what one such cell makes possible, and `take(view, action)` does it. Both are pure: they depend on
    nothing but what they read through the view. `environment(action)`: is it a user or a fault? `queues`: the tables
    whose cells are first-in first-out queues, touched with `push`, `oldest` and `pop`. `sort(cell)`: cells of one sort
    share their values, so that `View.copy` can move them unread; by default each cell is a sort of its own. `alike`:
    the names that may change places, besides those that the API server generates.
    """

    initial: Cells
    anchors: tuple[str, ...]
    offers: Offers
    take: Take
    environment: Callable[[Action], bool]
    queues: tuple[str, ...] = ()
    sort: Callable[[Cell], Hashable] = itself
    alike: Alike = NOBODY


def of_cluster(cluster: Cluster) -> TransitionSystem:
    """The transition system of a cluster: its steps, its users and its faults."""
    system = cluster.system
    return TransitionSystem(
        cluster.cells, ANCHORS, lambda view, anchor: offers(view, system, anchor),
        lambda view, action: take(view, system, action), is_environment, QUEUES,
        alike=Alike(alike_nodes(cluster)))
