"""Which loops a search runs on: compiled ones, or the same in numpy where numba is not installed."""

from collections.abc import Callable

import attrs

from seatrial.properties.checking.explore import kernels, vectorised

NUMBA, NUMPY = "numba", "numpy"


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

    Raises ValueError for another name.
    """
    if engine not in (NUMBA, NUMPY):
        message = f"there is no engine {engine!r}: choose {NUMBA!r} or {NUMPY!r}"
        raise ValueError(message)
    module = vectorised if engine == NUMPY or not kernels.has_numba() else kernels
    name = NUMPY if module is vectorised else NUMBA
    return Loops(name, module.expand, module.admit, module.emit, module.judge, module.rehash)
