"""A proof as a record, and what running it says.

A negative control is a proof of its own: the same claim with a hypothesis dropped, or about a controller with a bug.
Its expected verdict is VIOLATED, by a run that was replayed from an initial state through the native functions.
"""

from time import perf_counter
from typing import Protocol

import attrs

from seatrial.properties.checking.symbolic.answer import Answer, Run, unknown
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError
from seatrial.properties.checking.symbolic.system import CountModel
from seatrial.properties.checking.verdict import PROVED, UNKNOWN, VIOLATED, Counterexample


class Rule(Protocol):
    """How a proof is done: `check` answers within the limits, and never raises for an answer it does not have."""

    @property
    def name(self) -> str:
        """What the rule is called."""

    @property
    def model(self) -> CountModel:
        """The model that its counterexamples are runs of."""

    def check(self, limits: Limits) -> Answer:
        """PROVED, VIOLATED with a replayed run, or UNKNOWN."""


@attrs.frozen
class Proof:
    """A claim for all values of its parameters: what it says, of which model, under which hypotheses, by which rule.

    `expected` is VIOLATED for a negative control and for a true counterexample; `control_of` names the proof whose
    control it is; `refinement` says how far the model was shown to agree with that of objects.
    """

    name: str
    statement: str
    model: str
    parameters: tuple[str, ...]
    hypotheses: tuple[str, ...]
    rule: Rule
    expected: str = PROVED
    control_of: str = ""
    refinement: str = ""

    def __attrs_post_init__(self) -> None:
        if self.expected not in (PROVED, VIOLATED):
            raise ValueError(f"the proof {self.name} expects {self.expected}: expect {PROVED} or {VIOLATED}")


@attrs.frozen
class Result:
    """What came of a proof, in how many seconds."""

    proof: Proof
    answer: Answer
    seconds: float
    cached: bool = False

    @property
    def is_expected(self) -> bool:
        """Is the verdict the one that the proof expects?"""
        return self.answer.verdict == self.proof.expected

    @property
    def verdict(self) -> str:
        """The verdict with what it is about: PROVED (count model; refinement …)."""
        about = "; ".join(each for each in (self.proof.model, self.proof.refinement) if each)
        if self.answer.verdict == PROVED:
            return f"{PROVED} ({about})"
        if self.answer.verdict == VIOLATED:
            return f"{VIOLATED} (replayed from an initial state)"
        return f"{UNKNOWN} ({self.answer.reason})"

    @property
    def run(self) -> Run | None:
        """The run that violates it."""
        return self.answer.run

    @property
    def counterexample(self) -> Counterexample | None:
        """The same as any counterexample."""
        return None if self.run is None else self.run.counterexample(self.proof.name)


def prove(proof: Proof, limits: Limits | None = None) -> Result:
    """Runs a proof; a solver that gives up is UNKNOWN. Raises NotLiftableError for code that cannot be lifted."""
    began = perf_counter()
    try:
        found = proof.rule.check(limits or Limits())
    except SolverGaveUpError as error:
        found = unknown(str(error), error.query)
    return Result(proof, found, perf_counter() - began)
