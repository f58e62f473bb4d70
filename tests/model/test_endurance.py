"""A run that keeps no history needs no more memory after many steps than after a few.

The short form, in blocks of memory; `make bench-model` takes a million steps of the same run and looks at the process.
"""

import gc
import sys
from random import Random

import pytest

from seatrial.model.run import Run
from tests.model.worlds import choose, restless

WARM, LONG = 10_000, 30_000
BLOCKS_PER_STEP = 1 / 4
"""What bounded caches still take in after the warm-up; a history takes at least one block for each step."""


def grown(warm: int, long: int, *, record: bool) -> float:
    """The blocks of memory, per step, by which a run under users and faults that never end grows after its warm-up."""
    run, chance = Run(restless(), record=record), Random(1)  # noqa: S311 -- a seeded walk
    held = []
    for steps in (warm, long):
        while run.length < steps:
            run.take(choose(run, chance))
        gc.collect()
        held.append(sys.getallocatedblocks())
    return (held[1] - held[0]) / (long - warm)


def test_memory_is_flat() -> None:
    """The last 20,000 of 30,000 steps leave next to nothing behind."""
    assert grown(WARM, LONG, record=False) < BLOCKS_PER_STEP


def test_a_history_is_found() -> None:
    """Negative control: a run that keeps its actions grows beyond the bound."""
    assert grown(2_000, 4_000, record=True) > 2 * BLOCKS_PER_STEP


def test_a_run_without_history_says_so() -> None:
    """Its actions cannot be asked for, and the message says how to get them; how many they were is known."""
    run = Run(restless(), record=False)
    run.take(run.enabled[0])
    assert 1 == run.length
    with pytest.raises(ValueError, match=r"keeps no history: make it with Run\(cluster\)"):
        _ = run.actions
