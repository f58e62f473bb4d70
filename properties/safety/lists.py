"""What a list in pages promises: one moment, however long it took, or the word that it is too late (410)."""

from collections.abc import Iterator
from itertools import pairwise

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.etcd.history import Compacted, current_revision, get_at
from seatrial.model.scope import Scope
from seatrial.model.users_list import List, Listing, Shown
from seatrial.model.view import Cell
from seatrial.properties.changes import changed_cells
from seatrial.properties.premises import asks_for_two
from seatrial.properties.property import SOMETIMES, STEP, Property


def list_is_consistent_at_its_version(before: Cluster, action: Action, after: Cluster) -> str | None:
    """The pages so far show what there was at the version of the first page: no more, no less, nothing older."""
    if action.step not in ("List", "ListPage"):
        return None
    for cell, _, listing in changed_cells(before, after, "pages"):
        if listing is not None:
            said = next(faults_of(after, cell.kind, listing), None)
            if said is not None:
                return said
    return None


def faults_of(cluster: Cluster, resource: str, listing: Listing) -> Iterator[str]:
    """What is wrong with a list so far, in words."""
    name = f"the list of {resource} at version {listing.version}"
    for stray in listing.strays:
        yield f"{name} has a page of version {stray}"
    yield from misplaced(name, listing.shown)
    for each in listing.shown:
        if each.version > listing.version:
            yield f"{name} shows {each.key} as it was later, at version {each.version}"
        elif was_overwritten(cluster, resource, each, listing.version):
            yield f"{name} shows {each.key} as it was before, at version {each.version}"
    yield from missing(name, cluster, resource, listing)


def misplaced(name: str, shown: tuple[Shown, ...]) -> Iterator[str]:
    """Objects that a list shows twice, or out of order."""
    for former, latter in pairwise(shown):
        if latter.key <= former.key:
            yield f"{name} shows {latter.key} after {former.key}"


def was_overwritten(cluster: Cluster, resource: str, shown: Shown, version: int) -> bool:
    """Was an object written or deleted after the version shown, and not after the version of the list?

    What nobody knows any more cannot be told this way; the live object still can.
    """
    try:
        then = get_at(cluster.view(), resource, shown.key, version)
    except Compacted:
        return False
    return then is None or then.metadata.resource_version != shown.version


def missing(name: str, cluster: Cluster, resource: str, listing: Listing) -> Iterator[str]:
    """Live objects that are as old as the list, lie in the part listed so far, and were not shown as they are."""
    known = {each.key: each.version for each in listing.shown}
    over = not listing.goes_on and not listing.expired
    last = listing.shown[-1].key if listing.shown else ""
    for key, value in cluster.view().scan("object", "", resource):
        held = value.metadata.resource_version
        asked = key.startswith(listing.asked.target[1]) and (over or key <= last)
        if asked and held <= listing.version and known.get(key) != held:
            yield f"{name} does not show {key}, which has been there since version {held}"


def some_list_is_overtaken(cluster: Cluster) -> str | None:
    """What is being listed has changed since the first page."""
    view = cluster.view()
    for cell in cluster.cells.keys_between(Cell("pages"), Cell("pages\0")):
        listing: Listing = cluster[cell]
        if listing.token is not None and listing.version < current_revision(view, cell.kind):
            return f"{cell.kind} change while they are listed at version {listing.version}"
    return None


def lists_in_pages(scope: Scope) -> bool:
    """Scopes with a history, and a user who may list pods in pages while they come and go, or something else."""
    if not (scope.history and scope.budgets.get(List.verb)):
        return False
    listed = {each.resource for each in scope.users if isinstance(each, List)}
    return bool(listed - {"pods"}) or ("pods" in listed and asks_for_two(scope))


PAGES = (("pages", ""),)
PROPERTIES = (
    Property(
        "list_is_consistent_at_its_version",
        STEP,
        "who acts on a list that mixes two moments acts on a cluster that never was",
        list_is_consistent_at_its_version,
        "https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks",
        restrictions="up to the page that is answered 410; who goes on with the token in that answer gives it up",
        sibling="some_list_is_overtaken",
        reads=PAGES,
        where=lists_in_pages,
    ),
    Property(
        "some_list_is_overtaken",
        SOMETIMES,
        "the premise of one moment",
        some_list_is_overtaken,
        reads=(*PAGES, ("revision", "")),
    ),
)
