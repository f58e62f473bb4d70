"""`make demo` shows violations, and swallows nothing else."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code, fails", [(0, False), (1, False), (4, True), (3, True), (70, True)])
def test_the_demo_fails_unless_it_shows_what_holds_or_is_violated(tmp_path: Path, code: int, *, fails: bool) -> None:
    """Of an UNKNOWN, an unreadable file or a replay that disagrees it says so, and ends with that."""
    command, stamp = tmp_path / "seatrial", tmp_path / "installed"
    command.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
    command.chmod(0o755)
    stamp.touch()
    done = subprocess.run(["make", "demo", f"BIN={tmp_path}", f"STAMP={stamp}"], cwd=ROOT,  # noqa: S607 -- a tool
                          capture_output=True, text=True, check=False)
    assert fails == (done.returncode != 0), done.stderr
    assert fails == (f"seatrial check ended with exit code {code}" in done.stderr)


def test_the_demo_ends_by_steps_not_by_the_clock() -> None:
    """What it reaches must not depend on the machine: a slow one would end UNKNOWN."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--steps $(DEMO_STEPS)" in text
    assert "--seconds" not in text
