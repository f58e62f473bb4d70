"""Arrays beyond the memory bound are files, say the same, and leave nothing behind; a full disk is an error."""

import shutil
from pathlib import Path

import attrs
import numpy as np
import pytest

from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.space import SMALL, NoRoom, Space
from seatrial.properties.checking.explore.transitions import of_cluster
from tests.properties.checking.explore.samples import small_cluster


@attrs.frozen
class Disk:
    """How much of it is free."""

    free: int


def test_without_a_bound_everything_is_in_memory() -> None:
    """However large."""
    space = Space()
    held = space.zeros(SMALL, np.uint64)
    assert (False, held.nbytes) == (space.is_mapped(held), space.in_memory(held))


def test_beyond_the_bound_an_array_is_a_file_that_nobody_sees(tmp_path: Path) -> None:
    """Zeros at first, written and read like any other; its folder stays empty, however the run ends."""
    space = Space(memory=1 << 20, folder=tmp_path)
    first, second = space.zeros(1 << 17, np.uint64), space.zeros(1 << 10, np.uint64, width=16)
    assert (False, True) == (space.is_mapped(first), space.is_mapped(second))
    assert ((1 << 10, 16), 0, 0) == (second.shape, int(second.sum()), space.in_memory(second))
    second[5, 3] = 7
    assert 7 == int(second.sum())
    assert [] == list(tmp_path.iterdir())


def test_what_is_spilled_is_what_it_was(tmp_path: Path) -> None:
    """Once; small arrays stay where they are."""
    space = Space(memory=0, folder=tmp_path)
    held, small = np.arange(SMALL, dtype=np.int32), np.arange(9)
    spilled = space.spill(held)
    assert (True, True) == (space.is_mapped(spilled), bool((held == spilled).all()))
    assert spilled is space.spill(spilled)
    assert small is space.spill(small)


def test_a_full_disk_is_an_error_and_no_crash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its place is reserved before an array is used; the message says how much is needed and how much is left."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(1 << 20))
    space = Space(memory=0, folder=tmp_path)
    with pytest.raises(NoRoom, match=rf"524\.3 kB more are needed and {tmp_path} has 1\.0 MB left"):
        space.zeros(SMALL, np.uint64)
    assert [] == list(tmp_path.iterdir())


def test_a_folder_is_made_when_it_is_needed_and_a_file_is_none(tmp_path: Path) -> None:
    """What cannot be written to is named."""
    assert Space(memory=0, folder=tmp_path / "a" / "b").zeros(SMALL, np.uint64).any() == np.False_
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NoRoom, match=f"nothing can be written to {tmp_path}/file"):
        Space(memory=0, folder=tmp_path / "file").zeros(SMALL, np.uint64)


@pytest.mark.parametrize("graph", [False, True])
def test_a_search_in_files_finds_what_one_in_memory_finds(graph: bool, tmp_path: Path) -> None:
    """State for state, edge for edge."""
    cluster, _ = small_cluster(crash=1)
    plain = Search(Situations(of_cluster(cluster)), Options(graph=graph))
    filed = Search(Situations(of_cluster(cluster)), Options(graph=graph), Space(0, tmp_path))
    plain.run()
    filed.run()
    assert (plain.states, plain.transitions, plain.depth, plain.by_level) == (
        filed.states, filed.transitions, filed.depth, filed.by_level)
    assert all((one == two).all() for one, two in zip(plain.edges, filed.edges, strict=True))
    assert (0, True) == (plain.bytes_on_disk, filed.bytes_on_disk > 1 << 20)
    ways = [each.path_to(each.depth, 0) for each in (plain, filed)]
    assert ways[0] == ways[1]


def test_verdicts_do_not_depend_on_the_memory(tmp_path: Path) -> None:
    """Only the figure of what is in files does."""
    cluster, properties = small_cluster(crash=1)
    plain = explore_cluster(cluster, properties, Limits())
    filed = explore_cluster(cluster, properties, Limits(memory=0, folder=tmp_path))
    assert filed.statistics.on_disk > 0
    assert plain.verdicts == filed.verdicts
    assert attrs.evolve(plain.statistics, seconds=0.0) == attrs.evolve(filed.statistics, seconds=0.0, on_disk=0)


def test_a_search_that_fills_the_disk_ends_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With what it found so far, and why it stopped."""
    cluster, properties = small_cluster(crash=1)
    rooms = iter([1 << 40])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(next(rooms, 0)))
    found = explore_cluster(cluster, properties, Limits(memory=0, folder=tmp_path))
    assert not found.statistics.complete
    assert found.statistics.stopped.startswith("out of room: ")
    assert {"UNKNOWN"} == {each.verdict for each in found.verdicts}
