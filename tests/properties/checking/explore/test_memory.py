"""How much memory a search takes by default: a share of what is free, and of what its control group leaves."""

from pathlib import Path

import pytest

from seatrial.properties.checking.explore import memory
from seatrial.properties.checking.explore.memory import default_memory, free_memory, say_bytes


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with 8 GiB free."""
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    (tmp_path / "meminfo").write_text("MemTotal: 99 kB\nMemAvailable:    8388608 kB\n", encoding="ascii")
    return tmp_path


def test_half_of_what_is_free(machine: Path) -> None:
    """Without a control group."""
    assert machine.exists()
    assert (8 << 30, 4 << 30) == (free_memory(), default_memory())


@pytest.mark.parametrize("limit, expected", [("3221225472", 2 << 30), ("max", 8 << 30), ("1", 0), ("?", 8 << 30)])
def test_a_control_group_leaves_less(machine: Path, limit: str, expected: int) -> None:
    """Its limit less what it uses, if that is less, and never less than nothing."""
    (machine / "memory.max").write_text(f"{limit}\n", encoding="ascii")
    (machine / "memory.current").write_text("1073741824\n", encoding="ascii")
    assert expected == free_memory()


def test_a_machine_that_does_not_say_has_some(machine: Path) -> None:
    """What the system calls free pages."""
    (machine / "meminfo").unlink()
    assert free_memory() > 0


@pytest.mark.parametrize("size, words", [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (2e6, "2.0 MB"),
                                         (3.25e9, "3.2 GB"), (5e13, "50.0 TB")])
def test_a_size_in_words(size: float, words: str) -> None:
    """With one digit behind the point."""
    assert words == say_bytes(size)
