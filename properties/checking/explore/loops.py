"""Which loops a search runs on: compiled ones, or the same in numpy where numba is not installed."""

from collections.abc import Callable

import attrs

from seatrial.properties.checking.explore import kernels, vectorised, warming

NUMBA, NUMPY, EITHER = "numba", "numpy", "either"


@attrs.frozen
class Loops:
    """What runs once per state or per transition; `name` is the engine's."""

    name: str
    expand: Callable[..., None]
    admit: Callable[..., int]
    emit: Callable[..., None]
    judge: Callable[..., None]
    rehash: Callable[..., None]


def loops_for(engine: str = NUMBA) -> Loops:
    """The loops of an engine; those in numpy if numba is wanted and not installed.

    Of `EITHER` they are those in numpy for as long as the others are being compiled. Raises ValueError for another
    name.
    """
    if engine not in (NUMBA, NUMPY, EITHER):
        message = f"there is no engine {engine!r}: choose {NUMBA!r}, {NUMPY!r} or {EITHER!r}"
        raise ValueError(message)
    waits = engine == NUMPY or not kernels.has_numba() or (engine == EITHER and not warming.is_compiled())
    module = vectorised if waits else kernels
    return Loops(NUMPY if waits else NUMBA, module.expand, module.admit, module.emit, module.judge, module.rehash)
