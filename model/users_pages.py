"""`kubectl get --chunk-size`: a list in pages, each page a request of its own.

The first page fixes the version that all pages show; between two of them anything may happen. A page that is expired
(410) ends a list of kubectl with the error (staging/src/k8s.io/cli-runtime/pkg/resource: selector.go, helper.go
FollowContinue), and makes client-go's pager, if told so, ask for everything at once (tools/pager/pager.go, release
1.36). A list that fits into one page is not offered: it is one request, and leaves no trace. What was shown last is
remembered until the same is listed again, so that the whole list can be judged. Left out: the rest as it is now, for
which the server's 410 brings a token: no client of Kubernetes' own uses it.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.meta import key_of
from seatrial.model.client.calls import Call, ListOptions, ObjectList, Reply
from seatrial.model.client.links import API_SERVER
from seatrial.model.steps import Step, spend
from seatrial.model.system import System
from seatrial.model.users import KUBECTL, actions_of, ask, find_user_action
from seatrial.model.users_list import List, Listing, Shown, pages_cell
from seatrial.model.view import Cell, View


def offer_list(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The scope lists it, it takes more than one page, and the last such list is over."""
    if anchor.kind != List.verb or not system.scope.history or view[API_SERVER] == "down":
        return
    for action, user in actions_of(system.scope.users, List.verb):
        if isinstance(user, List) and has_pages(view, user) and not view.get(pages_cell(*user.target), goes_on):
            yield action


def goes_on(listing: Listing | None) -> bool:
    """Projection: is a list under way?"""
    return listing is not None and listing.goes_on


def has_pages(view: View, user: List) -> bool:
    """Would it take more than one page now?"""
    resource, prefix = user.target
    return sum(key.startswith(prefix) for key in view.keys("object", "", resource)) > user.chunk_size


def run_list(view: View, system: System, action: Action) -> None:
    """The first page; it fixes the version."""
    user = find_user_action(system, action)
    spend(view, List.verb)
    if isinstance(user, List):
        reply = ask_for(view, system, user, ListOptions(limit=user.chunk_size))
        if reply.ok:
            view[pages_cell(*user.target)] = add_page(Listing(user, reply.body.resource_version, None), reply.body)


def ask_for(view: View, system: System, user: List, options: ListOptions) -> Reply:
    """One request for a list."""
    resource, prefix = user.target
    return ask(view, system, Call("list", resource, prefix, options))


def offer_page(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The list goes on."""
    del system
    if view.get(anchor, goes_on) and view[API_SERVER] != "down":
        yield Action("ListPage", KUBECTL, anchor.key, anchor.kind)


def run_page(view: View, system: System, action: Action) -> None:
    """The next page, or, where the pager falls back, everything at once."""
    cell = Cell("pages", KUBECTL, action.choice, action.key)
    listing: Listing = view[cell]
    if listing.falls_back:
        reply = ask_for(view, system, listing.asked, ListOptions())
        whole = Listing(listing.asked, reply.body.resource_version if reply.ok else 0, None)
        view[cell] = add_page(whole, reply.body) if reply.ok else end(listing)
        return
    options = ListOptions(limit=listing.asked.chunk_size, continue_token=listing.token)
    reply = ask_for(view, system, listing.asked, options)
    view[cell] = add_page(listing, reply.body) if reply.ok else after_failure(listing, reply)


def add_page(listing: Listing, page: ObjectList) -> Listing:
    """The list with one more page."""
    shown = tuple(shown_of(each) for each in page.items)
    strays = (page.resource_version,) if page.resource_version != listing.version else ()
    return attrs.evolve(listing, token=page.continue_token, shown=(*listing.shown, *shown),
                        strays=tuple(dict.fromkeys((*listing.strays, *strays))))


def shown_of(value: Any) -> Shown:  # noqa: ANN401 -- any API object
    """What is remembered of an object that a page shows."""
    return Shown(key_of(value.metadata), value.metadata.resource_version)


def after_failure(listing: Listing, reply: Reply) -> Listing:
    """The list after a page that was refused: over, or to be asked for at once."""
    if reply.is_reason("Expired") and listing.asked.full_list_if_expired:
        return attrs.evolve(listing, token=None, falls_back=True)
    return end(listing)


def end(listing: Listing) -> Listing:
    """The list breaks off, and the user is told why."""
    return attrs.evolve(listing, token=None, falls_back=False, expired=True)


STEPS: tuple[Step, ...] = (
    Step("List", "budget", offer_list, run_list, environment=True, say="a user lists {key}, {choice}: the first page"),
    Step("ListPage", "pages", offer_page, run_page, environment=True,
         say="a user asks for the next page of {choice} ({key})"),
)
