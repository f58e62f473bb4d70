"""A Run keeps the enabled Actions up to date from what each step wrote, and says the same as the reference."""

import gc
import tracemalloc
from random import Random

from hypothesis import given, settings

from seatrial.model.actions import Action
from seatrial.model.cluster import enabled, step
from seatrial.model.run import Run
from seatrial.model.start import start
from seatrial.model.view import Cell
from tests.strategies.clusters import SCOPES, Walk, walks


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(walks(most=150))
def test_the_incremental_enabled_set_equals_the_reference(walk: Walk) -> None:
    """After every step of a walk, order included, with all budgets and several controllers."""
    chance, run = Random(walk.seed), Run(start(SCOPES[walk.scope]))  # noqa: S311 -- a walk, not a secret
    for _ in range(walk.steps):
        reference = enabled(run.cluster)
        assert reference == run.enabled
        assert [True] * len(reference) == [run.can(action) for action in reference]
        if not reference:
            break
        before = run.cluster
        action = chance.choice(reference)
        run.take(action)
        assert step(before, action) == run.cluster
        assert {cell: run.cluster[cell] for cell in before.cells.changed_keys(run.cluster.cells)} == run.written
        assert not any(run.can(gone) for gone in set(reference) - set(run.enabled))


def test_a_run_that_forgets_to_ask_again_is_found() -> None:
    """Negative control: without the footprints the incremental set goes wrong within one walk."""
    chance, run = Random(0), Run(start(SCOPES["replicaset, users and every fault"]))  # noqa: S311 -- a walk
    run._dependents.clear()
    run._footprints.clear()
    for _ in range(200):
        if enabled(run.cluster) != run.enabled:
            return
        run._footprints.clear()
        run._dependents.clear()
        run.take(chance.choice(run.enabled))
    raise AssertionError("200 steps without footprints, and nothing was stale: the comparison sees nothing")


def test_a_run_records_what_happened() -> None:
    """Its actions lead from its initial cluster to its cluster; Kubernetes Events of the last step are kept."""
    run = Walk("replicaset, undisturbed", 3, 200).run()
    first = cluster = start(SCOPES["replicaset, undisturbed"])
    for action in run.actions:
        cluster = step(cluster, action)
    assert cluster == run.cluster
    assert () == run.enabled
    again = Run(first)
    heard = []
    for action in run.actions:
        again.take(action)
        heard += again.happenings
    assert 2 == sum(each.reason == "SuccessfulCreate" for each in heard)


def test_offers_of_an_anchor_are_those_of_the_whole() -> None:
    """What the anchors offer, one after the other, is what is enabled."""
    run = Walk("replicaset and a node, every fault", 5, 40).run()
    assert run.enabled == tuple(action for anchor in run.anchors for action in run.offered(anchor))
    assert sorted(run.anchors) == run.anchors
    assert not run.can(Action("Sync", "nobody", "nothing"))


def test_the_memory_of_a_long_run_stays_flat() -> None:
    """Of 1,600 steps, the last 1,200 keep little but their actions: no cell, footprint or offer is left behind."""
    run = Run(start(SCOPES["replicaset, undisturbed"]))
    chance = Random(1)  # noqa: S311 -- a walk, not a secret
    sizes = []
    tracemalloc.start()
    try:
        for turn in range(4):
            for _ in range(400):
                if not run.anchors:
                    run = restarted(run)
                run.take(chance.choice(run.offered(chance.choice(run.anchors))))
            run.actions.clear()
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
            assert turn < 4
    finally:
        tracemalloc.stop()
    assert max(sizes[1:]) < sizes[0] * 1.3 + 100_000, sizes


def restarted(run: Run) -> Run:
    """The same run with its ReplicaSet queued once more and one of its pods gone, so that it has something to do."""
    view = run.cluster.view()
    pod = next(view.keys("object", "", "pods"))
    for cell in (Cell("object", "", "pods", pod), Cell("copy", "replicaset-controller", "pods", pod)):
        view[cell] = None
    view[Cell("queue", "replicaset-controller", "", "default/web")] = True
    return Run(type(run.cluster)(run.cluster.system, view.commit()))
