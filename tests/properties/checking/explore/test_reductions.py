"""Reductions keep every verdict, and every quiet state up to renaming; without them the counts are the reference's."""

from typing import Any

import attrs
import pytest

from seatrial.model.alike import alike_nodes
from seatrial.model.canonical import canonical
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Delete, Scale
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.properties.checking import reference
from seatrial.properties.checking.check import select
from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.checking.explore.recorded import judge_of
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.transitions import of_cluster
from seatrial.properties.checking.explore.walking import enabled_in
from seatrial.properties.property import Property
from seatrial.properties.registry import PROPERTIES
from tests.properties.checking.scenarios import FORGETFUL

RS = ("replicaset",)
SCHEDULED = ("replicaset", "scheduler")
NAMES = 4


def scope_of(controllers: tuple[Any, ...], replicas: int = 1, nodes: int = 0, users: tuple[Any, ...] = (),
             **budgets: int) -> Scope:
    """A ReplicaSet with these controllers, on nodes with kubelets if there are nodes."""
    machines = tuple(node(f"node-{at}") for at in range(1, nodes + 1))
    return Scope(controllers=controllers, objects=(*NAMESPACE, *machines, replicaset(replicas)), kubelets=bool(nodes),
                 names=NAMES, versions=64, secured=False, hypotheses=("lag_below_expectation_ttl",), users=users,
                 budgets=FrozenMap({user.verb: 1 for user in users} | budgets))


def placed(replicas: int, nodes: int, **budgets: int) -> Scope:
    """Pods that are placed on nodes which run no kubelet."""
    return attrs.evolve(scope_of(SCHEDULED, replicas, nodes), kubelets=False, budgets=FrozenMap(budgets))


def scale(to: int) -> Scale:
    """`kubectl scale` of the ReplicaSet."""
    return Scale("replicasets", "default/web", to)


SCOPES = {
    "one pod": scope_of(RS),
    "two pods": scope_of(RS, 2),
    "three pods": scope_of(RS, 3),
    "refused": scope_of(RS, 2, refused=1),
    "lost": scope_of(RS, 1, lost=1),
    "late": scope_of(RS, 1, late=1),
    "crash": scope_of(RS, 2, crash=1),
    "dropped watch": scope_of(RS, 1, drop=1),
    "expired watch": scope_of(RS, 1, gone=1),
    "scaled up": scope_of(RS, 1, users=(scale(2),)),
    "scaled down": scope_of(RS, 1, users=(scale(0),)),
    "scaled and refused": scope_of(RS, 1, users=(scale(2),), refused=1),
    "scheduled": scope_of(SCHEDULED, 1),
    "two scheduled": scope_of(SCHEDULED, 2),
    "scheduled and crash": scope_of(SCHEDULED, 1, crash=1),
    "scheduled and lost": scope_of(SCHEDULED, 1, lost=1),
    "whole": scope_of(SCHEDULED, 1, 1),
    "whole and refused": scope_of(SCHEDULED, 1, 1, refused=1),
    "whole and crash": scope_of(SCHEDULED, 1, 1, crash=1),
    "deleted": scope_of(RS, 1, users=(Delete("replicasets", "default/web"),)),
    "placed on two nodes": placed(1, 2),
    "placed on three nodes": placed(1, 3),
    "two placed on two nodes": placed(2, 2),
    "placed on two nodes and lost": placed(1, 2, lost=1),
    "two nodes": scope_of(SCHEDULED, 1, 2),
}


def surplus(cluster: Cluster) -> str | None:
    """Never more pods than the ReplicaSet asks for, while there is one and nobody asks for fewer."""
    owner = cluster.get("replicasets", "default/web")
    have = len(cluster.objects("pods"))
    return f"{have} pods, {owner.spec.replicas} asked for" if owner is not None and have > owner.spec.replicas else None


SURPLUS = Property("surplus", "always", "The controller made each of them.", surplus)


def explored(scope: Scope, **options: Any) -> Search:
    """A search of the scope that asks whether there are too many pods."""
    cluster = start(scope)
    search = Search(Situations(of_cluster(cluster), (judge_of(cluster.system, SURPLUS),), (), frozenset((0,))),
                    Options(**options))
    search.run()
    return search


def counts(search: Search) -> tuple[int, int, int, int]:
    """States, transitions, quiet states, depth."""
    return search.states, search.transitions, search.quiet, search.depth


SLOW = ("two scheduled", "whole and crash", "whole and refused", "three pods", "scheduled and lost",
        "two placed on two nodes", "placed on two nodes and lost", "two nodes")
"""The plain searches take up to a minute for each of these."""
NAMED = [pytest.param(name, marks=[pytest.mark.nightly] if name in SLOW else []) for name in SCOPES]


@pytest.mark.parametrize("name", NAMED)
def test_the_explorer_counts_what_the_reference_counts(name: str) -> None:
    """Without reductions: states, transitions, quiet states and depth, all the same."""
    found = reference.explore(start(SCOPES[name]))
    assert found.complete
    assert "" == found.felt
    assert (found.states, found.transitions, found.quiet, found.depth) == counts(explored(SCOPES[name]))


@pytest.mark.parametrize("name", NAMED)
def test_symmetry_counts_what_the_sorting_reference_counts(name: str) -> None:
    """States up to renaming, and the Actions of one state of each kind."""
    cluster = start(SCOPES[name])
    found = reference.explore(cluster, symmetric=True, alike=alike_nodes(cluster))
    assert found.complete
    assert (found.states, found.transitions, found.quiet, found.depth) == counts(explored(SCOPES[name], symmetry=True))


@pytest.mark.parametrize("name", NAMED)
def test_every_reduction_keeps_the_verdict_and_the_quiet_states(name: str) -> None:
    """Never more states, the same violations, and the same quiet states up to renaming."""
    plain = explored(SCOPES[name])
    for options in ({"symmetry": True}, {"local_first": True}, {"symmetry": True, "local_first": True}):
        reduced = explored(SCOPES[name], **options)
        assert reduced.states <= plain.states
        assert [each.judge for each in plain.sightings] == [each.judge for each in reduced.sightings]
        assert quiet_states(SCOPES[name]) == quiet_states(SCOPES[name], **options)


def quiet_states(scope: Scope, **options: Any) -> set[Cluster]:
    """The quiet states of a search, each up to renaming."""
    cluster = start(scope)
    known, alike = Situations(of_cluster(cluster)), alike_nodes(cluster)
    search = Search(known, Options(**options))
    found: set[Cluster] = set()
    for level in search.levels():
        if search.depth == 0:
            found.clear()
        for packed in level.states:
            row = search._packing.unpack(packed).tolist()
            if all(known.environment[action] for action, _ in enabled_in(known, row)):
                cells = FrozenMap(known.layout.cells(row))
                found.add(canonical(Cluster(cluster.system, cells), symmetric=True, alike=alike))
    return found


def test_some_scopes_are_reduced_and_some_are_broken() -> None:
    """Negative control: the comparison would notice a reduction that does nothing, and a search that finds nothing."""
    plain, reduced = explored(SCOPES["whole and crash"]), explored(SCOPES["whole and crash"], local_first=True)
    assert 3 * reduced.states < plain.states
    assert explored(SCOPES["two scheduled"], symmetry=True).states < explored(SCOPES["two scheduled"]).states


def test_one_pod_on_two_equal_nodes_is_one_pod_on_one_node() -> None:
    """Wherever it is placed, the other node stays as it was."""
    one, two, merged = (explored(scope_of(SCHEDULED, 1, nodes), symmetry=symmetry)
                        for nodes, symmetry in ((1, False), (2, False), (2, True)))
    assert one.states == merged.states < two.states
    assert (one.quiet, one.depth) == (merged.quiet, merged.depth)
    assert len(quiet_states(scope_of(SCHEDULED, 1, 2), symmetry=True)) == merged.quiet


def test_what_is_seen_of_one_node_is_known_of_those_like_it() -> None:
    """A container's exit writes into the memory of a kubelet: none is left to itself, whichever it was seen of."""
    known = Situations(of_cluster(start(scope_of(SCHEDULED, 1, 2, exit=1))))
    Search(known, Options(symmetry=True, local_first=True)).run()
    assert ["kubelet-node-1[other]"] == list(known.locality.shared)
    assert [True, True] == [known.locality.is_shared(f"kubelet-node-{number}") for number in (1, 2)]


def test_a_plan_that_others_look_into_is_not_taken_alone() -> None:
    """The audit: a property that reads plans makes replies visible, and the reduction gives way."""
    nosy = Property("nosy", "always", "why", lambda cluster: "busy" * any(
        True for _ in cluster.view().scan("plan", "replicaset-controller")) or None)
    cluster = start(SCOPES["whole"])
    blind, seeing = (Search(Situations(of_cluster(cluster), (judge_of(cluster.system, nosy),), (), always),
                            Options(local_first=True)) for always in (frozenset[int](), frozenset((0,))))
    blind.run()
    seeing.run()
    assert blind.states < seeing.states


def test_a_controller_that_reads_anothers_memory_is_left_alone() -> None:
    """The audit names whose memory is looked into, and by whom."""
    cluster = start(attrs.evolve(SCOPES["whole"], budgets=FrozenMap({"exit": 1})))
    known = Situations(of_cluster(cluster))
    Search(known, Options(local_first=True)).run()
    assert {"kubelet-node-1"} == set(known.locality.shared)


def remember_a_replicaset(local: Local, key: str, old: Any, new: Any) -> None:
    """Notes that there is a ReplicaSet with pods to make."""
    del key, old
    if new is not None and new.spec.replicas:
        local.set_note("seen", "x", value=True)


def act_on_an_unknown_pod(local: Local, key: str, old: Any, new: Any) -> None:
    """A pod whose ReplicaSet was never seen wakes the controller."""
    del key, old, new
    if not local.note("seen", "x"):
        local.enqueue("default/web")


def mark_early(local: Local, key: str, choice: str) -> Call | Done:
    """Marks the ReplicaSet, once."""
    del choice
    held = local.get("replicasets", key)
    if held is None or held.metadata.annotations.get("early"):
        return Done()
    annotations = held.metadata.annotations.set("early", "yes")
    return Call("update", "replicasets", key, attrs.evolve(
        held, metadata=attrs.evolve(held.metadata, annotations=annotations)))


def early(cluster: Cluster) -> str | None:
    """No ReplicaSet is ever marked."""
    held = cluster.get("replicasets", "default/web")
    return "marked" if held is not None and held.metadata.annotations.get("early") else None


def test_a_handler_that_looks_at_what_another_noted_is_waited_for() -> None:
    """The order of two informers' events decides what is noted, and a note whether the process is woken."""
    watches = Watch("replicasets", remember_a_replicaset), Watch("pods", act_on_an_unknown_pod)
    odd = Controller("odd", watches, mark_early)
    cluster = start(scope_of(("replicaset", odd), 0, users=(scale(1),)))
    judge = judge_of(cluster.system, Property("early", "always", "why", early))
    for local_first in (False, True):
        known = Situations(of_cluster(cluster), (judge,), (), frozenset((0,)))
        search = Search(known, Options(local_first=local_first))
        search.run()
        assert [0] == [each.judge for each in search.sightings]


def test_a_bound_on_names_that_is_felt_leaves_liveness_unknown() -> None:
    """A create that found no name is not taken for a system at rest."""
    cluster = start(attrs.evolve(SCOPES["two pods"], names=1))
    found = explore_cluster(cluster, select(cluster, tuple(
        each for each in PROPERTIES if each.name == "queue_drains"), asked=True), Limits())
    assert [("UNKNOWN", True)] == [(each.verdict, "a bound was felt" in each.reason) for each in found.verdicts]


@pytest.mark.parametrize("controllers", [(FORGETFUL,), (FORGETFUL, "scheduler")])
def test_every_reduction_finds_the_missing_expectations(controllers: tuple[Any, ...]) -> None:
    """With symmetry as near as without; local steps first may come later to it, never sooner."""
    cluster = start(scope_of(controllers))

    def nearest(**options: Any) -> int:
        known = Situations(of_cluster(cluster), (judge_of(cluster.system, SURPLUS),), (), frozenset((0,)))
        search = Search(known, Options(**options))
        return next(search.sightings[0].level for _ in search.levels() if search.sightings)

    plain = nearest()
    assert plain == nearest(symmetry=True)
    assert plain <= nearest(local_first=True)
    assert nearest(local_first=True) == nearest(local_first=True, symmetry=True)


def test_nothing_goes_first_where_nobody_looked_at_what_steps_touch() -> None:
    """A search that may reduce needs situations that are audited; others are learnt faster."""
    cluster = start(SCOPES["one pod"])
    with pytest.raises(ValueError, match="leave `audited` on"):
        Search(Situations(of_cluster(cluster), audited=False), Options(local_first=True)).run()
    plain, audited = (Search(Situations(of_cluster(cluster), audited=each), Options()) for each in (False, True))
    plain.run()
    audited.run()
    assert (audited.states, audited.transitions) == (plain.states, plain.transitions)
