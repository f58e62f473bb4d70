"""Two threads find what one finds, in the same order each time."""

import pickle

import pytest
from hypothesis import HealthCheck, given, settings

from seatrial.properties.checking.explore import search as searching
from seatrial.properties.checking.explore import visited
from seatrial.properties.checking.explore.crew import Crew
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from tests.properties.checking.explore.engines import HOW, PAIRS, bytes_of, counted, searched, situations
from tests.strategies.transition_systems import Invented, transition_systems


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is shared however little there is, and the table is moved by two."""
    monkeypatch.setattr(searching, "SHARED", 2)
    monkeypatch.setattr(visited, "LARGE", 0)
    monkeypatch.setattr(visited, "SMALLEST", 1 << 10)
    monkeypatch.setattr(searching, "BUFFER", 1 << 12)


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(("name", "how"), PAIRS)
def test_two_threads_find_what_one_finds(name: str, how: str) -> None:
    """On the real model, under every reduction; a search that keeps its graph has one thread."""
    one, two = (searched(situations(name), threads=threads, **HOW[how]) for threads in (1, 2))
    assert counted(one) == counted(two)


@pytest.mark.usefixtures("shared")
def test_the_order_does_not_depend_on_which_thread_is_faster() -> None:
    """Trails are the same to the last byte, run after run."""
    first = bytes_of(searched(situations("crash"), threads=2))
    assert first
    for _ in range(3):
        assert first == bytes_of(searched(situations("crash"), threads=2))


@pytest.mark.usefixtures("shared")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(transition_systems())
def test_two_threads_explore_invented_systems(invented: Invented) -> None:
    """As one does."""
    one, two = (counted(searched(Situations(invented.system()), threads=threads)) for threads in (1, 2))
    assert one == two


def test_calls_are_answered_in_their_order() -> None:
    """Whichever is done first."""
    assert [1, 2] == Crew(2).run([lambda: 1, lambda: 2])


def test_what_fails_in_a_thread_fails_the_search() -> None:
    """An error is not lost with its thread."""
    with pytest.raises(ZeroDivisionError):
        Crew(2).run([lambda: 1, lambda: 1 // 0])


def test_a_crew_is_written_down_as_a_number() -> None:
    """Its threads and buffers are made anew."""
    crew = Crew(2)
    crew.run([lambda: 1, lambda: 2])
    assert 2 == pickle.loads(pickle.dumps(crew)).threads  # noqa: S301 -- just written


def test_three_threads_are_refused() -> None:
    """The table has two halves."""
    with pytest.raises(ValueError, match="a search has 1 or 2 threads, not 3"):
        Search(situations("plain"), Options(threads=3))
