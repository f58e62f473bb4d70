"""What a user says who lists in pages, and what is known of such a list while it goes on.

The record of the verb stands by itself, beside those of `seatrial.model.users`; its steps are in
`seatrial.model.users_pages`.
"""

from typing import ClassVar

import attrs

from seatrial.model.client.calls import ContinueToken
from seatrial.model.view import Cell


@attrs.frozen
class List:
    """`kubectl get --chunk-size`: the objects of a namespace ("" for all), so many in a request.

    kubectl ends with the error when a later page is expired (410). A program that lists with client-go's pager asks
    once more instead, for everything at once: `full_list_if_expired`.
    """

    verb: ClassVar[str] = "list"
    resource: str
    namespace: str = ""
    chunk_size: int = 500
    full_list_if_expired: bool = False

    @property
    def target(self) -> tuple[str, str]:
        """Resource, and the beginning of the keys that are listed."""
        return self.resource, f"{self.namespace}/" if self.namespace else ""

    @property
    def words(self) -> str:
        """How many at a time."""
        return f"{self.chunk_size} at a time" + (", all at once if expired" if self.full_list_if_expired else "")


@attrs.frozen(cache_hash=True)
class Shown:
    """An object that a page showed: its key and its version."""

    key: str
    version: int


@attrs.frozen(cache_hash=True)
class Listing:
    """A list so far: the version of its first page, those of later pages that differ, what was shown.

    `token` says where it goes on; None when it is over, after 410 if `expired`. `falls_back`: the next request is for
    everything at once.
    """

    asked: List
    version: int
    token: ContinueToken | None
    shown: tuple[Shown, ...] = ()
    strays: tuple[int, ...] = ()
    expired: bool = False
    falls_back: bool = False

    @property
    def goes_on(self) -> bool:
        """Is there a request to come?"""
        return self.token is not None or self.falls_back


def pages_cell(resource: str, prefix: str) -> Cell:
    """The list of these objects that a user has asked for last."""
    return Cell("pages", "kubectl", resource, prefix or "all")
