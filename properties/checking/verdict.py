"""What a check may say, and what it must say with it: the scope, the assumptions, the trace."""

import builtins

import attrs

from seatrial.model.actions import Action
from seatrial.properties.checking.explore.statistics import Statistics

HOLDS, PROVED, BOUNDED, VIOLATED, UNKNOWN = "HOLDS", "PROVED", "BOUNDED", "VIOLATED", "UNKNOWN"
VERDICTS = (HOLDS, PROVED, BOUNDED, VIOLATED, UNKNOWN)


@attrs.frozen
class Counterexample:
    """A run that breaks a property: its actions from the initial cluster, and the sentence at its end.

    For liveness the fair suffix begins after `stem` actions, and a livelock's loop after `loop` ones.
    """

    property: str
    actions: tuple[Action, ...]
    sentence: str
    stem: int
    loop: int | None = None


@attrs.frozen
class Verdict:
    """The answer for one property, and the property's kind; of a run without end, `because` says why it is fair."""

    property: str
    verdict: str
    reason: str
    counterexample: Counterexample | None = None
    kind: str = "always"
    because: tuple[str, ...] = ()

    @builtins.property  # the field of that name hides it here
    def exit_code(self) -> int:
        """0 holds, 1 violated, 4 unknown."""
        return {VIOLATED: 1, UNKNOWN: 4}.get(self.verdict, 0)


@attrs.frozen
class Step:
    """One scope of a ladder: what it holds, what came of it, by what it is larger than one below it.

    `predicted` is how many states the next one may have; None where nothing can be said.
    """

    holds: str
    states: int
    transitions: int
    seconds: float
    verdict: str
    factor: float | None = None
    predicted: int | None = None


@attrs.frozen
class Report:
    """All answers of one check, with what they are about.

    `statistics` are those of an exhaustive search, `ladder` the scopes that were climbed; `kept` is the folder in which
    an unfinished search waits.
    """

    verdicts: tuple[Verdict, ...]
    scope: tuple[str, ...]
    assumptions: tuple[str, ...]
    engine: str
    steps: int
    runs: int
    seen: tuple[str, ...] = ()
    interrupted: bool = False
    statistics: Statistics | None = None
    ladder: tuple[Step, ...] = ()
    kept: str = ""

    @property
    def exit_code(self) -> int:
        """1 if anything is violated, else 4 if anything is unknown, else 0."""
        codes = [verdict.exit_code for verdict in self.verdicts]
        if 1 in codes:
            return 1
        return 4 if 4 in codes or not codes else 0
