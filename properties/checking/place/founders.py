"""Pods that want to be together can begin in one place only.

Required pod affinity lets a pod in where a wanted pod is; and, if nobody anywhere is wanted, a pod that its own terms
select may be the first. That happens once, so whatever the order, in the end of at most one domain it is true that pods
of the batch are there and no others that they want; and of none if wanted pods were bound before. `demands` of the
world after placement does not say so: two groups of two look well in it, of which one could never have begun.
"""

from collections.abc import Iterator
from itertools import chain

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import Nodes
from seatrial.model.scheduler.node_info import tenants
from seatrial.model.scheduler.plugins.affinity_terms import (
    NO_LABELS,
    Terms,
    get_affinity_terms,
    labels_by_name,
    matches_all_terms,
    required_affinity,
)
from seatrial.model.scheduler.plugins.inter_pod_affinity import AFFINITY_REASON, NAME
from seatrial.properties.checking.place.constraint import Constraint
from seatrial.properties.checking.place.forms import Condition, Form, both, either
from seatrial.properties.checking.place.question import Batch

MOST_DOMAINS = 40
Domains = dict[str, "Domain"]


class Domain:
    """The nodes of a domain, how many pods of the batch are there, and how many others that it wants."""

    def __init__(self) -> None:
        self.nodes: list[int] = []
        self.own: Form | int = 0
        self.others: Form | int = 0


def founding(batch: int, batches: tuple[Batch, ...], nodes: Nodes) -> Iterator[Constraint]:
    """What follows for a batch whose pods want others like themselves; nothing for all others."""
    pod = batches[batch].pod
    terms = get_affinity_terms(pod, required_affinity(pod))
    if not is_wanted(terms, pod):
        return
    for key in dict.fromkeys(term.topology_key for term in terms):
        domains = gather(key, terms, pod, nodes)
        if len(domains) > MOST_DOMAINS:
            continue
        begun = any(bound(domain.others) for domain in domains.values())
        for value, domain in domains.items():
            rest = [other for name, other in domains.items() if name != value]
            condition = alone(domain, () if begun else rest)
            if begun or rest:
                yield from (Constraint(batch, node, NAME, AFFINITY_REASON, condition, lasting=True)
                            for node in domain.nodes)


def alone(domain: Domain, rest: list[Domain] | tuple[()]) -> Condition:
    """Others that are wanted are in the domain; or it is where the pods began: so in every other one they are."""
    supported = domain.others >= 1
    if not rest:
        return supported
    return either((supported, both(either((other.own <= 0, other.others >= 1)) for other in rest)))


def bound(total: Form | int) -> bool:
    """Were some there from the start?"""
    return (total if isinstance(total, int) else total.constant) > 0


def gather(key: str, terms: Terms, pod: Pod, nodes: Nodes) -> Domains:
    """The domains of a label, with the pods that the terms select."""
    found: Domains = {}
    wanted = {id(each): is_wanted(terms, each) for each in chain.from_iterable(info.pods for info in nodes)}
    for at, info in enumerate(nodes):
        value = info.node.metadata.labels.get(key)
        if value is None:
            continue
        domain = found.setdefault(value, Domain())
        domain.nodes.append(at)
        for each, amount in tenants(info):
            if each is pod:
                domain.own = domain.own + amount
            elif wanted[id(each)]:
                domain.others = domain.others + amount
    return found


def is_wanted(terms: Terms, pod: Pod) -> bool:
    """Do all terms, if there are any, select the pod?"""
    return matches_all_terms(terms, pod, labels_by_name(pod.metadata.namespace) or NO_LABELS)
