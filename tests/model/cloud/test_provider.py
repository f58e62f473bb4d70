"""The cloud: its load balancers, and that asking twice is asking once."""

from seatrial.model.cloud.provider import DOES, LoadBalancer, Wanted, ask_cloud, load_balancers
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import View

WANTED = Wanted("default/web", (80,), ("node-a",))


def do(view: View, verb: str, uid: str, body: Wanted | None = None) -> tuple[int, object]:
    """One call and its answer."""
    reply = DOES[verb](view, ask_cloud(verb, uid, body))
    return reply.code, reply.body


def test_ensure_is_idempotent_and_keeps_the_address() -> None:
    """The second call finds the first one's load balancer, and changes only what it asks for."""
    view = View(FrozenMap())
    first = LoadBalancer("default/web", "203.0.113.1", (80,), ("node-a",))
    answers = [do(view, "ensure-load-balancer", "u", WANTED) for _ in range(2)]
    assert [(200, first), (200, first)] == answers
    assert [("u", first)] == list(load_balancers(view))


def test_addresses_are_unique_and_used_again() -> None:
    """Two load balancers have two addresses; one that was given up is free again."""
    view = View(FrozenMap())
    for uid in ("u", "v"):
        do(view, "ensure-load-balancer", uid, WANTED)
    assert ["203.0.113.1", "203.0.113.2"] == [each.ip for _, each in load_balancers(view)]
    do(view, "ensure-load-balancer-deleted", "u")
    do(view, "ensure-load-balancer", "w", WANTED)
    assert ["203.0.113.2", "203.0.113.1"] == [each.ip for _, each in load_balancers(view)]


def test_what_is_not_there() -> None:
    """Reading or updating it is NotFound; deleting it is no failure."""
    view = View(FrozenMap())
    assert [404, 404, 200] == [do(view, verb, "u", WANTED)[0] for verb in (
        "get-load-balancer", "update-load-balancer", "ensure-load-balancer-deleted")]


def test_an_update_changes_the_nodes_alone() -> None:
    """The nodes behind it are set; ports and address stay."""
    view = View(FrozenMap())
    do(view, "ensure-load-balancer", "u", WANTED)
    expected = LoadBalancer("default/web", "203.0.113.1", (80,), ("node-b",))
    assert (200, expected) == do(view, "update-load-balancer", "u", Wanted("default/web", (443,), ("node-b",)))
