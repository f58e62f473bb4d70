"""Reads of the present and of the past: what a version, a match, a limit and a token ask for."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.api.core import ConfigMap
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.reads import limit_of, page_of, version_to_list
from seatrial.model.client.calls import (
    EXACT,
    NOT_OLDER_THAN,
    Call,
    ContinueToken,
    ListOptions,
    ObjectList,
    Reply,
)
from seatrial.model.etcd import history
from tests.model.apiserver.conftest import Server


def config(name: str, namespace: str = "default") -> ConfigMap:
    """A ConfigMap."""
    return ConfigMap(ObjectMeta(name=name, namespace=namespace))


@pytest.fixture
def server(serving: Callable[..., Server]) -> Server:
    """Three ConfigMaps, a, b and c (revisions 1 to 3); then c is labelled (4), a deleted (5) and d created (6)."""
    made = serving(secured=False, history=8)
    for name in "abc":
        made.create("configmaps", config(name))
    made.patch("configmaps", "default/c", {"metadata": {"labels": {"new": "x"}}})
    made.delete("configmaps", "default/a")
    made.create("configmaps", config("d"))
    assert 6 == made.revision("configmaps")
    return made


def list_configs(server: Server, prefix: str = "default/", **options: Any) -> Reply:
    """A list of ConfigMaps with these options."""
    return server.ask(Call("list", "configmaps", prefix, ListOptions(**options)))


def names(reply: Reply) -> str:
    """The names in a list, in its order."""
    return "".join(each.metadata.name for each in reply.body.items)


def test_a_list_without_options_is_the_present(server: Server) -> None:
    """Its answer is the objects alone; with options it has a version."""
    assert server.ask(Call("list", "configmaps", "default/")).body == list_configs(server).body.items
    assert ("bcd", 6) == (names(list_configs(server)), list_configs(server).body.resource_version)


@pytest.mark.parametrize(("options", "expected", "version"), [
    ({"resource_version": 3, "resource_version_match": EXACT}, "abc", 3),
    ({"resource_version": 3, "resource_version_match": NOT_OLDER_THAN}, "bcd", 6),
    ({"resource_version": 3}, "bcd", 6),
    ({"resource_version": 0}, "bcd", 6),
    ({"resource_version": 0, "limit": 1}, "bcd", 6),
    ({"resource_version": 3, "limit": 1}, "a", 3),
    ({"resource_version": 3, "resource_version_match": NOT_OLDER_THAN, "limit": 1}, "b", 6),
    ({"limit": 2}, "bc", 6),
])
def test_which_version_a_list_shows(server: Server, options: dict[str, Any], expected: str, version: int) -> None:
    """Exactly the one asked for, or the newest; a limit without a match means exactly, and nothing at version 0."""
    reply = list_configs(server, **options)
    assert (expected, version) == (names(reply), reply.body.resource_version)


def test_an_old_list_shows_old_objects(server: Server) -> None:
    """Not only which there were, but how they were."""
    (then,) = (each for each in list_configs(server, resource_version=3, resource_version_match=EXACT).body.items
               if each.metadata.name == "c")
    assert (3, None) == (then.metadata.resource_version, then.metadata.labels.get("new"))
    assert "x" == server.get("configmaps", "default/c").metadata.labels["new"]


def test_pages_show_the_moment_of_the_first(server: Server) -> None:
    """Whatever is deleted or created meanwhile; the last page has no token, each says how many are left."""
    first = list_configs(server, limit=1)
    server.delete("configmaps", "default/c")
    server.create("configmaps", config("b2"))
    second = list_configs(server, limit=1, continue_token=first.body.continue_token)
    third = list_configs(server, limit=1, continue_token=second.body.continue_token)
    assert "bcd" == "".join(map(names, (first, second, third)))
    assert [6, 6, 6] == [each.body.resource_version for each in (first, second, third)]
    assert [2, 1, 0] == [each.body.remaining for each in (first, second, third)]
    assert third.body.continue_token is None


def test_a_token_outlives_a_compaction_but_no_restart(server: Server) -> None:
    """410 then, with a token for the rest as it is now (recorded)."""
    token = list_configs(server, limit=1).body.continue_token
    server.delete("configmaps", "default/c")
    history.compact(server.view, "configmaps", 7)
    assert "c" == names(list_configs(server, limit=1, continue_token=token))
    history.empty_cache(server.view)
    reply = list_configs(server, limit=1, continue_token=token)
    assert (410, "Expired") == (reply.code, reply.reason)
    assert reply.message.startswith("The provided continue parameter is too old to display a consistent list result.")
    assert ContinueToken(None, "default/b") == reply.body
    rest = list_configs(server, limit=1, continue_token=reply.body)
    assert ("d", 7) == (names(rest), rest.body.resource_version)


def test_an_exact_list_that_is_too_old(server: Server) -> None:
    """410 with its own message; from etcd while it still knows (control)."""
    history.empty_cache(server.view)
    exact = Call("list", "configmaps", "default/", ListOptions(3, EXACT))
    assert "abc" == names(server.ask(exact))
    history.compact(server.view, "configmaps", 4)
    expected = Reply(410, reason="Expired", message="The resourceVersion for the provided list is too old.")
    assert expected == server.ask(exact)


@pytest.mark.parametrize("match", ["", EXACT, NOT_OLDER_THAN])
def test_a_version_to_come_is_too_large(server: Server, match: str) -> None:
    """504, of a list and of a get; a watch from there brings nothing yet."""
    expected = Reply(504, reason="Timeout", message="Timeout: Too large resource version: 9, current: 6",
                     cause="ResourceVersionTooLarge")
    assert expected == list_configs(server, resource_version=9, resource_version_match=match)
    assert expected == server.ask(Call("get", "configmaps", "default/b", ListOptions(resource_version=9)))
    assert () == server.ask(Call("watch", "configmaps", "default/", ListOptions(resource_version=9))).body


def test_a_get_at_a_version_is_fresh(server: Server) -> None:
    """A version bounds it from below; what was deleted since is not found."""
    at = ListOptions(resource_version=1)
    assert server.get("configmaps", "default/c") == server.ask(Call("get", "configmaps", "default/c", at)).body
    assert 404 == server.ask(Call("get", "configmaps", "default/a", at)).code


FORBIDDEN = "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden"
INVALID = 'ListOptions.meta.k8s.io "" is invalid: '


@pytest.mark.parametrize(("options", "code", "message"), [
    (ListOptions(resource_version_match=EXACT), 422, f"{INVALID}{FORBIDDEN} unless resourceVersion is provided"),
    (ListOptions(0, EXACT), 422,
     f'{INVALID}resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
    (ListOptions(1, "Newest"), 422,
     f'{INVALID}resourceVersionMatch: Unsupported value: "Newest": supported values: "Exact", "NotOlderThan", ""'),
    (ListOptions(resource_version_match=EXACT, continue_token=ContinueToken(1, "")), 422,
     f"{INVALID}[{FORBIDDEN} unless resourceVersion is provided, {FORBIDDEN} when continue is provided]"),
    (ListOptions(1, continue_token=ContinueToken(1, "")), 400,
     "specifying resource version is not allowed when using continue"),
])
def test_options_that_contradict_each_other(server: Server, options: ListOptions, code: int, message: str) -> None:
    """Refused with upstream's words."""
    reply = server.ask(Call("list", "configmaps", "default/", options))
    assert (code, message) == (reply.code, reply.message)


def test_a_watch_brings_what_happened_since(server: Server) -> None:
    """A deletion brings the last state with a version of its own; from no version, or 0, what there is."""
    events = server.ask(Call("watch", "configmaps", "default/", ListOptions(resource_version=3))).body
    told = [(kind, value.metadata.name, value.metadata.resource_version) for kind, value in events]
    assert [("MODIFIED", "c", 4), ("DELETED", "a", 5), ("ADDED", "d", 6)] == told
    for options in (None, ListOptions(), ListOptions(resource_version=0)):
        present = server.ask(Call("watch", "configmaps", "default/", options)).body
        assert [("ADDED", "b"), ("ADDED", "c"), ("ADDED", "d")] == [
            (kind, value.metadata.name) for kind, value in present]


def test_a_watch_from_below_the_window(server: Server) -> None:
    """410 with the oldest version that would do."""
    history.empty_cache(server.view)
    expected = Reply(410, reason="Expired", message="too old resource version: 3 (6)")
    assert expected == server.ask(Call("watch", "configmaps", "default/", ListOptions(resource_version=3)))


def test_other_namespaces_are_left_out(server: Server) -> None:
    """Of a list, its pages and a watch; all of them (control) with an empty prefix."""
    server.create("configmaps", config("z", namespace="other"))
    assert "z" == names(list_configs(server, "other/"))
    assert "bcdz" == names(list_configs(server, ""))
    assert "c" == names(list_configs(server, limit=1, continue_token=ContinueToken(7, "default/b")))
    events = server.ask(Call("watch", "configmaps", "other/", ListOptions(resource_version=3))).body
    assert ["z"] == [value.metadata.name for _, value in events]


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(st.lists(st.text("abc/", max_size=3), unique=True).map(sorted), st.integers(1, 5))
def test_pages_of_any_size_are_the_whole_list(keys: list[str], limit: int) -> None:
    """Put together they are it, none is longer than the limit, and only the last has no token."""
    pairs = tuple((key, key) for key in keys)
    pages: list[ObjectList] = [page_of(pairs, 4, limit)]
    while (token := pages[-1].continue_token) is not None:
        pages.append(page_of(tuple(pair for pair in pairs if pair[0] > token.after), 4, limit))
    assert keys == [each for page in pages for each in page.items]
    assert all(len(page.items) <= limit for page in pages)
    assert [len(keys) - sum(len(each.items) for each in pages[:at + 1]) for at in range(len(pages))] == [
        page.remaining for page in pages]


def test_a_server_that_forgets_the_token_is_found(server: Server) -> None:
    """Negative control: pages that each show the newest version differ from the moment of the first."""
    options = ListOptions(limit=1, continue_token=ContinueToken(3, "default/b"))
    assert 3 == version_to_list(options, 6)
    assert 6 == version_to_list(attrs.evolve(options, continue_token=ContinueToken(None, "default/b")), 6)
    assert 1 == limit_of(options)
    then = list_configs(server, limit=1, continue_token=ContinueToken(3, "default/b")).body.items
    now = list_configs(server, limit=1, continue_token=ContinueToken(None, "default/b")).body.items
    assert then != now
