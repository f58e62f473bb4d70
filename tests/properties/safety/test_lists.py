"""The property of lists says what is wrong when it is, and finds a server that forgets which moment it shows."""

import pytest

from seatrial.model.actions import Action
from seatrial.model.api.meta import key_of
from seatrial.model.apiserver import reads
from seatrial.model.client.calls import ContinueToken, ListOptions
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Delete, Label
from seatrial.model.users_list import List, Listing, Shown, pages_cell
from seatrial.properties.checking.check import Options, check_cluster
from seatrial.properties.checking.verdict import BOUNDED, VIOLATED
from seatrial.properties.checking.walk import Budget
from seatrial.properties.registry import property_named
from seatrial.properties.safety.lists import lists_in_pages
from tests.model.node.clusters import take
from tests.properties.worlds import changed, pod, says, says_of

NAME, SIBLING = "list_is_consistent_at_its_version", "some_list_is_overtaken"
NAMES = ("a", "b", "c")
ASKED = List("pods", "default", 1)
KEYS = tuple(f"default/{name}" for name in NAMES)
TOKEN = ContinueToken(3, KEYS[1])


def scope(history: int = 8, lists: int = 1) -> Scope:
    """Three pods, a user who lists them one by one, and one who deletes or labels some."""
    return Scope((), tuple(pod(name, uid=name) for name in NAMES), secured=False, history=history,
                 users=(ASKED, Delete("pods", KEYS[1]), Delete("pods", KEYS[2]), Label("pods", KEYS[1], "new", "x")),
                 budgets=FrozenMap({"list": lists, "delete": 2, "label": 1}))


def after(listing: Listing) -> Cluster:
    """The cluster in which this is what was shown so far."""
    return changed(start(scope()), (pages_cell("pods", "default/"), listing))


def said(*shown: tuple[int, int], version: int = 3, token: ContinueToken | None = TOKEN, strays: tuple[int, ...] = ()
         ) -> str | None:
    """What the property says of a list that showed these pods, by place, at these versions."""
    listing = Listing(ASKED, version, token, tuple(Shown(KEYS[at], held) for at, held in shown), strays)
    return says_of(NAME, start(scope()), after(listing), Action("ListPage", "kubectl", "default/", "pods"))


def test_one_moment_is_in_order() -> None:
    """A list that shows what there was, so far or as a whole."""
    assert said((0, 1), (1, 2)) is None
    assert said((0, 1), (1, 2), (2, 3), token=None) is None


def test_each_kind_of_mixture_is_told() -> None:
    """A page of another moment, an object from later, one left out, one twice."""
    start_of = "the list of pods at version 3"
    assert f"{start_of} has a page of version 5" == said((0, 1), (1, 2), strays=(5,))
    assert f"{start_of} shows default/b as it was later, at version 4" == said((0, 1), (1, 4))
    assert f"{start_of} does not show default/a, which has been there since version 1" == said((1, 2))
    assert f"{start_of} shows default/a after default/b" == said((1, 2), (0, 1))
    assert f"{start_of} does not show default/c, which has been there since version 3" == said(
        (0, 1), (1, 2), token=None)


def test_an_object_from_before_is_told() -> None:
    """The log says that it was overwritten before the moment of the list."""
    cluster = take(start(scope()), "Label")
    assert 4 == cluster.get("pods", KEYS[1]).metadata.resource_version
    listing = Listing(ASKED, 4, None, (Shown(KEYS[0], 1), Shown(KEYS[1], 2), Shown(KEYS[2], 3)))
    wrong = changed(cluster, (pages_cell("pods", "default/"), listing))
    expected = "the list of pods at version 4 shows default/b as it was before, at version 2"
    assert expected == says_of(NAME, cluster, wrong, Action("ListPage", "kubectl", "default/", "pods"))


def test_the_premise_is_a_write_between_two_pages() -> None:
    """A list that goes on while its objects change; not (control) one that nothing overtook."""
    cluster = take(start(scope()), "List")
    assert says(SIBLING, cluster) is None
    assert "pods change while they are listed at version 3" == says(SIBLING, take(cluster, "Delete"))


def verdict() -> str:
    """What a short walk says."""
    properties = tuple(map(property_named, (NAME, SIBLING)))
    report = check_cluster(start(scope()), properties, Options(budget=Budget(2000)))
    return report.verdicts[0].verdict


def test_a_server_that_forgets_the_first_page_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: each page of the newest version breaks it; as it is, it holds and its premise is reached."""
    assert BOUNDED == verdict()

    def newest(options: ListOptions, current: int) -> int:
        del options
        return current

    monkeypatch.setattr(reads, "version_to_list", newest)
    assert VIOLATED == verdict()


def test_a_server_that_loses_the_place_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: pages that begin one object too late leave one out."""
    told = reads.page_of

    def too_late(rest: reads.Pairs, version: int, limit: int) -> object:
        return told(rest[1:] if len(rest) < len(NAMES) else rest, version, limit)

    monkeypatch.setattr(reads, "page_of", too_late)
    assert VIOLATED == verdict()


def test_it_is_asked_where_somebody_lists() -> None:
    """With a user who may, and a history that is kept."""
    assert lists_in_pages(scope())
    assert not lists_in_pages(scope(lists=0))
    assert not lists_in_pages(scope(history=0))
    assert list(KEYS) == [key_of(each.metadata) for each in start(scope()).objects("pods")]
