"""Results are kept while the source stays as it is; a run that is read again is replayed again."""

import json
from pathlib import Path

import attrs
import pytest

from seatrial.properties.checking.symbolic import cache
from seatrial.properties.checking.symbolic.answer import unknown
from seatrial.properties.checking.symbolic.cache import ProofCache, default_folder, source_hash
from seatrial.properties.checking.symbolic.proof import prove
from tests.properties.checking.symbolic.test_proof import CONTROL, PROOF


def test_what_was_proved_is_kept(tmp_path: Path) -> None:
    """Verdict, explanation, seconds and run, as they were."""
    held = ProofCache(tmp_path)
    assert None is held.get(PROOF)
    for proof in (PROOF, CONTROL):
        found = prove(proof)
        held.put(found)
        assert attrs.evolve(found, cached=True) == held.get(proof)


def test_a_run_that_cannot_be_replayed_any_more_is_not_used(tmp_path: Path) -> None:
    """Negative control: the functions have the last word, not the file."""
    held = ProofCache(tmp_path)
    held.put(prove(CONTROL))
    kept = json.loads(held.path.read_text())
    kept[CONTROL.name]["run"]["taken"][0] = ["take", 99]
    held.path.write_text(json.dumps(kept))
    assert None is held.get(CONTROL)


def test_unknown_is_never_kept(tmp_path: Path) -> None:
    """Nor is anything that expects another verdict used."""
    held = ProofCache(tmp_path)
    held.put(attrs.evolve(prove(PROOF), answer=unknown("too hard")))
    assert None is held.get(PROOF)
    held.put(prove(PROOF))
    assert None is held.get(attrs.evolve(PROOF, expected="VIOLATED"))


def test_another_source_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed letter is enough."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "one.py").write_text("x = 1\n")
    monkeypatch.setattr(cache, "SOURCES", (tmp_path / "model",))
    first = source_hash.__wrapped__()
    (tmp_path / "model" / "one.py").write_text("x = 2\n")
    assert first != source_hash.__wrapped__()


def test_a_folder_that_cannot_be_used_is_no_reason_to_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept then; a file that is broken is as good as none."""
    (tmp_path / "file").write_text("")
    held = ProofCache(tmp_path / "file")
    held.put(prove(PROOF))
    assert None is held.get(PROOF)
    broken = ProofCache(tmp_path)
    broken.path.write_text("[")
    assert None is broken.get(PROOF)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert tmp_path / "seatrial" == default_folder()
