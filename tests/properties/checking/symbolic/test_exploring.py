"""Comparing a count model by the explorer says what the plain search says."""

from functools import partial

import pytest

from seatrial.model.start import start
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.explore.engine import Limits
from seatrial.properties.checking.symbolic.exploring import explore
from seatrial.properties.checking.symbolic.refinement import exhaust
from seatrial.properties.checking.symbolic.refinements.replicaset import REFINEMENT, replicaset_counts
from seatrial.properties.checking.verdict import HOLDS, VIOLATED
from tests.properties.checking.symbolic.compared import KEY, bare

COUNTS = partial(replicaset_counts, key=KEY, capacity=1000)


@pytest.mark.parametrize("left_out", [(), ("create",), ("see-created",)])
def test_both_searches_agree(left_out: tuple[str, ...]) -> None:
    """A count model that has every step, and two that lack one."""
    refinement = REFINEMENT.without(*left_out)
    initial = start(explorable(bare(2, 0, scale=1).system.scope))
    plain = exhaust(refinement, initial, COUNTS, 10_000)
    found = explore(refinement, initial, COUNTS, Limits(memory=1 << 30)).verdicts[0]
    assert (VIOLATED if left_out else HOLDS) == found.verdict
    assert bool(left_out) == (plain.wrong is not None)


def test_a_scope_that_the_count_model_does_not_speak_of_is_refused() -> None:
    """As by the plain search."""
    with pytest.raises(ValueError, match="knows nothing of delete"):
        explore(REFINEMENT, bare(1, delete=1), COUNTS, Limits())
