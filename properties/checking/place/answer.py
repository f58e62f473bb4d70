"""What comes back: a placement, or why there is none, or that it was not decided."""

import attrs

FEASIBLE, INFEASIBLE, UNKNOWN = "FEASIBLE", "INFEASIBLE", "UNKNOWN"


@attrs.frozen
class Placed:
    """So many pods of a batch (by its place in the question) on a node."""

    batch: int
    node: str
    count: int


@attrs.frozen
class Need:
    """A constraint of a minimal core, in words: of which batch, by which plugin, on what."""

    batch: str
    plugin: str
    sentence: str


@attrs.frozen
class Relaxation:
    """A smallest change after which a placement exists: constraints to give up, or what to add, in words."""

    sentence: str
    needs: tuple[Need, ...] = ()


@attrs.frozen
class Answer:
    """The verdict and its evidence.

    `schedule` names batch and node pod by pod, in an order that the concrete filters accept one by one; it is empty
    where the end state exists but no order was found, and `reason` says so; `placement` is then that end state.
    UNKNOWN has the best that is known as its `placement`, and as its `query` the SMT-LIB text of what was too hard.
    `is_minimal`: of each need of the core it is known that without it the others can be met.
    """

    verdict: str
    reason: str = ""
    placement: tuple[Placed, ...] = ()
    schedule: tuple[tuple[int, str], ...] = ()
    core: tuple[Need, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    engine: str = ""
    seconds: float = 0.0
    query: str = ""
    is_minimal: bool = True
