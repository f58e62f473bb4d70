"""The loops in numpy find what the compiled ones find, and what a search with a set finds."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings

from seatrial.properties.checking.explore import kernels, loops, search, vectorised
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from tests.properties.checking.explore.engines import (
    HOW,
    PAIRS,
    bytes_of,
    counted,
    counting,
    plainly,
    searched,
    situations,
)
from tests.strategies.transition_systems import Invented, transition_systems


@pytest.mark.parametrize(("name", "how"), PAIRS)
def test_both_engines_find_the_same(name: str, how: str) -> None:
    """On the real model: states, transitions, quiet states, levels and sightings, however reduced; in one order."""
    compiled = searched(situations(name), engine="numba", **HOW[how])
    other = searched(situations(name), engine="numpy", **HOW[how])
    assert counted(compiled) == counted(other)
    assert bytes_of(compiled) == bytes_of(other)


@pytest.mark.parametrize("how", ["128 bits", "graph", "reduced"])
def test_both_keep_one_order_where_buffers_are_short(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stops before the same state, whether places for what follows or for misses run out."""
    for name, value in {"BUFFER": 1 << 6, "MISSES": 2, "CHUNK": 1 << 7}.items():
        monkeypatch.setattr(search, name, value)
    compiled, other = (searched(situations("dropped watch"), engine=engine, **HOW[how])
                       for engine in ("numba", "numpy"))
    assert counted(compiled) == counted(other)
    assert bytes_of(compiled) == bytes_of(other)


@settings(deadline=None)  # the first example pays for loading compiled loops
@given(transition_systems())
def test_both_engines_find_what_a_set_finds(invented: Invented) -> None:
    """On invented systems with guards, copies and queues."""
    expected = plainly(invented.system())
    for engine in ("numba", "numpy"):
        for graph in (False, True):
            found = counted(searched(Situations(invented.system()), engine=engine, graph=graph))
            assert expected == {name: found[name] for name in expected}


@settings(deadline=None)  # the first example pays for loading compiled loops
@given(transition_systems())
def test_both_engines_keep_paths_that_can_be_walked(invented: Invented) -> None:
    """The path to the last state of each level has as many Actions as it is deep, and each is offered in turn."""
    for engine in ("numba", "numpy"):
        search = searched(Situations(invented.system()), engine=engine)
        for level, many in enumerate(search.by_level):
            assert level == len(search.path_to(level, many - 1))


def test_a_loop_that_forgets_states_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: fingerprints that are taken for known lose states."""
    expected = counted(searched(situations("crash")))
    monkeypatch.setattr(vectorised, "is_held", lambda *table: table[2] % np.uint64(16) == 0)
    assert expected != counted(searched(situations("crash"), engine="numpy"))


def test_what_changed_must_be_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: were it not, steps would be taken that are not possible."""
    monkeypatch.setattr(vectorised, "differences", lambda *_: (np.zeros(0, np.int64), np.zeros(0, np.int64)))
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'key'"):
        searched(situations("plain"), engine="numpy")


def test_many_values_in_one_cell_take_two_bytes() -> None:
    """A cell that counts to 700 has a state for each number, in both engines."""
    for engine in ("numba", "numpy"):
        search = Search(Situations(counting(700)), Options(engine=engine))
        search.run()
        assert (701, 700) == (search.states, search.transitions)


def test_without_numba_numpy_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to ask for it."""
    assert "numba" == loops.loops_for().name
    monkeypatch.setattr(kernels, "numba", None)
    assert "numpy" == loops.loops_for().name


def test_another_engine_is_refused() -> None:
    """By name."""
    with pytest.raises(ValueError, match="there is no engine 'c': choose 'numba', 'numpy' or 'either'"):
        loops.loops_for("c")


def test_a_python_without_numba_explores() -> None:
    """Where it cannot be imported, nothing else is missing."""
    code = ("import sys; sys.modules['numba'] = None\n"
            "from seatrial.properties.checking.explore.search import Search\n"
            "from seatrial.properties.checking.explore.situations import Situations\n"
            "from tests.strategies.transition_systems import Invented, Rule\n"
            "rules = Rule(0, 1, False, 'set', 1, 2, False), Rule(1, 2, True, 'copy', 0, 1, True)\n"
            "system = Invented(2, rules).system()\n"
            "search = Search(Situations(system)); search.run(); print(search.states, search.transitions)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "3 4" == done.stdout.strip()
