"""Results kept between runs, by a hash of the source they rest on and of the solver's version.

The source of the whole model and of this package is hashed, with the proof's own record: whatever is changed there is
proved again. Only seatrial's own proofs are kept, not a user's, whose functions may be anywhere. Unknown is never kept.
"""

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import z3

from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.properties.checking.symbolic.answer import Answer, Run, Taken, replay
from seatrial.properties.checking.symbolic.proof import Proof, Result
from seatrial.properties.checking.symbolic.states import leaves, rebuild, symbolic
from seatrial.properties.checking.symbolic.system import CountModel
from seatrial.properties.checking.verdict import UNKNOWN

HERE = Path(__file__).resolve().parent
SOURCES = (HERE, HERE.parents[2] / "model")


def default_folder() -> Path:
    """Where results are kept: the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "seatrial"


@cache
def source_hash() -> str:
    """A hash of the source that proofs rest on, and of the solver's version."""
    found = hashlib.sha256(z3.get_full_version().encode())
    for folder in SOURCES:
        for path in sorted(folder.rglob("*.py")):
            found.update(str(path.relative_to(folder.parent)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


@attrs.frozen
class ProofCache:
    """Results in a folder, one file for each state of the source."""

    folder: Path

    def get(self, proof: Proof) -> Result | None:
        """What was found before; a run is replayed again. None when there is nothing that can be used."""
        kept = self._read().get(proof.name)
        if kept is None or kept["expected"] != proof.expected:
            return None
        try:
            run = None if kept["run"] is None else read_run(proof.rule.model, kept["run"])
        except (ReplayDisagrees, KeyError, TypeError, StopIteration):
            return None
        answer = Answer(kept["verdict"], kept["reason"], run, tuple(kept["explained"]))
        return Result(proof, answer, kept["seconds"], cached=True)

    def put(self, found: Result) -> None:
        """Keeps a result, unless nothing is known; a folder that cannot be written is no reason to fail."""
        if found.answer.verdict == UNKNOWN:
            return
        run = None if found.run is None else write_run(found.run)
        kept = {**self._read(), found.proof.name: {
            "expected": found.proof.expected, "verdict": found.answer.verdict, "reason": found.answer.reason,
            "explained": list(found.answer.explained), "seconds": found.seconds, "run": run}}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        except OSError:
            return

    @property
    def path(self) -> Path:
        """The file for the source as it is."""
        return self.folder / f"proofs-{source_hash()[:16]}.json"

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def write_run(run: Run) -> dict[str, Any]:
    """The first state and what was taken from there: the functions give the rest."""
    first = [z3.is_true(term) if z3.is_bool(term) else term.as_long() for term in leaves(run.states[0])]
    return {"first": first, "taken": [[each.name, *each.choices] for each in run.taken], "sentence": run.sentence,
            "loop": run.loop}


def read_run(model: CountModel, kept: dict[str, Any]) -> Run:
    """The run again, by the native functions; raises ReplayDisagrees when they do not allow it any more."""
    terms = iter([z3.BoolVal(each) if isinstance(each, bool) else z3.IntVal(each) for each in kept["first"]])
    taken = tuple(Taken(name, tuple(choices)) for name, *choices in kept["taken"])
    states = replay(model, rebuild(symbolic(model.state), terms), taken)
    return Run(model, states, taken, kept["sentence"], kept["loop"])
