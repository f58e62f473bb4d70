"""A first search does not wait for its loops to be compiled, and finds what it finds with them."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from seatrial.properties.checking.explore import kernels, warming
from seatrial.properties.checking.explore.loops import EITHER, NUMBA, NUMPY, loops_for
from seatrial.properties.checking.explore.search import Options, Search
from tests.properties.checking.explore.engines import HOW, PAIRS, bytes_of, counted, searched, situations

RUN = """
from seatrial.properties.checking.explore import kernels, warming
print(warming.is_compiled(), warming.compiling(warming.mark()).wait(), warming.mark().exists(), warming.is_compiled())
"""


class Process:
    """What stands for the process that compiles."""

    def __init__(self, code: int | None = None) -> None:
        self.code = code

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        return self.code


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Process]:
    """Where nothing was compiled yet; the processes that were begun."""
    found: list[Process] = []

    def begin(*_: object, **__: object) -> Process:
        found.append(Process())
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", begin)
    monkeypatch.setattr(warming, "mark", lambda: tmp_path / "mark")
    monkeypatch.setattr(warming, "compiling", cache(warming.compiling.__wrapped__))
    return found


def test_until_the_mark_is_there_loops_are_those_in_numpy(begun: list[Process], tmp_path: Path) -> None:
    """One process compiles, however often somebody asks."""
    assert [NUMPY, NUMPY] == [loops_for(EITHER).name for _ in range(2)]
    assert 1 == len(begun)
    (tmp_path / "mark").touch()
    assert NUMBA == loops_for(EITHER).name


@pytest.mark.parametrize("code", [0, 1])
def test_nobody_waits_for_a_process_that_ended(begun: list[Process], code: int) -> None:
    """Also without success: then this process compiles."""
    assert not warming.is_compiled()
    begun[0].code = code
    assert warming.is_compiled()


@pytest.mark.usefixtures("begun")
def test_where_no_process_can_be_started_this_one_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does where nothing can be kept."""
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert warming.is_compiled()
    monkeypatch.setattr(warming, "mark", lambda: None)
    assert warming.is_compiled()


@pytest.mark.parametrize(("name", "how"), PAIRS)
def test_a_search_that_goes_over_finds_the_same(name: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """States, transitions, quiet states, levels and sightings, in the same order, wherever it goes over."""
    expected = searched(situations(name), engine=NUMBA, **HOW[how])
    asked = 0

    def later() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    monkeypatch.setattr(warming, "is_compiled", later)
    search = searched(situations(name), engine=EITHER, **HOW[how])
    assert counted(expected) == counted(search)
    assert bytes_of(expected) == bytes_of(search)


def test_it_does_go_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would compare nothing."""
    answers = iter([False] * 20)
    monkeypatch.setattr(warming, "is_compiled", lambda: next(answers, True))
    search = Search(situations(PAIRS[0][0]), Options(engine=EITHER))
    used = [search._engine for _ in search.moments()]
    assert [NUMPY, NUMBA] == list(dict.fromkeys(used))


@pytest.mark.nightly
def test_the_process_compiles_all_that_a_search_needs(tmp_path: Path) -> None:
    """Into the cache, and leaves the mark there."""
    done = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True,
                          env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)})
    assert "False 0 True True" == done.stdout.strip()
    kept = {path.name.split("-")[0] for path in tmp_path.rglob("kernels.*.nbi")}
    assert {f"kernels.{name}" for name in ("expand", "admit", "emit", "judge", "rehash")} == kept
    assert kernels.has_numba()
