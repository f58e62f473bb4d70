"""The garbage collector's graph: who owns whom, as its informers and its own findings have it.

Mirrors pkg/controller/garbagecollector/graph_builder.go, graph.go and uid_cache.go (release 1.36). The graph is not
stored: its nodes are the informers' copies, cut down to `Node`, and a few notes about where the two differ:

    virtual    an owner that is only known from references to it, under the identity of one of them
    gone       a copy whose object the API server no longer has
    replaced   an object that a relist showed as another one of its name: 1.36 is not told that it went
    absent     an owner that does not exist; forgotten with the last reference to it (upstream: with age)

An event is processed as it is delivered; upstream queues it once more, which only lets it lag further. What decides
that two references mean one owner is `coordinates`; a seeded bug replaces it by `only_uid`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from seatrial.model.api.meta import OwnerReference, split_key
from seatrial.model.api.registry import Kind
from seatrial.model.client.local import Local

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
TO_ORPHAN = "orphan "
BACK_OFF_SECONDS = 1


@attrs.frozen
class Identity:
    """Where an object is, or is said to be (upstream: objectReference)."""

    api_version: str
    kind: str
    namespace: str
    name: str
    uid: str


Coordinates = Callable[[Identity], str]


@attrs.frozen
class Node:
    """What the graph knows of an object."""

    uid: str
    owners: tuple[OwnerReference, ...] = ()
    being_deleted: bool = False
    waits_for_dependents: bool = False
    orphans_dependents: bool = False

    @property
    def deleting_dependents(self) -> bool:
        """Is it in deletion, and waits for its dependents to go first?"""
        return self.being_deleted and self.waits_for_dependents

    @property
    def orphaning_dependents(self) -> bool:
        """Is it in deletion, and waits for its dependents to be let go?"""
        return self.being_deleted and self.orphans_dependents


def see(value: Any) -> Node:  # noqa: ANN401 -- any object
    """The projection of the collector's informers."""
    meta = value.metadata
    return Node(meta.uid, meta.owner_references, meta.deletion_timestamp is not None,
                FOREGROUND in meta.finalizers, ORPHAN in meta.finalizers)


def coordinates(identity: Identity) -> str:
    """What tells an owner apart: kind, namespace, name and UID; it is the key of the work queue too."""
    return (f"{identity.api_version} {identity.kind} {identity.namespace}/{identity.name} {identity.uid}")


def only_uid(identity: Identity) -> str:
    """What told owners apart before 1.20: a reference from another namespace could speak for the real owner."""
    return identity.uid


def parse_identity(text: str) -> Identity:
    """The identity that `coordinates` wrote."""
    api_version, kind, key, uid = text.split(" ", 3)
    namespace, _, name = key.rpartition("/")
    return Identity(api_version, kind, namespace, name, uid)


def identify(kind: Kind, key: str, node: Node) -> Identity:
    """The identity of an object that an informer shows."""
    return Identity(kind.api_version, kind.name, *split_key(key), node.uid)


def refer(reference: OwnerReference, namespace: str) -> Identity:
    """The identity that a reference gives its owner, seen from this namespace."""
    return Identity(reference.api_version, reference.kind, namespace, reference.name, reference.uid)


Found = tuple[Identity, Node | None]
"""A node of the graph: None when it is virtual."""
Dependent = tuple[Identity, Node]


@attrs.frozen
class Graph:
    """The graph over one process's memory: the kinds it watches, and what tells owners apart."""

    local: Local
    kinds: tuple[Kind, ...]
    coordinates: Coordinates

    def nodes(self) -> Iterator[Dependent]:
        """Every node that an informer has shown and that is still believed to exist."""
        for kind, key, node in self.observed():
            if self.local.note("gone", node.uid) is None:
                yield identify(kind, key, node), node
        for text, node in self.local.notes("replaced"):
            yield parse_identity(text), node

    def observed(self) -> Iterator[tuple[Kind, str, Node]]:
        """Every node that an informer shows."""
        for kind in self.kinds:
            for key, node in self.local.view.scan("copy", self.local.process, kind.resource):
                yield kind, key, node

    def find(self, item: Identity) -> Found | None:
        """The node of this UID, observed or virtual; it is looked for first where the identity says it is."""
        found = self.find_in_place(item)
        if found is not None:
            return found
        for kind, key, node in self.observed():
            if node.uid == item.uid and self.local.note("gone", node.uid) is None:
                return identify(kind, key, node), node
        for text, node in self.local.notes("replaced"):
            if node.uid == item.uid:
                return parse_identity(text), node
        virtual = self.local.note("virtual", item.uid)
        return None if virtual is None else (virtual, None)

    def find_in_place(self, item: Identity) -> Found | None:
        """The node of this UID, if an informer shows it under the name of the identity."""
        key = f"{item.namespace}/{item.name}" if item.namespace else item.name
        for kind in self.kinds:
            if kind.name == item.kind:
                node = self.local.get(kind.resource, key)
                if node is not None and node.uid == item.uid and self.local.note("gone", node.uid) is None:
                    return identify(kind, key, node), node
        return None

    def dependents(self, uid: str) -> tuple[Dependent, ...]:
        """The nodes that refer to this UID as an owner."""
        return tuple((identity, node) for identity, node in self.nodes()
                     if any(owner.uid == uid for owner in node.owners))

    def enqueue(self, identity: Identity) -> None:
        """To be looked at: does it have to go?"""
        self.local.enqueue(coordinates(identity))

    def add_absent(self, identity: Identity) -> None:
        """This owner does not exist."""
        self.local.set_note("absent", self.coordinates(identity), identity.uid)

    def is_absent(self, identity: Identity) -> bool:
        """Is this owner known not to exist?"""
        return self.local.note("absent", self.coordinates(identity)) is not None

    def is_same(self, one: Identity, two: Identity) -> bool:
        """Do two identities mean the same object?"""
        return self.coordinates(one) == self.coordinates(two)


def process_change(graph: Graph, identity: Identity, old: Node | None, new: Node) -> None:
    """An object was added or updated (upstream: processGraphChanges)."""
    local = graph.local
    is_gone = old is not None and local.note("gone", old.uid) is not None
    if old is not None:
        local.set_note("gone", old.uid, None)
    if old is not None and old.uid != new.uid and not is_gone:
        local.set_note("replaced", coordinates(attrs.evolve(identity, uid=old.uid)), old)
    observe(graph, identity)
    known = old is not None and old.uid == new.uid and not is_gone
    before = old.owners if known and old is not None else ()
    after = {owner.uid: owner for owner in new.owners}
    add_unblocked_owners(graph, identity.namespace, before, after)
    had = {owner.uid for owner in before}
    add_dependent_to_owners(graph, identity, tuple(owner for owner in new.owners if owner.uid not in had), new)
    forget_absent(graph, tuple(owner.uid for owner in before if owner.uid not in after))
    process_transitions(graph, identity, old, new)


def observe(graph: Graph, identity: Identity) -> None:
    """A virtual node turns out to exist; dependents that thought it elsewhere are looked at."""
    virtual = graph.local.note("virtual", identity.uid)
    if virtual is None:
        return
    graph.local.set_note("virtual", identity.uid, None)
    if graph.is_same(virtual, identity):
        return
    _, others = partition_dependents(graph, graph.dependents(identity.uid), identity)
    for dependent, node in others:
        if identity.namespace and dependent.namespace != identity.namespace:
            report_invalid_namespace(graph, dependent, node, identity.uid)
        graph.enqueue(dependent)


def add_unblocked_owners(graph: Graph, namespace: str, before: tuple[OwnerReference, ...],
                         after: dict[str, OwnerReference]) -> None:
    """Owners that a reference blocked, and blocks no longer, are looked at."""
    for owner in before:
        new = after.get(owner.uid)
        if owner.block_owner_deletion and (new is None or not new.block_owner_deletion):
            found = graph.find(refer(owner, namespace))
            if found is not None:
                graph.enqueue(found[0])


def add_dependent_to_owners(graph: Graph, dependent: Identity, owners: tuple[OwnerReference, ...], node: Node) -> None:
    """New references: an unknown owner becomes a virtual node; a doubtful reference has the dependent looked at."""
    doubtful = False
    for owner in owners:
        found = graph.find(refer(owner, dependent.namespace))
        if found is None:
            virtual = refer(owner, dependent.namespace)
            graph.local.set_note("virtual", owner.uid, virtual)
            graph.enqueue(virtual)
        elif not doubtful:
            doubtful = is_doubtful(dependent.namespace, owner, found)
            if found[1] is not None and found[0].namespace not in ("", dependent.namespace):
                report_invalid_namespace(graph, dependent, node, owner.uid)
    if doubtful:
        graph.enqueue(dependent)


def is_doubtful(namespace: str, owner: OwnerReference, found: Found) -> bool:
    """Does a reference from this namespace say something else of its owner than the graph?"""
    identity, observed = found
    if identity.namespace and identity.namespace != namespace:
        return True
    if refer(owner, identity.namespace) != identity:
        return True
    return not identity.namespace and bool(namespace) and observed is None


def report_invalid_namespace(graph: Graph, dependent: Identity, node: Node, uid: str) -> None:
    """An owner in another namespace is none."""
    owner = next((each for each in node.owners if each.uid == uid), None)
    if owner is None:
        return
    said = f"[{owner.api_version}/{owner.kind}, namespace: {dependent.namespace}, name: {owner.name}, uid: {uid}]"
    graph.local.emit(f"{dependent.kind}/{dependent.name}", "Warning", "OwnerRefInvalidNamespace",
                     f'ownerRef {said} does not exist in namespace "{dependent.namespace}"')


def process_transitions(graph: Graph, identity: Identity, old: Node | None, new: Node) -> None:
    """A deletion that waits for its dependents has begun."""
    if new.orphaning_dependents and not (old is not None and old.orphaning_dependents):
        graph.local.enqueue(TO_ORPHAN + coordinates(identity))
    elif new.deleting_dependents and not (old is not None and old.deleting_dependents):
        for dependent, _ in graph.dependents(new.uid):
            graph.enqueue(dependent)
        graph.enqueue(identity)


def process_deletion(graph: Graph, identity: Identity, old: Node) -> None:
    """An object was deleted, as an informer shows."""
    if graph.local.note("gone", old.uid) is not None:
        graph.local.set_note("gone", old.uid, None)
    else:
        remove_node(graph, identity, old)


def process_virtual_deletion(graph: Graph, deleted: Identity) -> None:
    """The API server does not know an object of this identity (upstream: a virtual delete event)."""
    found = graph.find(deleted)
    if found is None:
        return
    existing, node = found
    matching, others = partition_dependents(graph, graph.dependents(deleted.uid), deleted)
    removes = not others if node is None else graph.is_same(existing, deleted)
    if removes:
        forget_node(graph, existing, node)
        remove_node(graph, deleted, node)
        return
    if matching:
        graph.add_absent(deleted)
    for dependent, _ in matching:
        graph.enqueue(dependent)
    if node is None and graph.is_same(existing, deleted):
        other = get_alternate_owner_identity(others, deleted)
        if other is not None:
            graph.local.set_note("virtual", deleted.uid, other)
            graph.local.enqueue_after(coordinates(other), BACK_OFF_SECONDS)


def forget_node(graph: Graph, existing: Identity, node: Node | None) -> None:
    """Takes a node out of the graph before an informer says so."""
    if node is None:
        graph.local.set_note("virtual", existing.uid, None)
    elif graph.local.note("replaced", coordinates(existing)) is not None:
        graph.local.set_note("replaced", coordinates(existing), None)
    else:
        graph.local.set_note("gone", existing.uid, value=True)


def remove_node(graph: Graph, identity: Identity, node: Node | None) -> None:
    """A node is gone: its dependents are looked at, and owners that wait for it."""
    dependents = graph.dependents(identity.uid)
    if dependents:
        graph.add_absent(identity)
    for dependent, _ in dependents:
        graph.enqueue(dependent)
    owners = node.owners if node is not None else ()
    for owner in owners:
        found = graph.find(refer(owner, identity.namespace))
        if found is not None and found[1] is not None and found[1].deleting_dependents:
            graph.enqueue(found[0])
    forget_absent(graph, tuple(owner.uid for owner in owners))


def forget_absent(graph: Graph, uids: tuple[str, ...]) -> None:
    """Owners that nobody refers to any more need not be remembered as absent."""
    unused = tuple(uid for uid in uids if not graph.dependents(uid))
    for text, uid in list(graph.local.notes("absent")):
        if uid in unused:
            graph.local.set_note("absent", text, None)


def partition_dependents(
    graph: Graph, dependents: tuple[Dependent, ...], owner: Identity,
) -> tuple[list[Dependent], list[Dependent]]:
    """The dependents that refer to the owner under this identity, and those that do so under another one."""
    matching, others = [], []
    for dependent in dependents:
        identity, node = dependent
        namespace = identity.namespace if owner.namespace else ""
        same = [graph.is_same(refer(each, namespace), owner) for each in node.owners if each.uid == owner.uid]
        if any(same):
            matching.append(dependent)
        if not all(same):
            others.append(dependent)
    return matching, others


def get_alternate_owner_identity(dependents: list[Dependent], absent: Identity) -> Identity | None:
    """The next identity under which somebody refers to an owner that is not there under this one."""
    found = {}
    for identity, node in dependents:
        for owner in node.owners:
            known = not absent.namespace and (owner.api_version, owner.kind) == (absent.api_version, absent.kind)
            other = refer(owner, "" if known else identity.namespace)
            if owner.uid == absent.uid and other != absent:
                found[_order(other)] = other
    following = [key for key in found if key > _order(absent)]
    return found[min(following or found)] if found else None


def _order(identity: Identity) -> tuple[str, ...]:
    return identity.kind, identity.api_version, identity.namespace, identity.name, identity.uid
