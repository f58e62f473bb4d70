"""Reading: an object, a list in one piece or in pages, and what a watch would bring, of the present or of the past.

Mirrors staging/src/k8s.io/apiserver/pkg: registry/generic/registry, storage/cacher (delegator.go) and storage/etcd3
(store.go GetList, release 1.36). A list of an old version comes from the watch cache while its snapshots reach that
far back, else from etcd, else it is 410; a watch comes from the watch cache alone. Its answers are those recorded of
1.36.3 (scenarios watch-compaction and list-semantics, see tests/model/apiserver/test_recorded_reads.py). Reads
without a version, and those at a version that only bounds them from below, are fresh: what a lagging server answers at
version 0 is `seatrial.model.faults.lagging`. A watch is answered here with what has happened so far; what a process
goes on to see is its informer's (`seatrial.model.client.informer`). Left out: selectors, bookmarks and
sendInitialEvents.
"""

from typing import Any

import attrs

from seatrial.model.apiserver.request import Request
from seatrial.model.apiserver.status import (
    bad_request,
    expired_continue,
    expired_list,
    expired_watch,
    invalid_options,
    not_found,
    too_large_version,
)
from seatrial.model.client.calls import EXACT, NOT_OLDER_THAN, ContinueToken, ListOptions, ObjectList, Reply
from seatrial.model.etcd.history import Compacted, LogEntry, current_revision, events_after, list_at, oldest_watch
from seatrial.model.etcd.store import read
from seatrial.model.system import System
from seatrial.model.view import View

OK = 200
Pairs = tuple[tuple[str, Any], ...]


def get(view: View, system: System, request: Request) -> Reply:
    """A live read: fresh through any server. A version bounds it from below, so only one to come matters."""
    del system
    call = request.call
    asked = call.body.resource_version if isinstance(call.body, ListOptions) else None
    if asked and asked > current_revision(view, call.resource):
        return too_large_version(asked, current_revision(view, call.resource))
    found = read(view, call.resource, call.key)
    return Reply(OK, found) if found is not None else not_found(request.kind, request.name)


def list_all(view: View, system: System, request: Request) -> Reply:
    """A list of one namespace (key "namespace/") or of all, in key order, as its options say."""
    del system
    call = request.call
    if call.body is None:
        found = view.scan("object", "", call.resource)
        return Reply(OK, tuple(value for key, value in found if key.startswith(call.key)))
    options: ListOptions = call.body
    refusal = check_list_options(options)
    if refusal is not None:
        return refusal
    current = current_revision(view, call.resource)
    if (options.resource_version or 0) > current:
        return too_large_version(options.resource_version or 0, current)
    token = options.continue_token
    version = version_to_list(options, current)
    try:
        pairs = list_at(view, call.resource, version)
    except Compacted:
        return expired_list() if token is None else expired_continue(attrs.evolve(token, version=None))
    after = token.after if token is not None else ""
    rest = tuple(pair for pair in pairs if pair[0].startswith(call.key) and pair[0] > after)
    return Reply(OK, page_of(rest, version, limit_of(options)))


def check_list_options(options: ListOptions) -> Reply | None:
    """The refusal of options that contradict each other (ValidateListOptions, release 1.36), or None."""
    match, forbidden = options.resource_version_match, "resourceVersionMatch: Forbidden: resourceVersionMatch "
    whys = []
    if match and options.resource_version is None:
        whys.append(forbidden + "is forbidden unless resourceVersion is provided")
    if match and options.continue_token is not None:
        whys.append(forbidden + "is forbidden when continue is provided")
    if match not in ("", EXACT, NOT_OLDER_THAN):
        whys.append(f'resourceVersionMatch: Unsupported value: "{match}": supported values: "{EXACT}", '
                    f'"{NOT_OLDER_THAN}", ""')
    if match == EXACT and options.resource_version == 0:
        whys.append(forbidden + '"exact" is forbidden for resourceVersion "0"')
    if whys:
        return invalid_options(tuple(whys))
    if options.continue_token is not None and options.resource_version:
        return bad_request("specifying resource version is not allowed when using continue")
    return None


def version_to_list(options: ListOptions, current: int) -> int:
    """The version whose state a list shows: the first page's, the one asked for exactly, or the newest.

    A version with a limit and no match means exactly that version (delegator.go: legacy exact match).
    """
    if options.continue_token is not None:
        pinned = options.continue_token.version
        return current if pinned is None else pinned
    exactly = options.resource_version_match == EXACT or (options.limit and not options.resource_version_match)
    return options.resource_version if exactly and options.resource_version else current


def limit_of(options: ListOptions) -> int:
    """How many objects a page may hold, 0 for all; at version 0 the limit is ignored (recorded)."""
    return 0 if options.resource_version == 0 and options.continue_token is None else options.limit


def page_of(rest: Pairs, version: int, limit: int) -> ObjectList:
    """The next objects of a list, and where it goes on."""
    shown = rest[:limit] if limit else rest
    left = len(rest) - len(shown)
    token = ContinueToken(version, shown[-1][0]) if left else None
    return ObjectList(tuple(value for _, value in shown), version, token, left)


def watch(view: View, system: System, request: Request) -> Reply:
    """What a watch would bring at once, as (type, object): what happened after a version, or, from none, what is.

    A version that was not reached yet brings nothing (recorded).
    """
    del system
    call = request.call
    asked = call.body.resource_version if isinstance(call.body, ListOptions) else None
    if not asked:
        found = view.scan("object", "", call.resource)
        return Reply(OK, tuple(("ADDED", value) for key, value in found if key.startswith(call.key)))
    if asked > current_revision(view, call.resource):
        return Reply(OK, ())
    try:
        entries = events_after(view, call.resource, asked)
    except Compacted:
        return expired_watch(asked, oldest_watch(view, call.resource))
    return Reply(OK, tuple(watch_event(*each) for each in entries if each[1].key.startswith(call.key)))


def watch_event(revision: int, entry: LogEntry) -> tuple[str, Any]:
    """An entry as a watch shows it: a deletion brings the last state, with the version of the deletion."""
    if entry.object is not None:
        return "ADDED" if entry.previous is None else "MODIFIED", entry.object
    last = entry.previous
    return "DELETED", attrs.evolve(last, metadata=attrs.evolve(last.metadata, resource_version=revision))
