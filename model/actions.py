"""The Action: all nondeterminism of a run, in four words.

`step` names what happens (one of `seatrial.model.cluster.STEPS`), `process` who moves, `key` what it concerns, and
`choice` what was left to chance: a call's outcome, the node among equals. Replaying the actions replays the run.
"""

import attrs


@attrs.frozen(order=True, cache_hash=True)
class Action:
    """One step of the world."""

    step: str
    process: str = ""
    key: str = ""
    choice: str = ""

    def __str__(self) -> str:
        words = [word for word in (self.process, self.key, self.choice) if word]
        return f"{self.step}({', '.join(words)})"
