"""A list in pages: each a request of its own, all of one moment, and what its client does when that is too old."""

import pytest

from seatrial.model.cluster import Cluster, enabled
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Delete
from seatrial.model.users_list import List, Listing, pages_cell
from tests.model.node.clusters import offers, take
from tests.model.samples import make_pod

WHERE = pages_cell("pods", "default/")


def listed(asked: List, *names: str, budget: int = 1, room: int = 8) -> Cluster:
    """Pods of these names, a user who may list and delete, and etcd that may be compacted."""
    return start(Scope(
        (), tuple(make_pod(name, owner="") for name in names), secured=False, history=room,
        users=(asked, Delete("pods", "default/b")),
        budgets=FrozenMap({"list": budget, "delete": 1, "compaction": 1, "apiserver": 1})))


def listing(cluster: Cluster) -> Listing:
    """The list so far."""
    found = cluster[WHERE]
    assert isinstance(found, Listing)
    return found


def shown(cluster: Cluster) -> str:
    """The names of what was shown so far."""
    return "".join(each.key.removeprefix("default/") for each in listing(cluster).shown)


def until_over(cluster: Cluster) -> Cluster:
    """Asks for page after page."""
    while offers(cluster, "ListPage"):
        cluster = take(cluster, "ListPage")
    return cluster


def test_page_by_page() -> None:
    """Each request shows one page more; the last one ends the list."""
    cluster = take(listed(List("pods", "default", 2), *"abcde"), "List")
    seen = [shown(cluster)]
    while offers(cluster, "ListPage"):
        cluster = take(cluster, "ListPage")
        seen.append(shown(cluster))
    assert ["ab", "abcd", "abcde"] == seen
    assert not listing(cluster).goes_on
    assert not listing(cluster).expired


def test_all_pages_are_of_the_first_ones_moment() -> None:
    """What is deleted between two pages is still shown, as it was."""
    cluster = take(take(listed(List("pods", "default", 1), *"abc"), "List"), "Delete")
    assert cluster.get("pods", "default/b").metadata.deletion_timestamp is not None
    cluster = until_over(cluster)
    assert "abc" == shown(cluster)
    assert [1, 2, 3] == [each.version for each in listing(cluster).shown]
    assert () == listing(cluster).strays


@pytest.mark.parametrize(("full", "expected", "expired"), [(False, "a", True), (True, "abc", False)])
def test_an_expired_page(full: bool, expected: str, expired: bool) -> None:
    """It ends kubectl with the error; client-go's pager asks for everything at once, and that is another moment."""
    cluster = take(take(listed(List("pods", "default", 1, full), *"abc"), "List"), "Delete")
    cluster = until_over(take(cluster, "Compact", choice="kube-apiserver"))
    assert (expected, expired) == (shown(cluster), listing(cluster).expired)
    assert (4 if full else 3) == listing(cluster).version


def test_an_operators_compaction_does_not_expire_it() -> None:
    """The watch cache still shows the moment of the first page (recorded)."""
    cluster = take(take(listed(List("pods", "default", 1), *"abc"), "List"), "Delete")
    assert "abc" == shown(until_over(take(cluster, "Compact", choice="etcdctl")))


def test_it_waits_for_the_api_server() -> None:
    """While that is down no page is asked for; etcd shows the old moment after its restart."""
    down = take(take(take(listed(List("pods", "default", 1), *"abc"), "List"), "Delete"), "StopAPIServer")
    assert not offers(down, "ListPage")
    assert "abc" == shown(until_over(take(down, "StartAPIServer")))


def test_one_list_of_the_same_at_a_time() -> None:
    """The next one begins when the last is over, while the budget lasts."""
    cluster = take(listed(List("pods", "default", 1), *"abc", budget=2), "List")
    assert not offers(cluster, "List")
    again = take(until_over(cluster), "List")
    assert "a" == shown(again)
    assert not offers(until_over(again), "List")


def test_what_fits_into_one_page_is_not_offered() -> None:
    """It would be one request that leaves no trace; one object more (control), and it is."""
    assert not offers(listed(List("pods", "default", 3), *"abc"), "List")
    assert offers(listed(List("pods", "default", 2), *"abc"), "List")


def test_two_lists_of_one_scope_are_told_apart() -> None:
    """By what they list, how much at a time, and what they do about 410."""
    asked = (List("pods", "default", 1), List("pods", "default", 2), List("pods", "", 1),
             List("pods", "default", 1, full_list_if_expired=True))
    cluster = start(Scope((), tuple(make_pod(name) for name in "abc"), secured=False, history=8, users=asked,
                          budgets=FrozenMap({"list": 1})))
    found = [each for each in enabled(cluster) if each.step == "List"]
    assert len(asked) == len(set(found))
