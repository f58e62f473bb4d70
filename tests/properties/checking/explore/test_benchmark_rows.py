"""What peers print is read right, rounds become one row, and the page shows ratios."""

import sys
from pathlib import Path

import attrs
import pytest

from tests.benchmarks.explorer.measured import Failed, run
from tests.benchmarks.explorer.page import BEGIN, END, PAGE, render, summary, table
from tests.benchmarks.explorer.peers import spin, tlc
from tests.benchmarks.explorer.peers.libraries import row_of
from tests.benchmarks.explorer.peers.promela import promela
from tests.benchmarks.explorer.peers.tla import configuration, write_module
from tests.benchmarks.explorer.rows import HOLDS, UNKNOWN, VIOLATED, Row, disagreements, median_of
from tests.benchmarks.explorer.scenario import SCENARIOS

SPIN_PRINTED = """
(Spin Version 6.5.2 -- 6 December 2019)

Full statespace search for:
\tnever claim         \t- (none specified)
\tassertion violations\t+

State-vector 28 byte, depth reached 46, errors: 0
    15156 states, stored
    46670 states, matched
    61826 transitions (= stored+matched)
        0 atomic steps
"""
TLC_PRINTED = """
Model checking completed. No error has been found.
  Estimates of the probability that TLC did not check all reachable states
  because two distinct states had the same fingerprint:
  calculated (optimistic):  val = 3.8E-11
61826 states generated, 15156 distinct states found, 0 states left on queue.
The depth of the complete state graph search is 27.
"""
ROW = Row("l1", "seatrial", "1", 1_000, 5_000, 2.0, 2.5, 50_000, HOLDS, 64)


def test_what_spin_prints() -> None:
    """States, transitions without the initial state, and a verdict."""
    assert (15_156, 61_825, HOLDS) == spin.counts_in(SPIN_PRINTED)
    assert VIOLATED == spin.counts_in(SPIN_PRINTED.replace("errors: 0", "errors: 1"))[2]


@pytest.mark.parametrize("cut", ["error: max search depth too small", "Warning: Search not completed"])
def test_a_search_that_spin_cut_short_proves_nothing(cut: str) -> None:
    """It is no exhaustive search, whatever it counted."""
    assert UNKNOWN == spin.counts_in(f"{cut}\n{SPIN_PRINTED}")[2]


def test_what_tlc_prints() -> None:
    """The last counts are the right ones: those before are progress."""
    progress = "9 states generated, 5 distinct states found, 3 states left on queue.\n"
    assert (15_156, 61_825, HOLDS) == tlc.counts_in(progress + TLC_PRINTED)
    assert UNKNOWN == tlc.counts_in(progress)[2]
    assert VIOLATED == tlc.counts_in("Error: Invariant Quiet is violated.\n" + progress)[2]


@pytest.mark.parametrize("counts_in", [spin.counts_in, tlc.counts_in])
def test_a_peer_that_prints_no_counts_has_failed(counts_in: object) -> None:
    """It never becomes a row of zeros."""
    assert callable(counts_in)
    with pytest.raises(Failed, match="printed no counts"):
        counts_in("Exception in thread main")


def test_what_a_library_prints() -> None:
    """One line of JSON is one row."""
    said = {"version": "0.1", "states": 992, "transitions": 2_656, "cpu_seconds": 0.5, "wall_seconds": 0.6,
            "peak_bytes": 9_920, "verdict": HOLDS}
    row = row_of("minicheck", "tiny", said)
    assert (992, 2_656, 10.0, 1_984.0) == (row.states, row.transitions, row.bytes_per_state, row.states_per_second)
    assert row.fingerprint_bits is None


def test_promela_has_one_option_for_each_instance_of_an_event() -> None:
    """And two that judge."""
    size = SCENARIOS["tiny"]
    pods = size.slots
    by_set = size.desired + 1 + 3
    by_pod = 3 + size.nodes * (1 + 1 + 5 + 1)
    assert by_set + pods * by_pod + 2 * size.nodes + 2 + 2 == promela(size).count(":: d_step")


def test_tlc_is_told_the_size(tmp_path: Path) -> None:
    """Every constant of the module has its number."""
    write_module(SCENARIOS["m2"], tmp_path)
    module = (tmp_path / "Scenario.tla").read_text(encoding="utf-8")
    (line,) = [line for line in module.splitlines() if line.startswith("CONSTANTS")]
    said = configuration(SCENARIOS["m2"])
    assert [] == [name for name in line.removeprefix("CONSTANTS ").split(", ") if f"  {name} = " not in said]
    assert "  Slots = 3\n" in said


def test_rounds_become_their_median() -> None:
    """Of the times; of the memory, the greatest."""
    rows = [attrs.evolve(ROW, cpu_seconds=seconds, peak_bytes=size) for seconds, size in ((9.0, 1), (2.0, 3), (4.0, 2))]
    found = median_of(rows)
    assert (4.0, 3, 3) == (found.cpu_seconds, found.peak_bytes, found.rounds)


def test_rounds_that_count_differently_are_an_error() -> None:
    """A search that is not the same twice is wrong."""
    with pytest.raises(ValueError, match="counted differently"):
        median_of([ROW, attrs.evolve(ROW, states=1_001)])


def test_engines_that_disagree_are_named() -> None:
    """By scenario; orbits are not compared with states."""
    other = attrs.evolve(ROW, engine="spin", transitions=5_001)
    orbits = attrs.evolve(ROW, engine="seatrial-symmetry", states=300)
    assert [] == disagreements([ROW, orbits])
    (words,) = disagreements([ROW, orbits, other])
    assert "l1: seatrial 1000 states, 5000 transitions, holds; spin 1000 states, 5001 transitions, holds" == words


def test_nothing_measured_is_no_row() -> None:
    """A time of zero would make any ratio."""
    with pytest.raises(ValueError, match="not measured"):
        attrs.evolve(ROW, cpu_seconds=0.0)


def test_the_page_shows_ratios() -> None:
    """Of each engine to ours on the same scenario, and the spread of them."""
    rows = [ROW, attrs.evolve(ROW, engine="spin", cpu_seconds=5.0, fingerprint_bits=None),
            attrs.evolve(ROW, scenario="m2"), attrs.evolve(ROW, scenario="m2", engine="spin", cpu_seconds=7.0)]
    assert "* spin: 2.5 to 3.5 times\n" == summary(rows)
    assert "| l1 | spin 1 | 1,000 | 5,000 | 0.2 k | 2.50 | 50 | whole states |\n" in table(rows)


def test_rendering_replaces_what_was_measured_before() -> None:
    """And nothing else."""
    once = render(f"before\n{BEGIN}old\n{END}after\n", [ROW])
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert "old" not in once
    assert once == render(once, [ROW])


def test_the_page_has_its_marks() -> None:
    """Without them there is nowhere to render to."""
    page = PAGE.read_text(encoding="utf-8")
    assert [1, 1] == [page.count(BEGIN), page.count(END)]


def test_a_command_is_measured_by_itself(tmp_path: Path) -> None:
    """Its CPU time and its memory, not those of the process that started it."""
    ballast = bytearray(300_000_000)
    found = run((sys.executable, "-S", "-c", "print(sum(range(3_000_000)))"), tmp_path)
    assert f"{sum(range(3_000_000))}\n" == found.output
    assert 0 < found.cpu_seconds < 30
    assert 0 < found.peak_bytes < len(ballast)


def test_a_command_that_fails_is_an_error(tmp_path: Path) -> None:
    """With what it said last, unless its exit code was expected."""
    command = (sys.executable, "-S", "-c", "print('no room'); raise SystemExit(3)")
    with pytest.raises(Failed, match="ended with 3: no room"):
        run(command, tmp_path)
    assert 3 == run(command, tmp_path, expected=(3,)).code
