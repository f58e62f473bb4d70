"""Nodes that are alike: they differ in nothing but what they are called, and nothing names one of them.

Two nodes are alike if the first cluster, its users and its objects included, is the same after everything by which one
is known (its name, UID, addresses, the range of its pods' addresses, and what of it no loop reads) is put for that of
the other. From two such clusters on, every run has its counterpart, as long as no loop tells names apart. Kubernetes
mostly does not: the scheduler draws one of the best nodes, a kubelet looks at its own node only. `BLIND` lists the
loops of which that was looked into. Loops that go through the nodes in the order of their names, or remember a list of
them, are not among them (the node lifecycle controller, the cloud's load balancers), nor is any loop of a user's, nor a
variant's: with one of these no node is alike another, which costs a reduction and nothing else. What is assumed of the
others is tried, see `seatrial.properties.checking.explore.exchanges`.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.api.core import Node
from seatrial.model.canonical import Group, Member, exchange, permutations_of, permuted, rename
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.node.machine import address_of, machine_cell, pod_cidr_of

BLIND = ("deployment-controller", "kube-scheduler", "replicaset-controller", "serviceaccount-controller")
"""The loops that tell nodes apart by nothing but their objects; so does every kubelet and every kube-proxy."""
MOST, MOST_PERMUTATIONS = 4, 24
"""Every permutation is tried. Of more nodes only the first four of a kind are exchanged."""
WHOLE_BYTES = 8


def alike_nodes(cluster: Cluster) -> tuple[Group, ...]:
    """The nodes of a scope that may change places with each other, by kind; for its first cluster.

    The largest kind comes first. Nodes that are alone of theirs are left out, and so are kinds with which there would
    be more permutations than four nodes have.
    """
    if not is_blind(cluster):
        return ()
    kinds: list[list[Member]] = []
    for each in (each for each in cluster.objects("nodes") if isinstance(each, Node)):
        member = known_by(cluster, each)
        same = next((kind for kind in kinds if are_alike(cluster, kind[0], member)), None)
        if same is None:
            kinds.append([member])
        else:
            same.append(member)
    found: tuple[Group, ...] = ()
    for kind in sorted(kinds, key=len, reverse=True):
        group = tuple(kind[:MOST])
        if len(group) > 1 and len(permutations_of((*found, group))) <= MOST_PERMUTATIONS:
            found = (*found, group)
    return found


def is_blind(cluster: Cluster) -> bool:
    """Is each loop of the scope one that does not tell nodes apart by their names?"""
    return all(name in BLIND or each.node for name, each in cluster.system.processes.items()) and all(
        isinstance(each, str) for each in cluster.system.scope.controllers)


def known_by(cluster: Cluster, node: Node) -> Member:
    """All texts by which a node is known, in an order."""
    machine = cluster[machine_cell(node.metadata.name)]
    return (node.metadata.name, node.metadata.uid, node.spec.provider_id, address_of(machine),
            network_of(pod_cidr_of(machine)), network_of(node.spec.pod_cidr),
            *texts_in(node.spec.unmodelled), *texts_in(node.status.unmodelled))


def network_of(cidr: str) -> str:
    """What all addresses of a range begin with, if the range ends between two bytes; else the range."""
    base, _, bits = cidr.partition("/")
    if not bits.isdigit() or int(bits) % WHOLE_BYTES:
        return cidr
    return ".".join(base.split(".")[:int(bits) // WHOLE_BYTES])


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 -- a JSON tree
    """Every text in a tree, in order; keys are not texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, FrozenMap):
        for _, each in value.pairs():
            yield from texts_in(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_in(each)


def are_alike(cluster: Cluster, one: Member, other: Member) -> bool:
    """Is the cluster the same, and what its users may do, once these two have changed places?"""
    if len(one) != len(other):
        return False
    pairs = [(old, new) for old, new in zip((*one, *other), (*other, *one), strict=True) if old != new]
    names = FrozenMap(pairs)
    if len(names) < len(dict.fromkeys(pairs)) or "" in names:
        return False  # a text by which both are known, but for different things
    return permuted(cluster, names) == cluster and same_users(cluster, names)


def same_users(cluster: Cluster, names: FrozenMap[str, str]) -> bool:
    """May users do the same under these names?"""
    renaming, users = exchange(names), cluster.system.scope.users
    told = [rename(each, "", renaming) for each in users]
    return all(each in users for each in told) and all(each in told for each in users) and all(
        attrs.has(type(each)) for each in users)

