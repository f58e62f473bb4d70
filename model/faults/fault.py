"""The record of one kind of fault: its name (and budget), one sentence, and its steps, the repair included."""

import attrs

from seatrial.model.steps import Step


@attrs.frozen
class Fault:
    """A kind of fault; `budgets` are the counters it spends, its own name unless said otherwise."""

    name: str
    what: str
    steps: tuple[Step, ...]
    spends: tuple[str, ...] = ()

    @property
    def budgets(self) -> tuple[str, ...]:
        """The budget counters of this fault."""
        return self.spends or (self.name,)
