"""What connects one table to the model."""

from collections.abc import Callable

import attrs

from tests.conformance.cases import Case
from tests.conformance.compare import Comparison, exactly


@attrs.frozen
class Adapter:
    """How the model answers the cases of one table.

    `run` loads a case into the model, runs the model's own functions and returns a JSON tree shaped like the
    case's `expect`; `compare` says how the two differ. `area` is a folder path as the oracle has it; folders
    in front of it are allowed.
    """

    area: str
    table: str
    run: Callable[[Case], object]
    compare: Comparison = exactly
