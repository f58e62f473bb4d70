"""InterPodAffinity: with which other pods a pod shares a domain, and with which it does not.

Mirrors pkg/scheduler/framework/plugins/interpodaffinity/filtering.go and plugin.go (release 1.36). Anti-affinity is
symmetric: what the pods that are there will not have beside them counts as much as what the new one will not have.

Counts are kept by topology pair, as upstream keeps them, so that pods are added to them and taken away again
(AddPod, RemovePod). Upstream compares them before the pod is placed; here the pod is counted, and what it adds itself
is on the other side of each comparison.

Left out: nothing of the filter. In the cluster namespaces have one label, their name; a pod with a selector for any
other is listed by `seatrial.model.scheduler.unmodelled`.
"""

from collections.abc import Mapping

import attrs

from seatrial.model.api.core import Node, Pod
from seatrial.model.meta.labels import SelectorError
from seatrial.model.scheduler.framework import (
    PASSED,
    SKIPPED,
    UNRESOLVABLE,
    Condition,
    Demand,
    Demands,
    Nodes,
    Plugin,
    PreFilterResult,
    Registration,
    Status,
    first_failure,
)
from seatrial.model.scheduler.node_info import NodeInfo, Total, tenants
from seatrial.model.scheduler.plugins import inter_pod_affinity_score as scoring
from seatrial.model.scheduler.plugins.affinity_terms import (
    NO_LABELS,
    NamespaceLabels,
    Terms,
    get_affinity_terms,
    labels_by_name,
    matches_all_terms,
    matches_term,
    parsing_problems,
    required_affinity,
    required_anti_affinity,
    speaks_of_others,
    terms_held,
)

NAME = "InterPodAffinity"
AFFINITY_REASON = "node(s) didn't match pod affinity rules"
ANTI_AFFINITY_REASON = "node(s) didn't match pod anti-affinity rules"
EXISTING_REASON = "node(s) didn't satisfy existing pods anti-affinity rules"

AFFINITY, ANTI_AFFINITY, EXISTING = "affinity", "anti-affinity", "existing anti-affinity"
EVERYWHERE = ("affinity everywhere", "", "")
Pair = tuple[str, str, str]
"""What is counted, and the label (key and value) that the nodes of the domain have."""
Counts = dict[Pair, Total]
Counted = tuple[tuple[str, str], ...]
"""What a pod counts for, each with the key of the label that makes the domains."""
Labels = Mapping[str, str]


@attrs.frozen(eq=False)
class Wanted:
    """A pod with its required terms, parsed, and what is known of namespaces."""

    pod: Pod
    affinity: Terms
    anti_affinity: Terms
    namespaces: NamespaceLabels


State = tuple[Wanted, Counts]


# Decisions: comparisons of totals in the world after placement.


def fits_anti_affinity(total: Total, own: int) -> Condition:
    """Is nobody in the domain in the way but the pod itself?"""
    return total <= own


def fits_affinity(near: tuple[tuple[Total, int], ...], everywhere: Total, own: int) -> Condition:
    """Is a wanted pod in every domain, or is the pod one of those that it wants, and nobody else is, anywhere?

    `near` has the total of each term's domain and the pod's own share of it, `everywhere` and `own` are the sums of
    all domains. The second half lets the first pod of a group that wants to stay together be placed at all.
    """
    found: Condition = near[0][0] >= 1 + near[0][1]
    for total, share in near[1:]:
        found = found & (total >= 1 + share)
    return found if own == 0 else found | (everywhere <= own)


# Gathering.


def want(pod: Pod, namespaces: NamespaceLabels = labels_by_name) -> Wanted:
    """The pod's required terms; raises SelectorError if one of them cannot be parsed."""
    return Wanted(pod, get_affinity_terms(pod, required_affinity(pod)),
                  get_affinity_terms(pod, required_anti_affinity(pod)), namespaces)


def counted_for(wanted: Wanted, pod: Pod) -> Counted:
    """What a pod counts for wherever it stands, and the label of whose domains."""
    found = []
    held = required_anti_affinity(pod)
    if held:
        mine = wanted.namespaces(wanted.pod.metadata.namespace) or NO_LABELS
        found = [(EXISTING, term.topology_key) for term in terms_held(pod, held)
                 if matches_term(term, wanted.pod, mine)]
    if wanted.affinity or wanted.anti_affinity:
        theirs = wanted.namespaces(pod.metadata.namespace)
        if matches_all_terms(wanted.affinity, pod, theirs):
            found += [(AFFINITY, term.topology_key) for term in wanted.affinity]
        found += [(ANTI_AFFINITY, term.topology_key) for term in wanted.anti_affinity
                  if matches_term(term, pod, theirs)]
    return tuple(found)


def add_pod(counts: Counts, wanted: Wanted, pod: Pod, info: NodeInfo, amount: Total = 1) -> Counts:
    """Counts a pod on a node, in place; with a negative amount it is taken away (upstream: updateWithPod)."""
    return add_counted(counts, counted_for(wanted, pod), info.node.metadata.labels, amount)


def add_counted(counts: Counts, counted: Counted, labels: Labels, amount: Total) -> Counts:
    """Counts what a pod counts for in the domains of a node with these labels."""
    for what, key in counted:
        if add_pair(counts, what, key, labels, amount) and what == AFFINITY:
            counts[EVERYWHERE] = counts.get(EVERYWHERE, 0) + amount
    return counts


def add_pair(counts: Counts, what: str, key: str, labels: Labels, amount: Total) -> bool:
    """Adds to the count of the node's domain; a node without the label is in none."""
    value = labels.get(key)
    if value is None:
        return False
    pair = (what, key, value)
    counts[pair] = counts.get(pair, 0) + amount
    return True


def gather(wanted: Wanted, nodes: Nodes) -> Counts:
    """The counts of all pods on all nodes."""
    counts: Counts = {}
    known = dict[int, Counted]()
    for info in nodes:
        labels = info.node.metadata.labels
        for pod, amount in tenants(info):
            counted = known.get(id(pod))
            if counted is None:  # In a solver's world the same pod is on every node.
                counted = known[id(pod)] = counted_for(wanted, pod)
            if counted:
                add_counted(counts, counted, labels, amount)
    return counts


def near_node(counts: Counts, labels: Labels) -> Counts:
    """The counts of the node's own domains, and of all together: the others cannot matter to it."""
    pairs = [EVERYWHERE, *[(what, key, value) for what in (AFFINITY, ANTI_AFFINITY, EXISTING)
                           for key, value in labels.items()]]
    return {pair: counts[pair] for pair in pairs if pair in counts}


def demands_of_node(wanted: Wanted, after: Counts, info: NodeInfo) -> tuple[Demand, ...]:
    """What must hold of the counts in which the pod is on this node, in upstream's order."""
    own = add_pod({}, wanted, wanted.pod, info)
    labels = info.node.metadata.labels
    found = affinity_demands(wanted, after, own, labels)
    keys = dict.fromkeys(term.topology_key for term in wanted.anti_affinity)
    pairs = [((ANTI_AFFINITY, key, labels[key]), ANTI_AFFINITY_REASON) for key in keys if key in labels]
    pairs += [((EXISTING, key, value), EXISTING_REASON) for key, value in labels.items()]
    return found + tuple([Demand(fits_anti_affinity(after[pair], own.get(pair, 0)), reason)
                          for pair, reason in pairs if pair in after])


def affinity_demands(wanted: Wanted, after: Counts, own: Counts, labels: Labels) -> tuple[Demand, ...]:
    """The demand of the pod's affinity, if it has one; a node without one of the labels never meets it."""
    keys = dict.fromkeys(term.topology_key for term in wanted.affinity)
    if not keys:
        return ()
    if any(key not in labels for key in keys):
        return (Demand(condition=False, reason=AFFINITY_REASON, code=UNRESOLVABLE),)
    pairs = [(AFFINITY, key, labels[key]) for key in keys]
    near = tuple([(after.get(pair, 0), own.get(pair, 0)) for pair in pairs])
    condition = fits_affinity(near, after.get(EVERYWHERE, 0), own.get(EVERYWHERE, 0))
    return (Demand(condition, AFFINITY_REASON, UNRESOLVABLE),)


# Queueing hints.


def is_schedulable_after_pod_change(pod: Pod, old: Pod | None, new: Pod | None) -> bool:
    """Does the pod match affinity now, or anti-affinity no longer, or was it this one that got other labels?"""
    if old is not None and new is not None and new.metadata.uid == pod.metadata.uid:
        return True
    if any(each is not None and not (each.spec.node_name or each.status.nominated_node_name) for each in (old, new)):
        return False
    try:
        terms = get_affinity_terms(pod, required_affinity(pod))
        anti = get_affinity_terms(pod, required_anti_affinity(pod))
        theirs = () if old is None or new is not None else get_affinity_terms(old, required_anti_affinity(old))
    except SelectorError:
        return True
    liked_before, liked = (each is not None and matches_all_terms(terms, each, NO_LABELS) for each in (old, new))
    hated_before, hated = (each is not None and matches_all_terms(anti, each, NO_LABELS) for each in (old, new))
    return (liked and not liked_before) or (hated_before and not hated) or matches_all_terms(theirs, pod, NO_LABELS)


def is_schedulable_after_node_change(pod: Pod, old: Node | None, new: Node) -> bool:
    """Did the node come, or change domains, in a way that a term of the pod may like?"""
    try:
        terms = get_affinity_terms(pod, required_affinity(pod))
        anti = get_affinity_terms(pod, required_anti_affinity(pod))
    except SelectorError:
        return True
    if old is None:
        return bool(anti) or any(term.topology_key in new.metadata.labels for term in terms)
    changes = [(old.metadata.labels.get(term.topology_key), new.metadata.labels.get(term.topology_key))
               for term in (*terms, *anti)]
    joined = any(after is not None and before != after for before, after in changes[: len(terms)])
    return joined or any(before is not None and before != after for before, after in changes[len(terms):])


# The plugin.


def filter_node(state: State, pod: Pod, info: NodeInfo) -> Status:
    """The first demand that the node does not meet speaks for it."""
    wanted, before = state
    after = add_pod(near_node(before, info.node.metadata.labels), wanted, pod, info)
    return first_failure(demands_of_node(wanted, after, info), NAME)


def add_pod_to_state(state: State, pod: Pod, info: NodeInfo, amount: int) -> State:
    """The state with one pod more, or less."""
    wanted, counts = state
    return wanted, add_pod(dict(counts), wanted, pod, info, amount)


def inter_pod_affinity(
    args: scoring.AffinityArgs = scoring.DEFAULT_ARGS, namespaces: NamespaceLabels = labels_by_name
) -> Plugin:
    """The plugin, with its configuration and the namespaces that there are."""

    def pre_filter(pod: Pod, nodes: Nodes) -> PreFilterResult:
        """The pod's terms and the counts; nothing to filter where neither the pod nor anybody else has such a term."""
        if pod.spec.affinity is None and not speaks_of_others(nodes):
            return PreFilterResult(SKIPPED)
        problems = parsing_problems(pod)
        if problems:
            text = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
            return PreFilterResult(Status(UNRESOLVABLE, (f"parsing pod: {text}",), NAME))
        wanted = want(pod, namespaces)
        counts = gather(wanted, nodes)
        if not (wanted.affinity or wanted.anti_affinity or any(pair[0] == EXISTING for pair in counts)):
            return PreFilterResult(SKIPPED)
        return PreFilterResult(PASSED, (wanted, counts))

    def demands(pod: Pod, nodes: Nodes) -> Demands:
        """Affinity is met, and nobody's anti-affinity is hurt."""
        wanted = want(pod, namespaces)
        counts = gather(wanted, nodes)
        return lambda after: demands_of_node(wanted, counts, after)

    return Plugin(
        NAME, filter_node, pre_filter, scoring.score, scoring.pre_scorer(args, namespaces), scoring.normalize,
        weight=2, demands=demands, add_pod=add_pod_to_state,
        events=(
            Registration("Pod", ("Add", "UpdatePodLabel", "Delete"), is_schedulable_after_pod_change),
            Registration("Node", ("Add", "UpdateNodeLabel"), is_schedulable_after_node_change),
        ),
    )


PLUGIN = inter_pod_affinity()
