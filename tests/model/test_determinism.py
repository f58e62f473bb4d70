"""The same seed walks the same way and ends in the same cluster, whatever the hash seed of the interpreter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.strategies.clusters import SCOPES

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from tests.strategies.clusters import Walk
from seatrial.model.canonical import canonical

for scope in sys.argv[1:]:
    run = Walk(scope, 7, 150).run()
    for action in run.actions:
        print(action)
    for cluster in (run.cluster, canonical(run.cluster, symmetric=True)):
        for cell, value in cluster.cells.items():
            print(cell, value)
"""


def printed(hash_seed: str, program: str = PROGRAM) -> str:
    """What the program prints under a hash seed."""
    done = subprocess.run([sys.executable, "-c", program, *SCOPES], cwd=ROOT, text=True, capture_output=True,
                          check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})
    return done.stdout


def test_a_walk_is_the_same_under_two_hash_seeds() -> None:
    """Actions, final cluster and canonical cluster print byte for byte alike, in every scope."""
    first = printed("1")
    assert first.count("\n") > 500
    assert first == printed("2")


@pytest.mark.parametrize("program", ["print({'a', 'b', 'c', 'd', 'e'})"])
def test_the_hash_seed_is_felt(program: str) -> None:
    """Negative control: a program that iterates over a set prints something else."""
    assert printed("1", program) != printed("2", program)
