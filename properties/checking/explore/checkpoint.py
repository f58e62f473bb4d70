"""An interrupted search, written down: what it needs to go on as if it had never stopped.

One file: a line of JSON that says what it is for and how long its parts are, what was learnt (a pickle), and the large
arrays as they are. What a search learnt names codes in the order in which values were met, so it is kept, not learnt
again. What is made of the scope (steps, judges) is not kept: it is made anew, and a checksum of the scope says whether
it is the same. Like every pickle it is to be read only where one trusts who wrote it.
"""

import hashlib
import io
import json
import pickle
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

import attrs
import numpy as np

from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.properties.checking.explore.refusals import Refused
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.space import Space, reserve
from seatrial.properties.property import Property

NAME = "search.checkpoint"
MAGIC = b"seatrial checkpoint 1\n"
LARGE = 1 << 12
PIECE = 1 << 24
LONGEST_HEADER = 1 << 26


def purpose(initial: Cluster, properties: tuple[Property, ...], options: Options) -> dict[str, Any]:
    """What a search is for: two of the same purpose are the same search."""
    scope = initial.system.scope
    told = [repr(tuple(initial.cells.pairs())), repr(tuple(initial.system.processes)),
            *(repr(getattr(scope, field.name)) for field in attrs.fields(type(scope)) if field.name != "controllers")]
    return {"seatrial": version("seatrial"), "scope": hashlib.sha256("\n".join(told).encode()).hexdigest(),
            "properties": [each.name for each in properties], "search": attrs.asdict(options)}


def save(search: Search, folder: Path, what: dict[str, Any]) -> Path:
    """Writes a search down; raises OSError, NoRoom, or PicklingError for a value that cannot be written.

    The file of an earlier stop is replaced once the new one is whole.
    """
    written = io.BytesIO()
    pickler = Pickler(written, search)
    pickler.dump(search)
    arrays = pickler.arrays
    header = {**what, "learnt": [written.tell(), crc32(written.getbuffer())],
              "arrays": [[array.dtype.str, array.shape, checksum(array)] for array in arrays]}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        reserve(file.fileno(), written.tell() + sum(array.nbytes for array in arrays), folder)
        file.write(MAGIC + json.dumps(header).encode() + b"\n")
        file.write(written.getbuffer())
        for array in arrays:
            for piece in pieces(array):
                file.write(piece)
        file.truncate()
    return part.replace(path)


def load(folder: Path, what: dict[str, Any], fresh: Situations, space: Space) -> Search:
    """The search that was written down in a folder; raises Refused unless it is whole and has this purpose.

    `fresh` has the steps and the judges of the same scope.
    """
    path = folder / NAME if folder.is_dir() else folder
    try:
        with path.open("rb") as file:
            header = read_header(path, file)
            same_purpose(path, header, what)
            learnt = read_learnt(path, file, header)
            arrays = [read_array(path, file, space, each) for each in header["arrays"]]
    except OSError as error:
        message = f"{path}: {error.strerror}: give the folder in which an interrupted search was kept"
        raise Refused(message) from error
    try:
        found = Unpickler(io.BytesIO(learnt), arrays, fresh, space).load()
    except Exception as error:
        raise damaged(path, f"{type(error).__name__}: {error}") from error
    if not isinstance(found, Search):
        raise damaged(path, "it holds no search")
    return found


def damaged(path: Path, why: str) -> Refused:
    """The error of a file that is not as it was written."""
    return Refused(f"{path}: the checkpoint is damaged ({why}): begin the search anew, without --resume")


def read_header(path: Path, file: Any) -> dict[str, Any]:  # noqa: ANN401 -- a binary file
    """The line of JSON."""
    if file.readline(len(MAGIC)) != MAGIC:
        message = f"{path}: this is no checkpoint: give the folder in which an interrupted search was kept"
        raise Refused(message)
    try:
        header = json.loads(file.readline(LONGEST_HEADER))
        length, check = header["learnt"]
        whole = isinstance(length, int) and isinstance(check, int) and isinstance(header["arrays"], list)
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, "its first lines are not as they were written") from error
    if not whole:
        raise damaged(path, "its first lines are not as they were written")
    return dict(header)


def same_purpose(path: Path, header: dict[str, Any], what: dict[str, Any]) -> None:
    """Raises Refused for a checkpoint of another search, naming what is different."""
    words = {"seatrial": "by another version of seatrial", "scope": "for another scope",
             "properties": "for other properties", "search": "for a search with other options"}
    for name, expected in what.items():
        if header.get(name) != expected:
            told = "" if name == "scope" else f" ({header.get(name)}; here it is {expected})"
            message = (f"{path}: the checkpoint was made {words[name]}{told}: give the same files and options as then, "
                       "or begin anew without --resume")
            raise Refused(message)


def read_learnt(path: Path, file: Any, header: dict[str, Any]) -> bytes:  # noqa: ANN401 -- a binary file
    """The pickle, once its checksum is right: what is damaged is never unpickled."""
    length, check = header["learnt"]
    found: bytes = file.read(length)
    if len(found) != length or crc32(found) != check:
        raise damaged(path, "what was learnt has another checksum")
    return found


def read_array(path: Path, file: Any, space: Space, form: list[Any]) -> Any:  # noqa: ANN401 -- a binary file, an array
    """One large array, in memory or where the space puts it."""
    dtype, shape, check = form
    width = shape[1] if len(shape) > 1 else 0
    found = space.zeros(shape[0], np.dtype(dtype), width)
    for piece in pieces(found):
        if file.readinto(piece) != len(piece):
            raise damaged(path, "it ends too early")
    if checksum(found) != check:
        raise damaged(path, "a level has another checksum")
    return found


def pieces(array: Any) -> Iterator[memoryview]:  # noqa: ANN401 -- a numpy array
    """The bytes of an array, some at a time."""
    flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
    for begin in range(0, len(flat), PIECE):
        yield flat[begin:begin + PIECE]


def checksum(array: Any) -> int:  # noqa: ANN401 -- a numpy array
    """The CRC-32 of an array's bytes."""
    found = 0
    for piece in pieces(array):
        found = crc32(piece, found)
    return found


class Pickler(pickle.Pickler):
    """Leaves out what is made anew, and puts large arrays aside."""

    def __init__(self, file: io.BytesIO, search: Search) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.arrays: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._anew = {id(each): name for name, each in made_anew(search.situations, search.space).items()}

    def persistent_id(self, obj: Any) -> Any:  # noqa: ANN401 -- as pickle has it
        """The name of what is not pickled, or None."""
        if id(obj) in self._anew:
            return self._anew[id(obj)]
        if type(obj) is not np.ndarray or obj.nbytes < LARGE:
            return None
        if id(obj) not in self._numbers:
            self._numbers[id(obj)] = len(self.arrays)
            self.arrays.append(obj)
        return self._numbers[id(obj)]

    def reducer_override(self, obj: Any) -> Any:  # noqa: ANN401 -- as pickle has it
        """A map is built anew: the hash that it remembers is another one in another process."""
        return (FrozenMap, (tuple(obj.pairs()),)) if type(obj) is FrozenMap else NotImplemented


class Unpickler(pickle.Unpickler):
    """Puts back what was left out and put aside."""

    def __init__(self, file: io.BytesIO, arrays: list[Any], fresh: Situations, space: Space) -> None:
        super().__init__(file)
        self._arrays = arrays
        self._anew = made_anew(fresh, space)

    def persistent_load(self, pid: Any) -> Any:  # noqa: ANN401 -- as pickle has it
        """What a name stands for."""
        return self._arrays[pid] if isinstance(pid, int) else self._anew[pid]


def made_anew(known: Situations, space: Space) -> dict[str, Any]:
    """What a scope is made into: it is not written down."""
    return {"system": known.system, "judges": known.judges, "step_judges": known.step_judges, "space": space,
            "sort": known.system.sort}
