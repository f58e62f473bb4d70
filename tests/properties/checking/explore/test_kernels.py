"""Compiled loops are kept from one run to the next, wherever there is a folder to keep them in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seatrial.properties.checking.explore import fingerprints, kernels

RUN = """
import numpy as np, kernels
old, new, none = np.zeros(8, np.uint64), np.zeros(16, np.uint64), np.zeros(0, np.int32)
old[0] = 8
kernels.rehash(old, False, none, new, none, 0)
print(new.tolist().index(8), kernels.rehash.stats.cache_hits)
"""


def run_in(folder: Path, cache: Path, name: str) -> str:
    """Moves a table of one fingerprint by the kernels in a folder; their place, and whether they were kept."""
    environment = {key: value for key, value in os.environ.items() if key not in ("NUMBA_CACHE_DIR", "PYTHONPATH")}
    done = subprocess.run([sys.executable, "-B", "-c", RUN], cwd=folder, capture_output=True, text=True, check=True,
                          env={**environment, "XDG_CACHE_HOME": str(cache), "HOME": str(cache / name)})
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the kernels in a folder that cannot have a cache beside them, whoever runs this."""
    found = tmp_path / "package"
    found.mkdir()
    shutil.copy(Path(kernels.__file__), found / "kernels.py")
    (found / "__pycache__").write_text("no folder can be made here", encoding="utf-8")
    return found


def test_the_users_cache_is_used_where_the_package_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    """The second run finds there what the first one compiled."""
    cache = tmp_path / "cache"
    cache.mkdir()
    assert "0 Counter()" == run_in(folder, cache, "home")
    assert list(cache.rglob("kernels.rehash-*.nbi"))
    assert "0 Counter({(" in run_in(folder, cache, "home")


def test_where_nothing_can_be_written_loops_are_compiled_each_time(folder: Path, tmp_path: Path) -> None:
    """It is slow, and it works."""
    cache = tmp_path / "cache"
    cache.write_text("no folder can be made here", encoding="utf-8")
    assert "0 Counter()" == run_in(folder, cache, "home")


def test_there_is_one_file_with_kernels() -> None:
    """What is kept is looked up by the file of a loop alone: what it calls must be in the same file."""
    folder = Path(kernels.__file__).parent
    assert ["kernels.py"] == [path.name for path in folder.glob("*.py") if "njit" in path.read_text(encoding="utf-8")]


def test_numbers_of_many_are_those_of_one() -> None:
    """Fingerprints of whole tables and of single values agree; an empty slot counts for nothing."""
    slots, codes = np.array([64, 70, 1 << 40]), np.array([1, 300, 5])
    expected = [(fingerprints.mix(slot, code), fingerprints.widen(fingerprints.mix(slot, code)))
                for slot, code in zip(slots.tolist(), codes.tolist(), strict=True)]
    assert expected == [tuple(each) for each in fingerprints.numbered(slots, codes).tolist()]
    assert [[0, 0]] == fingerprints.numbered(np.array([64]), np.array([0])).tolist()


@pytest.mark.parametrize(("repeats", "pauses"), [(0.0, True), (0.2, True), (0.3, False), (1.0, False)])
def test_an_anchor_whose_situations_seldom_repeat_does_without_the_memo(repeats: float, pauses: bool) -> None:
    """Of a window of looks into the memo at least a quarter must be found there; after a pause it is tried again."""
    is_restless = getattr(kernels.is_restless, "py_func", kernels.is_restless)
    habits = np.zeros((2, 3), np.int64)
    said = []
    for look in range(kernels.WINDOW + kernels.PAUSE + 1):
        said.append(is_restless(habits, 1))
        habits[1, 1] += not said[-1] and look % kernels.WINDOW < repeats * kernels.WINDOW
    assert [0, kernels.PAUSE if pauses else 0] == [sum(said[:kernels.WINDOW]), sum(said)]
    assert not said[-1]
