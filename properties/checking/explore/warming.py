"""Compiling takes longer than many searches: a process of its own does it, and the search begins on numpy meanwhile.

What is compiled is kept in numba's cache, and a mark beside it says that all of it is there. Which loops run changes
nothing that is found, so a search goes over to the compiled ones between two pieces of work. As `python -m` of this
module: compiles everything, and leaves the mark.
"""

import hashlib
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np

from seatrial.properties.checking.explore import kernels


@cache
def mark() -> Path | None:
    """The file that says that the loops are compiled, as they are now and for this machine; None without a cache."""
    folder = kernels.cache_folder()
    if folder is None:
        return None
    loops = hashlib.sha256(Path(kernels.__file__).read_bytes())
    loops.update(repr((sys.version, np.__version__, kernels.compiler())).encode())
    return folder / f"loops-{loops.hexdigest()[:16]}.compiled"


def is_compiled() -> bool:
    """Can the compiled loops be used without a wait? Begins to compile them where they are not.

    Where nothing can be kept, no process can be started, or it ended without success, there is nothing to wait for.
    """
    there = mark()
    if there is None or there.exists():
        return True
    process = compiling(there)
    return process is None or process.poll() is not None


@cache
def compiling(there: Path) -> subprocess.Popen[bytes] | None:
    """The process that compiles; begun once, and not ended with the search: the next one finds what it did."""
    try:
        return subprocess.Popen(  # noqa: S603 -- this very module
            [sys.executable, "-m", __name__, str(there)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
    except OSError:
        return None


def main() -> None:
    """Runs each loop once, on a cluster with next to nothing in it."""
    from seatrial.model.scope import Scope  # noqa: PLC0415 -- who only asks needs no model
    from seatrial.model.start import start  # noqa: PLC0415
    from seatrial.properties.checking.explore.search import Options, Search  # noqa: PLC0415
    from seatrial.properties.checking.explore.situations import Situations  # noqa: PLC0415
    from seatrial.properties.checking.explore.transitions import of_cluster  # noqa: PLC0415

    Search(Situations(of_cluster(start(Scope())), (lambda _: None,)), Options()).run()
    index = np.zeros(0, np.int32)
    kernels.rehash(np.zeros(8, np.uint64), False, index, np.zeros(16, np.uint64), index, 0)  # noqa: FBT003
    Path(sys.argv[1]).touch()


if __name__ == "__main__":
    main()
