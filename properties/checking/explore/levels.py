"""The states that are found together, whence they came, and where a judge spoke."""

import attrs
import numpy as np

from seatrial.properties.checking.explore.space import Space

COLUMNS = ("states", "lows", "highs", "truth", "masks")


@attrs.frozen(eq=False)
class Level:
    """States found together: packed, with their fingerprints, and as bits which judges spoke of each."""

    states: np.ndarray
    lows: np.ndarray
    highs: np.ndarray
    truth: np.ndarray
    masks: np.ndarray

    def __len__(self) -> int:
        return len(self.states)

    @property
    def packed(self) -> np.ndarray:
        """The same states, eight bytes at a time."""
        return self.states.view(np.uint64)


@attrs.frozen(eq=False)
class Trail:
    """Whence the states of a level came: the place of the parent in the level before, and the number of its Action."""

    parents: np.ndarray
    ordinals: np.ndarray


@attrs.frozen
class Sighting:
    """A judge spoke: of a state (level, place), or of the step with this ordinal from it."""

    judge: int
    level: int
    place: int
    ordinal: int | None = None


def blank_level(length: int, width: int, *, wide: bool) -> Level:
    """A level with nothing written in it yet."""
    return Level(np.empty((length, width), np.uint8), np.empty(length, np.uint64),
                 np.empty(length if wide else 0, np.uint64), np.empty(length, np.uint64), np.empty(length, np.uint64))


def joined(parts: list[Level], like: Level, space: Space) -> Level:
    """Levels one after the other; an empty one of the same form if there are none."""
    length = sum(len(part) for part in parts)
    columns = []
    for name in COLUMNS:
        form = getattr(like, name)
        kept = length if len(form) == len(like) else 0
        width = form.shape[1] if form.ndim > 1 else 0
        columns.append(space.zeros(kept, form.dtype, width))
        np.concatenate([getattr(part, name) for part in parts] or [form[:0]], out=columns[-1])
    return Level(*columns)


def spilled(level: Level, space: Space) -> Level:
    """The level in files."""
    return Level(*(space.spill(getattr(level, name)) for name in COLUMNS))
