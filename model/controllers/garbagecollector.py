"""The garbage collector: deletes what has no owner left, and sees deletions through that wait for dependents.

Mirrors pkg/controller/garbagecollector/garbagecollector.go and operations.go (release 1.36); the graph is in
`garbagecollector_graph`, the decisions are in `garbagecollector_plan`. Nothing is deleted on the word of a cache: the
object and each of its owners are read live, and the deletion names the UID and the version that were read. One work
queue stands for upstream's two: a key is the identity of an object to look at, after "orphan " one whose dependents
are to be let go. Left out: kinds that come and go with discovery; JSON merge patches for servers that know no
strategic ones; the limit of 20 workers.
"""

from functools import partial
from typing import Any

import attrs

from seatrial.model.api.rbac import PolicyRule
from seatrial.model.api.registry import KINDS, Kind
from seatrial.model.api.wire import to_json
from seatrial.model.client.calls import Call, DeleteOptions, Done, Patch, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import say_errors
from seatrial.model.controllers.garbagecollector_graph import (
    FOREGROUND,
    ORPHAN,
    TO_ORPHAN,
    Coordinates,
    Graph,
    Identity,
    Node,
    coordinates,
    identify,
    parse_identity,
    process_change,
    process_deletion,
    process_virtual_deletion,
    refer,
    see,
)
from seatrial.model.controllers.garbagecollector_plan import (
    Classifying,
    Deleting,
    Finalizing,
    Looking,
    Orphaning,
    Patching,
    decide,
    get_policy,
    remember,
)
from seatrial.model.frozen import freeze

DEFAULT_KINDS = tuple(kind for kind in KINDS if kind.resource != "events")


@attrs.frozen
class Settings:
    """The kinds that are collected, and what tells two owners apart."""

    kinds: tuple[Kind, ...] = DEFAULT_KINDS
    coordinates: Coordinates = coordinates


# Sync: one key.


def sync(settings: Settings, local: Local, key: str, choice: str) -> Call | Done:
    """Looks at one object, or lets one's dependents go (upstream: attemptToDeleteWorker, attemptToOrphanWorker)."""
    del choice
    graph = Graph(local, settings.kinds, settings.coordinates)
    if key.startswith(TO_ORPHAN):
        owner = parse_identity(key.removeprefix(TO_ORPHAN))
        return orphan_next(graph, Orphaning(owner, tuple(each for each, _ in graph.dependents(owner.uid))))
    item = parse_identity(key)
    found = graph.find(item)
    if found is None or (found[1] is not None and not graph.is_same(found[0], item)):
        return Done()
    if found[1] is not None and found[1].being_deleted and not found[1].deleting_dependents:
        return Done()
    return read(graph, item, Looking(item))


def find_kind(graph: Graph, identity: Identity) -> Kind | None:
    """The kind of this API version and name, if there is one."""
    return next((kind for kind in graph.kinds
                 if (kind.api_version, kind.name) == (identity.api_version, identity.kind)), None)


def place(kind: Kind, item: Identity) -> str:
    """The key of an object; a cluster-scoped one has no namespace, wherever the reference to it was found."""
    return f"{item.namespace}/{item.name}" if kind.namespaced else item.name


def read(graph: Graph, item: Identity, memo: object) -> Call | Done:
    """Reads an object live; a kind that is not known is tried again, a reference that cannot be right is not."""
    kind = find_kind(graph, item)
    if kind is None:
        return Done(error=f"unable to get REST mapping for {item.api_version}/{item.kind}.")
    if kind.namespaced and not item.namespace:
        return Done()
    return Call("get", kind.resource, place(kind, item), memo=memo)


def after_look(graph: Graph, memo: Looking, reply: Reply) -> Call | Done:
    """The object was read: it is gone, waits for its dependents, has no owner, or has owners to judge."""
    item = memo.item
    if reply.is_reason("NotFound") or (reply.ok and reply.body.metadata.uid != item.uid):
        return vanish(graph, item)
    if not reply.ok:
        return Done(error=reply.message)
    node = get_node(graph, item)
    if node is not None and node.deleting_dependents:
        return process_deleting_dependents(graph, item)
    meta = reply.body.metadata
    if not meta.owner_references:
        return finish(graph, item)
    latest = remember(reply.body, get_policy(meta.finalizers))
    return classify_next(graph, Classifying(item, latest, latest.owners))


def get_node(graph: Graph, item: Identity) -> Node | None:
    """What an informer showed of the object."""
    found = graph.find(item)
    return None if found is None else found[1]


def vanish(graph: Graph, item: Identity) -> Done:
    """The object is not there: the graph draws its conclusions."""
    process_virtual_deletion(graph, item)
    return Done()


def finish(graph: Graph, item: Identity) -> Done:
    """Done with it; an owner that no informer has shown yet is looked at again until one does."""
    found = graph.find(item)
    return Done(requeue=found is not None and found[1] is None)


# Owners: solid, dangling, or waiting for this very object.


def classify_next(graph: Graph, memo: Classifying) -> Call | Done:
    """Judges owners known to be absent, reads the next one; after the last one, acts."""
    while memo.left:
        first = memo.left[0]
        namespace = memo.item.namespace
        if not (graph.is_absent(refer(first, "")) or graph.is_absent(refer(first, namespace))):
            return read(graph, refer(first, namespace), memo)
        memo = attrs.evolve(memo, left=memo.left[1:], dangling=(*memo.dangling, first.uid))
    return act(graph, memo)


def after_owner(graph: Graph, memo: Classifying, reply: Reply) -> Call | Done:
    """An owner was read (upstream: isDangling, classifyReferences)."""
    first, rest = memo.left[0], memo.left[1:]
    if not reply.ok and reply.reason != "NotFound":
        return Done(error=reply.message)
    if not reply.ok or reply.body.metadata.uid != first.uid:
        owner = refer(first, memo.item.namespace)
        kind = find_kind(graph, owner)
        graph.add_absent(owner if kind is None or kind.namespaced else attrs.evolve(owner, namespace=""))
        memo = attrs.evolve(memo, left=rest, dangling=(*memo.dangling, first.uid))
    elif see(reply.body).deleting_dependents:
        memo = attrs.evolve(memo, left=rest, waiting=(*memo.waiting, first.uid))
    else:
        memo = attrs.evolve(memo, left=rest, solid=(*memo.solid, first.uid))
    return classify_next(graph, memo)


def act(graph: Graph, memo: Classifying) -> Call | Done:
    """Keeps the object, takes out the references that hold nothing, or deletes it."""
    item, dependents = memo.item, graph.dependents(memo.item.uid)
    what = decide(len(memo.solid), len(memo.dangling), len(memo.waiting), len(dependents))
    if what == "keep":
        return finish(graph, item)
    if what == "unlink":
        return Call("patch", *locate(graph, item), remove_owners(item.uid, memo.dangling + memo.waiting),
                    memo=Patching(item))
    if what == "delete":
        return delete(graph, Deleting(item, memo.latest))
    latest = attrs.evolve(memo.latest, policy="Foreground")
    if any(node.deleting_dependents for _, node in dependents):
        return Call("patch", *locate(graph, item), unblock_owners(graph, item), memo=Patching(item, latest))
    return delete(graph, Deleting(item, latest))


def locate(graph: Graph, item: Identity) -> tuple[str, str]:
    """Resource and key of an object of a known kind."""
    kind = find_kind(graph, item)
    assert kind is not None  # noqa: S101 -- it was read before
    return kind.resource, place(kind, item)


def remove_owners(uid: str, owners: tuple[str, ...]) -> Patch:
    """A patch of the object of this UID that takes out references to these owners."""
    gone = [{"$patch": "delete", "uid": owner} for owner in owners]
    return Patch("strategic", freeze({"metadata": {"ownerReferences": gone, "uid": uid}}))


def unblock_owners(graph: Graph, item: Identity) -> Patch:
    """A patch after which the object's references no longer block its owners: it may be part of a circle."""
    node = get_node(graph, item)
    owners = node.owners if node is not None else ()
    freed = [to_json(attrs.evolve(owner, block_owner_deletion=False)) for owner in owners if owner.block_owner_deletion]
    references = {"ownerReferences": freed} if freed else {}
    return Patch("strategic", freeze({"metadata": {**references, "uid": item.uid}}))


def after_patch(graph: Graph, memo: Patching, reply: Reply) -> Call | Done:
    """The references are out, or no longer block."""
    if not reply.ok:
        return Done(error=reply.message)
    return finish(graph, memo.item) if memo.latest is None else delete(graph, Deleting(memo.item, memo.latest))


# Deletion.


def delete(graph: Graph, memo: Deleting) -> Call:
    """Deletes this very object, if it is as it was read."""
    options = DeleteOptions(propagation_policy=memo.latest.policy, uid=memo.item.uid,
                            resource_version=memo.latest.version)
    return Call("delete", *locate(graph, memo.item), options=options, memo=memo)


def after_delete(graph: Graph, memo: Deleting, reply: Reply) -> Call | Done:
    """The object is gone; after a conflict it may only have changed in what does not matter here."""
    if memo.conflict:
        return after_conflict(graph, memo, reply)
    if reply.ok:
        return finish(graph, memo.item)
    if reply.is_reason("NotFound"):
        return vanish(graph, memo.item)
    if reply.is_reason("Conflict") and memo.latest.version is not None:
        return read(graph, memo.item, attrs.evolve(memo, conflict=reply.message))
    return Done(error=reply.message)


def after_conflict(graph: Graph, memo: Deleting, reply: Reply) -> Call | Done:
    """The same owners: the deletion is repeated for whatever version there is."""
    if reply.is_reason("NotFound"):
        return vanish(graph, memo.item)
    if reply.ok:
        meta = reply.body.metadata
        if (meta.uid == memo.item.uid and meta.resource_version != memo.latest.version
                and meta.owner_references == memo.latest.owners):
            return delete(graph, Deleting(memo.item, remember(reply.body, memo.latest.policy, versioned=False)))
    return Done(error=memo.conflict)


# Deletion in the foreground, and orphaning.


def process_deleting_dependents(graph: Graph, item: Identity) -> Call | Done:
    """Without blocking dependents the object may go; else they are looked at first."""
    blocking = [(each, node) for each, node in graph.dependents(item.uid)
                if any(owner.uid == item.uid and owner.block_owner_deletion for owner in node.owners)]
    if not blocking:
        return read(graph, item, Finalizing(item, FOREGROUND))
    for each, node in blocking:
        if not node.deleting_dependents:
            graph.enqueue(each)
    return finish(graph, item)


def orphan_next(graph: Graph, memo: Orphaning) -> Call | Done:
    """Lets the next dependent go; after the last one, the owner itself."""
    if memo.left:
        first = memo.left[0]
        return Call("patch", *locate(graph, first), remove_owners(first.uid, (memo.owner.uid,)), memo=memo)
    if memo.errors:
        return Done(error=say_errors(memo.errors))
    return read(graph, memo.owner, Finalizing(memo.owner, ORPHAN))


def after_orphan(graph: Graph, memo: Orphaning, reply: Reply) -> Call | Done:
    """A dependent that is gone is as good as let go."""
    failed = () if reply.ok or reply.is_reason("NotFound") else (reply.message,)
    return orphan_next(graph, Orphaning(memo.owner, memo.left[1:], memo.errors + failed))


def after_finalize(graph: Graph, memo: Finalizing, reply: Reply) -> Call | Done:
    """Removes the finalizer from the object as read; a conflict means to read it again (upstream: removeFinalizer)."""
    if memo.patching:
        if reply.is_reason("Conflict") and memo.attempts > 1:
            return read(graph, memo.item, attrs.evolve(memo, attempts=memo.attempts - 1, patching=False))
        return Done() if reply.ok else Done(error=reply.message)
    if reply.is_reason("NotFound"):
        return Done()
    if not reply.ok:
        return Done(error=f"cannot finalize owner {coordinates(memo.item)}: {reply.message}")
    meta = reply.body.metadata
    if memo.finalizer not in meta.finalizers:
        return Done()
    left = [each for each in meta.finalizers if each != memo.finalizer]
    version = "" if meta.resource_version is None else str(meta.resource_version)
    body = Patch("merge", freeze({"metadata": {"finalizers": left or None, "resourceVersion": version}}))
    return Call("patch", *locate(graph, memo.item), body, memo=attrs.evolve(memo, patching=True))


def resume(settings: Settings, local: Local, key: str, memo: Any, reply: Reply) -> Call | Done:  # noqa: ANN401
    """What each reply means."""
    graph = Graph(local, settings.kinds, settings.coordinates)
    match memo:
        case Looking():
            return after_look(graph, memo, reply)
        case Classifying():
            return after_owner(graph, memo, reply)
        case Patching():
            return after_patch(graph, memo, reply)
        case Deleting():
            return after_delete(graph, memo, reply)
        case Finalizing():
            return after_finalize(graph, memo, reply)
        case Orphaning():
            return after_orphan(graph, memo, reply)
    message = f"the garbage collector has no plan for {key} with the memo {memo!r}"
    raise TypeError(message)


def handle(settings: Settings, kind: Kind, local: Local, key: str, old: Node | None,  # noqa: PLR0917 -- a handler with its kind
           new: Node | None) -> None:
    """Any change of an object's owners, finalizers or deletion changes the graph."""
    graph = Graph(local, settings.kinds, settings.coordinates)
    if new is not None:
        process_change(graph, identify(kind, key, new), old, new)
    elif old is not None:
        process_deletion(graph, identify(kind, key, old), old)


def controller(settings: Settings | None = None) -> Controller:
    """The collector with these settings; a variant replaces `Settings.coordinates`."""
    settings = settings or Settings()
    return Controller(
        "garbage-collector-controller",
        watches=tuple(Watch(kind.resource, partial(handle, settings, kind), see) for kind in settings.kinds),
        sync=partial(sync, settings),
        resume=partial(resume, settings),
        grants=(
            PolicyRule(("delete", "get", "list", "patch", "update", "watch"), ("*",), ("*",)),
            PolicyRule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",)),
        ),
        user="system:serviceaccount:kube-system:generic-garbage-collector",
        binary="kube-controller-manager",
        workers=None,
    )


CONTROLLER = controller()
