"""Where large arrays live: in memory while there is room, beyond that in files that are mapped.

A file is gone from its folder as soon as it is mapped (where the system allows that), so nothing is left behind however
a run ends. Space on the disk is reserved before it is used: a full disk is an error here, not a crash later.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import attrs
import numpy as np

from seatrial.properties.checking.explore.memory import say_bytes

MARGIN = 1 << 28
SMALL = 1 << 16
"""Arrays below this many bytes stay in memory."""
Array = np.ndarray[Any, Any]


class NoRoom(RuntimeError):  # noqa: N818 -- it names what is wrong
    """Neither memory nor the disk has room for an array."""


@attrs.define(eq=False)
class Space:
    """Gives out arrays; beyond `memory` bytes (None: never) they are files in `folder` (None: a temporary one).

    `held` is what the search has in memory at the moment, as it last said.
    """

    memory: int | None = None
    folder: Path | None = None
    held: int = 0
    on_disk: int = 0
    _mapped: WeakValueDictionary[int, Array] = attrs.field(factory=WeakValueDictionary)

    def zeros(self, length: int, dtype: Any, width: int = 0) -> Array:  # noqa: ANN401 -- numpy's own dtypes
        """An array of zeros of this length, or of so many rows of this width; raises NoRoom."""
        shape = (length, width) if width else (length,)
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        if self.memory is None or size < SMALL or self.held + size <= self.memory:
            self.held += size
            return np.zeros(shape, dtype)
        return self._map(shape, np.dtype(dtype), size)

    def spill(self, array: Array) -> Array:
        """The array in a file, if it is not small or in one already; raises NoRoom."""
        if self.is_mapped(array) or array.nbytes < SMALL:
            return array
        found = self._map(array.shape, array.dtype, array.nbytes)
        found[...] = array
        self.held -= array.nbytes
        return found

    def is_mapped(self, array: Array) -> bool:
        """Is this array in a file?"""
        return self._mapped.get(id(array)) is array

    def in_memory(self, array: Array) -> int:
        """How many bytes of memory it takes."""
        return 0 if self.is_mapped(array) else int(array.nbytes)

    def _map(self, shape: tuple[int, ...], dtype: Any, size: int) -> Array:  # noqa: ANN401 -- numpy's own
        folder = Path(tempfile.gettempdir()) if self.folder is None else self.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(prefix="seatrial-", suffix=".level", dir=folder)
        except OSError as error:
            message = f"{say_bytes(size)} more are needed and nothing can be written to {folder}: {error.strerror}"
            raise NoRoom(message) from error
        try:
            reserve(handle, size, folder)
            mapped = np.memmap(path, dtype, "r+", shape=shape)
        finally:
            os.close(handle)
            with suppress(OSError):  # there are systems that do not let go of what is mapped
                Path(path).unlink()
        found: Array = mapped.view(np.ndarray)
        self._mapped[id(found)] = found
        self.on_disk += size
        return found


def reserve(handle: int, size: int, folder: Path) -> None:
    """Makes a file this long, with its place on the disk; raises NoRoom where that would fill the disk."""
    free = shutil.disk_usage(folder).free
    if size + MARGIN > free:
        message = f"{say_bytes(size)} more are needed and {folder} has {say_bytes(free)} left"
        raise NoRoom(message)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, size)
        else:  # pragma: no cover -- a system without it
            os.truncate(handle, size)
    except OSError as error:
        message = f"{say_bytes(size)} more are needed in {folder}: {error.strerror}"
        raise NoRoom(message) from error
