"""A step costs the logarithm of what it does not read, is linear in what it reads, and asks again who read its writes.

Counted, so that no machine is too slow for it; `make bench-model` times the same steps.
"""

from functools import cache
from math import log2

import pytest

from seatrial.model.actions import Action
from seatrial.model.frozen import CHUNK, FrozenMap
from seatrial.model.view import Cell
from tests.model.costs import Asking, Cost, copied, cost_of
from tests.model.worlds import coming_up, owner_of, way_up

OTHERS = (10, 100, 1_000)
READS_ALL_PODS = {("Sync", "kube-scheduler"), ("Sync", "taint-eviction-controller")}


@cache
def costs(pods: int) -> dict[tuple[int, Action], Cost]:
    """What each step of one and the same run costs beside so many pods of others."""
    run = Asking(coming_up(pods))
    return {(number, action): cost_of(run, action) for number, action in enumerate(way_up())}


def test_what_a_step_does_not_read_is_free() -> None:
    """A Deployment comes up beside 10, 100 or 1,000 pods: each step looks at as many cells, but for the two that list
    all pods (where to bind, and which pods a new node's taints concern).
    """
    few, more, many = (costs(pods) for pods in OTHERS)
    assert 100 < len(few)
    differing = {(action.step, action.process) for at, action in few
                 if not few[at, action].looked == more[at, action].looked == many[at, action].looked}
    assert READS_ALL_PODS == differing


def test_what_a_step_reads_of_all_pods_is_linear() -> None:
    """Those two look at each of the other pods exactly once."""
    few, more, many = (costs(pods) for pods in OTHERS)
    listing = [at for at in few if few[at].looked != many[at].looked]
    assert listing
    for at in listing:
        base = few[at].looked - OTHERS[0]
        assert [base + pods for pods in OTHERS] == [few[at].looked, more[at].looked, many[at].looked]


def test_a_write_copies_a_logarithm() -> None:
    """A step copies the nodes above what it writes: for a hundred times the cells not three times the entries."""
    means = [sum(each.copied for each in costs(pods).values()) / len(costs(pods)) for pods in OTHERS]
    cells = [len(coming_up(pods).cells) for pods in OTHERS]
    per_level = [mean / log2(size) for mean, size in zip(means, cells, strict=True)]
    assert 40 < cells[-1] / cells[0]
    assert per_level[-1] < 1.5 * per_level[0], means


def test_only_who_read_what_changed_is_asked_again() -> None:
    """The anchors asked after a step are the same ones beside 10, 100 and 1,000 pods, and few."""
    few, more, many = (costs(pods) for pods in OTHERS)
    assert [each.asked for each in few.values()] == [each.asked for each in more.values()]
    assert [each.asked for each in few.values()] == [each.asked for each in many.values()]
    assert 12 > max(each.asked for each in many.values())
    assert 3 > sum(each.asked for each in many.values()) / len(many)


def test_what_the_asking_looks_at_is_what_the_asked_read() -> None:
    """Only the scheduler's offer reads more where there are more pods: that of where a queued pod fits."""
    few, many = costs(OTHERS[0]), costs(OTHERS[-1])
    more = {(action.step, action.process, action.key) for at, action in few
            if few[at, action].answered != many[at, action].answered}
    assert {("Deliver", "kube-scheduler", "pods")} == more


@pytest.mark.parametrize("missing", [0, -1, 1])
def test_a_replicaset_sync_is_linear_in_its_pods(missing: int) -> None:
    """Whether it has as many pods as it wants, one too many or one too few: it looks at each of them once."""
    looked = []
    for pods in OTHERS:
        run = Asking(owner_of(pods, pods + missing))
        sync = next(action for action in run.enabled if action.step == "Sync")
        looked.append(cost_of(run, sync).looked)
    base = looked[0] - OTHERS[0]
    assert [base + pods for pods in OTHERS] == looked
    assert 20 > base


def test_asking_everybody_is_found() -> None:
    """Negative control: a run that asks all its anchors after each step pays for everything that there is to do."""
    run = Everybody(coming_up(OTHERS[0]))
    asked = [cost_of(run, action).asked for action in way_up()]
    assert 12 < max(asked)
    assert 3 < sum(asked) / len(asked)


class Everybody(Asking):
    """A run that asks again whoever there is."""

    __slots__ = ()

    def _touched(self) -> dict[Cell, None]:
        return dict.fromkeys(self.anchors) | super()._touched()


def test_a_map_in_one_piece_is_found() -> None:
    """Negative control: a map whose one node holds everything copies everything."""
    def cost(cells: FrozenMap[int, int]) -> int:
        return copied(cells, cells.set(7, -1))  # binds a key that is there, so that no node is cut

    sizes = (10 * CHUNK, 1_000 * CHUNK)
    trees = [cost(FrozenMap(dict.fromkeys(range(size), 0))) for size in sizes]
    assert trees[1] < 3 * trees[0]
    flat = [cost(in_one_piece(size)) for size in sizes]
    assert flat[1] > 50 * flat[0]


def in_one_piece(size: int) -> FrozenMap[int, int]:
    """A map of one node."""
    held: FrozenMap[int, int] = FrozenMap()
    held._fill([(tuple(range(size)), dict.fromkeys(range(size), 0))], 0, size)
    return held
