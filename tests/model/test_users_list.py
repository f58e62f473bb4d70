"""The record of a list in pages: what it lists, in what words, and whether it goes on."""

import attrs

from seatrial.model.client.calls import ContinueToken
from seatrial.model.users_list import List, Listing, pages_cell


def test_it_says_what_it_lists() -> None:
    """A namespace, or everything; how many at a time, and what it does about 410."""
    assert ("pods", "shop/") == List("pods", "shop", 2).target
    assert ("pods", "") == List("pods").target
    assert "2 at a time" == List("pods", "shop", 2).words
    assert "500 at a time, all at once if expired" == List("pods", full_list_if_expired=True).words


def test_each_target_has_a_cell_of_its_own() -> None:
    """And the one for everything is not the empty key."""
    assert 3 == len({pages_cell("pods", ""), pages_cell("pods", "shop/"), pages_cell("nodes", "")})
    assert pages_cell("pods", "").key


def test_a_list_goes_on_with_a_token_or_once_more_from_the_start() -> None:
    """Without either it is over."""
    over = Listing(List("pods"), 3, None)
    assert not over.goes_on
    assert attrs.evolve(over, token=ContinueToken(3, "default/a")).goes_on
    assert attrs.evolve(over, falls_back=True).goes_on
